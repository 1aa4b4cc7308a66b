// The arguments of fetch, kinde.fetch and kinde.secureFetch as the request that crosses the wall. Kinde's workflows pass forms of
// body and headers that the web's fetch does not know (C§6.6); both are understood everywhere.
import { inspect } from '../inspect.ts'
import { builtinKind } from '../builtin-kind.ts'
import {
  getPrototypeOf,
  GuestTypeError,
  hasOwnEnumerable,
  headersForEach,
  newList,
  ownKeys,
  quote,
  reflectGet,
  stringIndexOf,
  StringOf,
  stringSlice,
  stringToLowerCase,
  stringToUpperCase,
  SymbolIterator,
  toBase64,
} from '../primordials.ts'
import type { Pairs } from '../form-text.ts'
import { signalOption, type AbortState } from '../web/abort-state.ts'
import { assertUnused, contentOf } from '../web/body.ts'
import { contentFrom, queryFrom, type Content } from '../web/content.ts'
import { elements } from '../web/elements.ts'
import { assertHalfDuplex, redirectFrom, Request, requestParts } from '../web/request.ts'

export interface OutgoingRequest {
  readonly url: string
  readonly method: string
  readonly headers: Pairs
  /** A stream among them has not been read yet. */
  readonly content: Content | undefined
  readonly redirect: string
  readonly signal: AbortState | undefined
  readonly responseFormat: 'json' | 'text'
}

export function outgoingRequest(what: string, input: unknown, options: unknown): OutgoingRequest {
  const settings = typeof options === 'object' && options !== null ? options : {}
  const responseFormat = own(settings, 'responseFormat') === 'text' ? 'text' : 'json'
  if (requestParts(input) !== undefined) {
    return { ...ofRequest(options === undefined ? input : new Request(input, options)), responseFormat }
  }
  // The host refuses what is not a method; the call then rejects.
  const method = stringToUpperCase(StringOf(own(settings, 'method') ?? 'GET'))
  const headers = headerPairs(own(settings, 'headers'))
  const redirect = redirectFrom(what, own(settings, 'redirect') ?? undefined)
  const signal = signalOption(
    own(settings, 'signal'),
    () => new GuestTypeError(what + ': the option "signal" must be an AbortSignal'),
  )
  const url = urlText(what, input)
  const body = own(settings, 'body') ?? undefined
  if (body !== undefined && (method === 'GET' || method === 'HEAD')) {
    const address = withQuery(url, queryFrom(what, body))
    return { url: address, method, headers, content: undefined, redirect, signal, responseFormat }
  }
  const content = contentFrom(what, body)
  if (content !== undefined) {
    assertHalfDuplex(what, content, settings)
    if (content.type !== '' && !names(headers, 'content-type'))
      headers[headers.length] = { name: 'content-type', value: content.type }
  }
  return { url, method, headers, content, redirect, signal, responseFormat }
}

function ofRequest(request: unknown): Omit<OutgoingRequest, 'responseFormat'> {
  const parts = requestParts(request)
  if (parts === undefined || !(request instanceof Request)) throw new GuestTypeError('fetch: not a Request')
  const { url, method, redirect, signal } = parts
  const content = contentOf(request)
  assertUnused(content)
  if (content !== undefined) content.used = true
  const state = signalOption(signal, () => new GuestTypeError('fetch: not an AbortSignal'))
  return { url, method, headers: headerPairs(parts.headers), content, redirect, signal: state }
}

/** Inherited options count, as they do for every reader of an options object; Object.prototype does not. */
function own(settings: object, name: string): unknown {
  for (let owner: object | null = settings, steps = 0; owner !== null && steps < 16; steps++) {
    const next: object | null = getPrototypeOf(owner)
    if (next === null && owner !== settings) return undefined
    if (hasOwnName(owner, name)) return reflectGet(settings, name)
    owner = next
  }
  return undefined
}

function hasOwnName(owner: object, name: string): boolean {
  const names = ownKeys(owner)
  for (let index = 0; index < names.length; index++) if (names[index] === name) return true
  return false
}

function urlText(what: string, url: unknown): string {
  if (typeof url === 'string') return url
  if (typeof url === 'object' && url !== null) {
    const href: unknown = reflectGet(url, 'href')
    if (typeof href === 'string') return href
  }
  throw new GuestTypeError(what + ': the first argument must be an address, not ' + inspect(url, 0))
}

function headerPairs(headers: unknown): Pairs {
  const pairs: Pairs = newList()
  if (typeof headers !== 'object' || headers === null) return pairs
  if (builtinKind(headers) === 'Headers') {
    headersForEach(headers, (value: string, name: string) => {
      pairs[pairs.length] = { name, value }
    })
    return pairs
  }
  if (typeof reflectGet(headers, SymbolIterator) === 'function') {
    const message = 'headers: each element must be a pair of a name and a value'
    const given = elements(headers, message)
    for (let index = 0; index < given.length; index++) {
      const pair = elements(given[index], message)
      if (pair.length !== 2) throw new GuestTypeError(message)
      pairs[index] = { name: StringOf(pair[0]), value: StringOf(pair[1]) }
    }
    return pairs
  }
  const fields = ownKeys(headers)
  for (let index = 0; index < fields.length; index++) {
    const name = fields[index]
    if (typeof name !== 'string' || !hasOwnEnumerable(headers, name)) continue
    const value: unknown = reflectGet(headers, name)
    if (value !== undefined && value !== null) pairs[pairs.length] = { name, value: StringOf(value) }
  }
  return pairs
}

function names(pairs: Pairs, wanted: string): boolean {
  for (let index = 0; index < pairs.length; index++) {
    if (stringToLowerCase(pairs[index]?.name ?? '') === wanted) return true
  }
  return false
}

/** In front of the fragment, which no request carries. */
function withQuery(address: string, query: string): string {
  if (query === '') return address
  const hash = stringIndexOf(address, '#')
  const head = hash === -1 ? address : stringSlice(address, 0, hash)
  const separator = stringIndexOf(head, '?') === -1 ? '?' : '&'
  return head + separator + query + (hash === -1 ? '' : stringSlice(address, hash))
}

/** The request as the host reads it (host-calls/fetch-request.ts); `content` is not a stream any more. */
export function requestJson(request: OutgoingRequest, content: Content | undefined): string {
  const { url, method, headers, redirect } = request
  let list = ''
  for (let index = 0; index < headers.length; index++) {
    const header = headers[index]
    if (header !== undefined)
      list += (index === 0 ? '' : ',') + '[' + quote(header.name) + ',' + quote(header.value) + ']'
  }
  return (
    '{"url":' +
    quote(url) +
    ',"method":' +
    quote(method) +
    ',"headers":[' +
    list +
    ']' +
    bodyJson(content) +
    (redirect === 'follow' ? '' : ',"redirect":' + quote(redirect)) +
    '}'
  )
}

function bodyJson(content: Content | undefined): string {
  if (content === undefined) return ''
  const { text, bytes } = content
  if (text !== undefined) return ',"body":' + quote(text) + ',"bodyType":"text"'
  return bytes === undefined ? '' : ',"body":' + quote(toBase64(bytes)) + ',"bodyType":"base64"'
}
