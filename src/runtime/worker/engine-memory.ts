// The memory of one engine, and the map in which the engine's code marks each block that it writes (tracked-module/). To put
// an image back, only what was written has to be: a small run writes a tenth of its memory. What the host writes for the
// engine is marked here.
import type { QuickJSOptions } from 'quickjs-wasi'
import { blockBytes, overhangBytes, trackedImports } from '../tracked-module/index.ts'
import type { WasiImports } from './wasi.ts'

type WasiOptions = NonNullable<QuickJSOptions['wasi']>

/** In WebAssembly's pages. */
export interface EngineMemorySize {
  readonly pages: number
  readonly mostPages: number
}

export class EngineMemory {
  readonly #memory: WebAssembly.Memory
  readonly #map: WebAssembly.Memory
  readonly #marks: Uint8Array

  constructor({ pages, mostPages }: EngineMemorySize) {
    const mapPages = Math.ceil(mostPages / blockBytes)
    this.#memory = new WebAssembly.Memory({ initial: pages, maximum: mostPages })
    this.#map = new WebAssembly.Memory({ initial: mapPages, maximum: mapPages })
    this.#marks = new Uint8Array(this.#map.buffer)
  }

  /** The option of the library by which the engine and its extensions get their imports: system calls, and this memory. */
  importsWith(systemCalls: WasiImports): WasiOptions {
    const memories = { [trackedImports.memory]: this.#memory, [trackedImports.map]: this.#map }
    // The library hands over whatever it is given; its type names only functions.
    return () => ({ ...systemCalls, ...memories }) as unknown as ReturnType<WasiOptions>
  }

  /** Another one each time that the memory has grown. */
  get buffer(): ArrayBuffer {
    return this.#memory.buffer
  }

  /** The host writes here; a range that is not in the memory is nowhere. */
  mark(pointer: number, length: number): void {
    const first = Math.floor((pointer >>> 0) / blockBytes)
    const end = Math.ceil(((pointer >>> 0) + (length >>> 0)) / blockBytes)
    this.#marks.fill(1, first, end)
  }

  /** Makes the memory the same as `whole`, which has its size. */
  put(whole: Uint8Array): void {
    new Uint8Array(this.buffer).set(whole)
    this.#marks.fill(0)
  }

  /** Makes the memory the same as `whole`, which it was before what is marked was written. */
  putBack(whole: Uint8Array): void {
    const memory = new Uint8Array(this.buffer)
    const marks = this.#marks
    const count = whole.length / blockBytes
    for (let block = 0; block < count; block++) {
      if (marks[block] === 0) continue
      const first = block
      do marks[block++] = 0
      while (block < count && marks[block] !== 0)
      const start = first * blockBytes
      memory.set(whole.subarray(start, block * blockBytes + overhangBytes), start)
    }
  }
}
