// The engines of one thread that stand ready. An engine serves any deployment: putting an image in place is what makes
// it one. Engines are made ahead of need, because making one takes longer than most runs, and never handed to two runs.
import type { Image } from '../protocol.ts'
import { Engine, type EngineParts } from './engine.ts'

/** Engines that a thread keeps when nothing runs; more are made under load and dropped afterwards. */
const mostIdle = 16
/** Engines that stand ready beside those in use. */
const spare = 2

interface Standing {
  readonly engine: Engine
  image: Image
}

export class ReadyEngines {
  readonly #parts: EngineParts
  readonly #memoryBytes: number
  #idle: Standing[] = []
  #making = 0

  constructor(parts: EngineParts, memoryBytes: number) {
    this.#parts = parts
    this.#memoryBytes = memoryBytes
  }

  /** A ready engine with this image in its memory, or undefined when none is ready. */
  take(image: Image, isCareful = false): Engine | undefined {
    const same = this.#idle.findLastIndex((standing) => standing.image === image)
    const index = same >= 0 ? same : this.#idle.findLastIndex((standing) => standing.engine.fits(image))
    const [standing] = index < 0 ? [] : this.#idle.splice(index, 1)
    if (standing === undefined) return undefined
    if (standing.image !== image || isCareful) standing.engine.restoreInPlace(image, isCareful)
    return standing.engine
  }

  async make(image: Image): Promise<Engine> {
    this.#making++
    try {
      return await Engine.restore(this.#parts, image, this.#memoryBytes)
    } finally {
      this.#making--
    }
  }

  /** Takes an engine back after a run; its memory is put back at once, so that nothing of the run stays anywhere. */
  giveBack(engine: Engine, image: Image, isCareful = false): void {
    if (!engine.isIntact || !engine.fits(image)) return
    engine.restoreInPlace(image, isCareful)
    if (engine.isIntact) this.#keep({ engine, image })
  }

  /** Makes engines until enough stand ready. */
  async refill(image: Image): Promise<void> {
    while (this.isShortOf(image)) {
      const engine = await this.make(image)
      this.#keep({ engine, image })
    }
  }

  /** Drops the engines that hold this image: it is not run any more. */
  forget(imageId: string): void {
    this.#idle = this.#idle.filter(({ image }) => image.id !== imageId)
  }

  /** Whether too few engines stand ready, or are being made, for an image of this size. */
  isShortOf(image: Image): boolean {
    let ready = this.#making
    for (const { engine } of this.#idle) if (engine.fits(image) && ++ready >= spare) return false
    return ready < spare
  }

  /** The one that was used longest ago goes: it may be of a size that no deployment has any more. */
  #keep(standing: Standing): void {
    if (this.#idle.length >= mostIdle) this.#idle.shift()
    this.#idle.push(standing)
  }
}
