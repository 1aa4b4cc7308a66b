// The address of a webhook: judged when it is saved, by the rules by which the guarded client judges it again at each attempt.

/** Judged only by the address, before any name is looked up; `reason` is a clause on the URL. */
export interface JudgesUrl {
  judgeUrl(
    url: URL,
  ):
    | { readonly allowed: true; readonly trusted: boolean }
    | { readonly allowed: false; readonly reason: string }
}

const longestEndpoint = 2_048

/** Why an address cannot be a webhook's; undefined when it can. */
export function endpointProblem(endpoint: string, policy: JudgesUrl): string | undefined {
  if (endpoint.length > longestEndpoint) return `it is longer than ${longestEndpoint} characters`
  const url = URL.parse(endpoint)
  if (url === null) return 'it is not a full address, such as https://example.com/hook'
  if (endpoint.includes('#')) return 'it holds a fragment, which is never sent'
  const verdict = policy.judgeUrl(url)
  if (!verdict.allowed) return verdict.reason
  if (url.protocol !== 'https:' && !verdict.trusted)
    return 'it is not an https address; http is for addresses that settings.egress.allow lists, and for this machine while developing'
  return undefined
}

/** For logs and the audit log: without path and query, which may hold a secret of the receiver. */
export function shownEndpoint(endpoint: string): string {
  return URL.parse(endpoint)?.origin ?? '(invalid address)'
}
