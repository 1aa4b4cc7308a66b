// Puts the web's classes and functions on the global object, with the names and tags that libraries look at.
import {
  apply,
  define,
  GuestTypeError,
  GuestUrl,
  objectKeys,
  ownDescriptor,
  StringOf,
  SymbolIterator,
  SymbolToStringTag,
} from '../primordials.ts'
import type { Guest } from '../run-state.ts'
import { finishThrown } from '../run.ts'
import { startTimer } from '../bindings/timers.ts'
import { AbortController, AbortSignal, takeTimer } from './abort.ts'
import { Blob, blobContent, copied, File } from './blob.ts'
import { CustomEvent, ErrorEvent, Event, MessageEvent, PromiseRejectionEvent } from './event.ts'
import { dispatch, EventTarget } from './event-target.ts'
import { FormData } from './form-data.ts'
import { headersClass } from './headers.ts'
import { makePerformance, Performance } from './performance.ts'
import { Request } from './request.ts'
import { Response } from './response.ts'
import { structuredCloneWithTransfer } from './structured-clone.ts'
import { takeStreams } from './stream-hooks.ts'
import { TextDecoder } from './text-decoder.ts'
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
  Performance,
  PromiseRejectionEvent,
  Request,
  Response,
  TextDecoder,
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
  for (let index = 0; index < names.length; index++) {
    const made = classes[names[index] ?? '']
    if (made !== undefined) expose(names[index] ?? '', made)
  }
  define(FormData.prototype, SymbolIterator, FormData.prototype.entries, false)
  define(globalThis, 'Headers', headersClass(), false)
  define(globalThis, 'performance', makePerformance(), false)
  define(globalThis, 'structuredClone', structuredCloneWithTransfer, false)
  define(GuestUrl, 'parse', parseUrl, false)
}

/** What the script of the streams gets (streams.ts). */
export const streamsPrelude = { expose, takeStreams, Blob, blobBytes }

function blobBytes(blob: unknown): Uint8Array {
  const content = blobContent(blob)
  if (content === undefined) throw new GuestTypeError('Value of "this" must be of type Blob')
  return copied(content.bytes)
}

/** Before an author's code runs. A bundler may have renamed the class. */
function expose(name: string, made: { prototype: object }): void {
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

/** https://url.spec.whatwg.org/#dom-url-parse, which the engine's URL lacks. */
function parseUrl(url: unknown, base?: unknown): object | null {
  try {
    return base === undefined ? new GuestUrl(StringOf(url)) : new GuestUrl(StringOf(url), StringOf(base))
  } catch {
    return null
  }
}
