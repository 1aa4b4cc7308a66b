// The engraved rosette behind each page: a guilloche, as on banknotes and share certificates. Drawn once, as an SVG that
// the stylesheet uses as a mask, so that both colour schemes ink it in their own colour.

const size = 1_000
/** From the rim inwards. A ring is one wavy circle, drawn several times, each a little further round, so that they weave. */
const rings = [
  { radius: 452, depth: 34, lobes: 32, strands: 5 },
  { radius: 362, depth: 64, lobes: 20, strands: 7 },
  { radius: 240, depth: 70, lobes: 14, strands: 7 },
  { radius: 128, depth: 50, lobes: 10, strands: 6 },
]

/** As a `data:` address for `mask-image`. */
export function rosetteUrl(): string {
  const drawn = rings.map(({ radius, depth, lobes, strands }, ring) => {
    const turns = Array.from({ length: strands - 1 }, (_, strand) => {
      const degrees = ((strand + 1) * 360) / (lobes * strands)
      return `<use href="#r${ring}" transform="rotate(${degrees.toFixed(3)})"/>`
    })
    return `<path id="r${ring}" d="${wave(radius, depth, lobes)}"/>${turns.join('')}`
  })
  const box = [-size / 2, -size / 2, size, size].join(' ')
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}" fill="none" stroke="#000">${drawn.join('')}</svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}

/** A circle whose radius swings `lobes` times, as quadratic curves from middle to middle of its points. */
function wave(radius: number, depth: number, lobes: number): string {
  const steps = lobes * 8
  const point = (step: number): [x: number, y: number] => {
    const turn = (step / steps) * 2 * Math.PI
    const distance = radius + depth * Math.sin(lobes * turn)
    return [distance * Math.cos(turn), distance * Math.sin(turn)]
  }
  const middle = (step: number) => {
    const [[fromX, fromY], [toX, toY]] = [point(step), point(step + 1)]
    return `${Math.round((fromX + toX) / 2)} ${Math.round((fromY + toY) / 2)}`
  }
  const curves = Array.from({ length: steps }, (_, step) => {
    const [x, y] = point(step + 1)
    return `Q${Math.round(x)} ${Math.round(y)} ${middle(step + 1)}`
  })
  return `M${middle(0)}${curves.join('')}Z`
}
