// JSON text made byte by byte in one buffer that is kept: a token's claims are many short strings, and making a string of
// JavaScript's own for each costs more than copying its bytes. Everything beyond ASCII is escaped, lone surrogates
// included, so that the bytes are the text. What it is given to read may be hostile memory: beyond its end are zeros.

const keptBytes = 256 * 1024
const longestEscape = 6

const quote = 0x22
const backslash = 0x5c
const letterU = 0x75
const firstPrintable = 0x20
const firstBeyondAscii = 0x7f
const hexDigits = Buffer.from('0123456789abcdef')

export class JsonWriter {
  #bytes = Buffer.allocUnsafe(keptBytes)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Starts a text; what was written before is forgotten. */
  begin(): void {
    this.#length = 0
    if (this.#bytes.length > keptBytes) this.#bytes = Buffer.allocUnsafe(keptBytes)
  }

  /** The text so far. */
  end(): string {
    return this.#bytes.toString('latin1', 0, this.#length)
  }

  /** One character that stands for itself. */
  mark(code: number): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = code
  }

  /** Text that is JSON already and holds only ASCII: a number, a word. */
  plain(text: string): void {
    this.#reserve(text.length)
    for (let index = 0; index < text.length; index++) this.#bytes[this.#length++] = text.charCodeAt(index)
  }

  /** A string of `count` characters, one in each item of `units` from `start` on: bytes or UTF-16 units. */
  string(units: Uint8Array | Uint16Array, start: number, count: number): void {
    this.#reserve(count * longestEscape + 2)
    const bytes = this.#bytes
    let length = this.#length
    bytes[length++] = quote
    for (let index = start; index < start + count; index++) {
      const unit = units[index] ?? 0
      if (unit >= firstPrintable && unit < firstBeyondAscii && unit !== quote && unit !== backslash) {
        bytes[length++] = unit
        continue
      }
      bytes[length++] = backslash
      if (unit === quote || unit === backslash) {
        bytes[length++] = unit
        continue
      }
      bytes[length++] = letterU
      for (let shift = 12; shift >= 0; shift -= 4) bytes[length++] = hexDigits[(unit >> shift) & 0xf] ?? 0
    }
    bytes[length++] = quote
    this.#length = length
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const wider = Buffer.allocUnsafe((this.#length + more) * 2)
    wider.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = wider
  }
}
