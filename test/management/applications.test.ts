// Applications as a script makes and changes them by the management API, with what that does at once: sign-ins by a client library that is
// not ours, through a whole issuer over a socket.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, describe, test } from 'node:test'
import * as client from 'openid-client'
import { z } from 'zod'
import { parseMintageYaml } from '../../src/config/index.ts'
import { managementApi as builtInApi } from '../../src/directory/built-ins.ts'
import { applyMintageFile, planText } from '../../src/directory/index.ts'
import { operations } from '../../src/management/operations.ts'
import { directoryFixture, m2mClient, redirectUri } from '../harness/directory-fixture.ts'
import { startIssuer } from '../harness/issuer.ts'
import { authorizationRequest, refresh, relyingParty, signIn, textOf } from '../harness/relying-party.ts'
import { userAgent } from '../harness/user-agent.ts'

const nothing = {
  applications: [],
  apis: [],
  roles: [],
  permissions: [],
  featureFlags: [],
  properties: [],
  connections: [],
  environmentVariables: [],
  deploymentRoles: [],
  deploymentPreviews: [],
  version: 0,
}
const { id: apiId, scopes } = builtInApi(nothing, '')
const issuer = await startIssuer(
  { after },
  {
    directory: await directoryFixture({
      m2m: { apis: [{ apiId, scopeIds: scopes.map(({ id }) => id) }] },
      more: [
        {
          kind: 'put-property',
          property: {
            id: 'prop_region',
            key: 'region',
            name: 'Region',
            description: null,
            type: 'single_line_text',
            context: 'app',
            isPrivate: false,
            categoryId: null,
          },
        },
      ],
    }),
  },
)
const machine = await relyingParty(issuer, m2mClient.id, client.ClientSecretPost(m2mClient.secret))
const { access_token: token } = await client.clientCredentialsGrant(machine, {
  audience: `${issuer.url}/api`,
})

/** An answer, which must be the one that the operation declares. */
async function ok(request: string, body?: unknown): Promise<Record<string, unknown>> {
  const { status, json } = await call(request, body)
  const [method = '', path = ''] = request.replace(/\?.*/, '').split(' ')
  const operation = operations.find(
    (one) =>
      one.method === method.toLowerCase() &&
      new RegExp(`^${one.path.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(path),
  )
  assert.equal(status, operation?.status, `${request}: ${JSON.stringify(json)}`)
  return z.record(z.string(), z.unknown()).parse(operation?.answer.parse(json))
}

async function call(request: string, body?: unknown) {
  const [method = '', path = ''] = request.split(' ')
  const response = await fetch(`${issuer.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const json: unknown = await response.json()
  return { status: response.status, json }
}

/** `status CODE message` of the first problem. */
async function refusal(request: string, body?: unknown): Promise<string> {
  const { status, json } = await call(request, body)
  const [problem] = z
    .object({ errors: z.array(z.object({ code: z.string(), message: z.string() })) })
    .parse(json).errors
  return `${String(status)} ${problem?.code ?? ''} ${problem?.message ?? ''}`
}

const createdSchema = z.object({
  application: z.object({ id: z.string(), client_id: z.string(), client_secret: z.string().nullable() }),
})

async function created(body: object) {
  const { application } = createdSchema.parse(await ok('POST /applications', body))
  assert.equal(application.id, application.client_id)
  return { id: application.id, secret: application.client_secret ?? '' }
}

/** One that a user can sign in to. */
async function webApplication(name: string) {
  const { id, secret } = await created({ name, type: 'reg' })
  await ok(`PUT /applications/${id}/auth_redirect_urls`, { urls: [redirectUri] })
  return { id, secret, rp: await relyingParty(issuer, id, client.ClientSecretPost(secret)) }
}

const oauthError = (error: string) => (thrown: unknown) => {
  assert.ok(thrown instanceof client.ResponseBodyError, String(thrown))
  assert.equal(thrown.error, error)
  return true
}

describe('an application that the API makes', () => {
  test('signs a user in, with the addresses that it has at that moment, until it is deleted', async () => {
    const { id, rp } = await webApplication('Looms')
    const signedIn = await signIn(issuer, rp)
    assert.equal(signedIn.accessToken['azp'], id)
    const other = 'http://127.0.0.1:9/other'

    await ok(`POST /applications/${id}/auth_redirect_urls`, { urls: [other, redirectUri] })
    await signIn(issuer, rp, { params: { redirect_uri: other }, agent: signedIn.agent })
    await ok(`DELETE /applications/${id}/auth_redirect_urls?urls=${redirectUri},http://127.0.0.1:9/unknown`)
    assert.deepEqual(await ok(`GET /applications/${id}/auth_redirect_urls`), { redirect_urls: [other] })
    const { url } = await authorizationRequest(rp)
    const refused = await userAgent(issuer.url).get(url.href)
    assert.equal(refused.status, 400)
    assert.match(textOf(refused), /isn.t set up correctly|redirect/i)

    const next = await refresh(rp, signedIn)
    const { sub } = await client.fetchUserInfo(rp, next.tokens.access_token, client.skipSubjectCheck)
    assert.equal(sub, signedIn.idToken.sub)
    await ok(`DELETE /applications/${id}`)
    await assert.rejects(refresh(rp, next), oauthError('invalid_client'))
    await assert.rejects(client.fetchUserInfo(rp, next.tokens.access_token, client.skipSubjectCheck))
    assert.match(await refusal(`GET /applications/${id}`), /^404 APPLICATION_NOT_FOUND/)
    assert.match(await refusal(`DELETE /applications/${id}`), /^404 APPLICATION_NOT_FOUND/)
  })

  test('has a secret when it can keep one, and none when it cannot', async () => {
    for (const type of ['reg', 'm2m']) {
      const { id, secret } = await created({ name: type, type })
      assert.match(secret, /^[a-zA-Z0-9]{40,60}$/)
      const { application } = await ok(`GET /applications/${id}`)
      assert.partialDeepStrictEqual(application, { id, name: type, type, client_secret: secret })
    }
    for (const type of ['spa', 'device']) {
      const { id } = await created({ name: type, type })
      assert.partialDeepStrictEqual((await ok(`GET /applications/${id}`))['application'], {
        type,
        client_secret: null,
      })
    }
  })

  test('works for one organization when it is made for it, and only an m2m application does', async () => {
    const { id } = await created({ name: 'Bound', type: 'm2m', org_code: 'org_00000000000e0001' })
    const { applications } = await issuer.store.directory.catalog()
    assert.equal(
      applications.find(({ clientId }) => clientId === id)?.organizationCode,
      'org_00000000000e0001',
    )
    const body = { name: 'x', type: 'm2m', org_code: 'org_none' }
    assert.match(await refusal('POST /applications', body), /^404 ORGANIZATION_NOT_FOUND/)
    assert.match(
      await refusal('POST /applications', { ...body, type: 'spa' }),
      /^400 INVALID_REQUEST org_code/,
    )
  })

  test('is listed by name, page by page', async () => {
    for (const name of ['aaa one', 'aaa two', 'aaa three']) await created({ name, type: 'spa' })
    const page = z.object({
      applications: z.array(z.object({ name: z.string() })),
      next_token: z.string().nullable(),
    })
    const names: string[] = []
    let next: string | null = ''
    while (next !== null) {
      // oxlint-disable-next-line no-await-in-loop -- each page begins where the one before ended
      const answer = await ok(`GET /applications?sort=name_desc&page_size=2&next_token=${next}`)
      const { applications, next_token } = page.parse(answer)
      names.push(...applications.map(({ name }) => name))
      next = next_token
    }
    assert.deepEqual(
      names.filter((name) => name.startsWith('aaa')),
      ['aaa two', 'aaa three', 'aaa one'],
    )
    assert.deepEqual(
      names,
      names.toSorted((a, b) => (a < b ? 1 : -1)),
    )
  })
})

describe('a change of an application', () => {
  test('is there at the next request: name, addresses, lifetimes, properties', async () => {
    const { id, rp } = await webApplication('Before')
    await ok(`PATCH /applications/${id}`, {
      name: 'After',
      login_uri: 'https://app.example.com/login',
      homepage_uri: 'https://app.example.com',
      logout_uris: ['https://app.example.com/bye', 'https://app.example.com/bye'],
    })
    await ok(`PATCH /applications/${id}/tokens`, { access_token_lifetime: 60, id_token_lifetime: 120 })
    const { accessToken, idToken } = await signIn(issuer, rp)
    assert.equal((accessToken.exp ?? 0) - (accessToken.iat ?? 0), 60)
    assert.equal((idToken.exp ?? 0) - (idToken.iat ?? 0), 120)
    assert.partialDeepStrictEqual((await ok(`GET /applications/${id}`))['application'], {
      name: 'After',
      login_uri: 'https://app.example.com/login',
      homepage_uri: 'https://app.example.com',
    })
    assert.deepEqual((await ok(`GET /applications/${id}/auth_logout_urls`))['logout_urls'], [
      'https://app.example.com/bye',
    ])
    await ok(`PATCH /applications/${id}`, { login_uri: null })
    assert.partialDeepStrictEqual((await ok(`GET /applications/${id}`))['application'], { login_uri: null })

    await ok(`PUT /applications/${id}/properties/region`, { value: 'eu' })
    const values = async () => (await ok(`GET /applications/${id}/properties`))['properties']
    assert.partialDeepStrictEqual(await values(), [{ key: 'region', value: 'eu' }])
    await ok(`PUT /applications/${id}/properties/region`, { value: true })
    assert.partialDeepStrictEqual(await values(), [{ key: 'region', value: 'true' }])
    assert.match(
      await refusal(`PUT /applications/${id}/properties/unknown`, { value: 'x' }),
      /^400 PROPERTY_NOT_FOUND/,
    )
  })

  test('is refused for an address that mintage.yaml refuses, and changes nothing', async () => {
    const { id } = await webApplication('Strict')
    const rows = [
      ['http://app.example.com/callback', /uses http on a host that is not local/],
      ['https://app.example.com/#x', /holds a fragment/],
      ['https://*.*.example.com/', /more than one \*/],
      ['https://*.com/', /would match every domain/],
      ['javascript:alert(1)', /has the scheme javascript:/],
      ['https://{organization.handle}.example.com/callback', /placeholders are not filled in/],
      ['/callback', /is not an absolute URI/],
    ] as const
    for (const list of ['auth_redirect_urls', 'auth_logout_urls'])
      for (const method of ['POST', 'PUT'])
        for (const [uri, message] of rows) {
          const urls = ['https://app.example.com/good', uri]
          const text = await refusal(`${method} /applications/${id}/${list}`, { urls })
          assert.match(text, /^400 INVALID_REQUEST body\.urls\.1: the URI /)
          assert.match(text, message)
        }
    for (const body of [{ redirect_uris: ['ftp://x'] }, { login_uri: 'app:/x' }, { homepage_uri: 'x' }])
      assert.match(await refusal(`PATCH /applications/${id}`, body), /^400 INVALID_REQUEST body\./)
    assert.deepEqual(await ok(`GET /applications/${id}/auth_redirect_urls`), { redirect_urls: [redirectUri] })
    assert.deepEqual((await ok(`GET /applications/${id}/auth_logout_urls`))['logout_urls'], [])
  })

  test('is refused for redirect URIs of an application that makes no authorization requests', async () => {
    for (const type of ['m2m', 'device']) {
      const { id } = await created({ name: type, type })
      const expected = /^400 INVALID_REQUEST An application of type \w+ makes no authorization requests/
      assert.match(
        await refusal(`PUT /applications/${id}/auth_redirect_urls`, { urls: [redirectUri] }),
        expected,
      )
      assert.match(await refusal(`PATCH /applications/${id}`, { redirect_uris: [] }), expected)
    }
  })

  test('is refused by name where Mintage has no such thing', async () => {
    const { id } = await created({ name: 'Plain', type: 'spa' })
    assert.equal(
      await refusal(`PATCH /applications/${id}`, { language_key: 'de' }),
      '400 NOT_SUPPORTED "language_key" is not supported by Mintage.',
    )
    for (const lifetime of [0, -1, 1.5, '60', 1e12])
      assert.match(
        await refusal(`PATCH /applications/${id}/tokens`, { access_token_lifetime: lifetime }),
        /^400 INVALID_REQUEST body\.access_token_lifetime/,
      )
  })
})

describe('an application of mintage.yaml that the API changes', () => {
  test('keeps the change until the file is applied again, and the plan names what becomes as the file says', async () => {
    const id = 'f0000000000000000000000000000001'
    const file = parseMintageYaml(
      `applications: { looms: { type: reg, clientId: ${id}, redirectUris: ['${redirectUri}'] } }`,
      'mintage.yaml',
      () => undefined,
    )
    const apply = async () =>
      planText(
        await applyMintageFile(file, {
          store: issuer.store,
          issuer: issuer.url,
          random: randomBytes,
          now: () => issuer.store.nowMs(),
        }),
      )
    const others = await created({ name: 'Not of the file', type: 'spa' })
    assert.equal(await apply(), '+ application looms')
    const urls = ['https://looms.example.com/callback']
    await ok(`PUT /applications/${id}/auth_redirect_urls`, { urls })
    assert.deepEqual(await ok(`GET /applications/${id}/auth_redirect_urls`), { redirect_urls: urls })
    assert.equal(await apply(), '~ application looms redirectUris')
    assert.deepEqual(await ok(`GET /applications/${id}/auth_redirect_urls`), { redirect_urls: [redirectUri] })
    assert.equal(await apply(), '')
    assert.partialDeepStrictEqual((await ok(`GET /applications/${others.id}`))['application'], {
      type: 'spa',
    })
  })
})
