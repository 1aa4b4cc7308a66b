// Calls of a workflow to our own issuer, answered in this process and without a socket: a server that calls itself would wait for
// its own connections, and would have to be allowed to reach its own address.
//
// A call of a call is refused. A workflow that asks our token endpoint can start another workflow, which could ask again:
// a loop that only the limits of the first run would end, after it had taken every thread (assurance SBX-73).
import { Readable } from 'node:stream'
import { CallFailure } from './call-failure.ts'
import type { Exchange, SendContext } from './exchange.ts'
import { plainOrigin } from './egress-policy.ts'
import type { FetchRequest } from './fetch-request.ts'
import { withDefaultHeaders } from './request-headers.ts'
import { unlessAborted } from './unless-aborted.ts'
import { withinOwnCall } from './within-own-call.ts'

export interface OwnOrigin {
  /** `scheme://host[:port]`. */
  readonly origin: string
  /**
   * Answers as the server does; a rejection counts as a connection that broke off. The request's signal is aborted when
   * nobody waits for the answer any more.
   */
  handle(request: Request): Promise<Response>
}

/** In every spelling that names the same server. */
export function isOwn(own: OwnOrigin, url: URL): boolean {
  return plainOrigin(url) === plainOrigin(new URL(own.origin))
}

/** Rejects with CallFailure, with the signal's reason, or with what `handle` rejected with. */
export async function ownExchange(
  own: OwnOrigin,
  { url, method, headers, body }: FetchRequest,
  { signal, isWithinOwnCall }: SendContext,
): Promise<Exchange> {
  if (isWithinOwnCall) {
    throw new CallFailure(
      'egress_denied',
      'this run was started by a call of a workflow to this issuer, and cannot call this issuer in turn',
    )
  }
  // As over a connection, without the fragment.
  const request = new Request(`${url.origin}${url.pathname}${url.search}`, {
    method,
    headers: withDefaultHeaders(headers).map(([name, value]): [string, string] => [name, value]),
    body: body ?? null,
    signal,
  })
  const answering = withinOwnCall(async () => own.handle(request))
  const response = await unlessAborted(answering, signal)
  return {
    status: response.status,
    statusText: response.statusText,
    headers: [...response.headers],
    body: bodyOf(response, signal),
  }
}

function bodyOf({ body }: Response, signal: AbortSignal): Readable {
  return body === null ? Readable.from([]) : Readable.fromWeb(body, { signal })
}
