// The randomness of one run: a stream that its 32-byte seed decides, so that a replay draws the same numbers while two
// runs never do. AES-256-CTR over zeros is the generator: fast, and unpredictable without the seed.
import { createCipheriv, type Cipheriv } from 'node:crypto'

const counterStart = Buffer.alloc(16)

export class Randomness {
  readonly #seed: string
  #stream: Cipheriv | undefined

  /** The seed as hex. */
  constructor(seed: string) {
    this.#seed = seed
  }

  /** Fills `target` with the next bytes of the stream. */
  fill(target: Uint8Array): void {
    this.#stream ??= createCipheriv('aes-256-ctr', Buffer.from(this.#seed, 'hex'), counterStart)
    target.set(this.#stream.update(new Uint8Array(target.length)))
  }
}
