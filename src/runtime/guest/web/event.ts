// Event and its kinds (https://dom.spec.whatwg.org/#events). A target has no parents here, so there is one phase.
import { dateNow, define, defineProperty, GuestTypeError, reflectGet, StringOf } from '../primordials.ts'

const NONE = 0
const AT_TARGET = 2

/** What EventTarget reads and sets of an event, whatever an author did to the class. */
export interface EventInside {
  readonly type: string
  readonly start: (target: object, trusted: boolean) => void
  readonly end: () => void
  readonly isStopped: () => boolean
  readonly isBusy: () => boolean
  readonly isPrevented: () => boolean
  readonly setPassive: (passive: boolean) => void
}

let insideOf: (event: unknown) => EventInside | undefined

function option(init: unknown, name: string): unknown {
  return (typeof init === 'object' && init !== null) || typeof init === 'function'
    ? reflectGet(init, name)
    : undefined
}

function required(count: number, what: string): void {
  if (count < 1) throw new GuestTypeError(what + ': 1 argument required, but only 0 present')
}

export class Event {
  readonly #type: string
  readonly #bubbles: boolean
  readonly #cancelable: boolean
  readonly #composed: boolean
  #target: object | null = null
  #busy = false
  #stopped = false
  #prevented = false
  #passive = false
  #trusted = false
  #time: number | undefined

  constructor(type?: unknown, init?: unknown) {
    required(arguments.length, 'Event')
    this.#type = StringOf(type)
    this.#bubbles = !!option(init, 'bubbles')
    this.#cancelable = !!option(init, 'cancelable')
    this.#composed = !!option(init, 'composed')
    // An own property, as in browsers: a class that inherits cannot change what it says.
    defineProperty(this, 'isTrusted', {
      __proto__: null,
      get: () => this.#trusted,
      enumerable: true,
    } as object)
  }

  static {
    insideOf = (event) =>
      typeof event === 'object' && event !== null && #type in event
        ? {
            type: event.#type,
            start(target, trusted) {
              event.#target = target
              event.#busy = true
              event.#trusted = trusted
            },
            end() {
              event.#busy = false
              event.#stopped = false
            },
            isStopped: () => event.#stopped,
            isBusy: () => event.#busy,
            isPrevented: () => event.#prevented,
            setPassive(passive) {
              event.#passive = passive
            },
          }
        : undefined
  }

  get type(): string {
    return this.#type
  }

  get target(): object | null {
    return this.#target
  }

  get srcElement(): object | null {
    return this.#target
  }

  get currentTarget(): object | null {
    return this.#busy ? this.#target : null
  }

  get eventPhase(): number {
    return this.#busy ? AT_TARGET : NONE
  }

  get bubbles(): boolean {
    return this.#bubbles
  }

  get cancelable(): boolean {
    return this.#cancelable
  }

  get composed(): boolean {
    return this.#composed
  }

  get defaultPrevented(): boolean {
    return this.#prevented
  }

  get returnValue(): boolean {
    return !this.#prevented
  }

  get cancelBubble(): boolean {
    return false
  }

  /** The time of the first look: an event that nothing asks for its time must not read the clock. */
  get timeStamp(): number {
    return (this.#time ??= dateNow())
  }

  composedPath(): object[] {
    const path: object[] = []
    if (this.#busy && this.#target !== null) define(path, 0, this.#target)
    return path
  }

  preventDefault(): void {
    if (this.#cancelable && !this.#passive) this.#prevented = true
  }

  stopPropagation(): void {}

  stopImmediatePropagation(): void {
    this.#stopped = true
  }
}

export class CustomEvent extends Event {
  readonly #detail: unknown

  constructor(type?: unknown, init?: unknown) {
    required(arguments.length, 'CustomEvent')
    super(type, init)
    const detail = option(init, 'detail')
    this.#detail = detail === undefined ? null : detail
  }

  get detail(): unknown {
    return this.#detail
  }
}

export class ErrorEvent extends Event {
  readonly #message: string
  readonly #filename: string
  readonly #lineno: number
  readonly #colno: number
  readonly #error: unknown

  constructor(type?: unknown, init?: unknown) {
    required(arguments.length, 'ErrorEvent')
    super(type, init)
    this.#message = StringOf(option(init, 'message') ?? '')
    this.#filename = StringOf(option(init, 'filename') ?? '')
    this.#lineno = +((option(init, 'lineno') as number | undefined) ?? 0)
    this.#colno = +((option(init, 'colno') as number | undefined) ?? 0)
    this.#error = option(init, 'error')
  }

  get message(): string {
    return this.#message
  }

  get filename(): string {
    return this.#filename
  }

  get lineno(): number {
    return this.#lineno
  }

  get colno(): number {
    return this.#colno
  }

  get error(): unknown {
    return this.#error
  }
}

export class PromiseRejectionEvent extends Event {
  readonly #promise: unknown
  readonly #reason: unknown

  constructor(type?: unknown, init?: unknown) {
    required(arguments.length - 1, 'PromiseRejectionEvent')
    super(type, init)
    this.#promise = option(init, 'promise')
    this.#reason = option(init, 'reason')
  }

  get promise(): unknown {
    return this.#promise
  }

  get reason(): unknown {
    return this.#reason
  }
}

export class MessageEvent extends Event {
  readonly #data: unknown
  readonly #origin: string
  readonly #lastEventId: string
  readonly #source: unknown
  readonly #ports: unknown

  constructor(type?: unknown, init?: unknown) {
    required(arguments.length, 'MessageEvent')
    super(type, init)
    const data = option(init, 'data')
    this.#data = data === undefined ? null : data
    this.#origin = StringOf(option(init, 'origin') ?? '')
    this.#lastEventId = StringOf(option(init, 'lastEventId') ?? '')
    this.#source = option(init, 'source') ?? null
    this.#ports = option(init, 'ports') ?? []
  }

  get data(): unknown {
    return this.#data
  }

  get origin(): string {
    return this.#origin
  }

  get lastEventId(): string {
    return this.#lastEventId
  }

  get source(): unknown {
    return this.#source
  }

  get ports(): unknown {
    return this.#ports
  }
}

export const eventInside = (event: unknown): EventInside | undefined => insideOf(event)
