// Puts the web's classes and functions on the global object, with the names and tags that libraries look at.
import {
  apply,
  define,
  objectKeys,
  ownDescriptor,
  SymbolIterator,
  SymbolToStringTag,
} from '../primordials.ts'
import type { Guest } from '../run-state.ts'
import { finishThrown } from '../run.ts'
import { startTimer } from '../bindings/timers.ts'
import { AbortController, AbortSignal, takeTimer } from './abort.ts'
import { Blob, File } from './blob.ts'
import { CustomEvent, ErrorEvent, Event, MessageEvent, PromiseRejectionEvent } from './event.ts'
import { dispatch, EventTarget } from './event-target.ts'
import { FormData } from './form-data.ts'
import { headersClass } from './headers.ts'
import { Request } from './request.ts'
import { Response } from './response.ts'
import { onUncaught, reportUncaught } from './uncaught.ts'

const classes: Record<string, { prototype: object }> = {
  AbortController,
  AbortSignal,
  Blob,
  CustomEvent,
  ErrorEvent,
  Event,
  EventTarget,
  File,
  FormData,
  MessageEvent,
  PromiseRejectionEvent,
  Request,
  Response,
}

/** One product token without a version, as ECMA-429 recommends; a version would make replays differ. */
const userAgent = 'Mintage'

export function mountWeb(guest: Guest): void {
  const global = new EventTarget()
  takeTimer((callback, delayMs) => startTimer(guest, callback, delayMs))
  onUncaught((error) => {
    if (
      dispatch(global, new ErrorEvent('error', { message: messageOf(error), error, cancelable: true }), true)
    )
      finishThrown(guest, error)
  })
  define(globalThis, 'self', globalThis, false)
  // Node's name for it, which many packages ask for first.
  define(globalThis, 'global', globalThis, false)
  define(globalThis, 'navigator', { userAgent }, false)
  define(globalThis, 'reportError', (error?: unknown) => reportUncaught(error), false)
  exposeTarget(global)
  const names = objectKeys(classes)
  for (let index = 0; index < names.length; index++) expose(names[index] ?? '')
  define(FormData.prototype, SymbolIterator, FormData.prototype.entries, false)
  define(globalThis, 'Headers', headersClass(), false)
  // The engine leaves it enumerable.
  define(globalThis, 'structuredClone', structuredClone, false)
}

/** Before an author's code runs. A bundler may have renamed the class. */
function expose(name: string): void {
  const made: { prototype: object } | undefined = classes[name]
  if (made === undefined) return
  define(made, 'name', name, false)
  define(made.prototype, SymbolToStringTag, name, false)
  define(globalThis, name, made, false)
}

/** The global object is an event target by these three functions; it does not inherit from EventTarget. */
function exposeTarget(target: EventTarget): void {
  const { addEventListener, removeEventListener, dispatchEvent } = target
  const functions: Record<string, Function> = { addEventListener, removeEventListener, dispatchEvent }
  const names = objectKeys(functions)
  for (let index = 0; index < names.length; index++) {
    const name = names[index] ?? ''
    const method = functions[name]
    if (method !== undefined)
      define(globalThis, name, (...rest: unknown[]) => apply(method, target, rest), false)
  }
}

function messageOf(error: unknown): string {
  const message: unknown =
    typeof error === 'object' && error !== null ? ownDescriptor(error, 'message')?.value : undefined
  return typeof message === 'string' ? message : ''
}
