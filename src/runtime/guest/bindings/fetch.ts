// kinde.fetch, kinde.secureFetch and the global fetch.
//
// kinde.fetch works with and without await (C§6.3): it returns a promise that also has the response's properties. Awaited,
// calls run in parallel; a property that is read before the answer is there blocks until it is.
import { startCall, type StartedCall } from '../outgoing-call.ts'
import { defineHiddenGetter } from '../primordials.ts'
import type { Guest } from '../run-state.ts'
import { fetchRequest } from './fetch-request.ts'
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

export function globalFetch(guest: Guest): object {
  return function fetch(url: unknown, options?: unknown): object {
    const { json, responseFormat } = fetchRequest('fetch', url, options)
    return startCall(guest, 'fetch', json, (answer) => webResponse(answer, responseFormat)).promise
  }
}

function request(guest: Guest, kind: string, what: string, url: unknown, options: unknown): object {
  const { json, responseFormat } = fetchRequest(what, url, options)
  const call = startCall(guest, kind, json, (answer) => kindeResponse(answer, responseFormat))
  return readableNow(call)
}

function readableNow({ promise, now }: StartedCall<KindeResponse>): object {
  defineHiddenGetter(promise, 'json', () => now().json)
  defineHiddenGetter(promise, 'text', () => now().text)
  defineHiddenGetter(promise, 'ok', () => now().ok)
  defineHiddenGetter(promise, 'status', () => now().status)
  defineHiddenGetter(promise, 'headers', () => now().headers)
  return promise
}
