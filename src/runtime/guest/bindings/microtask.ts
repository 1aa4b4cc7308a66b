// queueMicrotask with an end for what its callback throws: the run fails, as it does for a timer's callback.
import { apply, engineQueueMicrotask, GuestTypeError } from '../primordials.ts'
import type { Guest } from '../run-state.ts'
import { finishThrown } from '../run.ts'

export function microtask(guest: Guest): object {
  return function queueMicrotask(callback?: unknown): void {
    if (typeof callback !== 'function')
      throw new GuestTypeError('queueMicrotask: the first argument must be a function')
    engineQueueMicrotask(() => {
      try {
        apply(callback, undefined, [])
      } catch (error) {
        finishThrown(guest, error)
      }
    })
  }
}
