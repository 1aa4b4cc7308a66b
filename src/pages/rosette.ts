// The engraved rosette behind each page: a guilloche, as on banknotes and share certificates. Drawn once, as an SVG that
// the stylesheet uses as a mask, so that both colour schemes ink it in their own colour.

const size = 1_000
const rings = [
  { radius: 470, depth: 26, lobes: 36, strands: 3 },
  { radius: 405, depth: 52, lobes: 18, strands: 4 },
  { radius: 310, depth: 66, lobes: 12, strands: 5 },
  { radius: 205, depth: 52, lobes: 9, strands: 4 },
]

/** As a `data:` address for `mask-image`. */
export function rosetteUrl(): string {
  const paths = rings.flatMap(({ radius, depth, lobes, strands }) =>
    Array.from({ length: strands }, (_, strand) => wave(radius, depth, lobes, strand / strands)),
  )
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" fill="none" stroke="#000"><path d="${paths.join('')}"/></svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}

/** A circle whose radius swings `lobes` times; the strands of a ring are out of phase and so weave. */
function wave(radius: number, depth: number, lobes: number, phase: number): string {
  const steps = lobes * 10
  const points = Array.from({ length: steps }, (_, step) => {
    const turn = (step / steps) * 2 * Math.PI
    const distance = radius + depth * Math.sin(lobes * turn + phase * 2 * Math.PI)
    return [distance * Math.cos(turn), distance * Math.sin(turn)].map((at) => (size / 2 + at).toFixed(0))
  })
  return `M${points.map((point) => point.join(' ')).join('L')}Z`
}
