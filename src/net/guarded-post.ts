// POST to an address that other people registered, when only the status of the answer matters: webhooks. Under the rules of every
// outgoing call; a redirect is an answer and is not followed.
import { callDeadline, type CallContext } from './call-deadline.ts'
import { CallFailure } from './call-failure.ts'
import { openEgressClient, type EgressOptions } from './egress-client.ts'
import type { Exchange } from './exchange.ts'
import { parseFetchRequest } from './fetch-request.ts'
import { networkFailure } from './network-failure.ts'

export interface Posting {
  readonly address: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Ends the call before its time limit. */
  readonly signal: AbortSignal
}

export interface GuardedPost {
  /** Resolves to the status. Rejects with CallFailure, whose text names no path and no query. */
  readonly post: (posting: Posting) => Promise<number>
  close(): Promise<void>
}

/** What is read of an answer, so that its connection can be used again. A longer one costs the connection. */
const mostBodyBytes = 64 * 1024

/** `callMs`: until the status has come. Throws ConfigError when `allow` holds an entry that is not an origin. */
export function openGuardedPost(options: EgressOptions & { readonly callMs: number }): GuardedPost {
  const client = openEgressClient(options)
  const limits = { callMs: options.callMs, callBytes: mostBodyBytes }
  return {
    async post({ address, headers, body, signal }) {
      const context: CallContext = { limits, ends: [{ signal, reason: 'ended by the server' }] }
      const deadline = callDeadline(context)
      try {
        const given = { url: address, method: 'POST', headers: Object.entries(headers), body }
        const request = parseFetchRequest(given)
        const verdict = client.policy.judgeUrl(request.url)
        if (!verdict.allowed) throw new CallFailure('egress_denied', verdict.reason)
        deadline.signal.throwIfAborted()
        const exchange = await client.send(request, deadline.signal)
        await readAway(exchange)
        return exchange.status
      } catch (error) {
        throw error instanceof CallFailure ? error : (deadline.failure() ?? networkFailure(error))
      } finally {
        deadline.clear()
      }
    },
    close: () => client.close(),
  }
}

/** Whatever becomes of the body, the status has been said. */
async function readAway({ body }: Exchange): Promise<void> {
  let bytes = 0
  try {
    for await (const chunk of body) {
      bytes += Buffer.byteLength(chunk)
      if (bytes > mostBodyBytes) break
    }
  } catch {
    // Neither does it matter that the connection broke.
  } finally {
    body.destroy()
  }
}
