// Two servers on one Postgres, as behind a balancer: what one of them did, the other knows.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { z } from 'zod'
import { machineToken, managementProject } from '../harness/management-project.ts'
import { startPostgres } from '../harness/postgres.ts'
import { openTestServer } from '../harness/running-server.ts'
import { userAgent } from '../harness/user-agent.ts'

const clientId = 'd3300000000000000000000000000002'
const redirectUri = 'http://localhost:3000'
const codeVerifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const codeChallenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

const tokenAnswer = z.looseObject({
  access_token: z.string().optional(),
  refresh_token: z.string().optional(),
  error: z.string().optional(),
})

const sessionsAnswer = z.looseObject({
  sessions: z.array(
    z.looseObject({
      started_on: z.string(),
      updated_on: z.string(),
      expires_on: z.string(),
      connection_id: z.string(),
    }),
  ),
})
const identitiesAnswer = z.looseObject({
  identities: z.array(z.looseObject({ total_logins: z.number(), last_login_on: z.string().nullable() })),
})

async function ask(origin: string, form: Readonly<Record<string, string>>) {
  const body = new URLSearchParams({ client_id: clientId, ...form })
  const response = await fetch(`${origin}/oauth2/token`, { method: 'POST', body })
  return tokenAnswer.parse(await response.json())
}

const project = {
  applications: `  spa: { type: spa, clientId: ${clientId}, redirectUris: ['${redirectUri}'] }\n`,
  workflow: 'export default async function () {}',
  extra: `
organizations: { engines: { code: org_engines } }
roles: { admin: { permissions: [build] } }
permissions: { build: {}, run: {} }
featureFlags: { theme: { type: str, default: grey } }
users:
  - { id: kp_charles, email: charles@example.com, password: difference-engine-42, organizations: { engines: { roles: [admin] } } }
`,
}

const workflowOfUsers = `
export const workflowSettings = { id: 'users', trigger: 'user:tokens_generation', bindings: {} }
export default async function () {}`

test('two servers on one Postgres share keys, codes, refresh tokens, accounts and records', async (t) => {
  const postgres = await startPostgres(t)
  const projectDir = await managementProject(t, project)
  await writeFile(join(projectDir, 'kindeSrc/environment/workflows/usersWorkflow.ts'), workflowOfUsers)
  const shared = {
    databaseUrl: await postgres.createDatabase(),
    masterKey: randomBytes(32).toString('base64'),
    projectDir,
    isDemo: false,
    hasPlayground: false,
  }
  const { server } = await openTestServer(t, { settings: shared })
  const { issuer } = server
  const { server: otherServer } = await openTestServer(t, { settings: { ...shared, issuer } })
  const other = `http://localhost:${String(otherServer.port)}`

  const keys = async (origin: string) => (await fetch(`${origin}/.well-known/jwks`)).text()
  assert.equal(await keys(other), await keys(issuer))

  const query = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: 'openid offline',
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
  }
  const agent = userAgent(issuer)
  const form = await agent.get(`${issuer}/oauth2/auth?${new URLSearchParams(query).toString()}`)
  const callback = await agent.submit(form, '/sign-in', {
    identifier: 'charles@example.com',
    password: 'difference-engine-42',
  })
  const redeem = {
    grant_type: 'authorization_code',
    code: new URL(callback.location ?? '').searchParams.get('code') ?? '',
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
  }
  const first = await ask(other, redeem)
  const refresh = { grant_type: 'refresh_token', refresh_token: first.refresh_token ?? '' }
  const [one, two] = await Promise.all([ask(issuer, refresh), ask(other, refresh)])
  assert.ok(one.refresh_token)
  assert.equal(one.refresh_token, two.refresh_token)

  // What one replica changes, the next mint of the other carries, however soon it comes (docs/decisions/0090).
  const machine = await machineToken(issuer)
  const manage = async (request: string, body?: object) => {
    const [method = '', path = ''] = request.split(' ')
    const response = await fetch(`${issuer}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${machine}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const json: unknown = await response.json()
    assert.equal(response.status, 200, `${request}: ${JSON.stringify(json)}`)
    return json
  }
  let newest = one.refresh_token
  const mintedByOther = async () => {
    const answer = await ask(other, { ...refresh, refresh_token: newest })
    newest = answer.refresh_token ?? ''
    return decodeJwt(answer.access_token ?? '')
  }
  const theme = async () => Object(Object(await mintedByOther())['feature_flags']).theme?.v
  assert.equal(await theme(), 'grey')
  await manage('PATCH /environment/feature_flags/theme', { value: 'pink' })
  assert.equal(await theme(), 'pink')
  await manage('PATCH /organizations/org_engines/feature_flags/theme?value=blue')
  assert.equal(await theme(), 'blue')
  await manage('PATCH /users/kp_charles/feature_flags/theme?value=violet')
  assert.equal(await theme(), 'violet')
  await manage(
    'PUT /feature_flags/theme?name=T&description=D&type=int&allow_override_level=org&default_value=7',
  )
  await manage('POST /users/kp_charles/refresh_claims')
  assert.equal(await theme(), 7)
  await manage('DELETE /feature_flags/theme')
  assert.equal(await theme(), undefined)

  // Where the user is signed in, from the session that the sign-in began.
  const { sessions } = sessionsAnswer.parse(await manage('GET /users/kp_charles/sessions'))
  assert.partialDeepStrictEqual(sessions, [
    { user_id: 'kp_charles', org_code: 'org_engines', client_id: clientId, initial_ip_address: '127.0.0.1' },
  ])
  const [session] = sessions
  assert.ok(session && session.started_on <= session.updated_on && session.updated_on < session.expires_on)
  assert.match(session.connection_id, /^conn_/)
  const { identities } = identitiesAnswer.parse(await manage('GET /users/kp_charles/identities'))
  assert.deepEqual(
    identities.map(({ total_logins, last_login_on }) => [total_logins, last_login_on !== null]),
    [[1, true]],
  )

  // A code that comes again ends its family, wherever it comes.
  assert.equal((await ask(issuer, redeem)).error, 'invalid_grant')
  const last = { ...refresh, refresh_token: newest }
  assert.equal((await ask(other, last)).error, 'invalid_grant')

  await Promise.all([server, otherServer].map(({ store }) => store.invocations.flush()))
  const records = await server.store.invocations.list({ limit: 20 })
  const origins = records.flatMap(({ origin, workflowId }) => (workflowId === 'users' ? [origin] : []))
  assert.deepEqual(origins.toSorted(), [
    'authorization_request',
    ...Array.from({ length: 8 }, () => 'refresh_token_request'),
  ])
})
