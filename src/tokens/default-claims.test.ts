import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { userTokenClaims, type AccessFacts, type UserFacts, type UserTokenFacts } from './default-claims.ts'

const ada: UserFacts = {
  id: 'kp_ada',
  email: 'ada@example.com',
  isEmailVerified: true,
  firstName: 'Ada',
  lastName: 'Lovelace',
  picture: 'https://example.com/ada.png',
  username: 'ada',
  phone: '+441234567890',
  isPhoneVerified: true,
  providedId: 'ext-1',
  updatedAtSeconds: 1_600,
}

const access: AccessFacts = {
  permissions: ['read:reports'],
  roles: [{ id: 'role_1', key: 'admin', name: 'Administrator' }],
  featureFlags: { theme: { t: 's', v: 'pink' } },
  properties: {
    user: { kp_usr_city: { v: 'London' } },
    organization: { kp_org_city: { v: 'Sydney' } },
    application: { region: { v: 'eu' } },
  },
}

const engines = { code: 'org_1', name: 'Engines', externalId: 'ext-org' }
const weaving = { code: 'org_2', name: 'Weaving', externalId: null }

const complete: UserTokenFacts = {
  issuer: 'https://issuer.example.com',
  clientId: 'client_1',
  nowSeconds: 2_000,
  lifetimes: { accessToken: 86_400, idToken: 3_600 },
  jti: { accessToken: 'jti_access', idToken: 'jti_id' },
  scopes: ['openid', 'profile', 'email', 'phone', 'offline'],
  requestedClaims: [],
  audiences: ['https://api.example.com'],
  nonce: 'n1',
  sid: undefined,
  authTimeSeconds: 1_900,
  requestedAtSeconds: 1_950,
  user: ada,
  organization: engines,
  organizations: [engines, weaving],
  access,
  optIns: { accessToken: [], idToken: [] },
}

const claimsOf = (changes: Partial<UserTokenFacts> = {}) => userTokenClaims({ ...complete, ...changes })
const accessToken = (changes: Partial<UserTokenFacts> = {}) => claimsOf(changes).accessToken
const idToken = (changes: Partial<UserTokenFacts> = {}) => claimsOf(changes).idToken
const noAccess: AccessFacts = {
  permissions: [],
  roles: [],
  featureFlags: {},
  properties: { user: {}, organization: {}, application: {} },
}

describe('the access token by default (C§3.1)', () => {
  test('has these claims, of these types, and no other', () => {
    assert.deepEqual(accessToken(), {
      aud: ['https://api.example.com'],
      azp: 'client_1',
      client_id: 'client_1',
      exp: 88_400,
      iat: 2_000,
      iss: 'https://issuer.example.com',
      jti: 'jti_access',
      scp: ['openid', 'profile', 'email', 'phone', 'offline'],
      sub: 'kp_ada',
      org_code: 'org_1',
      permissions: ['read:reports'],
      feature_flags: { theme: { t: 's', v: 'pink' } },
    })
  })

  test('has an empty aud when no audience was asked for', () => {
    assert.deepEqual(accessToken({ audiences: [] })['aud'], [])
  })

  test('says by ksp whether the organization wants the session to outlive the browser', () => {
    for (const isSessionPersistent of [true, false])
      assert.deepEqual(accessToken({ organization: { ...engines, isSessionPersistent } })['ksp'], {
        persistent: isSessionPersistent,
      })
  })

  test('has neither org_code nor permissions outside of an organization', () => {
    const claims = accessToken({ organization: undefined })
    assert.equal('org_code' in claims, false)
    assert.equal('permissions' in claims, false)
    assert.equal('feature_flags' in claims, true)
  })

  test('has no permissions and no feature_flags without any', () => {
    const claims = accessToken({ access: noAccess })
    assert.equal('permissions' in claims, false)
    assert.equal('feature_flags' in claims, false)
    assert.equal(claims['org_code'], 'org_1')
  })

  test('says nothing of the person but the subject, whatever the scopes', () => {
    for (const claim of ['email', 'name', 'given_name', 'picture', 'phone_number', 'nonce', 'sid'])
      assert.equal(claim in accessToken(), false)
  })

  test('shares no object with the facts, which other tokens are made of', () => {
    const claims = accessToken()
    assert.notEqual(claims['aud'], complete.audiences)
    assert.notEqual(claims['scp'], complete.scopes)
    assert.notEqual(claims['permissions'], access.permissions)
  })
})

describe('the access token with a claim that the application switched on', () => {
  const optIns = {
    email: 'ada@example.com',
    org_name: 'Engines',
    external_organization_id: 'ext-org',
    roles: [{ id: 'role_1', key: 'admin', name: 'Administrator' }],
    org_codes: ['org_1', 'org_2'],
    user_properties: { kp_usr_city: { v: 'London' } },
    organization_properties: { kp_org_city: { v: 'Sydney' } },
    application_properties: { region: { v: 'eu' } },
  }
  for (const [name, value] of Object.entries(optIns)) {
    test(`has ${name}, and that one alone`, () => {
      const claims = accessToken({ optIns: { accessToken: [name], idToken: [] } })
      const { [name]: added, ...rest } = claims
      assert.deepEqual(added, value)
      assert.deepEqual(rest, accessToken())
    })

    test(`does not have ${name} by the ID token’s switch`, () => {
      assert.equal(name in accessToken({ optIns: { accessToken: [], idToken: [name] } }), false)
    })
  }

  const everything = { accessToken: Object.keys(optIns), idToken: [] }

  test('leaves out what belongs to an organization without one', () => {
    const claims = accessToken({ organization: undefined, organizations: [], optIns: everything })
    for (const name of ['org_name', 'external_organization_id', 'roles', 'organization_properties'])
      assert.equal(name in claims, false)
    assert.deepEqual(claims['org_codes'], [])
    assert.deepEqual(claims['user_properties'], { kp_usr_city: { v: 'London' } })
  })

  test('leaves out an email and an external id that are not there, never null', () => {
    const claims = accessToken({
      user: { ...ada, email: null },
      organization: weaving,
      optIns: everything,
    })
    assert.equal('email' in claims, false)
    assert.equal('external_organization_id' in claims, false)
  })

  test('has empty roles and properties when they are switched on and empty', () => {
    const claims = accessToken({ access: noAccess, optIns: everything })
    assert.deepEqual(claims['roles'], [])
    assert.deepEqual(claims['user_properties'], {})
  })
})

describe('the ID token by default (C§3.2)', () => {
  test('has these claims, of these types, and no other', () => {
    assert.deepEqual(idToken(), {
      aud: ['client_1'],
      auth_time: 1_900,
      azp: 'client_1',
      exp: 5_600,
      iat: 2_000,
      iss: 'https://issuer.example.com',
      jti: 'jti_id',
      nonce: 'n1',
      rat: 1_950,
      sub: 'kp_ada',
      updated_at: 1_600,
      email: 'ada@example.com',
      email_verified: true,
      family_name: 'Lovelace',
      given_name: 'Ada',
      name: 'Ada Lovelace',
      picture: 'https://example.com/ada.png',
      preferred_username: 'ada',
      phone_number: '+441234567890',
      phone_number_verified: true,
      provided_id: 'ext-1',
      org_codes: ['org_1', 'org_2'],
    })
  })

  test('has a nonce only when one was sent, and a sid only for applications that are notified of logouts', () => {
    assert.equal('nonce' in idToken({ nonce: undefined }), false)
    assert.equal('sid' in idToken(), false)
    assert.equal(idToken({ sid: 's1' })['sid'], 's1')
  })

  test('has each organization of the user, and none without one', () => {
    assert.deepEqual(idToken({ organizations: [] })['org_codes'], [])
  })

  const byScope = {
    email: ['email', 'email_verified'],
    profile: ['family_name', 'given_name', 'name', 'picture', 'preferred_username'],
    phone: ['phone_number'],
  }
  for (const [scope, names] of Object.entries(byScope)) {
    test(`has ${names.join(', ')} by the scope ${scope}, and by no other`, () => {
      const without = idToken({ scopes: complete.scopes.filter((one) => one !== scope) })
      const alone = idToken({ scopes: ['openid', scope] })
      for (const name of names) {
        assert.equal(name in without, false)
        assert.equal(name in alone, true)
      }
      const others = Object.values(byScope)
        .flat()
        .filter((name) => !names.includes(name))
      for (const name of others) assert.equal(name in alone, false)
    })
  }

  test('has provided_id whatever the scopes, when there is one', () => {
    assert.equal(idToken({ scopes: ['openid'] })['provided_id'], 'ext-1')
    assert.equal('provided_id' in idToken({ user: { ...ada, providedId: null } }), false)
  })

  test('leaves out what is not known, never null', () => {
    const unknown = {
      email: null,
      firstName: null,
      lastName: null,
      picture: null,
      username: null,
      phone: null,
      providedId: null,
    }
    const claims = idToken({ user: { ...ada, ...unknown } })
    assert.equal(Object.values(claims).includes(null), false)
    for (const name of [...byScope.email, ...byScope.profile, ...byScope.phone])
      assert.equal(name in claims, false)
  })

  test('says that an address is not proven', () => {
    assert.equal(idToken({ user: { ...ada, isEmailVerified: false } })['email_verified'], false)
  })

  const names: readonly (readonly [Partial<UserFacts>, string])[] = [
    [{}, 'Ada Lovelace'],
    [{ lastName: null }, 'Ada'],
    [{ firstName: null }, 'Lovelace'],
    [{ firstName: null, lastName: null }, 'ada'],
    [{ firstName: '', lastName: 'Lovelace' }, 'Lovelace'],
  ]
  for (const [changes, name] of names) {
    test(`has the name ${name} for ${JSON.stringify(changes)}`, () => {
      assert.equal(idToken({ user: { ...ada, ...changes } })['name'], name)
    })
  }
})

describe('the ID token with a claim that the application switched on', () => {
  const optIns = {
    organizations: [
      { id: 'org_1', name: 'Engines' },
      { id: 'org_2', name: 'Weaving' },
    ],
    user_properties: { kp_usr_city: { v: 'London' } },
    organization_properties: { kp_org_city: { v: 'Sydney' } },
  }
  for (const [name, value] of Object.entries(optIns)) {
    test(`has ${name}, and that one alone`, () => {
      const { [name]: added, ...rest } = idToken({ optIns: { accessToken: [], idToken: [name] } })
      assert.deepEqual(added, value)
      assert.deepEqual(rest, idToken())
    })

    test(`does not have ${name} by the access token’s switch`, () => {
      assert.equal(name in idToken({ optIns: { accessToken: [name], idToken: [] } }), false)
    })
  }

  test('leaves out organization_properties outside of an organization', () => {
    const optIn = { accessToken: [], idToken: Object.keys(optIns) }
    assert.equal('organization_properties' in idToken({ organization: undefined, optIns: optIn }), false)
  })
})
