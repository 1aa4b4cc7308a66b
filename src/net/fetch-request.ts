// Parses an untrusted request. Each message names the part of the call that is wrong, so that its author can fix it; nothing is
// dropped or repaired in silence.
import { z } from 'zod'
import { CallFailure } from './call-failure.ts'
import { checkedHeaders, type HeaderList } from './request-headers.ts'

/** In characters, for the address of a request and of a redirect. Longer ones are refused before they are parsed. */
export const longestAddress = 16_384

const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'] as const
export type FetchMethod = (typeof methods)[number]
const longestMethod = 16

const redirectModes = ['follow', 'error', 'manual'] as const
type RedirectMode = (typeof redirectModes)[number]

export interface FetchRequest {
  readonly url: URL
  readonly method: FetchMethod
  /** Names in lower case. */
  readonly headers: HeaderList
  readonly body: string | Buffer | undefined
  /** What a redirect is: followed, a failure, or the answer itself (https://fetch.spec.whatwg.org/#concept-request-redirect-mode). */
  readonly redirect: RedirectMode
}

const requestSchema = z.strictObject({
  url: z.string(),
  method: z.string(),
  headers: z.array(z.unknown()),
  body: z.string().optional(),
  bodyType: z.enum(['text', 'base64']).optional(),
  redirect: z.enum(redirectModes).optional(),
})

/** For the trace of a request that may not parse: what can be said of it. */
export function claimedCall(request: unknown): { readonly method: string; readonly url: string } {
  const parsed = z.object({ url: z.string(), method: z.string() }).safeParse(request)
  if (!parsed.success) return { method: 'GET', url: '(invalid address)' }
  return { method: methodOf(parsed.data.method) ?? '(invalid method)', url: parsed.data.url }
}

/** Throws CallFailure `fetch_invalid`. */
export function parseFetchRequest(request: unknown): FetchRequest {
  const parsed = requestSchema.safeParse(request)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw invalid(
      `the request is malformed at "${issue?.path.join('.') ?? ''}": ${issue?.message ?? 'unknown'}`,
    )
  }
  const method = methodOf(parsed.data.method)
  if (method === undefined) throw invalid(`the method must be one of ${methods.join(', ')}`)
  const { body, bodyType, redirect = 'follow' } = parsed.data
  if (body !== undefined && (method === 'GET' || method === 'HEAD'))
    throw invalid(`a ${method} request carries no body`)
  return {
    url: parseUrl(parsed.data.url),
    method,
    headers: checkedHeaders(parsed.data.headers),
    body: bodyType === 'base64' && body !== undefined ? Buffer.from(body, 'base64') : body,
    redirect,
  }
}

function parseUrl(text: string): URL {
  if (text.length > longestAddress) throw invalid(`the address is longer than ${longestAddress} characters`)
  const url = URL.parse(text)
  if (url === null) throw invalid('the address is not a full one, such as https://example.com/path')
  if (url.href.length > longestAddress)
    throw invalid(`the address is longer than ${longestAddress} characters once it is percent-encoded`)
  return url
}

/** Bounded before its case is changed: the guest may give a megabyte. */
function methodOf(text: string): FetchMethod | undefined {
  if (text.length > longestMethod) return undefined
  const upperCase = text.toUpperCase()
  return methods.find((method) => method === upperCase)
}

function invalid(message: string): CallFailure {
  return new CallFailure('fetch_invalid', message)
}
