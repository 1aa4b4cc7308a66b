// Connections by the management API: a new user's identities get theirs, and those to providers are stored and sign no user in.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { operations } from '../../src/management/operations.ts'
import { directoryFixture, webClient } from '../harness/directory-fixture.ts'
import { startIssuer } from '../harness/issuer.ts'
import { openManagementWorld } from '../harness/management-world.ts'
import { textOf } from '../harness/relying-party.ts'
import { authorizationUrl } from '../harness/signed-in-tokens.ts'
import { userAgent } from '../harness/user-agent.ts'

const byEmail = {
  id: 'conn_email',
  name: 'email:password',
  displayName: 'Email and password',
  kind: 'password',
  strategy: 'email:password',
  isEnabled: true,
} as const

test('gives identities the password connection of their type, and null while it does not exist', async (t) => {
  const { call, store } = await openManagementWorld(t)
  await store.commit([{ kind: 'put-connection', connection: byEmail }])
  const created = await call('POST /user', {
    identities: [
      { type: 'email', details: { email: 'nina@example.com' } },
      { type: 'username', details: { username: 'nina' } },
    ],
  })
  assert.equal(created.status, 200)
  const stored = [
    await store.directory.identity('email', 'nina@example.com'),
    await store.directory.identity('username', 'nina'),
  ]
  assert.deepEqual(
    stored.map((identity) => identity?.connectionId),
    ['conn_email', null],
  )
  const connectionIds = async () => {
    const { json } = await call('GET /users?email=nina@example.com&expand=identities')
    // The two were made at the same moment, so either may come first.
    return [...JSON.stringify(json).matchAll(/"connection_id":("\w+"|null)/g)]
      .map(([, id = '']) => id)
      .toSorted((a, b) => (a < b ? -1 : 1))
  }
  assert.deepEqual(await connectionIds(), ['"conn_email"', 'null'])
  await store.commit([
    { kind: 'put-connection', connection: { ...byEmail, isEnabled: false } },
    {
      kind: 'put-connection',
      connection: { ...byEmail, id: 'conn_username', strategy: 'username:password' },
    },
  ])
  assert.deepEqual(await connectionIds(), ['"conn_email"', '"conn_username"'], 'switched on or off')
})

const created = z.object({ connection: z.object({ id: z.string() }) })
const listed = z.object({
  connections: z.array(z.object({ connection: z.object({ id: z.string(), strategy: z.string() }) })),
  has_more: z.boolean(),
})

test('stores connections to providers, and never answers with their options', async (t) => {
  const { call, store } = await openManagementWorld(t)
  await store.commit([{ kind: 'put-connection', connection: byEmail }])
  const ok = async (request: string, body?: unknown) => {
    const { status, json } = await call(request, body)
    const [method = '', path = ''] = request.replace(/\?.*/, '').split(' ')
    const found = operations.find(
      (one) =>
        one.method === method.toLowerCase() &&
        new RegExp(`^${one.path.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(path),
    )
    assert.equal(status, found?.status, `${request}: ${JSON.stringify(json)}`)
    assert.doesNotMatch(JSON.stringify(json), /hidden/)
    return found?.answer.parse(json)
  }
  const refusal = async (request: string, body?: unknown) => {
    const { status, json } = await call(request, body)
    return `${String(status)} ${JSON.stringify(json)}`
  }
  const idsOf = async (request: string) =>
    listed.parse(await ok(`GET ${request}`)).connections.map(({ connection }) => connection.id)

  const google = created.parse(
    await ok('POST /connections', {
      name: 'google',
      display_name: 'Google',
      strategy: 'oauth2:google',
      enabled_applications: ['machine'],
      options: { client_id: 'hidden-id', client_secret: 'hidden-secret', is_trusted: true },
    }),
  ).connection.id
  const entra = created.parse(
    await ok('POST /connections', {
      name: 'entra',
      display_name: 'Entra',
      strategy: 'wsfed:azure_ad',
      organization_code: 'org_engines',
      options: { entra_id_domain: 'engines.example.com', home_realm_domains: ['Engines.example.com'] },
    }),
  ).connection.id
  assert.deepEqual(await store.directory.connectionOptions(google), {
    client_id: 'hidden-id',
    client_secret: 'hidden-secret',
    is_trusted: true,
  })
  assert.deepEqual(await idsOf('/connections'), ['conn_email', google, entra].toSorted())
  assert.deepEqual(await idsOf('/connections?home_realm_domain=engines.EXAMPLE.com'), [entra])
  const first = listed.parse(await ok('GET /connections?page_size=1'))
  assert.equal(first.has_more, true)

  await ok(`PATCH /connections/${google}`, { display_name: 'G', options: { is_trusted: false } })
  assert.partialDeepStrictEqual(await store.directory.connectionOptions(google), {
    client_secret: 'hidden-secret',
    is_trusted: false,
  })
  await ok(`PUT /connections/${google}`, { options: { client_id: 'hidden-other' } })
  assert.deepEqual(await store.directory.connectionOptions(google), { client_id: 'hidden-other' })
  assert.partialDeepStrictEqual(await ok(`GET /connections/${google}`), {
    connection: { id: google, name: 'google', display_name: 'G', strategy: 'oauth2:google' },
  })

  assert.deepEqual(await idsOf('/applications/machine/connections'), ['conn_email'], 'the PUT took it')
  await ok(`POST /applications/machine/connections/${google}`)
  assert.deepEqual(
    (await idsOf('/applications/machine/connections')).toSorted(),
    ['conn_email', google].toSorted(),
  )
  await ok(`DELETE /applications/machine/connections/${google}`)
  assert.deepEqual(await idsOf('/applications/machine/connections'), ['conn_email'])

  assert.deepEqual(await idsOf('/organizations/org_engines/connections'), [entra])
  await ok(`POST /organizations/org_engines/connections/${google}`)
  await ok(`DELETE /organizations/org_engines/connections/${entra}`)
  assert.deepEqual(await idsOf('/organizations/org_engines/connections'), [google])
  assert.deepEqual(await idsOf('/organizations/org_weaving/connections'), [])
  await ok(`DELETE /connections/${google}`)
  assert.deepEqual(await idsOf('/organizations/org_engines/connections'), [])
  assert.equal(await store.directory.connectionOptions(google), undefined)

  const base = { name: 'x', display_name: 'X', strategy: 'saml:okta' }
  const problems = [
    [{ ...base, strategy: 'oidc:custom' }, /400 .*body\.strategy/],
    [{ ...base, options: { client_secret: 'hidden' } }, /400 .*body\.options.*client_secret/],
    [{ ...base, options: { name_id_format: 'hidden' } }, /400 .*body\.options\.name_id_format/],
    [
      { ...base, options: { home_realm_domains: ['not a domain'] } },
      /400 .*home_realm_domains\.0: this is not/,
    ],
    [{ ...base, enabled_applications: ['nothing'] }, /404 .*APPLICATION_NOT_FOUND/],
    [{ ...base, organization_code: 'org_none' }, /404 .*ORGANIZATION_NOT_FOUND/],
  ] as const
  for (const [body, message] of problems) {
    const text = await refusal('POST /connections', body)
    assert.match(text, message)
    assert.doesNotMatch(text, /hidden/)
  }
  for (const request of [
    'PATCH /connections/conn_email',
    'PUT /connections/conn_email',
    'DELETE /connections/conn_email',
    'POST /applications/machine/connections/conn_email',
    'DELETE /organizations/org_engines/connections/conn_email',
  ]) {
    const body = request.startsWith('P') && !request.startsWith('POST') ? { name: 'x' } : undefined
    assert.match(await refusal(request, body), /409 .*CONNECTION_BUILT_IN/)
  }
  assert.match(await refusal('GET /connections/conn_none'), /404 .*CONNECTION_NOT_FOUND/)
})

test('offers no provider on the pages of a sign-in, and lets no password in by one', async (t) => {
  const issuer = await startIssuer(t, {
    directory: await directoryFixture({
      more: [
        {
          kind: 'put-connection',
          connection: {
            id: 'conn_google',
            name: 'google',
            displayName: 'Sign in with Google',
            kind: 'oauth2',
            strategy: 'oauth2:google',
            isEnabled: true,
            applicationIds: [webClient.id],
          },
          options: { client_id: 'x', client_secret: 'x' },
        },
      ],
    }),
  })
  for (const params of [{}, { prompt: 'create' }]) {
    const page = await userAgent(issuer.url).get(authorizationUrl(issuer.url, params))
    assert.equal(page.status, 200)
    assert.doesNotMatch(textOf(page), /Google/)
    assert.match(page.text, /action="[^"]*\/sign-(?:in|up)"/)
  }
  const chosen = await userAgent(issuer.url).get(
    authorizationUrl(issuer.url, { connection_id: 'conn_google' }),
  )
  assert.equal(chosen.status, 400)
  assert.match(textOf(chosen), /asked for a way to sign in that/)
  assert.doesNotMatch(chosen.text, /action="[^"]*\/sign-in"|type="password"/)
})
