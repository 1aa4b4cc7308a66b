// kinde.fetch, kinde.secureFetch and the global fetch.
//
// kinde.fetch works with and without await (C§6.3): it returns a promise that also has the response's properties. Awaited,
// calls run in parallel; a property that is read before the answer is there blocks until it is.
import { startCall, type StartedCall } from '../outgoing-call.ts'
import {
  defineHiddenGetter,
  GuestPromise,
  GuestTypeError,
  guardPromise,
  isPromise,
  promiseThen,
} from '../primordials.ts'
import type { Guest } from '../run-state.ts'
import { settledContent } from '../web/body.ts'
import type { Content } from '../web/content.ts'
import { outgoingRequest, requestJson, type OutgoingRequest } from './fetch-request.ts'
import { kindeResponse, webResponse, type KindeResponse } from './fetch-response.ts'

export function kindeFetch(guest: Guest): object {
  return function fetch(url: unknown, options?: unknown): object {
    return request(guest, 'fetch', 'kinde.fetch', url, options)
  }
}

export function secureFetch(guest: Guest): object {
  return function secureFetch(url: unknown, options?: unknown): object {
    return request(guest, 'secureFetch', 'kinde.secureFetch', url, options)
  }
}

/** https://fetch.spec.whatwg.org/#fetch-method: whatever is wrong with the arguments rejects. */
export function globalFetch(guest: Guest): object {
  return function fetch(url: unknown, options?: unknown): object {
    return guardPromise(
      new GuestPromise((resolve, reject) => {
        const request = outgoingRequest('fetch', url, options)
        if (request.signal?.aborted === true) throw request.signal.reason
        const { content } = request
        const send = (settled: Content | undefined): void => {
          const call = sent(guest, 'fetch', request, settled, (answer) =>
            webResponse(answer, request.responseFormat),
          )
          promiseThen(call.promise, resolve, reject)
        }
        const settled = content?.stream === undefined ? content : settledContent(content)
        if (isPromise(settled)) promiseThen(settled, send, reject)
        else send(settled)
      }),
    )
  }
}

function request(guest: Guest, kind: string, what: string, url: unknown, options: unknown): object {
  const outgoing = outgoingRequest(what, url, options)
  const { content, responseFormat, signal } = outgoing
  if (content?.stream !== undefined)
    throw new GuestTypeError(what + ': a body that is a stream is not supported; use the global fetch')
  if (signal?.aborted === true) throw signal.reason
  return readableNow(sent(guest, kind, outgoing, content, (answer) => kindeResponse(answer, responseFormat)))
}

function sent<Value>(
  guest: Guest,
  kind: string,
  request: OutgoingRequest,
  content: Content | undefined,
  read: (answer: unknown) => Value,
): StartedCall<Value> {
  const call = startCall(guest, kind, requestJson(request, content), read)
  const { signal } = request
  if (signal?.aborted === true) call.abort(signal.reason)
  else if (signal !== undefined) signal.steps[signal.steps.length] = () => call.abort(signal.reason)
  return call
}

function readableNow({ promise, now }: StartedCall<KindeResponse>): object {
  defineHiddenGetter(promise, 'json', () => now().json)
  defineHiddenGetter(promise, 'text', () => now().text)
  defineHiddenGetter(promise, 'ok', () => now().ok)
  defineHiddenGetter(promise, 'status', () => now().status)
  defineHiddenGetter(promise, 'headers', () => now().headers)
  return promise
}
