// `fetch` for the server's own calls to addresses that other people registered: back-channel logout, and whatever the protocol
// engine fetches. The allow list and the limits are those of a workflow's calls. Redirects are not followed.
import type { CallLimits } from './call-deadline.ts'
import { openEgressClient, type EgressOptions } from './egress-client.ts'
import { fetchAnswer } from './fetch.ts'
import { parseFetchRequest } from './fetch-request.ts'

export type GuardedFetch = (address: string | URL | Request, init?: RequestInit) => Promise<Response>

export interface OpenGuardedFetch {
  /** Rejects with CallFailure: `egress_denied`, `fetch_failed`, `fetch_timeout`, `fetch_too_large`. */
  readonly fetch: GuardedFetch
  close(): Promise<void>
}

/** Of the body before it was decoded. */
const ofTheWire: ReadonlySet<string> = new Set(['content-encoding', 'content-length', 'transfer-encoding'])
const withoutBody: ReadonlySet<number> = new Set([204, 205, 304])

/** Throws ConfigError when `allow` holds an entry that is not an origin. */
export function openGuardedFetch(options: EgressOptions & { readonly limits: CallLimits }): OpenGuardedFetch {
  const client = openEgressClient(options)
  return {
    async fetch(address, init = {}) {
      // The caller's deadline and connection are replaced by ours.
      const { signal: _s, dispatcher: _d, ...rest } = init
      const given = new Request(address, rest)
      const body = await given.text()
      const request = parseFetchRequest({
        url: given.url,
        method: given.method,
        headers: [...given.headers],
        ...(body !== '' && { body }),
      })
      const answer = await fetchAnswer(request, {
        client,
        context: { limits: options.limits },
        redact: (text) => text,
        mostRedirects: 0,
      })
      const content = answer.bodyBase64 === undefined ? answer.body : Buffer.from(answer.bodyBase64, 'base64')
      return new Response(withoutBody.has(answer.status) ? null : content, {
        status: answer.status,
        headers: answer.headers.flatMap(([name, value]) => (ofTheWire.has(name) ? [] : [[name, value]])),
      })
    },
    close: () => client.close(),
  }
}
