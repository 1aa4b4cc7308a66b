// A sign-in that took too long. An application that said `supports_reauth` gets back what it had asked for and begins anew (C§1);
// everybody else sees a page.
import type { Interaction } from 'oidc-provider'
import { fromEngineTime } from '../overrides/engine-clock.ts'
import { offlineSpellingParameter } from '../kinde/authorization-parameters.ts'

const hourSeconds = 3_600

/** How long an interaction is kept: past its end, because a user who comes back to it sees that and can begin anew. */
export const keptSeconds = 24 * hourSeconds

export function isOver({ iat }: Interaction, nowMs: () => number): boolean {
  return iat !== undefined && nowMs() > (fromEngineTime(iat, nowMs) + hourSeconds) * 1_000
}

/** What belongs to only one request, and what an SDK fills in by itself. */
const ofOneRequest: ReadonlySet<string> = new Set([
  'audience',
  'code_challenge',
  'code_challenge_method',
  offlineSpellingParameter,
  'nonce',
  'redirect_uri',
  'response_type',
  'scope',
  'state',
  'ui_locales',
])

/** Where the browser goes instead; undefined when the application does not know how to begin anew. */
export function reauthRedirect({ params }: Interaction, issuer: string): string | undefined {
  const { supports_reauth: supportsReauth, redirect_uri: redirectUri, response_mode: mode, state } = params
  const isInQuery = mode === undefined || mode === 'query'
  if (supportsReauth !== 'true' || !isInQuery || typeof redirectUri !== 'string') return undefined
  const asked = Object.entries(params).filter(
    ([name, value]) => value !== undefined && !ofOneRequest.has(name),
  )
  const target = new URL(redirectUri)
  target.searchParams.set('error', 'login_link_expired')
  target.searchParams.set('error_description', 'The sign-in took too long.')
  target.searchParams.set('reauth_state', btoa(encoded(Object.fromEntries(asked))))
  if (typeof state === 'string') target.searchParams.set('state', state)
  target.searchParams.set('iss', issuer)
  return target.href
}

/** SDKs decode by `atob`, which gives bytes and no UTF-8: JSON escapes keep to ASCII. */
function encoded(params: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(params).replaceAll(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
