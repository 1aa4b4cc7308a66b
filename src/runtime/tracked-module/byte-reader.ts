// Reads a WebAssembly binary from front to back (WebAssembly Core 2.0, chapter 5). It throws at the end of the bytes.

export class ByteReader {
  readonly bytes: Uint8Array
  at: number

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes
    this.at = at
  }

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length
  }

  byte(): number {
    const byte = this.bytes[this.at++]
    if (byte === undefined) throw new RangeError('the binary ends within an entry')
    return byte
  }

  /** An unsigned number of at most 32 bits, in LEB128. */
  u32(): number {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte()
      value |= (byte & 0x7f) << shift
      if ((byte & 0x80) === 0) return value >>> 0
    }
  }

  /** Passes a number in LEB128, of whatever width and sign. */
  skipNumber(): void {
    while ((this.byte() & 0x80) !== 0);
  }

  skip(count: number): void {
    this.at += count
    if (this.at > this.bytes.length) throw new RangeError('the binary ends within an entry')
  }

  /** The next `count` bytes, not copied. */
  take(count: number): Uint8Array {
    const start = this.at
    this.skip(count)
    return this.bytes.subarray(start, this.at)
  }
}
