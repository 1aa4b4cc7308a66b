// One outgoing call, top to bottom: judge, send, follow redirects under the same rules, read the body within its limit.
// Everything up to the last byte of the body is under one deadline.
import { CallFailure } from './call-failure.ts'
import { callDeadline, type CallContext, type CallDeadline } from './call-deadline.ts'
import type { EgressClient } from './egress-client.ts'
import { mostResponseHeaderBytes, type Exchange } from './exchange.ts'
import type { FetchRequest } from './fetch-request.ts'
import { networkFailure } from './network-failure.ts'
import { redirected } from './redirect.ts'
import type { HeaderList } from './request-headers.ts'
import { readBody } from './response-body.ts'
import { traceUrl, type Redact } from './trace-url.ts'

/** A status of 4xx or 5xx is an answer like any other. */
export interface FetchValue {
  readonly status: number
  readonly headers: HeaderList
  readonly statusText: string
  /** The body as text, by its charset. */
  readonly body: string
  /** The body's bytes as base64, when `body` in UTF-8 is not exactly these. */
  readonly bodyBase64?: string
  /** The address that answered, after redirects, without its fragment. */
  readonly url: string
  readonly redirected: boolean
}

const mostResponseHeaders = 200

interface FetchDeps {
  readonly client: Pick<EgressClient, 'policy' | 'send'>
  readonly context: CallContext
  readonly redact: Redact
  readonly mostRedirects?: number
  /** Called with the rule that stood in for the server that answered last. */
  readonly onAnsweredBy?: (rule: string) => void
}

/** Rejects only with CallFailure; its text names method and address, redacted. */
export async function fetchAnswer(request: FetchRequest, deps: FetchDeps): Promise<FetchValue> {
  const deadline = callDeadline(deps.context)
  const call = `${request.method} ${traceUrl(request.url.href, deps.redact)}`
  try {
    const { answered, redirected, exchange } = await exchangeThrough(request, deps, deadline)
    const { status, statusText, headers, answeredBy } = exchange
    if (answeredBy !== undefined) deps.onAnsweredBy?.(answeredBy)
    const body = await readBody(exchange.body, headers, deps.context.limits.callBytes)
    return { status, statusText, headers, ...body, url: withoutFragment(answered.url), redirected }
  } catch (error) {
    throw failureOf(error, deadline).during(call)
  } finally {
    deadline.clear()
  }
}

async function exchangeThrough(
  first: FetchRequest,
  { client, redact, mostRedirects = 3 }: FetchDeps,
  { signal }: CallDeadline,
): Promise<{ readonly answered: FetchRequest; readonly redirected: boolean; readonly exchange: Exchange }> {
  let request = first
  for (let redirects = 0; ; redirects += 1) {
    const verdict = client.policy.judgeUrl(request.url)
    if (!verdict.allowed) {
      const denied = new CallFailure('egress_denied', verdict.reason)
      throw redirects === 0 ? denied : denied.during(`redirected to ${traceUrl(request.url.href, redact)}`)
    }
    signal.throwIfAborted()
    const exchange = bounded(
      await client.send(request, signal).catch((error: unknown) => {
        if (redirects === 0 || !(error instanceof CallFailure)) throw error
        throw error.during(`redirected to ${traceUrl(request.url.href, redact)}`)
      }),
    )
    const answer = { answered: request, redirected: redirects > 0, exchange }
    if (request.redirect === 'manual') return answer
    const next = nextRequest(request, exchange)
    if (next === undefined) return answer
    if (request.redirect === 'error')
      throw new CallFailure('fetch_failed', 'redirected, and the request says redirect: "error"')
    if (redirects === mostRedirects) {
      const how =
        mostRedirects === 0 ? `to ${traceUrl(next.url.href, redact)}` : `more than ${mostRedirects} times`
      throw new CallFailure('fetch_failed', `redirected ${how}`)
    }
    request = next
  }
}

/** undici bounds the headers of what comes over a connection; an answer from this process is bounded here only. */
function bounded(exchange: Exchange): Exchange {
  // An error after the reader has stopped has no other listener and would end the process.
  exchange.body.on('error', () => {})
  const headerBytes = exchange.headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  const isTooLarge = headerBytes > mostResponseHeaderBytes
  if (!isTooLarge && exchange.headers.length <= mostResponseHeaders) return exchange
  exchange.body.destroy()
  const most = isTooLarge ? `${mostResponseHeaderBytes} bytes of` : String(mostResponseHeaders)
  throw new CallFailure('fetch_too_large', `the answer has more than ${most} headers`)
}

/** The body of a redirect is closed unread, also when the redirect is refused. */
function nextRequest(request: FetchRequest, exchange: Exchange): FetchRequest | undefined {
  let isAnswer = false
  try {
    const next = redirected(request, exchange.status, exchange.headers)
    isAnswer = next === undefined
    return next
  } finally {
    if (!isAnswer) exchange.body.destroy()
  }
}

function failureOf(error: unknown, deadline: CallDeadline): CallFailure {
  // A failure of our own was found before the time was up, even when it is up by now.
  return error instanceof CallFailure ? error : (deadline.failure() ?? networkFailure(error))
}

function withoutFragment(url: URL): string {
  const copy = new URL(url)
  copy.hash = ''
  return copy.href
}
