// One HTTP exchange without redirects, over connections that connector.ts makes and that are kept for the next call. The
// only place where a request leaves. Proxies named in the environment are ignored: they would choose the address for us.
import type { Readable } from 'node:stream'
import { Agent } from 'undici'
import { z } from 'zod'
import { CallFailure } from './call-failure.ts'
import { egressConnector } from './connector.ts'
import { egressPolicy, type EgressPolicy } from './egress-policy.ts'
import type { FetchRequest } from './fetch-request.ts'
import { withDefaultHeaders, type HeaderList } from './request-headers.ts'
import { systemResolve, type Resolve } from './resolve.ts'

export interface EgressOptions {
  /** Origins that may be called in spite of the rules: `host[:port]` or `scheme://host[:port]`. */
  readonly allow?: readonly string[]
  readonly resolve?: Resolve
  /** PEM certificates of authorities that are trusted besides the usual ones, as for an inner service. */
  readonly certificateAuthorities?: readonly string[]
}

export interface Exchange {
  readonly status: number
  /** Names in lower case. */
  readonly headers: HeaderList
  /** Encoded as it came. Must be read or destroyed. */
  readonly body: Readable
}

export interface EgressClient {
  readonly policy: EgressPolicy
  /** Rejects with CallFailure or with what the network threw. */
  send(request: FetchRequest, signal: AbortSignal): Promise<Exchange>
  /** Closes the connections; calls in flight fail. */
  close(): Promise<void>
}

const mostResponseHeaders = 200
const mostResponseHeaderBytes = 32 * 1024
const connectionsPerOrigin = 128

const rawHeadersSchema = z.array(z.string())

export function openEgressClient(options: EgressOptions): EgressClient {
  const policy = egressPolicy(options.allow ?? [])
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
  return {
    policy,
    async send(request, signal) {
      const { url, method, body } = request
      const sending = agent.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method,
        headers: withDefaultHeaders(request.headers).flat(),
        body: body ?? null,
        signal,
        responseHeaders: 'raw',
      })
      const response = await unlessAborted(sending, signal)
      // Errors after this one's reader has gone have nobody to go to.
      response.body.on('error', () => {})
      const raw = rawHeadersSchema.parse(response.headers)
      if (raw.length > 2 * mostResponseHeaders) {
        response.body.destroy()
        throw new CallFailure('fetch_too_large', `the answer has more than ${mostResponseHeaders} headers`)
      }
      return { status: response.statusCode, headers: pairs(raw), body: response.body }
    },
    close: () => agent.destroy(),
  }
}

/** undici heeds the signal once there is a connection; while one is being made nothing would answer to it. */
async function unlessAborted<T>(sending: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const onAbort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([sending, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

function pairs(raw: readonly string[]): HeaderList {
  return raw.flatMap((text, index) =>
    index % 2 === 0 ? [[text.toLowerCase(), raw[index + 1] ?? ''] as const] : [],
  )
}
