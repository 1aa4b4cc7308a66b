// The request of a fetch as the guest gives it, parsed at the door. What a message names is the author's own call, so that
// it can be mended; nothing is dropped or repaired in silence.
import { z } from 'zod'
import { CallFailure } from './call-failure.ts'
import { checkedHeaders, type HeaderList } from './request-headers.ts'

const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'] as const
export type FetchMethod = (typeof methods)[number]

export interface FetchRequest {
  readonly url: URL
  readonly method: FetchMethod
  /** Names in lower case. */
  readonly headers: HeaderList
  readonly body: string | undefined
}

const requestSchema = z.strictObject({
  url: z.string(),
  method: z.string(),
  headers: z.array(z.unknown()),
  body: z.string().optional(),
  bodyType: z.literal('text').optional(),
})

const longestUrl = 16_384

/** For the trace of a request that may not parse: what can be said of it. */
export function claimedCall(request: unknown): { readonly method: string; readonly url: string } {
  const parsed = z.object({ url: z.string(), method: z.string() }).safeParse(request)
  if (!parsed.success) return { method: 'GET', url: '(invalid address)' }
  const method = parsed.data.method.toUpperCase()
  return { method: isMethod(method) ? method : '(invalid method)', url: parsed.data.url }
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
  const method = parsed.data.method.toUpperCase()
  if (!isMethod(method)) throw invalid(`the method must be one of ${methods.join(', ')}`)
  const { body } = parsed.data
  if (body !== undefined && (method === 'GET' || method === 'HEAD'))
    throw invalid(`a ${method} request carries no body`)
  return { url: parseUrl(parsed.data.url), method, headers: checkedHeaders(parsed.data.headers), body }
}

function parseUrl(text: string): URL {
  if (text.length > longestUrl) throw invalid(`the address is longer than ${longestUrl} characters`)
  if (!URL.canParse(text)) throw invalid('the address is not a full one, such as https://example.com/path')
  return new URL(text)
}

function isMethod(text: string): text is FetchMethod {
  return methods.some((method) => method === text)
}

function invalid(message: string): CallFailure {
  return new CallFailure('fetch_invalid', message)
}
