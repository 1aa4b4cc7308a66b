// What an authorization request asked for, as the event shows it: `request.authUrlParams`, by the names that Kinde gives them in its
// other triggers (C§7). What authenticates or proves something is left out.
const shownParameters = {
  client_id: 'clientId',
  connection_id: 'connectionId',
  invitation_code: 'invitationCode',
  is_create_org: 'isCreateOrg',
  lang: 'lang',
  login_hint: 'loginHint',
  org_code: 'orgCode',
  org_name: 'orgName',
  plan_interest: 'planInterest',
  pricing_table_key: 'pricingTableKey',
  prompt: 'prompt',
  redirect_uri: 'redirectUri',
  response_type: 'responseType',
  scope: 'scope',
  start_page: 'startPage',
  state: 'state',
} as const satisfies Record<string, string>

/** A state of an application's own can be kilobytes; the event does not carry them. */
const longestValue = 512

export function authUrlParams(params: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(shownParameters).flatMap(([wireName, name]): [string, string][] => {
      const value = params[wireName]
      return typeof value === 'string' && value !== '' ? [[name, value.slice(0, longestValue)]] : []
    }),
  )
}
