// `fetch` for the issuer's own calls to addresses that applications register: back-channel logout, and whatever else the protocol engine
// may fetch. The rules are those of a workflow's calls: the same addresses, one deadline, a bounded body. Redirects are not followed.
import { defaultLimits } from '../limits.ts'
import { openEgressClient, type EgressOptions } from './egress-client.ts'
import { fetchAnswer } from './fetch.ts'
import { parseFetchRequest } from './fetch-request.ts'

export type GuardedFetch = (address: string | URL | Request, init?: RequestInit) => Promise<Response>

export interface OpenGuardedFetch {
  /** Rejects with CallFailure: `egress_denied`, `fetch_failed`, `fetch_timeout`, `fetch_too_large`. */
  readonly fetch: GuardedFetch
  close(): Promise<void>
}

/** An answer that the issuer reads is a key set at most. */
const limits = Object.freeze({ ...defaultLimits, callBytes: 65_536 })

const never = new AbortController().signal

const withoutBody: ReadonlySet<number> = new Set([204, 205, 304])

/** Throws ConfigError when `allow` holds an entry that is not an origin. */
export function openGuardedFetch(options: Omit<EgressOptions, 'ownOrigin'>): OpenGuardedFetch {
  const client = openEgressClient(options)
  return {
    async fetch(address, init = {}) {
      // The deadline and the connection are of our choice.
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
        context: { limits, signal: never, isWithinOwnCall: false },
        redact: (text) => text,
        mostRedirects: 0,
      })
      const type = answer.headers.find(([name]) => name === 'content-type')?.[1]
      return new Response(withoutBody.has(answer.status) ? null : answer.body, {
        status: answer.status,
        ...(type !== undefined && { headers: { 'content-type': type } }),
      })
    },
    close: () => client.close(),
  }
}
