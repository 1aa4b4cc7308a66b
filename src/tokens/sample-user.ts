// The default claims of a built-in sample user, for trying a workflow with nothing but an event: C§3.1 to C§3.3 with the
// opt-in claims switched on, so that every job of the trigger has something to work on. Times and ids are fixed: the same
// event always gives the same tokens.
import type { ClaimsByToken } from './claims.ts'
import type { M2mTokenEvent, TokenEvent, UserTokensEvent } from './token-trigger.ts'

const issuedAt = 1_767_225_600 // 2026-01-01T00:00:00Z
const daySeconds = 86_400
const hourSeconds = 3_600

const sampleOrganization = { code: 'org_7f3c21b9', name: 'Analytical Engines' }

const ada = {
  email: 'ada@example.com',
  given_name: 'Ada',
  family_name: 'Lovelace',
  name: 'Ada Lovelace',
  picture: 'https://example.com/ada.png',
}

const permissions = ['create:reports', 'read:reports', 'delete:reports', 'invite:members', 'view:billing']

const roles = [
  { id: '018ee9aa-f92b-83fc-1d40-7b1a3c5e7f90', key: 'admin', name: 'Administrator' },
  { id: '018ee9ab-04c7-9a11-2e51-8c2b4d6f8a01', key: 'editor', name: 'Editor' },
]

const featureFlags = {
  new_dashboard: { t: 'b', v: true },
  theme: { t: 's', v: 'violet' },
  report_limit: { t: 'i', v: 25 },
}

const userProperties = { kp_usr_city: { v: 'London' }, kp_usr_job_title: {} }
const organizationProperties = { kp_org_industry: { v: 'Engineering' } }

/** The complete default claims of each token that the event's trigger mints; ids are the event's own where it has them. */
export function sampleClaims(event: TokenEvent): ClaimsByToken {
  if (event.trigger === 'm2m:token_generation') return { m2mToken: m2mToken(event.fields) }
  return { accessToken: accessToken(event.fields), idToken: idToken(event.fields) }
}

function accessToken({ request, context }: UserTokensEvent): ClaimsByToken['accessToken'] & object {
  const inOrganization = context.organization?.code ? organizationClaims(context.organization.code) : {}
  return {
    aud: request.auth?.audience ?? [],
    azp: context.application.clientId,
    exp: issuedAt + daySeconds,
    iat: issuedAt,
    iss: context.domains.kindeDomain,
    jti: 'fbb6bc62-0e64-4256-8ea4-8fb9a645b123',
    scp: ['openid', 'profile', 'email', 'offline'],
    sub: context.user.id,
    email: ada.email,
    ...inOrganization,
    feature_flags: featureFlags,
    user_properties: userProperties,
  }
}

/** What C§3.1 has only when the user signed in to an organization. */
function organizationClaims(code: string) {
  return {
    org_code: code,
    org_name: sampleOrganization.name,
    permissions,
    roles,
    organization_properties: organizationProperties,
  }
}

function idToken({ context }: UserTokensEvent): ClaimsByToken['idToken'] & object {
  const code = context.organization?.code
  const organizations = code ? [{ id: code, name: sampleOrganization.name }] : []
  return {
    at_hash: 'VZ6cU0Ay0RKB5EosbWuTCQ',
    aud: [context.application.clientId],
    auth_time: issuedAt,
    azp: context.application.clientId,
    exp: issuedAt + hourSeconds,
    iat: issuedAt,
    iss: context.domains.kindeDomain,
    jti: 'fcbf6ad3-8c75-402a-a4cb-1659fb8c555d',
    nonce: '28054306a55272f8',
    rat: issuedAt,
    sub: context.user.id,
    updated_at: issuedAt - daySeconds,
    email: ada.email,
    email_verified: true,
    family_name: ada.family_name,
    given_name: ada.given_name,
    name: ada.name,
    picture: ada.picture,
    org_codes: organizations.map(({ id }) => id),
    organizations,
    user_properties: userProperties,
  }
}

/** C§3.3: no `sub`, and `v` as a string. */
function m2mToken({ request, context }: M2mTokenEvent): ClaimsByToken['m2mToken'] & object {
  const scopes = request.auth.scope ?? []
  return {
    aud: request.auth.audience,
    azp: context.application.clientId,
    exp: issuedAt + daySeconds,
    gty: ['client_credentials'],
    iat: issuedAt,
    iss: context.domains.kindeDomain,
    jti: 'f2cba5a5-1b0e-4c63-9f0a-3d6f1c2b4a5d',
    scope: scopes.join(' '),
    scp: scopes,
    v: '2',
    feature_flags: featureFlags,
    application_properties: { kp_app_region: { v: 'eu' } },
  }
}
