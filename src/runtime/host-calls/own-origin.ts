// Answers calls of a workflow to our own issuer in this process and without a socket. A server that called itself would wait for its
// own connections, and would have to be allowed to reach its own address.
//
// A call of a call is refused. A workflow that asks our token endpoint can start another workflow, which could ask again: a loop that
// would take every thread before the limits of the first run end it (SBX-73).
import { AsyncLocalStorage } from 'node:async_hooks'
import { Readable } from 'node:stream'
import {
  CallFailure,
  plainOrigin,
  unlessAborted,
  withDefaultHeaders,
  type Exchange,
  type FetchRequest,
} from '../../net/index.ts'

/** `signal` ends the call: its deadline, or the end of the run. */
interface SendContext {
  readonly signal: AbortSignal
  readonly isWithinOwnCall: boolean
}

export interface OwnOrigin {
  /** Of each domain that the issuer is served at, `scheme://host[:port]`. */
  readonly origins: readonly string[]
  /**
   * Answers as the server does; a rejection counts as a connection that broke off. The request's signal is aborted when the caller
   * does not need the answer any more.
   */
  handle(request: Request): Promise<Response>
}

/** In every spelling that names the same server. */
export function isOwn(own: OwnOrigin, url: URL): boolean {
  return own.origins.some((origin) => plainOrigin(url) === plainOrigin(new URL(origin)))
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
  const answering = ownCall.run(true, async () => own.handle(request))
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

/**
 * Marks the asynchronous context of a request that is answered in process, so that no header carries the mark and no guest can set or
 * drop it. A run takes the mark over when it is made (active-run.ts), because the messages of its thread come in another context.
 */
const ownCall = new AsyncLocalStorage<true>()

export function isWithinOwnCall(): boolean {
  return ownCall.getStore() === true
}
