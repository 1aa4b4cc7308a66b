// The host's answer to a request as the objects that workflows read: Kinde's, where `json` is data, and the web's, where
// it is a method. A body that is not JSON makes reading `json` throw and `text` still gives it.
import {
  define,
  defineGetter,
  defineHiddenGetter,
  fromBase64,
  GuestHeaders,
  GuestTypeError,
  headersAppend,
  jsonParse,
  ownDescriptor,
  StringOf,
  stringSlice,
} from '../primordials.ts'
import { makeContent } from '../web/content.ts'
import { answeredResponse, isBodyless } from '../web/response.ts'

/** What every answer has; what a recording of an older version lacks is read by itself. */
interface FetchAnswer {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
  readonly url: string
}

export interface KindeResponse {
  readonly status: number
  readonly ok: boolean
  readonly headers: object
  readonly text: string
  readonly json: unknown
}

type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: Error }

export function kindeResponse(answer: unknown, responseFormat: 'json' | 'text'): KindeResponse {
  const { status, headers, body } = answer as FetchAnswer
  const response = { status, ok: isOk(status), headers: headersOf(headers), text: body }
  if (responseFormat === 'text') define(response, 'json', undefined, false)
  else defineParsed(response, 'json', parseBody(body, status, headers))
  return response as KindeResponse
}

/** A Response that also has `data`, the parsed body, which is made of it when it is asked for. */
export function webResponse(answer: unknown, responseFormat: 'json' | 'text'): object {
  const { status, headers, body, url } = answer as FetchAnswer
  const bytes: unknown = ownDescriptor(answer as object, 'bodyBase64')?.value
  const statusText = StringOf(ownDescriptor(answer as object, 'statusText')?.value ?? '')
  const redirected = ownDescriptor(answer as object, 'redirected')?.value === true
  const content =
    typeof bytes === 'string' ? makeContent('', undefined, fromBase64(bytes)) : makeContent('', body)
  const response = answeredResponse(
    { status, statusText, url, redirected, type: 'basic' },
    headersOf(headers),
    isBodyless(status) ? undefined : content,
  )
  defineHiddenGetter(response, 'data', () => {
    if (responseFormat === 'text') return body
    const parsed = parseBody(body, status, headers)
    if (!parsed.ok) throw parsed.error
    return parsed.value
  })
  return response
}

function isOk(status: number): boolean {
  return status >= 200 && status <= 299
}

function headersOf(pairs: FetchAnswer['headers']): object {
  const headers = new GuestHeaders()
  for (let index = 0; index < pairs.length; index++) {
    const pair = pairs[index]
    if (pair !== undefined) headersAppend(headers, pair[0], pair[1])
  }
  return headers
}

/** An empty body means no data and is not an error: many APIs answer 204. */
function parseBody(body: string, status: number, headers: FetchAnswer['headers']): Parsed {
  if (body === '') return { ok: true, value: undefined }
  try {
    return { ok: true, value: parseText(body, status, headers) }
  } catch {
    return { ok: false, error: notJson(body, status, headers) }
  }
}

function parseText(body: string, status: number, headers: FetchAnswer['headers']): unknown {
  try {
    return jsonParse(body)
  } catch {
    throw notJson(body, status, headers)
  }
}

function notJson(body: string, status: number, headers: FetchAnswer['headers']): Error {
  let contentType = 'no content type'
  for (let index = 0; index < headers.length; index++) {
    const pair = headers[index]
    if (pair !== undefined && pair[0] === 'content-type') contentType = pair[1]
  }
  return new GuestTypeError(
    'The answer is not JSON: status ' +
      status +
      ', ' +
      contentType +
      ', begins with ' +
      beginning(body) +
      '. Read .text, or ask for responseFormat "text"',
  )
}

function beginning(body: string): string {
  return '"' + stringSlice(body, 0, 40) + '"'
}

function defineParsed(response: object, name: string, parsed: Parsed): void {
  if (parsed.ok) define(response, name, parsed.value)
  else
    defineGetter(response, name, () => {
      throw parsed.error
    })
}
