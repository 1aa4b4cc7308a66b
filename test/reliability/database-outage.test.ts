// F6: while the database is away, every answer says so: 503, `Retry-After`, `temporarily_unavailable`. Nothing says that a token or a
// client is invalid; the key set goes on being served; and the log has a few records, not one for each request.
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import * as client from 'openid-client'
import {
  deviceClient,
  directoryFixture,
  m2mClient,
  redirectUri,
  webClient,
} from '../harness/directory-fixture.ts'
import { startIssuer, type TestIssuer } from '../harness/issuer.ts'
import { machine, machineToken, managementProject } from '../harness/management-project.ts'
import { freePort } from '../harness/free-port.ts'
import { startPostgres } from '../harness/postgres.ts'
import {
  authorizationRequest,
  refreshTokenOf,
  relyingParty,
  signIn,
  type SignedIn,
} from '../harness/relying-party.ts'
import { startCommand } from '../harness/serving-command.ts'
import { startTcpProxy, throughProxy } from '../harness/tcp-proxy.ts'

interface Given {
  readonly issuer: TestIssuer
  readonly signedIn: SignedIn
  readonly managementToken: string
  /** With a sign-in under way. */
  readonly interaction: string
}

const secrets = { client_id: webClient.id, client_secret: webClient.secret }

async function openSession(issuer: TestIssuer): Promise<Given> {
  const rp = await relyingParty(issuer)
  const signedIn = await signIn(issuer, rp)
  const { agent } = signedIn
  const { url } = await authorizationRequest(rp, { params: { prompt: 'login' } })
  const { url: interaction } = await agent.get(url.href)
  const m2m = await relyingParty(issuer, m2mClient.id, client.ClientSecretPost(m2mClient.secret))
  const managementToken = (await client.clientCredentialsGrant(m2m, {})).access_token
  return { issuer, signedIn, managementToken, interaction }
}

interface Asked {
  readonly path: string
  readonly form?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
}

function requests({
  issuer,
  signedIn: { tokens, agent },
  interaction,
}: Given): Readonly<Record<string, Asked>> {
  const cookie = [...agent.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const authorization = `/oauth2/auth?${new URLSearchParams({
    client_id: webClient.id,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid',
    state: 's',
  }).toString()}`
  const bearer = { authorization: `Bearer ${tokens.access_token}` }
  const refreshToken = refreshTokenOf(tokens)
  return {
    authorization: { path: authorization },
    'authorization with a session': { path: authorization, headers: { cookie } },
    'silent authorization': { path: `${authorization}&prompt=none`, headers: { cookie } },
    'an authorization code': {
      path: '/oauth2/token',
      form: { ...secrets, grant_type: 'authorization_code', code: 'x'.repeat(43), redirect_uri: redirectUri },
    },
    'a refresh': {
      path: '/oauth2/token',
      form: { ...secrets, grant_type: 'refresh_token', refresh_token: refreshToken },
    },
    'client credentials': {
      path: '/oauth2/token',
      form: { client_id: m2mClient.id, client_secret: m2mClient.secret, grant_type: 'client_credentials' },
    },
    'a pushed request': {
      path: '/oauth2/par',
      form: { ...secrets, response_type: 'code', redirect_uri: redirectUri, scope: 'openid' },
    },
    'a device': { path: '/oauth2/device/auth', form: { client_id: deviceClient.id, scope: 'openid' } },
    introspection: { path: '/oauth2/introspect', form: { ...secrets, token: tokens.access_token } },
    'introspection of a refresh token': {
      path: '/oauth2/introspect',
      form: { ...secrets, token: refreshToken },
    },
    revocation: { path: '/oauth2/revoke', form: { ...secrets, token: refreshToken } },
    userinfo: { path: '/oauth2/v2/user_profile', headers: bearer },
    'userinfo of version 1': { path: '/oauth2/user_profile', headers: bearer },
    'a sign-out': { path: '/logout', headers: { cookie } },
    'a sign-out as Kinde’s SDKs do it': {
      path: `/logout?redirect=${encodeURIComponent(redirectUri)}`,
      headers: { cookie },
    },
    'the account': { path: '/account', headers: { cookie } },
    'a page of a sign-in': { path: new URL(interaction, issuer.url).pathname, headers: { cookie } },
  }
}

async function ask(origin: string, { path, form, headers = {} }: Asked): Promise<Response> {
  return fetch(`${origin}${path}`, {
    redirect: 'manual',
    headers,
    ...(form && { method: 'POST', body: new URLSearchParams(form) }),
  })
}

async function assertUnavailable(answer: Response, isPage: boolean): Promise<void> {
  const text = await answer.text()
  assert.equal(answer.status, 503, text)
  assert.match(answer.headers.get('retry-after') ?? '', /^\d+$/)
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  assert.equal(answer.headers.get('www-authenticate'), null)
  assert.equal(answer.headers.get('location'), null)
  assert.doesNotMatch(text, /\bat .*\.ts|ECONN|postgres|sqlite|SQLSTATE/i)
  if (isPage) {
    assert.match(answer.headers.get('content-type') ?? '', /^text\/html/)
    assert.match(text, /Try again in a moment/)
  } else assert.equal(JSON.parse(text).error, 'temporarily_unavailable')
}

const postgres = await startPostgres({ after })

describe('F6: while Postgres is away', async () => {
  const proxy = await startTcpProxy({ after }, postgres.port)
  const issuer = await startIssuer(
    { after },
    {
      directory: await directoryFixture(),
      location: { kind: 'postgres', url: throughProxy(await postgres.createDatabase(), proxy) },
    },
  )
  const given = await openSession(issuer)
  proxy.mode = 'refusing'
  proxy.cut()
  after(() => void (proxy.mode = 'open'))

  for (const [what, asked] of Object.entries(requests(given))) {
    test(`F6: answers ${what} with 503, to programs and to people`, async () => {
      await assertUnavailable(await ask(issuer.url, asked), false)
      const headers = { ...asked.headers, accept: 'text/html' }
      await assertUnavailable(await ask(issuer.url, { ...asked, headers }), true)
    })
  }

  test('F6: answers the management API with 503 in its own words', async () => {
    const headers = { authorization: `Bearer ${given.managementToken}` }
    for (const path of ['/api/v1/users', '/api/v1/user?id=kp_1', '/api/v1/organizations']) {
      const answer = await fetch(`${issuer.url}${path}`, { headers })
      const text = await answer.text()
      assert.equal(answer.status, 503, text)
      assert.equal(JSON.parse(text).errors[0].code, 'SERVICE_UNAVAILABLE')
      assert.match(answer.headers.get('retry-after') ?? '', /^\d+$/)
    }
  })

  test('F6: goes on serving the key set and discovery, to a browser as well', async () => {
    for (const headers of [{}, { origin: 'https://app.example.com' }]) {
      for (const path of ['jwks', 'jwks.json', 'openid-configuration', 'oauth-authorization-server']) {
        const answer = await fetch(`${issuer.url}/.well-known/${path}`, { headers })
        assert.equal(answer.status, 200, path)
        await answer.arrayBuffer()
      }
    }
  })

  test('F6: still refuses what is wrong without the database: a token that is not ours', async () => {
    const headers = { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' }
    const answer = await fetch(`${issuer.url}/oauth2/v2/user_profile`, { headers })
    assert.equal(answer.status, 401)
  })

  test('F6: tells one cause by one name, without a stack', () => {
    const events = new Set(issuer.events.map(({ event }) => event))
    assert.ok(events.has('store_unavailable'))
    assert.equal(events.has('server_error'), false)
  })
})

test('F6: loses no session in an outage', async (t) => {
  const proxy = await startTcpProxy(t, postgres.port)
  const location = { kind: 'postgres', url: throughProxy(await postgres.createDatabase(), proxy) } as const
  const issuer = await startIssuer(t, { directory: await directoryFixture(), location })
  const rp = await relyingParty(issuer)
  const { tokens } = await signIn(issuer, rp)
  proxy.mode = 'refusing'
  proxy.cut()
  await assert.rejects(client.refreshTokenGrant(rp, refreshTokenOf(tokens)))
  proxy.mode = 'open'
  const next = await client.refreshTokenGrant(rp, refreshTokenOf(tokens))
  assert.equal(
    (await client.fetchUserInfo(rp, next.access_token, client.skipSubjectCheck)).sub,
    tokens.claims()?.sub,
  )
})

test('F6: writes a few records and a count when a hundred requests fail', async (t) => {
  const proxy = await startTcpProxy(t, postgres.port)
  const origin = `http://localhost:${String(await freePort('127.0.0.1'))}`
  const project = await managementProject(t)
  const args = ['--project', '.', '--port', new URL(origin).port, '--issuer', origin, '--drain-delay', '0']
  const command = startCommand(t, ['start', '--production', ...args], {
    cwd: project,
    env: {
      MINTAGE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
      MINTAGE_DATABASE_URL: throughProxy(await postgres.createDatabase(), proxy),
    },
  })
  await command.until(/"event":"server_ready"/)
  const token = await machineToken(origin)
  proxy.mode = 'refusing'
  proxy.cut()
  const headers = { authorization: `Bearer ${token}` }
  const form = {
    grant_type: 'client_credentials',
    client_id: machine.id,
    client_secret: machine.secret,
    audience: `${origin}/api`,
  }
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, n) =>
      n % 2 === 0
        ? ask(origin, { path: '/oauth2/token', form })
        : ask(origin, { path: '/api/v1/users', headers }),
    ),
  )
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([503]))
  proxy.mode = 'open'
  assert.equal(await command.stop(), 0)
  const records = command
    .output()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const away = records.filter(({ event }) => event === 'store_unavailable')
  assert.ok(away.length <= 8, `${away.length} records`)
  const whole = away.filter(({ repeated }) => repeated === undefined).length
  const repeated = away.reduce((sum, record) => sum + Number(record.repeated ?? 0), 0)
  assert.equal(whole + repeated, 100)
  assert.ok(away.every(({ reason, stack }) => typeof reason === 'string' && stack === undefined))
  assert.ok(records.length < 30, `${records.length} records`)
})

test('F6: answers with 503 when SQLite’s file can be written no more', async (t) => {
  const issuer = await startIssuer(t, { directory: await directoryFixture() })
  const given = await openSession(issuer)
  const other = new DatabaseSync(join(issuer.folder, 'mintage.db'))
  t.after(() => other.close())
  other.exec('drop table artifacts')
  for (const [what, asked] of Object.entries(requests(given))) {
    const answer = await ask(issuer.url, asked)
    assert.ok(answer.status === 503 || answer.status < 400, `${what}: ${answer.status}`)
    await answer.arrayBuffer()
  }
  await assertUnavailable(await ask(issuer.url, requests(given)['a refresh'] ?? assert.fail()), false)
  await assertUnavailable(await ask(issuer.url, requests(given)['userinfo'] ?? assert.fail()), false)
})
