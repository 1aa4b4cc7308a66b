// The account API (C§9) as applications meet it: by Kinde's library of the browser SDKs, unmodified, and by plain requests for what the
// library does not show. js-utils keeps its state in the module, so each test that uses it begins with an empty one.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import {
  exchangeAuthCode,
  generateAuthUrl,
  getEntitlement,
  getEntitlements,
  getFlag,
  getPermission,
  getPermissions,
  getRoles,
  hasFeatureFlags,
  hasPermissions,
  MemoryStorage,
  setActiveStorage,
  setInsecureStorage,
  storageSettings,
} from '@kinde/js-utils'
import { generateKeyPair, SignJWT, decodeJwt } from 'jose'
import { z } from 'zod'
import { accountOperations } from '../../src/account-api/operations.ts'
import { anAgreement } from '../../src/store/contract/samples.ts'
import type { Change } from '../../src/store/index.ts'
import {
  ada,
  anotherApplication,
  audience,
  directoryFixture,
  engines,
  m2mClient,
  redirectUri,
  spaClient,
  userChanges,
  webClient,
  weaving,
} from '../harness/directory-fixture.ts'
import { startIssuer } from '../harness/issuer.ts'
import { signedInTokens } from '../harness/signed-in-tokens.ts'
import { userAgent } from '../harness/user-agent.ts'
import { signIn } from '../harness/visitor.ts'

const appOrigin = 'http://127.0.0.1:9'
const otherOrigin = 'https://other.example.com'
const bob = { id: 'kp_00000000000000000000000000000b0b', email: 'bob@example.com', password: ada.password }

/** More than a page of them. */
const manyPermissions = Array.from({ length: 23 }, (_, index): Change => {
  const number = String(index).padStart(2, '0')
  return {
    kind: 'put-permission',
    permission: {
      id: `perm_many_${number}`,
      key: `many:${number}`,
      name: `Many ${number}`,
      description: null,
    },
  }
})

let offsetMs = 0
const issuer = await startIssuer(
  { after },
  {
    directory: await directoryFixture({
      isInBoth: true,
      spa: { customization: { accessToken: [], idToken: [], properties: [] } },
      web: { corsOrigins: ['https://web.example.com'] },
      more: [
        ...manyPermissions,
        {
          kind: 'put-role',
          role: {
            id: 'role_2',
            key: 'clerk',
            name: 'Clerk',
            description: null,
            permissionIds: manyPermissions.map((_, index) => `perm_many_${String(index).padStart(2, '0')}`),
            isDefault: false,
            scopeIds: [],
            systemPermissions: [],
            assignmentPermissionId: null,
          },
        },
        {
          kind: 'put-property',
          property: {
            id: 'prop_2',
            key: 'notes',
            name: 'Notes of the operator',
            description: null,
            type: 'single_line_text',
            context: 'usr',
            isPrivate: true,
            categoryId: null,
          },
        },
        { kind: 'set-property', owner: { context: 'usr', id: ada.id }, key: 'notes', value: 'pays late' },
        anotherApplication({
          clientId: 'c00000000000000000000000000000aa',
          name: 'Other',
          corsOrigins: [otherOrigin],
        }),
        ...(await userChanges(bob)),
      ],
    }),
    nowMs: () => Date.now() + offsetMs,
  },
)

beforeEach(() => {
  setActiveStorage(new MemoryStorage())
  setInsecureStorage(new MemoryStorage())
  storageSettings.useInsecureForRefreshToken = true
})

/** Signs Ada in by js-utils; resolves to her access token. */
async function signInByLibrary(org: { readonly code: string } = engines): Promise<void> {
  const { url } = await generateAuthUrl(issuer.url, 'login', {
    clientId: spaClient.id,
    redirectURL: redirectUri,
    scope: ['openid', 'profile', 'email', 'offline'],
    orgCode: org.code,
  } as never)
  const callback = await signIn(userAgent(issuer.url), url)
  const result = await exchangeAuthCode({
    urlParams: callback.searchParams,
    domain: issuer.url,
    clientId: spaClient.id,
    redirectURL: redirectUri,
  })
  assert.equal(result.error, undefined)
}

const giveRole = (roleId: string) =>
  issuer.store.commit([
    {
      kind: 'update-membership',
      organizationCode: engines.code,
      userId: ada.id,
      roles: { only: ['role_1', roleId] },
    },
  ])

describe('C§9 @kinde/js-utils', () => {
  test('reads the roles of a token without roles', async () => {
    await signInByLibrary()

    assert.deepEqual(await getRoles(), [{ id: 'role_1', key: 'admin', name: 'Administrator' }])
  })

  test('reads permissions of several pages, those that were given after the token was issued included', async (t) => {
    await signInByLibrary()
    t.after(() => giveRole('role_1'))
    await giveRole('role_2')

    const { orgCode, permissions } = await getPermissions({ forceApi: true })

    assert.equal(orgCode, engines.code)
    assert.deepEqual(
      permissions.toSorted(),
      [
        ...manyPermissions.map((_, index) => `many:${String(index).padStart(2, '0')}`),
        'read:reports',
        'write:reports',
      ].toSorted(),
    )
    assert.equal(await hasPermissions({ permissions: ['many:22'], forceApi: true }), true)
  })

  test('asks for one permission', async () => {
    await signInByLibrary()

    const ask = (key: string) => getPermission(key, { forceApi: true })
    assert.deepEqual(await ask('write:reports'), {
      permissionKey: 'write:reports',
      orgCode: engines.code,
      isGranted: true,
    })
    assert.deepEqual(await ask('no/such permission'), {
      permissionKey: 'no/such permission',
      orgCode: engines.code,
      isGranted: false,
    })
  })

  test('reads flags with the value nearest to the user; getFlag finds one by its name', async (t) => {
    await signInByLibrary()
    const owner = { context: 'usr', id: ada.id } as const
    t.after(() => issuer.store.commit([{ kind: 'set-flag', owner, key: 'theme' }]))
    await issuer.store.commit([{ kind: 'set-flag', owner, key: 'theme', value: 'amber' }])

    const featureFlags = [{ flag: 'theme', value: 'amber' }]
    assert.equal(await hasFeatureFlags({ featureFlags, forceApi: true }), true)
    assert.equal(await hasFeatureFlags({ featureFlags }), false, 'the token is older')
    assert.equal(await getFlag('Theme', { forceApi: true }), 'amber')
  })

  test('reads no entitlements where there is no plan', async () => {
    await signInByLibrary(weaving)

    assert.deepEqual(await getEntitlements(), { orgCode: weaving.code, plans: [], entitlements: [] })
    await assert.rejects(getEntitlement('seats'), /404/)
  })

  test('reads the entitlements of the organization and of the user', async (t) => {
    const customers = [
      { kind: 'organization', id: engines.code },
      { kind: 'user', id: ada.id },
    ] as const
    const [ofEngines, ofAda] = customers.map((customer, index) => anAgreement(`agreement_${index}`, customer))
    assert.ok(ofEngines && ofAda)
    const atMs = Date.UTC(2026, 0, 2)
    const end = [ofEngines, ofAda].map(
      ({ id }) => ({ kind: 'end-agreement', agreementId: id, atMs }) as const,
    )
    t.after(() => issuer.store.commit(end))
    const solo = { planCode: 'solo', planName: 'Solo', startedAtMs: atMs }
    // More than a page of them, and one that the organization has as well.
    const many = Array.from({ length: 12 }, (_, index) => ({
      ...(ofAda.entitlements[1] ?? assert.fail()),
      id: `entitlement_${index}`,
      code: index === 0 ? 'calls' : `feature_${index}`,
    }))
    await issuer.store.commit([
      { kind: 'add-agreement', agreement: ofEngines, previousPlanCode: null },
      { kind: 'add-agreement', agreement: { ...ofAda, ...solo, entitlements: many }, previousPlanCode: null },
    ])
    await signInByLibrary()

    const { orgCode, plans, entitlements } = await getEntitlements()

    assert.equal(orgCode, engines.code)
    assert.deepEqual(plans, [
      { key: 'pro', subscribedOn: '1970-01-01T00:00:00.001Z' },
      { key: 'solo', subscribedOn: '2026-01-02T00:00:00.000Z' },
    ])
    assert.deepEqual(
      entitlements.map((one: { readonly featureKey: string }) => one.featureKey).toSorted(),
      ['calls', 'calls', 'seats', ...many.slice(1).map(({ code }) => code)].toSorted(),
    )
    assert.deepEqual((await getEntitlement('seats')).entitlement, {
      id: 'agreement_0 seats',
      fixedCharge: null,
      priceName: 'Seats',
      unitAmount: 500,
      featureKey: 'seats',
      featureName: 'Seats',
      entitlementLimitMax: 20,
      entitlementLimitMin: 1,
    })
    assert.equal(
      (await getEntitlement('calls')).entitlement.id,
      'agreement_0 calls',
      'the organization comes first',
    )
    assert.equal((await getEntitlement('feature_3')).entitlement.id, 'entitlement_3')
    await assert.rejects(getEntitlement('none'), /404/)
  })
})

const path = (rest: string) => `${issuer.url}/account_api/v1${rest}`

interface Asked {
  readonly status: number
  readonly json: unknown
  readonly headers: Headers
}

async function ask(rest: string, token?: string, init: RequestInit = {}): Promise<Asked> {
  const headers = new Headers(init.headers)
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  const response = await fetch(path(rest), { ...init, headers })
  const text = await response.text()
  return {
    status: response.status,
    json: text === '' ? undefined : JSON.parse(text),
    headers: response.headers,
  }
}

const errorsSchema = z.strictObject({
  errors: z.array(z.strictObject({ code: z.string(), message: z.string() })).min(1),
})
const codeOf = ({ json }: Asked) => errorsSchema.parse(json).errors[0]?.code
const corsOf = ({ headers }: Asked) => [
  headers.get('access-control-allow-origin'),
  headers.get('access-control-allow-credentials'),
]

describe('C§9 the account API', () => {
  let token = ''
  before(async () => {
    token = (await signedInTokens(issuer.url, userAgent(issuer.url), { org_code: engines.code })).accessToken
  })

  test('answers every operation in its declared shape, and describes it in its OpenAPI document', async () => {
    const document = await ask('/openapi.json')
    const { paths } = z.looseObject({ paths: z.record(z.string(), z.looseObject({})) }).parse(document.json)
    assert.deepEqual(
      Object.keys(paths),
      accountOperations.map((one) => `/account_api/v1${one.path}`),
    )
    for (const { path: template, answer } of accountOperations) {
      const asked = await ask(template.replace('{key}', 'theme'), token)
      if (template === '/entitlement/{key}') {
        assert.deepEqual([asked.status, codeOf(asked)], [404, 'ENTITLEMENT_NOT_FOUND'])
        continue
      }
      assert.equal(asked.status, 200, template)
      assert.deepEqual(answer.parse(asked.json), asked.json, template)
      assert.equal(asked.headers.get('cache-control'), 'no-store')
    }
  })

  test('tells who the user is and where they belong', async () => {
    assert.deepEqual((await ask('/user_profile', token)).json, {
      data: { id: ada.id, email: ada.email, given_name: 'Ada', family_name: 'Lovelace', picture: null },
    })
    const [first, second] = [engines, weaving].map(({ code, name }) => ({ id: code, name, code }))
    assert.deepEqual((await ask('/current_organization', token)).json, { data: first })
    const page = await ask('/user_organizations?limit=1', token)
    assert.deepEqual(page.json, {
      data: [first],
      metadata: { has_more: true, next_page_starting_after: engines.code },
    })
    const next = await ask(`/user_organizations?page_size=1&starting_after=${engines.code}`, token)
    assert.deepEqual(next.json, {
      data: [second],
      metadata: { has_more: false, next_page_starting_after: weaving.code },
    })
  })

  test('shows properties that are not private', async () => {
    assert.deepEqual((await ask('/properties', token)).json, {
      data: { properties: [{ id: 'prop_1', name: 'City', key: 'kp_usr_city', value: 'London' }] },
      metadata: { has_more: false, next_page_starting_after: 'prop_1' },
    })
  })

  test('answers outside of an organization with its code null and without permissions', async () => {
    const agent = userAgent(issuer.url)
    const page = await agent.get(
      `${issuer.url}/oauth2/auth?${new URLSearchParams({
        response_type: 'code',
        client_id: webClient.id,
        redirect_uri: redirectUri,
        scope: 'openid profile email offline',
      }).toString()}`,
    )
    const left = await agent.submit(page, '/sign-in', { identifier: bob.email, password: bob.password })
    const form = { grant_type: 'authorization_code', redirect_uri: redirectUri }
    const code = new URL(left.location ?? '').searchParams.get('code') ?? ''
    const answer = await fetch(`${issuer.url}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({ ...form, code, client_id: webClient.id, client_secret: webClient.secret }),
    })
    const { access_token: ofBob } = z.looseObject({ access_token: z.string() }).parse(await answer.json())

    assert.deepEqual((await ask('/permissions', ofBob)).json, {
      data: { org_code: null, permissions: [] },
      metadata: { has_more: false, next_page_starting_after: null },
    })
    assert.equal((await ask('/current_organization', ofBob)).status, 404)
    await issuer.store.commit([{ kind: 'update-user', userId: bob.id, set: { isSuspended: true } }])
    const refused = await ask('/permissions', ofBob)
    assert.deepEqual([refused.status, codeOf(refused)], [403, 'TOKEN_INVALID'])
  })

  test('refuses what is not a valid token of a user of this issuer', async () => {
    const { privateKey } = await generateKeyPair('RS256')
    const forged = await new SignJWT(decodeJwt(token)).setProtectedHeader({ alg: 'RS256' }).sign(privateKey)
    const machine = await fetch(`${issuer.url}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: m2mClient.id,
        client_secret: m2mClient.secret,
        audience,
      }),
    })
    const { access_token: ofMachine } = z
      .looseObject({ access_token: z.string() })
      .parse(await machine.json())
    const tokens = await signedInTokens(issuer.url, userAgent(issuer.url), { org_code: engines.code })
    await fetch(`${issuer.url}/oauth2/revoke`, {
      method: 'POST',
      body: new URLSearchParams({
        token: tokens.accessToken,
        client_id: webClient.id,
        client_secret: webClient.secret,
      }),
    })
    for (const [what, wrong] of Object.entries({
      forged,
      ofMachine,
      revoked: tokens.accessToken,
      idToken: tokens.idToken,
      refreshToken: tokens.refreshToken,
      nonsense: 'x.y.z',
    })) {
      const asked = await ask('/permissions', wrong)
      assert.deepEqual([asked.status, codeOf(asked)], [403, 'TOKEN_INVALID'], what)
    }
    const asked = await ask('/permissions')
    assert.deepEqual([asked.status, codeOf(asked)], [403, 'INVALID_CREDENTIALS'])
    const inQuery = await ask(`/permissions?access_token=${token}`)
    assert.deepEqual([inQuery.status, codeOf(inQuery)], [403, 'INVALID_CREDENTIALS'])
  })

  test('refuses a token that has expired', async (t) => {
    t.after(() => {
      offsetMs = 0
    })
    assert.equal((await ask('/permissions', token)).status, 200)
    offsetMs = 86_401_000
    const asked = await ask('/permissions', token)
    assert.deepEqual([asked.status, codeOf(asked)], [403, 'TOKEN_INVALID'])
  })

  test('takes a token for an API of type JWT, and refuses one for an API of type at+jwt', async (t) => {
    const lenient = await signedInTokens(issuer.url, userAgent(issuer.url), {
      org_code: engines.code,
      audience,
    })
    assert.equal((await ask('/permissions', lenient.accessToken)).status, 200)
    const { apis } = await issuer.store.directory.catalog()
    const api = apis.find((one) => one.audience === audience)
    assert.ok(api)
    t.after(() => issuer.store.commit([{ kind: 'put-api', api }]))
    await issuer.store.commit([{ kind: 'put-api', api: { ...api, accessTokenType: 'at+jwt' } }])
    const asked = await ask('/permissions', lenient.accessToken)
    assert.deepEqual([asked.status, codeOf(asked)], [403, 'TOKEN_INVALID'])
  })

  test('refuses invalid parameters by name, unknown paths and other methods', async () => {
    for (const [query, name] of [
      ['page_size=0', 'page_size'],
      ['page_size=many', 'page_size'],
      ['limit=1001', 'limit'],
      ['starting_after=%ED%A0%80', 'starting_after'],
      [`starting_after=${'x'.repeat(201)}`, 'starting_after'],
    ] as const) {
      const asked = await ask(`/roles?${query}`, token)
      assert.equal(asked.status, 400, query)
      assert.match(errorsSchema.parse(asked.json).errors[0]?.message ?? '', new RegExp(`^${name}: `))
    }
    assert.equal((await ask('/feature_flags/nothing', token)).status, 404)
    assert.equal((await ask('/nothing', token)).status, 404)
    const posted = await ask('/roles', token, { method: 'POST', body: '{}' })
    assert.deepEqual([posted.status, posted.headers.get('allow')], [405, 'GET, HEAD, OPTIONS'])
  })

  test('AS-18 lets the origins of the token’s application read every answer, refusals and preflights included', async () => {
    const web = 'https://web.example.com'
    const from = (origin: string) => ({ headers: { origin } })
    assert.deepEqual(corsOf(await ask('/roles', token, from(web))), [web, 'true'])
    assert.deepEqual(corsOf(await ask('/roles?page_size=0', token, from(web))), [web, 'true'])
    assert.deepEqual(corsOf(await ask('/nothing', token, from(web))), [web, 'true'])
    assert.deepEqual(corsOf(await ask('/roles', 'x.y.z', from(appOrigin))), [appOrigin, 'true'])
    assert.deepEqual(corsOf(await ask('/roles', undefined, from(appOrigin))), [appOrigin, 'true'])
    const large = { method: 'POST', body: 'x'.repeat(20_000), ...from(web) }
    const refused = await ask('/roles', token, large)
    assert.deepEqual(
      [refused.status, codeOf(refused), ...corsOf(refused)],
      [413, 'REQUEST_TOO_LARGE', web, 'true'],
    )
    const preflight = await ask('/permission/read:reports', undefined, {
      method: 'OPTIONS',
      headers: {
        origin: appOrigin,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization,content-type',
      },
    })
    assert.deepEqual([preflight.status, ...corsOf(preflight)], [204, appOrigin, 'true'])
    assert.equal(preflight.headers.get('access-control-allow-headers'), 'authorization,content-type')
    assert.match(preflight.headers.get('access-control-allow-methods') ?? '', /GET/)
  })

  test('AS-18 keeps the origins of other applications, and of none, from reading', async () => {
    for (const origin of [otherOrigin, 'https://evil.example', 'null']) {
      const asked = await ask('/roles', token, { headers: { origin } })
      assert.deepEqual([asked.status, ...corsOf(asked)], [200, null, null], origin)
      assert.equal(asked.headers.get('vary'), 'Origin')
    }
    const stranger = await ask('/roles', undefined, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'GET' },
    })
    assert.deepEqual(corsOf(stranger), [null, null])
  })
})
