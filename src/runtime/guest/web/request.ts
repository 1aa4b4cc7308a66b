// Request (https://fetch.spec.whatwg.org/#request-class). What concerns a browser's page (mode, cache, credentials, referrer) is
// kept and has no effect.
import {
  charCodeAt,
  GuestHeaders,
  GuestTypeError,
  GuestUrl,
  headersHas,
  headersSet,
  newList,
  reflectGet,
  StringOf,
  stringToUpperCase,
  urlHref,
} from '../primordials.ts'
import { showAs } from '../shown.ts'
import { inspect } from '../inspect.ts'
import { followingSignal, type AbortSignal } from './abort.ts'
import { assertUnused, Body, contentOf, sharedContent } from './body.ts'
import { contentFrom, makeContent, type Content } from './content.ts'
import { fillHeaders } from './headers.ts'

/** Of a browser's page, with what is said when an author says nothing. */
const pageOptions = ['mode', 'credentials', 'cache', 'referrer', 'referrerPolicy', 'integrity'] as const
const pageDefaults = ['cors', 'same-origin', 'default', 'about:client', '', ''] as const

export interface RequestParts {
  readonly url: string
  readonly method: string
  readonly headers: object
  readonly content: Content | undefined
  readonly redirect: string
  readonly signal: AbortSignal
  readonly keepalive: boolean
  /** In the order of `pageOptions`. */
  readonly page: readonly string[]
}

/** Only this file gives it to the constructor: a Request that is a copy. */
class Copy {
  readonly parts: RequestParts
  constructor(parts: RequestParts) {
    this.parts = parts
  }
}

let partsOf: (request: unknown) => RequestParts | undefined

export class Request extends Body {
  readonly #parts: RequestParts

  constructor(input?: unknown, init?: unknown) {
    if (arguments.length === 0) throw new GuestTypeError('Request: 1 argument required, but only 0 present')
    const parts = input instanceof Copy ? input.parts : newParts(input, init)
    super(parts.content, parts.headers, 'The body is not JSON: ')
    this.#parts = parts
  }

  static {
    partsOf = (request) =>
      typeof request === 'object' && request !== null && #parts in request ? request.#parts : undefined
  }

  static {
    showAs((value) => {
      if (!(#parts in value)) return undefined
      const { method, url, headers } = value.#parts
      return { method, url, headers }
    })
  }

  get method(): string {
    return this.#parts.method
  }

  get url(): string {
    return this.#parts.url
  }

  get redirect(): string {
    return this.#parts.redirect
  }

  get signal(): AbortSignal {
    return this.#parts.signal
  }

  get keepalive(): boolean {
    return this.#parts.keepalive
  }

  get destination(): string {
    return ''
  }

  get duplex(): string {
    return 'half'
  }

  get mode(): string {
    return this.#parts.page[0] ?? ''
  }

  get credentials(): string {
    return this.#parts.page[1] ?? ''
  }

  get cache(): string {
    return this.#parts.page[2] ?? ''
  }

  get referrer(): string {
    return this.#parts.page[3] ?? ''
  }

  get referrerPolicy(): string {
    return this.#parts.page[4] ?? ''
  }

  get integrity(): string {
    return this.#parts.page[5] ?? ''
  }

  clone(): Request {
    const headers = new GuestHeaders()
    fillHeaders(headers, this.headers)
    const content = sharedContent(this)
    const { url, method, redirect, signal, keepalive, page } = this.#parts
    const following = followingSignal(signal, 'Request.clone')
    return new Request(
      new Copy({ url, method, redirect, keepalive, page, headers, content, signal: following }),
    )
  }
}

/** Undefined for what is not a Request. Its body is that of `contentOf`. */
export const requestParts = (request: unknown): RequestParts | undefined => partsOf(request)

function newParts(input: unknown, init: unknown): RequestParts {
  const base = partsOf(input)
  const url = base?.url ?? StringOf(urlHref(new GuestUrl(StringOf(input))))
  const method = methodFrom(option(init, 'method') ?? base?.method)
  const headers = new GuestHeaders()
  const given = option(init, 'headers')
  fillHeaders(headers, given === undefined ? base?.headers : given)
  const signal = option(init, 'signal')
  const keepalive = option(init, 'keepalive')
  const page = newList<string>()
  for (let index = 0; index < pageOptions.length; index++) {
    const value = option(init, pageOptions[index] ?? '')
    page[index] = value === undefined ? (base?.page[index] ?? pageDefaults[index] ?? '') : StringOf(value)
  }
  return {
    url,
    method,
    headers,
    content: contentOfNew(input, init, method, headers),
    redirect: redirectFrom('Request', option(init, 'redirect') ?? base?.redirect),
    signal: followingSignal(signal === undefined ? base?.signal : signal, 'Request'),
    keepalive: keepalive === undefined ? base?.keepalive === true : !!keepalive,
    page,
  }
}

function contentOfNew(input: unknown, init: unknown, method: string, headers: object): Content | undefined {
  const content = contentFrom('Request', option(init, 'body'))
  const taken = content === undefined && input instanceof Request ? takenContent(input) : undefined
  if ((content ?? taken) !== undefined && (method === 'GET' || method === 'HEAD'))
    throw new GuestTypeError('Request: a ' + method + ' request has no body')
  if (content === undefined) return taken
  assertHalfDuplex('Request', content, init)
  if (content.type !== '' && !headersHas(headers, 'content-type'))
    headersSet(headers, 'content-type', content.type)
  return content
}

/** The body of a Request from which another is made: it goes over, and the first has it no more. */
function takenContent(request: Request): Content | undefined {
  const content = contentOf(request)
  if (content === undefined) return undefined
  assertUnused(content)
  content.used = true
  return makeContent(content.type, content.text, content.bytes, content.stream)
}

/** https://fetch.spec.whatwg.org/#dom-request: libraries find out by this whether streams can be sent. */
export function assertHalfDuplex(what: string, content: Content, init: unknown): void {
  if (content.stream !== undefined && option(init, 'duplex') === undefined)
    throw new GuestTypeError(what + ': a body that is a stream needs the option duplex: "half"')
}

/** Throws a TypeError for what is not a method, or one that no workflow may use. */
function methodFrom(method: unknown): string {
  const text = stringToUpperCase(StringOf(method ?? 'GET'))
  for (let index = 0; index < text.length; index++) {
    const code = charCodeAt(text, index)
    if (code < 65 || code > 90)
      throw new GuestTypeError('Request: ' + inspect(method, 0) + ' is not a valid method')
  }
  if (text === '' || text === 'CONNECT' || text === 'TRACE' || text === 'TRACK')
    throw new GuestTypeError('Request: the method ' + inspect(method, 0) + ' is not supported')
  return text
}

export function redirectFrom(what: string, redirect: unknown): string {
  if (redirect === undefined) return 'follow'
  const text = StringOf(redirect)
  if (text !== 'follow' && text !== 'error' && text !== 'manual')
    throw new GuestTypeError(
      what + ': the option "redirect" must be "follow", "error" or "manual", not ' + inspect(redirect, 0),
    )
  return text
}

function option(init: unknown, name: string): unknown {
  return typeof init === 'object' && init !== null ? reflectGet(init, name) : undefined
}
