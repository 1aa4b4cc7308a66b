// Kinde's spellings of an authorization request (C§1, C§2), brought to the one that the engine understands. Applied to the query of
// the authorization endpoint and to the bodies of the pushed and the device request alike. Unknown parameters pass: the engine
// ignores them.
import { offlineSpellingOf, scopeName, scopeWords } from '../../oauth/index.ts'

/** Parameters beyond OAuth's and OIDC's that a request may carry to our pages and into the event. */
export const extraParameters = [
  'audience',
  'connection_id',
  'deploy_id',
  'has_success_page',
  'invitation_code',
  'is_create_org',
  'is_invitation',
  'is_use_auth_success_page',
  'lang',
  'org_code',
  'org_name',
  'plan_interest',
  'pricing_table_key',
  'reauth_state',
  'start_page',
  'supports_reauth',
  'workflow_deployment_id',
] as const

/** Ours, never the client's: it carries the spelling of `offline` from the request to the answer with the tokens. */
export const offlineSpellingParameter = 'mintage_offline_scope'

/** Prompts that ask for what is always so: our applications are first-party, so users are not asked for consent. */
const needlessPrompts = new Set(['consent'])

export interface SignUpOffer {
  readonly isSignUpAllowed: boolean
}

export function normalizeAuthorizationParameters(
  given: URLSearchParams,
  { isSignUpAllowed }: SignUpOffer,
): URLSearchParams {
  const params = new URLSearchParams(given)
  joinAudiences(params)
  const scopes = scopeWords(params.get('scope'))
  const offlineSpelling = offlineSpellingOf(scopes)
  if (offlineSpelling === undefined) params.delete(offlineSpellingParameter)
  else params.set(offlineSpellingParameter, offlineSpelling)
  if (scopes.length === 0) setIfAsked(params, 'scope', ['openid'])
  else setIfAsked(params, 'scope', scopes.map(scopeName))
  const asked = scopeWords(params.get('prompt'))
  // OIDC Core §3.1.2.1: `none` with any other value is an error, which the engine answers.
  if (asked.includes('none') && new Set(asked).size > 1) return params
  // An invited person signs in or up, whichever their address asks for, also where sign-up is off.
  const isInvited = Boolean(params.get('invitation_code'))
  const prompts = asked
    .filter((prompt) => !needlessPrompts.has(prompt) && !(isInvited && prompt === 'create'))
    .map((prompt) => (prompt === 'select_account' ? 'login' : prompt))
  if (isSignUpAllowed && !isInvited && asksForNewAccount(params) && prompts.length === 0)
    prompts.push('create')
  if (params.getAll('prompt').length <= 1) {
    if (prompts.length > 0) params.set('prompt', [...new Set(prompts)].join(' '))
    else params.delete('prompt')
  }
  if (!params.has('ui_locales') && params.get('lang')) params.set('ui_locales', params.get('lang') ?? '')
  return params
}

/**
 * C§1: what Kinde's server SDKs send for register(). Where sign-up is off, it is a sign-in, because the button has to lead somewhere. Their createOrg() sends the same, and a user who is already signed in gets
 * an organization and not a second account.
 */
function asksForNewAccount(params: URLSearchParams): boolean {
  return params.get('start_page') === 'registration' && params.get('is_create_org') !== 'true'
}

/** `audience` joined by spaces, repeated or empty, and `resource` (RFC 8707), all as one `audience`. */
function joinAudiences(params: URLSearchParams): void {
  const audiences = [...params.getAll('audience'), ...params.getAll('resource')].flatMap(scopeWords)
  params.delete('resource')
  params.delete('audience')
  if (audiences.length > 0) params.set('audience', [...new Set(audiences)].join(' '))
}

/** A parameter that was given twice stays so, and the engine refuses it (RFC 6749 §3.1). */
function setIfAsked(params: URLSearchParams, name: string, values: readonly string[]): void {
  if (params.getAll(name).length <= 1) params.set(name, [...new Set(values)].join(' '))
}
