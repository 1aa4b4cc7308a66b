// One HTTP exchange without redirects, over connections that connector.ts makes and that are kept for the next call. The
// only place where a request leaves. Proxies named in the environment are ignored: they would choose the address for us.
// What goes to our own issuer does not leave at all (own-origin.ts).
import { Agent } from 'undici'
import { z } from 'zod'
import type { Answers } from './answers.ts'
import { CallFailure } from './call-failure.ts'
import { egressConnector } from './connector.ts'
import { egressPolicy, type EgressPolicy } from './egress-policy.ts'
import type { FetchRequest } from './fetch-request.ts'
import type { Exchange, SendContext } from './exchange.ts'
import { isOwn, ownExchange, type OwnOrigin } from './own-origin.ts'
import { withDefaultHeaders, type HeaderList } from './request-headers.ts'
import { systemResolve, type Resolve } from './resolve.ts'
import { unlessAborted } from './unless-aborted.ts'

export interface EgressOptions {
  /** Origins that may be called in spite of the rules: `host[:port]` or `scheme://host[:port]`. */
  readonly allow?: readonly string[]
  /** This machine may be called, too, on every port: where an application listens while it is developed. */
  readonly isLoopbackAllowed?: boolean
  readonly resolve?: Resolve
  /** PEM certificates of authorities that are trusted besides the usual ones, as for an inner service. */
  readonly certificateAuthorities?: readonly string[]
  /** Stand in for servers. What they do not answer goes to our own issuer or to an origin of `allow`, and fails otherwise. */
  readonly answers?: Answers
  /** The issuer that the runs belong to: it may be called in spite of the rules, and answers in process. */
  readonly ownOrigin?: OwnOrigin
}

export interface EgressClient {
  readonly policy: EgressPolicy
  /** Rejects with CallFailure or with what the network threw. */
  send(request: FetchRequest, context: SendContext): Promise<Exchange>
  /** Closes the connections; calls in flight fail. */
  close(): Promise<void>
}

const mostResponseHeaders = 200
const mostResponseHeaderBytes = 32 * 1024
const longestStatusText = 128
const connectionsPerOrigin = 128

const rawHeadersSchema = z.array(z.string())

export function openEgressClient(options: EgressOptions): EgressClient {
  const own = options.ownOrigin
  const policy = egressPolicy([...(options.allow ?? []), ...(own === undefined ? [] : [own.origin])], options)
  const agent = new Agent({
    connect: egressConnector({
      policy,
      resolve: options.resolve ?? systemResolve,
      certificateAuthorities: options.certificateAuthorities ?? [],
    }),
    connections: connectionsPerOrigin,
    pipelining: 1,
    allowH2: false,
    maxHeaderSize: mostResponseHeaderBytes,
    keepAliveMaxTimeout: 60_000,
    // Time is kept by the deadline of the call, which covers every phase.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  async function served(request: FetchRequest, context: SendContext): Promise<Exchange> {
    if (own !== undefined && isOwn(own, request.url)) return ownExchange(own, request, context)
    const verdict = policy.judgeUrl(request.url)
    if (options.answers !== undefined && !(verdict.allowed && verdict.trusted)) {
      throw new CallFailure('answer_missing', 'no answer is given for this call, so it does not go out')
    }
    return networkExchange(agent, request, context.signal)
  }
  return {
    policy,
    async send(request, context) {
      const exchange = options.answers?.exchange(request) ?? (await served(request, context))
      // Errors after this one's reader has gone have nobody to go to.
      exchange.body.on('error', () => {})
      // undici bounds the headers of what comes over a connection; an answer of our own issuer passes here alone.
      const isTooLarge = headerLength(exchange.headers) > mostResponseHeaderBytes
      if (isTooLarge || exchange.headers.length > mostResponseHeaders) {
        exchange.body.destroy()
        const most = isTooLarge ? `${mostResponseHeaderBytes} bytes of` : String(mostResponseHeaders)
        throw new CallFailure('fetch_too_large', `the answer has more than ${most} headers`)
      }
      return exchange
    },
    close: () => agent.destroy(),
  }
}

async function networkExchange(agent: Agent, request: FetchRequest, signal: AbortSignal): Promise<Exchange> {
  const { url, method, headers, body } = request
  const sending = agent.request({
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method,
    headers: withDefaultHeaders(headers).flat(),
    body: body ?? null,
    signal,
    responseHeaders: 'raw',
  })
  const response = await unlessAborted(sending, signal)
  return {
    status: response.statusCode,
    statusText: response.statusText.slice(0, longestStatusText),
    headers: pairs(rawHeadersSchema.parse(response.headers)),
    body: response.body,
  }
}

function headerLength(headers: HeaderList): number {
  return headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
}

function pairs(raw: readonly string[]): HeaderList {
  return raw.flatMap((text, index) =>
    index % 2 === 0 ? [[text.toLowerCase(), raw[index + 1] ?? ''] as const] : [],
  )
}
