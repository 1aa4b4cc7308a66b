// Gives the engine's WebAssembly memory a hard maximum. The shipped binary declares none, so a guest that makes the
// engine's native parts allocate (a URL of 20 MB is copied outside QuickJS's own accounting) could grow it to 4 GiB.
// With a declared maximum `memory.grow` fails inside the engine, by construction and whatever the guest runs.

const headerBytes = 8
const memorySectionId = 5
const noMaximumFlag = 0x00
const hasMaximumFlag = 0x01

/** WebAssembly's unit of memory. */
export const wasmPageBytes = 65_536

/** The module with the maximum of its only memory set to `ceilingBytes`, rounded up to whole pages. */
export function withMemoryCeiling(binary: Uint8Array, ceilingBytes: number): Uint8Array<ArrayBuffer> {
  let offset = headerBytes
  while (offset < binary.length) {
    const id = binary[offset]
    const size = readLeb128(binary, offset + 1)
    const body = size.next
    if (id === memorySectionId) {
      const count = binary[body]
      const flags = binary[body + 1]
      const minimum = readLeb128(binary, body + 2)
      if (count !== 1 || flags !== noMaximumFlag) break
      const limits = [
        count,
        hasMaximumFlag,
        ...leb128(minimum.value),
        ...leb128(Math.ceil(ceilingBytes / wasmPageBytes)),
      ]
      const section = [memorySectionId, ...leb128(limits.length), ...limits]
      return concat(binary.subarray(0, offset), Uint8Array.from(section), binary.subarray(body + size.value))
    }
    offset = body + size.value
  }
  throw new Error('the engine binary has no memory section of the known form; check the quickjs-wasi version')
}

function readLeb128(bytes: Uint8Array, start: number): { value: number; next: number } {
  let value = 0
  let shift = 0
  for (let next = start; ; shift += 7) {
    const byte = bytes[next++] ?? 0
    value |= (byte & 0x7f) << shift
    if ((byte & 0x80) === 0) return { value, next }
  }
}

function leb128(value: number): number[] {
  const bytes: number[] = []
  for (let rest = value; ;) {
    const low = rest & 0x7f
    rest >>>= 7
    bytes.push(rest === 0 ? low : low | 0x80)
    if (rest === 0) return bytes
  }
}

function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}
