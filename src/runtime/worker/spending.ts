// What one run has used up of what the host does for it, beside its time and memory: outgoing calls, look-ups in the token
// cache, characters of requests, Intl formatters. Each bound protects a thread that other runs share.
import type { RunLimits } from '../limits.ts'
import { HostRefusal } from './run-host.ts'

const outgoingKinds: ReadonlySet<string> = new Set(['fetch', 'secureFetch'])
/** Look-ups in the token cache do not count as outgoing calls, but a loop of them must end as well. */
const mostCacheCalls = 100
/** Of all requests of a run together: the pool reads each on its own thread. */
const mostRequestCharacters = 1024 * 1024
/** Each that fires is written down and read by the pool. One timer after the other makes half of this many in the whole time of a run. */
const mostTimers = 10_000
/** Their memory belongs to Node's ICU, where neither the guest's limit nor V8's accounting sees it. */
const mostFormatters = 500

export class Spending {
  readonly #limits: RunLimits
  #outgoingCalls = 0
  #cacheCalls = 0
  #requestCharacters = 0
  #formatters = 0
  #timers = 0

  constructor(limits: RunLimits) {
    this.#limits = limits
  }

  /** False when the run has made all the calls that it may make. Throws HostRefusal when its requests grow too large. */
  call(kind: string, request: string): boolean {
    this.#requestCharacters += kind.length + request.length
    if (this.#requestCharacters > mostRequestCharacters) {
      throw new HostRefusal('the outgoing requests of one run may hold 1 MiB together')
    }
    if (outgoingKinds.has(kind)) this.#outgoingCalls++
    else this.#cacheCalls++
    return this.#outgoingCalls <= this.#limits.calls && this.#cacheCalls <= mostCacheCalls
  }

  /** Throws HostRefusal when the run has set all the timers that it may set. */
  timer(): void {
    if (++this.#timers > mostTimers) throw new HostRefusal(`a run may set ${mostTimers} timers`)
  }

  /** Throws RangeError when the run has made enough formatters. */
  formatter(): void {
    if (++this.#formatters > mostFormatters) {
      throw new RangeError(`a run may make ${mostFormatters} Intl formatters`)
    }
  }
}
