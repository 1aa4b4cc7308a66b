// One HTTP exchange without redirects, over connections that are kept for the next call. A request leaves this process only here.
import type { Agent } from 'undici'
import { z } from 'zod'
import { unlessAborted } from './call-deadline.ts'
import type { ConnectorOptions } from './connector.ts'
import { egressPolicy, type EgressPolicy } from './egress-policy.ts'
import type { Exchange, Send } from './exchange.ts'
import type { FetchRequest } from './fetch-request.ts'
import { withDefaultHeaders, type HeaderList } from './request-headers.ts'
import { systemResolve, type Resolve } from './resolve.ts'

export interface EgressOptions {
  /** Origins that may be called in spite of the rules: `host[:port]` or `scheme://host[:port]`. */
  readonly allow?: readonly string[]
  /** Allows every port of this machine, where an application listens while it is developed. */
  readonly isLoopbackAllowed?: boolean
  readonly resolve?: Resolve
  /** PEM certificates of authorities that are trusted besides the usual ones, as for an inner service. */
  readonly certificateAuthorities?: readonly string[]
}

export interface EgressClient {
  readonly policy: EgressPolicy
  readonly send: Send
  /** Closes the connections; calls in flight fail. */
  close(): Promise<void>
}

const longestStatusText = 128

const rawHeadersSchema = z.array(z.string())

/** Throws ConfigError when `allow` holds an entry that is not an origin. */
export function openEgressClient(options: EgressOptions): EgressClient {
  const policy = egressPolicy(options.allow ?? [], options)
  const opening = openAgent({
    policy,
    resolve: options.resolve ?? systemResolve,
    certificateAuthorities: options.certificateAuthorities ?? [],
  })
  // A call that needs it fails with what it failed with.
  opening.catch(() => {})
  return {
    policy,
    send: async (request, signal) => networkExchange(await opening, request, signal),
    close: async () => (await opening).destroy(),
  }
}

/** The HTTP client takes longer to load than many a command to run; it loads while the rest opens, and only where calls go out. */
async function openAgent(options: ConnectorOptions): Promise<Agent> {
  return (await import('./egress-agent.ts')).openEgressAgent(options)
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

function pairs(raw: readonly string[]): HeaderList {
  return raw.flatMap((text, index) =>
    index % 2 === 0 ? [[text.toLowerCase(), raw[index + 1] ?? ''] as const] : [],
  )
}
