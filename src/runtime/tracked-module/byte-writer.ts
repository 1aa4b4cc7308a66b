// Writes a WebAssembly binary from front to back.

export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>
  #length = 0

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity)
  }

  byte(value: number): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = value
  }

  /** An unsigned number of at most 32 bits, in LEB128. */
  u32(value: number): void {
    for (let rest = value; ;) {
      const low = rest & 0x7f
      rest >>>= 7
      this.byte(rest === 0 ? low : low | 0x80)
      if (rest === 0) return
    }
  }

  /** A signed number of 32 bits, in LEB128. */
  s32(value: number): void {
    for (let rest = value | 0; ;) {
      const low = rest & 0x7f
      rest >>= 7
      const isLast = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)
      this.byte(isLast ? low : low | 0x80)
      if (isLast) return
    }
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** Bytes with their count in front. */
  counted(bytes: Uint8Array): void {
    this.u32(bytes.length)
    this.bytes(bytes)
  }

  end(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length)
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const wider = new Uint8Array((this.#length + more) * 2)
    wider.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = wider
  }
}
