// Response (https://fetch.spec.whatwg.org/#response-class), as authors make it and as fetch gives it.
import {
  charCodeAt,
  GuestHeaders,
  GuestRangeError,
  GuestTypeError,
  GuestUrl,
  headersAppend,
  headersHas,
  headersSet,
  jsonStringify,
  NumberOf,
  reflectGet,
  StringOf,
  trunc,
  urlHref,
} from '../primordials.ts'
import { showAs } from '../shown.ts'
import { Body, headersOf, sharedContent } from './body.ts'
import { contentFrom, type Content } from './content.ts'
import { fillHeaders } from './headers.ts'

/** What an answer says of itself besides body and headers. */
export interface Answered {
  readonly status: number
  readonly statusText: string
  readonly url: string
  readonly redirected: boolean
  readonly type: string
}

/** Only this file gives it to the constructor, with what the Response is to be. */
class Made {
  readonly answered: Answered
  readonly headers: object
  readonly content: Content | undefined
  readonly label: string
  constructor(answered: Answered, headers: object, content: Content | undefined, label: string) {
    this.answered = answered
    this.headers = headers
    this.content = content
    this.label = label
  }
}

const madeHere = 'The body is not JSON: '

export class Response extends Body {
  readonly #answered: Answered

  constructor(body?: unknown, init?: unknown) {
    const made = body instanceof Made ? body : fromInit(body, init)
    super(made.content, made.headers, made.label)
    this.#answered = made.answered
  }

  static {
    showAs((value) => {
      if (!(#answered in value)) return undefined
      const { status, statusText, url } = value.#answered
      return { status, statusText, url, headers: headersOf(value) }
    })
  }

  get type(): string {
    return this.#answered.type
  }

  get url(): string {
    return this.#answered.url
  }

  get redirected(): boolean {
    return this.#answered.redirected
  }

  get status(): number {
    return this.#answered.status
  }

  get ok(): boolean {
    return this.#answered.status >= 200 && this.#answered.status <= 299
  }

  get statusText(): string {
    return this.#answered.statusText
  }

  clone(): Response {
    const headers = new GuestHeaders()
    fillHeaders(headers, this.headers)
    return new Response(new Made(this.#answered, headers, sharedContent(this), madeHere))
  }

  static error(): Response {
    const answered = { status: 0, statusText: '', url: '', redirected: false, type: 'error' }
    return new Response(new Made(answered, new GuestHeaders(), undefined, madeHere))
  }

  static json(data?: unknown, init?: unknown): Response {
    const text: string | undefined = jsonStringify(data)
    if (text === undefined) throw new GuestTypeError('Response.json: the value cannot be written as JSON')
    const made = fromInit(text, init)
    if (!given(init, 'headers', 'content-type')) headersSet(made.headers, 'content-type', 'application/json')
    return new Response(made)
  }

  static redirect(url?: unknown, status: unknown = 302): Response {
    const location = new GuestUrl(StringOf(url))
    const code = NumberOf(status)
    if (code !== 301 && code !== 302 && code !== 303 && code !== 307 && code !== 308)
      throw new GuestRangeError('Response.redirect: ' + code + ' is not the status of a redirect')
    const headers = new GuestHeaders()
    headersAppend(headers, 'location', StringOf(urlHref(location)))
    return new Response(new Made(answer(code, ''), headers, undefined, madeHere))
  }
}

/** What fetch gives. */
export function answeredResponse(
  answered: Answered,
  headers: object,
  content: Content | undefined,
): Response {
  const label = 'The answer is not JSON: status ' + answered.status + ', '
  return new Response(new Made(answered, headers, content, label))
}

function answer(status: number, statusText: string): Answered {
  return { status, statusText, url: '', redirected: false, type: 'default' }
}

function fromInit(body: unknown, init: unknown): Made {
  const statusGiven = option(init, 'status')
  const status = statusGiven === undefined ? 200 : trunc(NumberOf(statusGiven))
  if (!(status >= 200 && status <= 599))
    throw new GuestRangeError('Response: the status must be from 200 to 599, not ' + StringOf(statusGiven))
  const statusText = StringOf(option(init, 'statusText') ?? '')
  for (let index = 0; index < statusText.length; index++) {
    const code = charCodeAt(statusText, index)
    if (code > 255 || code === 127 || (code < 32 && code !== 9))
      throw new GuestTypeError('Response: the status text holds a character that it cannot carry')
  }
  const headers = new GuestHeaders()
  fillHeaders(headers, option(init, 'headers'))
  const content = contentFrom('Response', body)
  if (content !== undefined && isBodyless(status))
    throw new GuestTypeError('Response: an answer with status ' + status + ' has no body')
  if (content !== undefined && content.type !== '' && !headersHas(headers, 'content-type'))
    headersSet(headers, 'content-type', content.type)
  return new Made(answer(status, statusText), headers, content, madeHere)
}

/** https://fetch.spec.whatwg.org/#null-body-status */
export function isBodyless(status: number): boolean {
  return status === 204 || status === 205 || status === 304
}

function given(init: unknown, field: string, header: string): boolean {
  const headers = new GuestHeaders()
  fillHeaders(headers, option(init, field))
  return headersHas(headers, header)
}

function option(init: unknown, name: string): unknown {
  return typeof init === 'object' && init !== null ? reflectGet(init, name) : undefined
}
