// What both servers put into their tokens, so that neither signs less than the other.
import { ada, audience, webClient } from '../../test/harness/directory-fixture.ts'

export const client = webClient
export const userId = ada.id
export const resource = audience
/** Refresh tokens that are used at the same time, each in a chain of its own. */
export const chains = 32

export const accessTokenClaims = {
  azp: webClient.id,
  scp: ['openid', 'profile', 'email', 'offline'],
  org_code: 'org_00000000000e0001',
  permissions: ['read:reports', 'write:reports'],
  feature_flags: { theme: { t: 's', v: 'violet' } },
  email: ada.email,
  org_name: 'Analytical Engines',
  roles: [{ id: 'role_1', key: 'admin', name: 'Administrator' }],
  user_properties: { kp_usr_city: { v: 'London' } },
}

export const idTokenClaims = {
  azp: webClient.id,
  rat: 1_767_225_600,
  updated_at: 1_767_225_600,
  email: ada.email,
  email_verified: true,
  family_name: 'Lovelace',
  given_name: 'Ada',
  name: 'Ada Lovelace',
  org_codes: ['org_00000000000e0001'],
  organizations: [{ id: 'org_00000000000e0001', name: 'Analytical Engines' }],
}
