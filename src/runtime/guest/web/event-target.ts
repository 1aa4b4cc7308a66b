// EventTarget (https://dom.spec.whatwg.org/#interface-eventtarget) without a tree: an event reaches its target and no other.
import { apply, GuestDOMException, GuestTypeError, newList, reflectGet, StringOf } from '../primordials.ts'
import { signalOption } from './abort-state.ts'
import { eventInside, type Event } from './event.ts'
import { reportUncaught } from './uncaught.ts'

interface Listener {
  readonly type: string
  readonly callback: object
  readonly capture: boolean
  readonly once: boolean
  readonly passive: boolean
  removed: boolean
}

let listenersOf: (target: unknown) => Listener[]
let keep: (target: EventTarget, listeners: Listener[]) => void

export class EventTarget {
  #listeners: Listener[] = newList()

  static {
    listenersOf = (target) => {
      if (typeof target !== 'object' || target === null || !(#listeners in target))
        throw new GuestTypeError('Value of "this" must be of type EventTarget')
      return target.#listeners
    }
    keep = (target, listeners) => {
      target.#listeners = listeners
    }
  }

  addEventListener(type: unknown, callback?: unknown, options?: unknown): void {
    const listeners = listenersOf(this)
    const name = StringOf(type)
    const capture = captures(options)
    const signal = signalOption(
      field(options, 'signal'),
      () => new GuestTypeError('addEventListener: the option "signal" must be an AbortSignal'),
    )
    if (callback === null || callback === undefined || signal?.aborted === true) return
    if (typeof callback !== 'function' && typeof callback !== 'object')
      throw new GuestTypeError('addEventListener: the listener must be a function or an object')
    for (let index = 0; index < listeners.length; index++) {
      if (isSame(listeners[index], name, callback, capture)) return
    }
    listeners[listeners.length] = {
      type: name,
      callback,
      capture,
      once: !!field(options, 'once'),
      passive: !!field(options, 'passive'),
      removed: false,
    }
    if (signal !== undefined) signal.steps[signal.steps.length] = () => remove(this, name, callback, capture)
  }

  removeEventListener(type: unknown, callback?: unknown, options?: unknown): void {
    remove(this, StringOf(type), callback, captures(options))
  }

  dispatchEvent(event?: unknown): boolean {
    listenersOf(this)
    const inside = eventInside(event)
    if (inside === undefined) throw new GuestTypeError('dispatchEvent: the argument must be an Event')
    if (inside.isBusy())
      throw new GuestDOMException('The event is already being dispatched', 'InvalidStateError')
    return dispatch(this, event as Event, false)
  }
}

/** Calls the listeners; `trusted` when the runtime itself fires. False when a listener prevented the default. */
export function dispatch(target: EventTarget, event: Event, trusted: boolean): boolean {
  const inside = eventInside(event)
  if (inside === undefined) return true
  const listeners = listenersOf(target)
  // Those that are added meanwhile are not called.
  const count = listeners.length
  inside.start(target, trusted)
  for (let index = 0; index < count && !inside.isStopped(); index++) {
    const listener = listeners[index]
    if (listener === undefined || listener.removed || listener.type !== inside.type) continue
    if (listener.once) remove(target, listener.type, listener.callback, listener.capture)
    inside.setPassive(listener.passive)
    call(listener.callback, target, event)
    inside.setPassive(false)
  }
  inside.end()
  return !inside.isPrevented()
}

function call(callback: object, target: EventTarget, event: Event): void {
  try {
    if (typeof callback === 'function') {
      apply(callback, target, [event])
      return
    }
    const handle: unknown = reflectGet(callback, 'handleEvent')
    if (typeof handle !== 'function') throw new GuestTypeError('The listener has no method "handleEvent"')
    apply(handle, callback, [event])
  } catch (error) {
    reportUncaught(error)
  }
}

/** The list is replaced, not changed: a dispatch that is under way goes on with the old one. */
function remove(target: EventTarget, type: string, callback: unknown, capture: boolean): void {
  const listeners = listenersOf(target)
  const kept = newList<Listener>()
  for (let index = 0; index < listeners.length; index++) {
    const listener = listeners[index]
    if (listener === undefined) continue
    if (isSame(listener, type, callback, capture)) listener.removed = true
    else kept[kept.length] = listener
  }
  keep(target, kept)
}

function isSame(listener: Listener | undefined, type: string, callback: unknown, capture: boolean): boolean {
  return (
    listener !== undefined &&
    listener.callback === callback &&
    listener.capture === capture &&
    listener.type === type
  )
}

function captures(options: unknown): boolean {
  return typeof options === 'boolean' ? options : !!field(options, 'capture')
}

function field(options: unknown, name: string): unknown {
  return typeof options === 'object' && options !== null ? reflectGet(options, name) : undefined
}
