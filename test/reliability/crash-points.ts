// A store that breaks at one of its calls: the n-th from the moment it is armed, before the call or after it has taken effect. `error`:
// the store reports a failure. `death`: nothing happens any more in that request, as if the process had ended there.
import { StoreError } from '../../src/errors/index.ts'
import type { Store } from '../../src/store/index.ts'
import { aroundCalls, type Around } from './faulty-store.ts'

export interface CrashPoint {
  readonly index: number
  /** As in `artifacts.find`, or `commit`. */
  readonly call: string
  readonly side: 'before' | 'after'
  readonly kind: 'error' | 'death'
}

/** Only these change the database: after any other call it is as before, and a death then leaves what a death after the last of these left. */
const writes: ReadonlySet<string> = new Set(['commit', 'throttles.admit'])

/** Read once a second by whoever comes first, so it is at no place of its own. */
const uncounted = 'signingKeys.all'

export class BreakingStore {
  #calls: string[] = []
  #armed: CrashPoint | 'counting' | undefined
  #onDeath: () => void = () => {}

  decorate(store: Store): Store {
    return aroundCalls(store, (name, call) => this.#around(name, call))
  }

  /** Runs the work unharmed and gives each point at which it could break. */
  async pointsOf(work: () => Promise<unknown>): Promise<CrashPoint[]> {
    this.#calls = []
    this.#armed = 'counting'
    await work()
    this.#armed = undefined
    return this.#calls.flatMap((call, index): CrashPoint[] => [
      { index, call, side: 'before', kind: 'error' },
      ...(writes.has(call) ? (['error', 'death'] as const) : []).map(
        (kind) => ({ index, call, side: 'after', kind }) as const,
      ),
    ])
  }

  /** Runs the work with a break at that point, which has to come; a death calls `onDeath`, because it answers nobody. */
  async breakAt<Result>(
    point: CrashPoint,
    work: () => Promise<Result>,
    onDeath: () => void,
  ): Promise<Result> {
    this.#calls = []
    this.#armed = point
    this.#onDeath = onDeath
    const result = await work()
    this.#armed = undefined
    if (this.#calls[point.index] !== point.call)
      throw new Error(`${describePoint(point)} was not reached: ${this.#calls.join(', ')}`)
    return result
  }

  async #around(...[name, call]: Parameters<Around>): Promise<unknown> {
    const armed = this.#armed
    if (armed === undefined || name === uncounted) return call()
    const index = this.#calls.push(name) - 1
    if (armed === 'counting' || armed.index !== index) return call()
    if (armed.side === 'after') await call()
    if (armed.kind === 'error') throw new StoreError('store_unavailable', 'The database cannot be reached.')
    this.#onDeath()
    return new Promise(() => {})
  }
}

export function describePoint({ index, call, side, kind }: CrashPoint): string {
  return `${kind} ${side} call ${String(index + 1)}, ${call}`
}
