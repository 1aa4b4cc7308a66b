// The operations of Kinde's management API: paths and methods, as Kinde's published description lists them (2026-11). Only facts; what
// an operation of Mintage takes and answers is in its declaration. By this list a request that Kinde would answer and Mintage does not is
// distinguished from a typo.

/** Below `/api/v1`; a path, and the methods that it has. */
const list = `
/api_keys get post
/api_keys/verify post
/api_keys/{key_id} get delete put
/apis get post
/apis/{api_id} get delete
/apis/{api_id}/applications patch
/apis/{api_id}/applications/{application_id}/scopes/{scope_id} post delete
/apis/{api_id}/scopes get post
/apis/{api_id}/scopes/{scope_id} get patch delete
/applications get post
/applications/{app_id}/auth_logout_urls get post put delete
/applications/{app_id}/auth_redirect_urls get post put delete
/applications/{application_id} get patch delete
/applications/{application_id}/access_roles get
/applications/{application_id}/access_roles/{role_id} post delete
/applications/{application_id}/connections get
/applications/{application_id}/connections/{connection_id} post delete
/applications/{application_id}/properties get
/applications/{application_id}/properties/{property_key} put
/applications/{application_id}/tokens patch
/billing/agreements get post
/billing/entitlements get
/billing/meter_usage post
/business get patch
/connected_apps/auth_url get
/connected_apps/revoke post
/connected_apps/token get
/connections get post
/connections/{connection_id} get patch put delete
/directories get post
/directories/{directory_id} get patch delete
/environment get
/environment/feature_flags delete get
/environment/feature_flags/{feature_flag_key} delete patch
/environment/logos get
/environment/logos/{type} put delete
/environment_variables get post
/environment_variables/{variable_id} get patch delete
/event_types get
/events/{event_id} get
/feature_flags post
/feature_flags/{feature_flag_key} delete put
/identities/{identity_id} get patch delete
/industries get
/mfa put
/organization get post
/organization/{org_code} patch delete
/organization/{org_code}/handle delete
/organization/{org_code}/invites get post
/organization/{org_code}/invites/{invite_code} get delete
/organizations get
/organizations/{org_code}/feature_flags get delete
/organizations/{org_code}/feature_flags/{feature_flag_key} delete patch
/organizations/{org_code}/logos get
/organizations/{org_code}/logos/{type} post delete
/organizations/{org_code}/mfa put
/organizations/{org_code}/passkey get put
/organizations/{org_code}/properties get patch
/organizations/{org_code}/properties/{property_key} put
/organizations/{org_code}/roles/{role_id}/active_users/count get
/organizations/{org_code}/roles/{role_id}/users get
/organizations/{org_code}/roles/{role_id}/users/count get
/organizations/{org_code}/sessions patch
/organizations/{org_code}/users get post patch
/organizations/{org_code}/users/{user_id} delete
/organizations/{org_code}/users/{user_id}/apis/{api_id}/scopes/{scope_id} post delete
/organizations/{org_code}/users/{user_id}/mfa get delete
/organizations/{org_code}/users/{user_id}/mfa/{factor_id} delete
/organizations/{org_code}/users/{user_id}/permissions get post
/organizations/{org_code}/users/{user_id}/permissions/{permission_id} delete
/organizations/{org_code}/users/{user_id}/roles get post
/organizations/{org_code}/users/{user_id}/roles/{role_id} delete
/organizations/{organization_code}/connections get
/organizations/{organization_code}/connections/{connection_id} post delete
/passkey get put
/permissions get post
/permissions/{permission_id} patch delete
/properties get post
/properties/{property_id} put delete
/property_categories get post
/property_categories/{category_id} put
/roles get post
/roles/{role_id} get patch delete
/roles/{role_id}/permissions get patch
/roles/{role_id}/permissions/{permission_id} delete
/roles/{role_id}/scopes get post
/roles/{role_id}/scopes/{scope_id} delete
/roles/{role_id}/system_permissions get patch
/roles/{role_id}/users get
/search/users get
/subscribers get post
/subscribers/{subscriber_id} get
/system_permissions get
/timezones get
/user get post patch delete
/users get
/users/{user_id}/feature_flags/{feature_flag_key} patch
/users/{user_id}/identities get post
/users/{user_id}/mfa get delete
/users/{user_id}/mfa/{factor_id} delete
/users/{user_id}/password put
/users/{user_id}/properties get patch
/users/{user_id}/properties/{property_key} put
/users/{user_id}/refresh_claims post
/users/{user_id}/sessions get delete
/webhooks get post
/webhooks/{webhook_id} delete patch
`

export interface KindePath {
  readonly path: string
  readonly methods: readonly string[]
}

export const kindePaths: readonly KindePath[] = list
  .trim()
  .split('\n')
  .map((line) => {
    const [path = '', ...methods] = line.split(' ')
    return { path, methods }
  })

/** Parts of Kinde that Mintage does not have, by the segment that their paths have. */
export const notOffered: readonly { readonly segment: string; readonly what: string }[] = [
  { segment: 'connected_apps', what: 'connected apps' },
  { segment: 'directories', what: 'directories (SCIM)' },
  { segment: 'passkey', what: 'passkeys' },
]
