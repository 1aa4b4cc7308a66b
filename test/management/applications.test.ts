// Applications as a script makes and changes them by the management API, with what that does at once: sign-ins by a client library that is
// not ours, through a whole issuer over a socket.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import * as client from 'openid-client'
import { z } from 'zod'
import { parseMintageYaml } from '../../src/config/index.ts'
import { managementApi as builtInApi } from '../../src/directory/built-ins.ts'
import { applyMintageFile, planText } from '../../src/directory/index.ts'
import { operations } from '../../src/management/operations.ts'
import { directoryFixture, m2mClient, redirectUri } from '../harness/directory-fixture.ts'
import { emptyCatalog } from '../harness/empty-catalog.ts'
import { startIssuer } from '../harness/issuer.ts'
import { authorizationRequest, refresh, relyingParty, signIn, textOf } from '../harness/relying-party.ts'
import { userAgent } from '../harness/user-agent.ts'

const { id: apiId, scopes } = builtInApi(emptyCatalog, '')
const issuer = await startIssuer(
  { after },
  {
    directory: await directoryFixture({
      m2m: { apis: [{ apiId, scopeIds: scopes.map(({ id }) => id) }] },
      more: [
        {
          kind: 'put-role',
          role: {
            id: 'role_other',
            key: 'other',
            name: 'Other',
            description: null,
            permissionIds: [],
            scopeIds: [],
            systemPermissions: [],
            assignmentPermissionId: null,
            isDefault: false,
          },
        },
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

describe('another client secret', () => {
  test('ends the old one at once, or leaves it for some hours beside the new one', async () => {
    const { id, secret, rp } = await webApplication('Rotated')
    const rotated = async (query = '') => {
      const { application } = await ok(`POST /mintage/applications/${id}/secret${query}`)
      return z
        .object({ client_secret: z.string(), previous_secret_until: z.string().nullable() })
        .parse(application)
    }
    const rpWith = (given: string) => relyingParty(issuer, id, client.ClientSecretPost(given))
    const first = await signIn(issuer, rp)
    const second = await rotated('?keep_previous_hours=1')
    assert.match(second.client_secret, /^[a-zA-Z0-9]{40,60}$/)
    assert.ok(Date.parse(second.previous_secret_until ?? '') > issuer.store.nowMs())
    const byOld = await refresh(rp, first)
    const byNew = await refresh(await rpWith(second.client_secret), byOld)

    // Only one is kept: the first one ends when the second one is replaced.
    const third = await rotated('?keep_previous_hours=1')
    await assert.rejects(refresh(rp, byNew), oauthError('invalid_client'))
    const byPrevious = await refresh(await rpWith(second.client_secret), byNew)
    const { applications } = await issuer.store.directory.catalog()
    const record = applications.find(({ clientId }) => clientId === id)
    assert.ok(record)
    await issuer.store.commit([
      { kind: 'put-application', application: { ...record, previousSecretUntilMs: issuer.store.nowMs() } },
    ])
    await assert.rejects(
      refresh(await rpWith(second.client_secret), byPrevious),
      oauthError('invalid_client'),
      'its time is over',
    )
    const last = await rotated()
    assert.equal(last.previous_secret_until, null)
    await assert.rejects(refresh(await rpWith(third.client_secret), byPrevious), oauthError('invalid_client'))
    await refresh(await rpWith(last.client_secret), byPrevious)
    assert.partialDeepStrictEqual((await ok(`GET /applications/${id}`))['application'], {
      client_secret: last.client_secret,
    })
    const log = JSON.stringify(await issuer.store.audit.list({ limit: 50 }))
    for (const one of [secret, second.client_secret, last.client_secret]) assert.ok(!log.includes(one))
    assert.match(await refusal(`POST /mintage/applications/${id}/secret?keep_previous_hours=721`), /^400/)
    const { id: publicId } = await created({ name: 'Public', type: 'spa' })
    assert.match(
      await refusal(`POST /mintage/applications/${publicId}/secret`),
      /^400 INVALID_REQUEST The application has no client secret/,
    )
  })
})

describe('access roles', () => {
  test('let users with one of them in, and keep others out at sign-in, silently and at a refresh', async () => {
    const { id, rp } = await webApplication('Only for some')
    const signedIn = await signIn(issuer, rp)
    const on = { is_access_control_enabled: true }
    assert.match(await refusal(`PATCH /applications/${id}`, on), /^409 ACCESS_ROLE_REQUIRED/)
    assert.match(await refusal(`POST /applications/${id}/access_roles/role_none`), /^404 ROLE_NOT_FOUND/)
    await ok(`POST /applications/${id}/access_roles/role_other`)
    await refresh(rp, signedIn)

    await ok(`PATCH /applications/${id}`, on)
    const token = await signIn(issuer, rp).catch((error: unknown) => error)
    assert.ok(token instanceof Error)
    const { url } = await authorizationRequest(rp, { params: { ui_locales: 'en' } })
    const page = await signedIn.agent.get(url.href)
    assert.equal(page.status, 403)
    assert.match(textOf(page), /Your account doesn.+t have a role that gives access to this app/)
    const back = await signedIn.agent.submit(page, '/back')
    assert.equal(new URL(back.location ?? '').searchParams.get('error'), 'access_denied')
    const silent = await authorizationRequest(rp, { params: { prompt: 'none' } })
    const { location } = await signedIn.agent.get(silent.url.href)
    const answer = new URL(location ?? '').searchParams
    assert.deepEqual(
      [answer.get('error'), answer.get('error_description')],
      ['access_denied', 'The user has none of the roles that this application asks for.'],
    )
    await assert.rejects(refresh(rp, signedIn), oauthError('access_denied'))

    await ok(`POST /applications/${id}/access_roles/role_1`)
    const roles = z.array(z.object({ id: z.string() }))
    const page1 = await ok(`GET /applications/${id}/access_roles?page_size=1`)
    assert.equal(page1['has_more'], true)
    assert.deepEqual(
      roles.parse((await ok(`GET /applications/${id}/access_roles`))['roles']).map((role) => role.id),
      ['role_1', 'role_other'],
    )
    await refresh(rp, await signIn(issuer, rp))
    await ok(`DELETE /applications/${id}/access_roles/role_other`)
    assert.match(await refusal(`DELETE /applications/${id}/access_roles/role_1`), /^409 ACCESS_ROLE_REQUIRED/)
    await ok(`PATCH /applications/${id}`, { is_access_control_enabled: false })
    await ok(`DELETE /applications/${id}/access_roles/role_1`)
    await signIn(issuer, rp)
  })
})

describe('the Hasura mapping', () => {
  test('repeats the claims as they are issued, after the workflow, for users and machines', async () => {
    const { id, rp } = await webApplication('Hasura')
    const plain = await signIn(issuer, rp)
    const named = (claims: object) => Object.keys(claims).filter((name) => name.startsWith('x-hasura-'))
    assert.deepEqual(named(plain.accessToken), [])

    await ok(`PATCH /applications/${id}/tokens`, { is_hasura_mapping_enabled: true })
    const { accessToken, idToken } = await refresh(rp, plain)
    assert.deepEqual(named(accessToken).toSorted(), [
      'x-hasura-feature-flags',
      'x-hasura-org-code',
      'x-hasura-permissions',
    ])
    for (const name of ['org_code', 'permissions', 'feature_flags'])
      assert.deepEqual(accessToken[`x-hasura-${name.replace('_', '-')}`], accessToken[name])
    assert.deepEqual(named(idToken), ['x-hasura-org-codes'])
    assert.deepEqual(idToken['x-hasura-org-codes'], idToken['org_codes'])

    await issuer.deploy(`
export const workflowSettings = { id: 'fewer', trigger: 'user:tokens_generation', bindings: { 'kinde.accessToken': {} } }
export default async () => {
  kinde.accessToken.setCustomClaim('permissions', ['read:reports'])
  kinde.accessToken.setCustomClaim('x-hasura-permissions', ['delete:everything'])
  kinde.accessToken.setCustomClaim('x-hasura-roles', ['owner'])
  kinde.accessToken.setCustomClaim('x-hasura-user-id', 'its own')
}
`)
    const shaped = await signIn(issuer, rp, { agent: plain.agent })
    await issuer.deploy(undefined)
    assert.deepEqual(shaped.accessToken['x-hasura-permissions'], ['read:reports'])
    assert.equal(shaped.accessToken['x-hasura-roles'], undefined, 'the token has no roles')
    assert.equal(shaped.accessToken['x-hasura-user-id'], 'its own')

    const { id: machineId, secret } = await created({
      name: 'Hasura',
      type: 'm2m',
      org_code: 'org_00000000000e0001',
    })
    await ok('PATCH /apis/api_1/applications', { applications: [{ id: machineId }] })
    await ok(`PATCH /applications/${machineId}/tokens`, { is_hasura_mapping_enabled: true })
    const ofMachine = await client.clientCredentialsGrant(
      await relyingParty(issuer, machineId, client.ClientSecretPost(secret)),
    )
    assert.equal(decodeJwt(ofMachine.access_token)['x-hasura-org-code'], 'org_00000000000e0001')
  })
})

describe('an API that the API makes', () => {
  const idSchema = z.object({ id: z.string() })
  const idIn = (answer: Record<string, unknown>, name: string) => idSchema.parse(answer[name]).id
  const claimsSchema = z.looseObject({ aud: z.array(z.string()), scp: z.array(z.string()) })

  test('gives a machine its scopes, takes them away, and ends the tokens that say more than is left', async () => {
    const audience = 'https://looms.example.com'
    const api = idIn(await ok('POST /apis', { name: 'Looms', audience }), 'api')
    const [read, write] = await Promise.all(
      ['read:looms', 'write:looms'].map(async (key) =>
        idIn(await ok(`POST /apis/${api}/scopes`, { key, description: 'x' }), 'scope'),
      ),
    )
    const { id, secret } = await created({ name: 'Weaver', type: 'm2m' })
    const rp = await relyingParty(issuer, id, client.ClientSecretPost(secret))
    const ask = () => client.clientCredentialsGrant(rp, { audience })
    const isActive = async (given: string) => (await client.tokenIntrospection(rp, given)).active
    await assert.rejects(ask(), oauthError('unauthorized_client'))
    assert.match(
      await refusal(`POST /apis/${api}/applications/${id}/scopes/${read ?? ''}`),
      /^409 APPLICATION_NOT_CONNECTED/,
    )
    const connect = (operation?: 'delete') =>
      ok(`PATCH /apis/${api}/applications`, { applications: [{ id, ...(operation && { operation }) }] })
    assert.partialDeepStrictEqual(await connect(), { applications_connected: [id] })
    assert.partialDeepStrictEqual(await connect(), { applications_connected: [] }, 'a second time')
    for (const scope of [read, write, write])
      await ok(`POST /apis/${api}/applications/${id}/scopes/${scope ?? ''}`)
    const both = await ask()
    assert.deepEqual(claimsSchema.parse(decodeJwt(both.access_token)).scp.toSorted(), [
      'read:looms',
      'write:looms',
    ])
    assert.equal(await isActive(both.access_token), true)

    await ok(`DELETE /apis/${api}/applications/${id}/scopes/${write ?? ''}`)
    assert.equal(await isActive(both.access_token), false)
    const one = await ask()
    assert.deepEqual(claimsSchema.parse(decodeJwt(one.access_token)).scp, ['read:looms'])

    await ok(`PATCH /apis/${api}/scopes/${read ?? ''}`, { description: 'Look at them' })
    assert.deepEqual((await ok(`GET /apis/${api}/scopes/${read ?? ''}`))['scope'], {
      id: read,
      key: 'read:looms',
      description: 'Look at them',
    })
    assert.equal(await isActive(one.access_token), true)
    await ok(`DELETE /apis/${api}/scopes/${read ?? ''}`)
    assert.equal(await isActive(one.access_token), false)
    assert.match(await refusal(`DELETE /apis/${api}/scopes/${read ?? ''}`), /^404 API_SCOPE_NOT_FOUND/)

    const none = await ask()
    assert.partialDeepStrictEqual(await connect('delete'), { applications_disconnected: [id] })
    assert.equal(await isActive(none.access_token), false)
    await assert.rejects(ask(), oauthError('unauthorized_client'))
    await connect()
    const last = await ask()
    await ok(`DELETE /apis/${api}`)
    assert.equal(await isActive(last.access_token), false)
    assert.match(await refusal(`GET /apis/${api}`), /^404 API_NOT_FOUND/)
    // The same audience may come back, and nothing of the first one with it.
    const again = idIn(await ok('POST /apis', { name: 'Looms', audience }), 'api')
    const { api: shown } = await ok(`GET /apis/${again}`)
    assert.partialDeepStrictEqual(shown, { audience, scopes: [], is_management_api: false })
    await assert.rejects(ask(), oauthError('unauthorized_client'))
  })

  test('is listed with its scopes when they are asked for', async () => {
    const { apis } = await ok('GET /apis?expand=scopes')
    const parsed = z
      .array(z.object({ name: z.string(), is_management_api: z.boolean(), scopes: z.array(z.unknown()) }))
      .parse(apis)
    assert.deepEqual(
      parsed.filter((one) => one.is_management_api).map(({ scopes: all }) => all.length),
      [scopes.length],
    )
    const plain = z.array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        audience: z.string(),
        is_management_api: z.boolean(),
      }),
    )
    assert.equal(plain.parse((await ok('GET /apis'))['apis']).length, parsed.length)
  })

  test('has an audience and keys that mintage.yaml would take, each once', async () => {
    const problems = [
      [{ name: 'x', audience: 'a b' }, /body\.audience: an audience holds no spaces/],
      [{ name: 'x', audience: m2mClient.id }, /must not look like a client_id/],
      [{ name: ' ', audience: 'a' }, /body\.name/],
      [{ name: 'x' }, /body\.audience/],
    ] as const
    for (const [body, message] of problems) assert.match(await refusal('POST /apis', body), message)
    const audience = 'https://once.example.com'
    const api = idIn(await ok('POST /apis', { name: 'Once', audience }), 'api')
    assert.match(await refusal('POST /apis', { name: 'Twice', audience }), /^409 ALREADY_EXISTS/)
    await ok(`POST /apis/${api}/scopes`, { key: 'read:it' })
    assert.match(await refusal(`POST /apis/${api}/scopes`, { key: 'read:it' }), /^409 ALREADY_EXISTS/)
    for (const key of ['openid', 'a b', ''])
      assert.match(await refusal(`POST /apis/${api}/scopes`, { key }), /^400 INVALID_REQUEST body\.key/)
    const unknown = { applications: [{ id: m2mClient.id }, { id: 'unknown' }] }
    assert.match(await refusal(`PATCH /apis/${api}/applications`, unknown), /^404 APPLICATION_NOT_FOUND/)
    const twice = { applications: [{ id: m2mClient.id }, { id: m2mClient.id, operation: 'delete' }] }
    assert.match(
      await refusal(`PATCH /apis/${api}/applications`, twice),
      /^400 INVALID_REQUEST .*named twice/,
    )
    const { api: shown } = await ok(`GET /apis/${api}`)
    const { applications } = z
      .object({ applications: z.array(z.object({ id: z.string(), is_active: z.boolean() })) })
      .parse(shown)
    assert.ok(applications.length > 0 && applications.every((one) => !one.is_active))
  })

  test('cannot be the management API, which is built in', async () => {
    const fixed = /^409 MANAGEMENT_API_FIXED/
    const [scope] = scopes
    assert.match(await refusal(`DELETE /apis/${apiId}`), fixed)
    assert.match(await refusal(`POST /apis/${apiId}/scopes`, { key: 'read:all' }), fixed)
    assert.match(await refusal(`PATCH /apis/${apiId}/scopes/${scope?.id ?? ''}`, { description: 'x' }), fixed)
    assert.match(await refusal(`DELETE /apis/${apiId}/scopes/${scope?.id ?? ''}`), fixed)
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
    await ok(`POST /applications/${id}/access_roles/role_other`)
    await ok(`PATCH /applications/${id}`, { is_access_control_enabled: true })
    assert.equal(await apply(), '~ application looms redirectUris')
    assert.partialDeepStrictEqual((await ok(`GET /applications/${id}`))['application'], {
      is_access_control_enabled: true,
    })
    assert.deepEqual(await ok(`GET /applications/${id}/auth_redirect_urls`), { redirect_urls: [redirectUri] })
    assert.equal(await apply(), '')
    assert.partialDeepStrictEqual((await ok(`GET /applications/${others.id}`))['application'], {
      type: 'spa',
    })
  })
})
