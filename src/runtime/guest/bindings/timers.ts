// setTimeout, setInterval and their clears. The host keeps the time and says which timer fires; the callback and its
// arguments stay here. What a callback throws ends the run, as an uncaught exception ends a process.
import {
  apply,
  GuestRangeError,
  GuestTypeError,
  isFiniteNumber,
  mapDelete,
  mapGet,
  mapSet,
  mapSize,
  min,
  newList,
  NumberOf,
  trunc,
} from '../primordials.ts'
import type { Guest, Timer } from '../run-state.ts'

const maxTimers = 1_000
const maxDelayMs = 2_147_483_647

/** A timer of the prelude's own. Throws a RangeError when there are too many. */
export function startTimer(guest: Guest, callback: Function, delayMs: number): void {
  keepTimer(guest, 'AbortSignal.timeout', {
    callback,
    rest: newList(),
    delayMs: min(delayMs, maxDelayMs),
    repeats: false,
  })
}

function keepTimer({ host, state }: Guest, what: string, timer: Timer): number {
  if (NumberOf(mapSize(state.timers)) >= maxTimers)
    throw new GuestRangeError(what + ': more than ' + maxTimers + ' timers at once')
  const id = state.nextTimerId++
  mapSet(state.timers, id, timer)
  host.setTimer(id, timer.delayMs)
  return id
}

export function timers(guest: Guest): Record<string, object> {
  const { host, state } = guest
  const start = (what: string, repeats: boolean) => {
    return (callback?: unknown, delay?: unknown, ...rest: unknown[]): number => {
      if (typeof callback !== 'function')
        throw new GuestTypeError(what + ': the first argument must be a function')
      return keepTimer(guest, what, { callback, rest, delayMs: delayOf(delay, repeats), repeats })
    }
  }
  const clear = (id?: unknown): void => {
    if (typeof id !== 'number' || mapGet(state.timers, id) === undefined) return
    mapDelete(state.timers, id)
    host.clearTimer(id)
  }
  return {
    setTimeout: start('setTimeout', false),
    setInterval: start('setInterval', true),
    clearTimeout: (id?: unknown) => clear(id),
    clearInterval: (id?: unknown) => clear(id),
  }
}

/** What the callback throws, the caller of this sees. */
export function fireTimer({ host, state }: Guest, id: number): void {
  const timer: Timer | undefined = mapGet(state.timers, id)
  if (timer === undefined) return
  if (timer.repeats) host.setTimer(id, timer.delayMs)
  else mapDelete(state.timers, id)
  apply(timer.callback, undefined, timer.rest)
}

/** An interval of no length would leave no room for anything else. */
function delayOf(delay: unknown, repeats: boolean): number {
  const least = repeats ? 1 : 0
  if (delay === undefined) return least
  const number = NumberOf(delay)
  if (!isFiniteNumber(number) || number < least || number > maxDelayMs) return least
  return trunc(number)
}
