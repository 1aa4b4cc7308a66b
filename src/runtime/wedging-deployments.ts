// The deployments whose runs recently did not come back from the engine. Their runs get threads of their own for a while, so that the
// next one that does not come back takes no other run's thread with it.
import { performance } from 'node:perf_hooks'

const suspectMs = 60_000

export class WedgingDeployments {
  readonly #untilMs = new Map<string, number>()

  note(id: string): void {
    this.#untilMs.set(id, performance.now() + suspectMs)
  }

  has(id: string): boolean {
    const untilMs = this.#untilMs.get(id)
    return untilMs !== undefined && untilMs > performance.now()
  }

  forget(id: string): void {
    this.#untilMs.delete(id)
  }
}
