// The deployments that the pool has an image of, each with how many want it: two builds of an unchanged workflow give the
// same deployment, so it goes only when both have let it go. It knows neither threads nor runs.
import { createHash } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import type { Image } from './protocol.ts'
import type { DeploymentSource, PreparedDeployment } from './sandbox.ts'

interface HeldDeployment {
  readonly prepared: Promise<PreparedDeployment>
  image: Image | undefined
  holders: number
}

export class HeldDeployments {
  readonly #held = new Map<string, HeldDeployment>()

  /** Counts one more holder, and makes the image if there is not one yet. Rejects as `makeImage` does. */
  hold(source: DeploymentSource, makeImage: (id: string) => Promise<Image>): Promise<PreparedDeployment> {
    const id = createHash('sha256').update(JSON.stringify(source)).digest('hex').slice(0, 32)
    const known = this.#held.get(id)
    if (known !== undefined) {
      known.holders++
      return known.prepared
    }
    const held = { prepared: this.#prepare(id, source, makeImage), image: undefined, holders: 1 }
    this.#held.set(id, held)
    held.prepared.catch(() => this.#held.delete(id))
    return held.prepared
  }

  /** One holder less. */
  letGo(id: string): void {
    const held = this.#held.get(id)
    if (held !== undefined && held.holders > 0) held.holders--
  }

  isHeld(id: string): boolean {
    return (this.#held.get(id)?.holders ?? 0) > 0
  }

  /** False when it was forgotten before. */
  forget(id: string): boolean {
    return this.#held.delete(id)
  }

  image(id: string): Image | undefined {
    return this.#held.get(id)?.image
  }

  images(): readonly Image[] {
    return [...this.#held.values()].flatMap(({ image }) => image ?? [])
  }

  async #prepare(
    id: string,
    source: DeploymentSource,
    makeImage: (id: string) => Promise<Image>,
  ): Promise<PreparedDeployment> {
    const began = performance.now()
    const image = await makeImage(id)
    const held = this.#held.get(id)
    if (held !== undefined) held.image = image
    return Object.freeze({
      id,
      source,
      evaluatedPerRun: image.bundle !== undefined,
      imageBytes: image.bytes.byteLength,
      prepareMs: performance.now() - began,
    })
  }
}
