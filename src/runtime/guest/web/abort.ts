// AbortSignal and AbortController (https://dom.spec.whatwg.org/#aborting-ongoing-activities). Time-outs go by the clock of
// the run, so that a replay aborts where the run did.
import {
  GuestDOMException,
  GuestTypeError,
  isFiniteNumber,
  newList,
  NumberOf,
  trunc,
} from '../primordials.ts'
import { elements } from './elements.ts'
import { abortState, newAbortState, signalOption, type AbortState } from './abort-state.ts'
import { Event } from './event.ts'
import { dispatch, EventTarget } from './event-target.ts'

/** Only this file gives it to the constructor. */
const internal = {}

let startTimer: (callback: () => void, delayMs: number) => void = () => {}

/** Once, when the globals are put in place. */
export function takeTimer(start: typeof startTimer): void {
  startTimer = start
}

export class AbortSignal extends EventTarget {
  readonly #state: AbortState
  #onabort: unknown = null

  constructor(key?: unknown) {
    if (key !== internal)
      throw new GuestTypeError(
        'Illegal constructor: use AbortController, AbortSignal.timeout() or AbortSignal.any()',
      )
    super()
    this.#state = newAbortState(this)
  }

  get aborted(): boolean {
    return this.#state.aborted
  }

  get reason(): unknown {
    return this.#state.reason
  }

  get onabort(): unknown {
    return this.#onabort
  }

  set onabort(listener: unknown) {
    const before = this.#onabort
    if (typeof before === 'function') this.removeEventListener('abort', before)
    this.#onabort = typeof listener === 'function' ? listener : null
    if (typeof listener === 'function') this.addEventListener('abort', listener)
  }

  throwIfAborted(): void {
    if (this.#state.aborted) throw this.#state.reason
  }

  static abort(reason?: unknown): AbortSignal {
    const signal = new AbortSignal(internal)
    abort(signal, arguments.length === 0 || reason === undefined ? abortError() : reason)
    return signal
  }

  static timeout(milliseconds?: unknown): AbortSignal {
    const delayMs = NumberOf(milliseconds)
    if (arguments.length === 0 || !isFiniteNumber(delayMs) || delayMs < 0)
      throw new GuestTypeError('AbortSignal.timeout: the argument must be a number of milliseconds')
    const signal = new AbortSignal(internal)
    startTimer(
      () => abort(signal, new GuestDOMException('The operation was aborted due to timeout', 'TimeoutError')),
      trunc(delayMs),
    )
    return signal
  }

  static any(signals?: unknown): AbortSignal {
    const sources = elements(signals, 'AbortSignal.any: the argument must be an iterable of signals')
    const states = newList<AbortState>()
    for (let index = 0; index < sources.length; index++) {
      const state = abortState(sources[index])
      if (state === undefined)
        throw new GuestTypeError('AbortSignal.any: element ' + index + ' is not an AbortSignal')
      states[index] = state
    }
    const signal = new AbortSignal(internal)
    for (let index = 0; index < states.length; index++) {
      const source = states[index]
      if (source?.aborted !== true) continue
      abort(signal, source.reason)
      return signal
    }
    for (let index = 0; index < states.length; index++) {
      const source = states[index]
      if (source !== undefined) source.followers[source.followers.length] = signal
    }
    return signal
  }
}

export class AbortController {
  readonly #signal = new AbortSignal(internal)

  get signal(): AbortSignal {
    return this.#signal
  }

  abort(reason?: unknown): void {
    abort(this.#signal, reason === undefined ? abortError() : reason)
  }
}

/** A signal that is aborted with another one; of `undefined` it never is. For Request, whose signal is its own. */
export function followingSignal(given: unknown, what: string): AbortSignal {
  const source = signalOption(
    given,
    () => new GuestTypeError(what + ': the option "signal" must be an AbortSignal'),
  )
  const signal = new AbortSignal(internal)
  if (source?.aborted === true) abort(signal, source.reason)
  else if (source !== undefined) source.followers[source.followers.length] = signal
  return signal
}

/** https://dom.spec.whatwg.org/#abortsignal-signal-abort: all that follow are aborted before a listener hears of it. */
function abort(signal: object, reason: unknown): void {
  const queue = newList<object>()
  queue[0] = signal
  const fresh = newList<AbortSignal>()
  for (let index = 0; index < queue.length; index++) {
    const one = queue[index]
    const state = abortState(one)
    if (state === undefined || state.aborted) continue
    state.aborted = true
    state.reason = reason
    fresh[fresh.length] = one as AbortSignal
    for (let at = 0; at < state.followers.length; at++) queue[queue.length] = state.followers[at] ?? signal
    state.followers = newList()
  }
  for (let index = 0; index < fresh.length; index++) tell(fresh[index])
}

function tell(signal: AbortSignal | undefined): void {
  const state = abortState(signal)
  if (signal === undefined || state === undefined) return
  const { steps } = state
  state.steps = newList()
  for (let index = 0; index < steps.length; index++) steps[index]?.()
  dispatch(signal, new Event('abort'), true)
}

function abortError(): Error {
  return new GuestDOMException('This operation was aborted', 'AbortError')
}
