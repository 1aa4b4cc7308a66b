// The four jobs of the examples, both styles of each, where they are for: in a sign-in and in a refresh at the issuer, over HTTP, with
// the issuer's own management API behind createKindeAPI.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { decodeJwt, type JWTPayload } from 'jose'
import { z } from 'zod'
import type { Change } from '../../src/store/index.ts'
import {
  ada,
  anotherApplication,
  directoryFixture,
  engines,
  m2mClient,
} from '../harness/directory-fixture.ts'
import { getJson } from '../harness/form-request.ts'
import { exampleFolder, variants } from '../harness/examples.ts'
import { startHttpServer } from '../harness/http-server.ts'
import { startIssuer, type IssuerGiven, type TestIssuer } from '../harness/issuer.ts'
import {
  authorizationUrl,
  redeemCode,
  refreshTokens,
  requestTokens,
  signedInTokens,
  tokensOf,
  type SignedInTokens,
} from '../harness/signed-in-tokens.ts'
import { userAgent } from '../harness/user-agent.ts'
import { passThrough, shownText } from '../harness/visitor.ts'

interface Claims {
  readonly access: JWTPayload
  readonly id: JWTPayload
}

function claimsOf({ accessToken, idToken }: SignedInTokens): Claims {
  return { access: decodeJwt(accessToken), id: decodeJwt(idToken) }
}

async function opened(
  t: TestContext,
  project: string,
  given: Partial<IssuerGiven> = {},
): Promise<TestIssuer> {
  const issuer = await startIssuer(t, { directory: await directoryFixture(), ...given })
  await issuer.deployProject(exampleFolder(project))
  return issuer
}

/** Both moments: claims of the sign-in, and of the refresh after it. */
async function bothMoments({ url }: TestIssuer): Promise<Claims[]> {
  const signedIn = await signedInTokens(url, userAgent(url))
  const refreshed = tokensOf(await refreshTokens(url, signedIn.refreshToken))
  return [claimsOf(signedIn), claimsOf(refreshed)]
}

/** A machine that may ask the management API, its credentials where createKindeAPI reads them, and what it can find out. */
async function withKindeData({ store, url }: TestIssuer): Promise<void> {
  const { apis } = await store.directory.catalog()
  const api = apis.find(({ audience }) => audience === `${url}/api`)
  const user = await store.directory.user(ada.id)
  if (!api || !user) throw new Error('there is no management API, or no Ada')
  await store.commit([
    anotherApplication({
      clientId: m2mClient.id,
      name: 'Workflows',
      type: 'm2m',
      clientSecret: m2mClient.secret,
      redirectUris: [],
      apis: [{ apiId: api.id, scopeIds: api.scopes.map(({ id }) => id) }],
    }),
    variable('KINDE_WF_M2M_CLIENT_ID', m2mClient.id, false),
    variable('KINDE_WF_M2M_CLIENT_SECRET', m2mClient.secret, true),
    { kind: 'update-user', userId: user.id, set: { providedId: 'customer-1815' } },
    {
      kind: 'put-property',
      property: {
        id: 'prop_plan',
        key: 'plan',
        name: 'Plan',
        description: null,
        type: 'single_line_text',
        context: 'usr',
        isPrivate: false,
        categoryId: null,
      },
    },
    { kind: 'set-property', owner: { context: 'usr', id: ada.id }, key: 'plan', value: 'premium' },
  ])
}

/** A machine's token of the custom domain, for the management API by the name of that domain, and what the main domain says for it. */
async function askedAtCustomDomain({ url, customUrl }: TestIssuer) {
  const answer = await requestTokens(customUrl, {
    grant_type: 'client_credentials',
    client_id: m2mClient.id,
    client_secret: m2mClient.secret,
    audience: `${customUrl}/api`,
  })
  const token = answer.body.access_token ?? ''
  const { body } = await getJson(`${url}/api/v1/environment`, { authorization: `Bearer ${token}` })
  const environment = z.looseObject({ custom_domain: z.string() }).parse(body['environment'])
  return [decodeJwt(token), environment] as const
}

function variable(key: string, value: string, isSecret: boolean): Change {
  return {
    kind: 'put-environment-variable',
    variable: { id: `variable_${key}`, key, value, isSecret, createdAtMs: 0 },
  }
}

function crmVariables(origin: string): Change[] {
  return [variable('CRM_URL', origin, false), variable('CRM_KEY', 'crm-key', true)]
}

for (const variant of variants) {
  test(`claims from Kinde data, ${variant}: what the issuer's own API says of the user is in both tokens`, async (t) => {
    const issuer = await opened(t, `claims-from-kinde-data/${variant}`, { hasCustomDomain: true })
    await withKindeData(issuer)

    for (const [signIns, { access, id }] of (await bothMoments(issuer)).entries()) {
      assert.equal(access['customer_id'], 'customer-1815', String(signIns))
      assert.equal(access['plan'], 'premium')
      assert.deepEqual(access['org_roles'], ['admin'])
      assert.equal(id['sign_ins'], 1)
      assert.deepEqual(id['organizations_of_user'], [engines.code])
    }
    // At a custom domain `kindeDomain` is that domain, and createKindeAPI asks there.
    const { customUrl } = issuer
    const { accessToken } = await signedInTokens(customUrl, userAgent(customUrl))
    assert.deepEqual([decodeJwt(accessToken).iss, decodeJwt(accessToken)['plan']], [customUrl, 'premium'])
    const [{ aud, iss }, environment] = await askedAtCustomDomain(issuer)
    assert.deepEqual([aud, iss], [[`${issuer.url}/api`, `${customUrl}/api`], customUrl])
    assert.equal(environment.custom_domain, new URL(customUrl).host)
  })

  test(`claims from an external service, ${variant}: what the CRM says is in the access token`, async (t) => {
    const crm = await startHttpServer(t, ({ headers }) =>
      headers.authorization === 'Bearer crm-key' ? { json: { plan: 'premium', seats: 25 } } : { status: 401 },
    )
    const issuer = await opened(t, `claims-from-external-service/${variant}`, { allow: [crm.host] })
    await issuer.store.commit(crmVariables(crm.origin))

    for (const { access } of await bothMoments(issuer)) {
      assert.deepEqual(access['entitlements'], { plan: 'premium', seats: 25, known: true })
    }
    assert.deepEqual(
      crm.requests.map(({ url }) => url.pathname),
      Array.from({ length: 2 }, () => `/customers/${ada.id}/entitlements`),
    )
  })

  test(`smaller tokens, ${variant}: permissions are emptied and feature flags gone`, async (t) => {
    const issuer = await opened(t, `smaller-tokens/${variant}`)

    for (const { access, id } of await bothMoments(issuer)) {
      assert.deepEqual(access['permissions'], [])
      assert.equal(Object.hasOwn(access, 'feature_flags'), false)
      assert.equal(access['org_code'], engines.code)
      assert.equal(id['email'], ada.email)
    }
  })

  test(`claim format, ${variant}: roles are one string, and Hasura's claims`, async (t) => {
    const issuer = await opened(t, `claim-format/${variant}`)

    for (const { access } of await bothMoments(issuer)) {
      assert.equal(access['roles'], 'admin')
      assert.deepEqual(access['https://hasura.io/jwt/claims'], {
        'x-hasura-default-role': 'user',
        'x-hasura-allowed-roles': ['user', 'admin'],
        'x-hasura-user-id': ada.id,
        'x-hasura-org-id': engines.code,
      })
    }
  })
}

test('fifty sign-ins at once ask the issuer that is answering them, and all end in tokens (C§6.3)', async (t) => {
  const issuer = await opened(t, 'claims-from-kinde-data/library')
  await withKindeData(issuer)
  const agent = userAgent(issuer.url)
  await signedInTokens(issuer.url, agent)

  const ended = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const callback = await passThrough(agent, authorizationUrl(issuer.url))
      return claimsOf(tokensOf(await redeemCode(issuer.url, callback)))
    }),
  )

  assert.deepEqual(
    ended.map(({ access }) => [access['customer_id'], access['plan']]),
    Array.from({ length: 50 }, () => ['customer-1815', 'premium']),
  )
})

/** Nobody's fallback: without the CRM there are no tokens. */
const strictWorkflow = `
export const workflowSettings = {
  id: 'strict',
  trigger: 'user:tokens_generation',
  failurePolicy: { action: 'stop' },
  bindings: { 'kinde.accessToken': {}, 'kinde.env': {}, 'kinde.fetch': {} },
}
export default async function () {
  const response = await kinde.fetch(kinde.env.get('CRM_URL').value, { method: 'GET' })
  if (!response.ok) throw new Error('The CRM is down')
  kinde.accessToken.setCustomClaim('plan', response.json.plan)
}`

test('the CRM is down: a sign-in ends at a page, a refresh is refused, and no user is signed out', async (t) => {
  let isDown = false
  const crm = await startHttpServer(t, () => (isDown ? { status: 503 } : { json: { plan: 'premium' } }))
  const issuer = await startIssuer(t, {
    directory: [...(await directoryFixture()), ...crmVariables(crm.origin)],
    allow: [crm.host],
    workflow: strictWorkflow,
  })
  const agent = userAgent(issuer.url)
  const before = await signedInTokens(issuer.url, agent)

  isDown = true
  const page = await agent.get(authorizationUrl(issuer.url))
  assert.equal(page.status, 500)
  assert.match(shownText(page.text), /inv_/)
  const refused = await refreshTokens(issuer.url, before.refreshToken)
  assert.equal(refused.body.error, 'server_error')
  const profile = await fetch(`${issuer.url}/oauth2/v2/user_profile`, {
    headers: { authorization: `Bearer ${before.accessToken}` },
  })
  assert.equal(profile.status, 200)

  isDown = false
  const after = tokensOf(await refreshTokens(issuer.url, before.refreshToken))
  assert.equal(claimsOf(after).access['plan'], 'premium')
  const retried = await agent.submit(page, '/retry')
  assert.equal(
    claimsOf(tokensOf(await redeemCode(issuer.url, new URL(retried.location ?? '')))).access['plan'],
    'premium',
  )
})
