// What is given as a body and what is kept of it (https://fetch.spec.whatwg.org/#bodies).
import { builtinKind } from '../builtin-kind.ts'
import { decodeForm, encodeForm, pairsFrom } from '../form-text.ts'
import {
  bytesOf,
  decodeText,
  encodeText,
  GuestTypeError,
  isArray,
  jsonStringify,
  stringIndexOf,
  StringOf,
  stringToLowerCase,
  textDecoder,
  textEncoder,
} from '../primordials.ts'
import { isSearchParams, searchParamsText } from '../search-params.ts'
import { blobContent, copied } from './blob.ts'
import { FormData, formEntries } from './form-data.ts'
import { multipart, parsedMultipart } from './multipart.ts'
import { streamHooks } from './stream-hooks.ts'

/** One of text (whose UTF-8 is the body), bytes and stream is there; bytes are never written to. */
export interface Content {
  readonly text: string | undefined
  readonly bytes: Uint8Array | undefined
  stream: object | undefined
  /** Content type that goes with it unless the author gives one; '' for none. */
  readonly type: string
  used: boolean
}

/** All properties are there: a missing one would be looked for on Object.prototype. */
export function makeContent(type: string, text?: string, bytes?: Uint8Array, stream?: object): Content {
  return { text, bytes, stream, type, used: false }
}

const plainText = 'text/plain;charset=UTF-8'
const urlEncoded = 'application/x-www-form-urlencoded;charset=UTF-8'

/** BodyInit, and what Kinde's workflows pass (C§6.6): data becomes JSON. Undefined for no body. Throws a TypeError. */
export function contentFrom(what: string, body: unknown): Content | undefined {
  if (body === undefined || body === null) return undefined
  if (typeof body === 'string') return makeContent(plainText, body)
  if (isSearchParams(body)) return makeContent(urlEncoded, searchParamsText(body))
  if (typeof body === 'number' || typeof body === 'boolean') return makeContent(plainText, StringOf(body))
  const bytes = bytesOf(body)
  if (bytes !== undefined) return makeContent('', undefined, copied(bytes))
  const blob = blobContent(body)
  if (blob !== undefined) return makeContent(blob.type, undefined, blob.bytes)
  const entries = formEntries(body)
  if (entries !== undefined) {
    const form = multipart(entries)
    return makeContent(form.type, undefined, form.bytes)
  }
  const streams = streamHooks()
  if (typeof body === 'object' && streams?.isStream(body) === true) {
    if (streams.isLocked(body)) throw new GuestTypeError(what + ': the stream is locked or has been read')
    return makeContent('', undefined, undefined, body)
  }
  const kind = typeof body === 'object' ? builtinKind(body) : typeof body
  if (typeof body !== 'object' || kind !== undefined) {
    throw new GuestTypeError(
      what +
        ': a body of type ' +
        kind +
        ' is not supported; pass a string, URLSearchParams, FormData, a Blob, bytes, or data for JSON',
    )
  }
  const text: string | undefined = jsonStringify(body)
  return text === undefined ? undefined : makeContent('application/json', text)
}

/** The query that a body of a GET becomes, as in Kinde's workflows. Throws a TypeError for a body that has no such form. */
export function queryFrom(what: string, body: unknown): string {
  if (typeof body === 'string') return body
  if (typeof body === 'number' || typeof body === 'boolean') return StringOf(body)
  if (isSearchParams(body)) return searchParamsText(body)
  if (typeof body === 'object' && body !== null && !isArray(body) && builtinKind(body) === undefined)
    return encodeForm(pairsFrom(body))
  throw new GuestTypeError(
    what +
      ': a GET or HEAD request has no body; pass a string, URLSearchParams or an object, which become its query',
  )
}

export function contentText(content: Content): string {
  if (content.text !== undefined) return content.text
  return content.bytes === undefined ? '' : decodeText(textDecoder, content.bytes)
}

/** Not to be written to. */
export function contentBytes(content: Content): Uint8Array {
  return content.bytes ?? encodeText(textEncoder, content.text ?? '')
}

/** Throws a TypeError when the content type is neither of the two that forms have, or the body is not what it says. */
export function contentForm(content: Content, contentType: string): FormData {
  const type = stringToLowerCase(contentType)
  if (stringIndexOf(type, 'multipart/form-data') === 0)
    return parsedMultipart(contentBytes(content), contentType)
  if (stringIndexOf(type, 'application/x-www-form-urlencoded') !== 0)
    throw new GuestTypeError(
      'formData: the content type is ' + (contentType || 'missing') + ', not that of a form',
    )
  const form = new FormData()
  const pairs = decodeForm(contentText(content))
  for (let index = 0; index < pairs.length; index++) {
    const pair = pairs[index]
    if (pair !== undefined) form.append(pair.name, pair.value)
  }
  return form
}
