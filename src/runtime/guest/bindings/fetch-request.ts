// The arguments of fetch, kinde.fetch and kinde.secureFetch as the request that crosses the wall: every form of body
// that workflows pass (C§6.6) becomes a string, with a content type of its own unless the author gave one.
import { inspect } from '../inspect.ts'
import { builtinKind } from '../builtin-kind.ts'
import {
  getPrototypeOf,
  GuestTypeError,
  hasOwnEnumerable,
  headersForEach,
  isArray,
  jsonStringify,
  newList,
  ownKeys,
  quote,
  reflectGet,
  stringIndexOf,
  StringOf,
  stringToLowerCase,
  stringToUpperCase,
} from '../primordials.ts'
import { encodeForm, pairsFrom, type Pairs } from '../form-text.ts'
import { isSearchParams, searchParamsText } from '../search-params.ts'

export interface FetchRequest {
  readonly json: string
  readonly responseFormat: 'json' | 'text'
}

interface Body {
  readonly text: string
  readonly contentType: string
  /** The form of body that may be moved to the query of a GET. */
  readonly query: string
}

export function fetchRequest(what: string, url: unknown, options: unknown): FetchRequest {
  const settings = typeof options === 'object' && options !== null ? options : {}
  const address = urlText(what, url)
  const method = stringToUpperCase(StringOf(own(settings, 'method') ?? 'GET'))
  const headers = headerPairs(own(settings, 'headers'))
  const body = bodyOf(what, own(settings, 'body'))
  const responseFormat = own(settings, 'responseFormat') === 'text' ? 'text' : 'json'
  if (body === undefined) return { json: requestJson(address, method, headers, undefined), responseFormat }
  if (method === 'GET' || method === 'HEAD') {
    return { json: requestJson(withQuery(address, body.query), method, headers, undefined), responseFormat }
  }
  if (!names(headers, 'content-type'))
    headers[headers.length] = { name: 'content-type', value: body.contentType }
  return { json: requestJson(address, method, headers, body.text), responseFormat }
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
  if (isArray(headers)) return pairsFrom(headers)
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

function bodyOf(what: string, body: unknown): Body | undefined {
  if (body === undefined || body === null) return undefined
  if (typeof body === 'string') return { text: body, contentType: 'text/plain;charset=UTF-8', query: body }
  if (isSearchParams(body)) {
    const text = searchParamsText(body)
    return { text, contentType: 'application/x-www-form-urlencoded;charset=UTF-8', query: text }
  }
  if (typeof body === 'number' || typeof body === 'boolean') {
    const text = StringOf(body)
    return { text, contentType: 'text/plain;charset=UTF-8', query: text }
  }
  const kind = typeof body === 'object' ? builtinKind(body) : typeof body
  if (typeof body === 'object' && kind === undefined) {
    const text: string | undefined = jsonStringify(body)
    if (text === undefined) return undefined
    return { text, contentType: 'application/json', query: encodeForm(pairsFrom(body)) }
  }
  throw new GuestTypeError(
    '' +
      what +
      ': a body of type ' +
      kind +
      ' is not supported; pass a string, URLSearchParams or a plain object',
  )
}

function withQuery(address: string, query: string): string {
  if (query === '') return address
  const separator = stringIndexOf(address, '?') === -1 ? '?' : '&'
  return address + separator + query
}

function requestJson(url: string, method: string, headers: Pairs, body: string | undefined): string {
  let list = ''
  for (let index = 0; index < headers.length; index++) {
    const header = headers[index]
    if (header !== undefined)
      list += (index === 0 ? '' : ',') + '[' + quote(header.name) + ',' + quote(header.value) + ']'
  }
  const bodyText = body === undefined ? '' : ',"body":' + quote(body) + ',"bodyType":"text"'
  return '{"url":' + quote(url) + ',"method":' + quote(method) + ',"headers":[' + list + ']' + bodyText + '}'
}
