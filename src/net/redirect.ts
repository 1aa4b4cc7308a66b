// Builds the request that follows a redirect, by the rules of fetch (https://fetch.spec.whatwg.org/#http-redirect-fetch). It is
// stricter where a secret would reach another server: a body never follows to another origin, and neither do headers that may
// hold a credential. The target is judged like any other address (fetch.ts).
import { CallFailure } from './call-failure.ts'
import { longestAddress, type FetchRequest } from './fetch-request.ts'
import { headerValue, type HeaderList } from './request-headers.ts'

const redirectStatuses = [301, 302, 303, 307, 308]

/** Header names that may carry a credential; wider than fetch's own `authorization`. */
const credentialHeader = /auth|cookie|key|token|secret|signature|session|password/

/** The request to send next, or undefined when the answer is not a redirect. Throws CallFailure. */
export function redirected(
  request: FetchRequest,
  status: number,
  responseHeaders: HeaderList,
): FetchRequest | undefined {
  const location = headerValue(responseHeaders, 'location')
  if (!redirectStatuses.includes(status) || location === undefined) return undefined
  const url = location.length > longestAddress ? null : URL.parse(location, request.url.href)
  if (url === null) throw new CallFailure('fetch_failed', 'redirected to something that is not an address')
  // A relative target is as long as the address before it and itself together.
  if (url.href.length > longestAddress)
    throw new CallFailure(
      'fetch_failed',
      `redirected to an address of more than ${longestAddress} characters`,
    )
  if (request.url.protocol === 'https:' && url.protocol === 'http:') {
    throw new CallFailure('egress_denied', 'redirected from https to http, which is refused')
  }
  const dropsBody = becomesGet(request, status)
  const sameOrigin = url.origin === request.url.origin
  if (!sameOrigin && !dropsBody && request.body !== undefined) {
    throw new CallFailure(
      'egress_denied',
      'redirected to another origin, and a body is never sent on to another origin',
    )
  }
  const headers = request.headers.filter(
    ([name]) => (sameOrigin || !credentialHeader.test(name)) && !(dropsBody && name.startsWith('content-')),
  )
  return dropsBody
    ? { ...request, url, method: 'GET', headers, body: undefined }
    : { ...request, url, headers }
}

/** RFC 9110 §15.4: 301 and 302 turn POST into GET as browsers do, 303 turns all methods but HEAD, 307 and 308 keep the method. */
function becomesGet({ method }: FetchRequest, status: number): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD'
  return (status === 301 || status === 302) && method === 'POST'
}
