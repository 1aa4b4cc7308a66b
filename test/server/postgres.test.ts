// Two servers on one Postgres, as behind a balancer: what one of them did, the other knows.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { z } from 'zod'
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

async function ask(origin: string, form: Readonly<Record<string, string>>) {
  const body = new URLSearchParams({ client_id: clientId, ...form })
  const response = await fetch(`${origin}/oauth2/token`, { method: 'POST', body })
  return tokenAnswer.parse(await response.json())
}

test('two servers on one Postgres share keys, codes, refresh tokens, accounts and records', async (t) => {
  const postgres = await startPostgres(t)
  const shared = {
    databaseUrl: await postgres.createDatabase(),
    masterKey: randomBytes(32).toString('base64'),
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

  // A code that comes again ends its family, wherever it comes.
  assert.equal((await ask(issuer, redeem)).error, 'invalid_grant')
  const last = { ...refresh, refresh_token: one.refresh_token }
  assert.equal((await ask(other, last)).error, 'invalid_grant')

  await Promise.all([server, otherServer].map(({ store }) => store.invocations.flush()))
  const records = await server.store.invocations.list({ limit: 10 })
  assert.deepEqual(records.map(({ origin }) => origin).toSorted(), [
    'authorization_request',
    'refresh_token_request',
    'refresh_token_request',
  ])
})
