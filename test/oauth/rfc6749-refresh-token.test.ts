// RFC 6749 §6 with the rotation of RFC 9700 §4.14: a refresh token works once, its holder may lose an answer, and who comes with an
// old one ends the family.
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import * as client from 'openid-client'
import {
  ada,
  directoryFixture,
  spaClient,
  userChanges,
  webClient,
  otherApplication,
  otherClient,
} from '../harness/directory-fixture.ts'
import { postForm, type Answer } from '../harness/form-request.ts'
import { startIssuer, type TestIssuer } from '../harness/issuer.ts'
import {
  authorizationRequest,
  refresh,
  refreshTokenOf,
  relyingParty,
  signIn,
  visit,
} from '../harness/relying-party.ts'
import { userAgent } from '../harness/user-agent.ts'

const grace = {
  id: 'kp_000000000000000000000000000grace',
  email: 'grace@example.com',
  password: ada.password,
}
const mary = { id: 'kp_0000000000000000000000000000mary', email: 'mary@example.com', password: ada.password }
const graceMs = 30_000

const directory = await directoryFixture({
  web: { lifetimes: { accessToken: 600, idToken: 600, refreshToken: 3_600, session: 600 } },
  more: [otherApplication, ...(await userChanges(grace)), ...(await userChanges(mary))],
})
let skewMs = 0
const issuer = await startIssuer({ after }, { directory, nowMs: () => Date.now() + skewMs })
const rp = await relyingParty(issuer)

function credentials(more: Record<string, string>): Record<string, string> {
  return { client_id: webClient.id, client_secret: webClient.secret, ...more }
}

function present(
  token: string,
  changes: Record<string, string> = {},
  at: TestIssuer = issuer,
): Promise<Answer> {
  const fields = credentials({ grant_type: 'refresh_token', refresh_token: token, ...changes })
  return postForm(`${at.url}/oauth2/token`, fields)
}

function outcome({ status, body }: Answer): string {
  return status === 200 ? 'tokens' : String(body['error'])
}

function next({ body }: Answer): string {
  return String(body['refresh_token'])
}

async function isActive(accessToken: unknown): Promise<boolean> {
  return (await client.tokenIntrospection(rp, String(accessToken))).active
}

describe('a refresh', () => {
  test('gives new tokens of the same user, with claims read afresh, and no nonce (OIDC Core §12.2)', async () => {
    const first = await signIn(issuer, rp)
    const second = await refresh(rp, first)
    assert.notEqual(second.tokens.refresh_token, first.tokens.refresh_token)
    assert.notEqual(second.accessToken.jti, first.accessToken.jti)
    assert.equal(second.idToken.sub, first.idToken.sub)
    assert.equal(second.idToken['auth_time'], first.idToken['auth_time'])
    assert.equal(second.idToken['nonce'], undefined)
    const { iat, exp, jti, at_hash, nonce, ...before } = first.idToken
    const { iat: _i, exp: _e, jti: _j, at_hash: _a, nonce: _n, ...later } = second.idToken
    assert.ok(iat && exp && jti && at_hash && nonce)
    assert.deepEqual(later, before)
  })

  test('works for a public client, without a secret', async () => {
    const spa = await relyingParty(issuer, spaClient.id, client.None())
    const second = await refresh(spa, await signIn(issuer, spa))
    assert.ok((await refresh(spa, second)).tokens.access_token)
  })

  test('may ask for fewer scopes, and the next one for all again (RFC 6749 §6)', async () => {
    const { tokens } = await signIn(issuer, rp)
    const narrow = await client.refreshTokenGrant(rp, refreshTokenOf(tokens), { scope: 'openid offline' })
    assert.equal(narrow.scope, 'openid offline')
    assert.equal(narrow.claims()?.['email'], undefined)
    const wide = await client.refreshTokenGrant(rp, refreshTokenOf(narrow))
    assert.equal(wide.scope, 'openid profile email offline')
    assert.equal(wide.claims()?.['email'], ada.email)
  })

  test('without `offline` is not offered: there is no refresh token', async () => {
    const { tokens } = await signIn(issuer, rp, { params: { scope: 'openid profile' } })
    assert.equal(tokens.refresh_token, undefined)
  })
})

describe('RT-01 a refresh token that was rotated', () => {
  test('ends its family when it comes back after the grace, and reports it to the operator', async () => {
    const { tokens } = await signIn(issuer, rp)
    const first = refreshTokenOf(tokens)
    const second = await present(first)
    skewMs += graceMs + 1
    assert.equal(outcome(await present(first)), 'invalid_grant')
    assert.equal(outcome(await present(next(second))), 'invalid_grant')
    assert.equal(await isActive(second.body['access_token']), false)
    await assert.rejects(client.fetchUserInfo(rp, String(second.body['access_token']), ada.id))
    assert.ok(issuer.events.some(({ event }) => event === 'refresh_token_reused'))
    const [record] = await issuer.store.audit.list({ event: 'refresh_token.reused', limit: 1 })
    assert.deepEqual([record?.userId, record?.clientId], [ada.id, webClient.id])
  })

  test('is as dead without a grace', async (t) => {
    const strict = await startIssuer(t, { directory, refreshGraceSeconds: 0 })
    const { tokens } = await signIn(strict, await relyingParty(strict))
    const second = await present(refreshTokenOf(tokens), {}, strict)
    assert.equal(outcome(await present(refreshTokenOf(tokens), {}, strict)), 'invalid_grant')
    assert.equal(outcome(await present(next(second), {}, strict)), 'invalid_grant')
  })

  test('leaves the sign-ins in other browsers alone', async () => {
    const [mine, other] = [await signIn(issuer, rp), await signIn(issuer, rp)]
    await present(refreshTokenOf(mine.tokens))
    skewMs += graceMs + 1
    await present(refreshTokenOf(mine.tokens))
    assert.equal(outcome(await present(refreshTokenOf(other.tokens))), 'tokens')
  })
})

describe('RT-02 the grace of a rotated refresh token', () => {
  test('answers with the same successor again, and access tokens that work', async () => {
    const first = refreshTokenOf((await signIn(issuer, rp)).tokens)
    const answers = [await present(first), await present(first), await present(first)]
    assert.deepEqual(answers.map(outcome), ['tokens', 'tokens', 'tokens'])
    assert.equal(new Set(answers.map(next)).size, 1)
    for (const { body } of answers) assert.equal(await isActive(body['access_token']), true)
    const [last] = answers
    assert.ok(last)
    assert.equal(outcome(await present(next(last))), 'tokens')
  })

  test('lasts to its last millisecond', async () => {
    const first = refreshTokenOf((await signIn(issuer, rp)).tokens)
    const second = await present(first)
    skewMs += graceMs - 1_000
    assert.equal(next(await present(first)), next(second))
  })

  test('does not work for another client', async () => {
    const first = refreshTokenOf((await signIn(issuer, rp)).tokens)
    const second = await present(first)
    const stolen = await present(first, { client_id: otherClient.id, client_secret: otherClient.secret })
    assert.equal(outcome(stolen), 'invalid_grant')
    assert.equal(outcome(await present(next(second))), 'tokens')
  })
})

describe('B11 a refresh token of a line that went on', () => {
  test('gives the newest token within the grace, however many came in between', async () => {
    const first = refreshTokenOf((await signIn(issuer, rp)).tokens)
    const second = next(await present(first))
    const third = next(await present(second))
    const fourth = next(await present(third))
    for (const old of [first, second, third]) assert.equal(next(await present(old)), fourth)
    assert.equal(outcome(await present(fourth)), 'tokens')
  })

  test('ends its family beyond the grace, counted from its own use', async () => {
    const first = refreshTokenOf((await signIn(issuer, rp)).tokens)
    const second = next(await present(first))
    skewMs += graceMs - 1_000
    const third = next(await present(second))
    skewMs += 1_001
    assert.equal(outcome(await present(first)), 'invalid_grant')
    assert.equal(outcome(await present(third)), 'invalid_grant')
  })

  test('ends its family when a loop rotated a hundred times within the grace', async () => {
    const first = refreshTokenOf((await signIn(issuer, rp)).tokens)
    let newest = first
    for (let rotation = 0; rotation < 100; rotation += 1) newest = next(await present(newest))
    assert.equal(outcome(await present(first)), 'invalid_grant')
    assert.equal(outcome(await present(newest)), 'invalid_grant')
  })

  test('is invalid, and not reported as reused, once it has expired', async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
    const first = refreshTokenOf((await signIn(issuer, rp)).tokens)
    t.mock.timers.tick(3_590_000)
    const second = next(await present(first))
    t.mock.timers.tick(11_000)
    const events = issuer.events.length
    assert.equal(outcome(await present(first)), 'invalid_grant')
    assert.equal(issuer.events.length, events)
    assert.equal(outcome(await present(second)), 'tokens')
  })
})

describe('RT-04 fifty refreshes at once with one token', () => {
  test('without a grace give tokens exactly once', async (t) => {
    const strict = await startIssuer(t, { directory, refreshGraceSeconds: 0 })
    const { tokens } = await signIn(strict, await relyingParty(strict))
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => present(refreshTokenOf(tokens), {}, strict)),
    )
    assert.equal(answers.filter(({ status }) => status === 200).length, 1)
    assert.deepEqual(new Set(answers.map(outcome)), new Set(['tokens', 'invalid_grant']))
  })

  test('with a grace give one and the same successor, which works', async () => {
    const { tokens } = await signIn(issuer, rp)
    const answers = await Promise.all(Array.from({ length: 50 }, () => present(refreshTokenOf(tokens))))
    assert.deepEqual([...new Set(answers.map(outcome))], ['tokens'])
    assert.equal(new Set(answers.map(next)).size, 1)
    assert.equal(new Set(answers.map(({ body }) => body['access_token'])).size, 50)
    const [any] = answers
    assert.ok(any)
    assert.equal(outcome(await present(next(any))), 'tokens')
  })
})

describe('RT-05 a refresh token', () => {
  test('of another client is refused and stays good for its owner', async () => {
    const { tokens } = await signIn(issuer, rp)
    const credentials = { client_id: otherClient.id, client_secret: otherClient.secret }
    assert.equal(outcome(await present(refreshTokenOf(tokens), credentials)), 'invalid_grant')
    assert.equal(outcome(await present(refreshTokenOf(tokens))), 'tokens')
  })

  test('gives no scope that was not granted', async () => {
    const { tokens } = await signIn(issuer, rp, { params: { scope: 'openid offline' } })
    const answer = await present(refreshTokenOf(tokens), { scope: 'openid offline email' })
    assert.equal(outcome(answer), 'invalid_scope')
    assert.equal(outcome(await present(refreshTokenOf(tokens))), 'tokens')
  })

  test('ends with a password that was replaced by mail', async () => {
    const { tokens, agent } = await signIn(issuer, rp, { person: mary })
    const asked = await agent.get(`${issuer.url}/forgotten-password`)
    await agent.submit(asked, '/forgotten-password', { email: mary.email })
    await issuer.settle()
    const link = await agent.get(`${issuer.url}/reset-password?token=${issuer.mails.at(-1)?.token ?? ''}`)
    const changed = await agent.submit(link, '/reset-password', { new_password: 'another horse battery' })
    assert.equal(changed.status, 200)
    assert.equal(outcome(await present(refreshTokenOf(tokens))), 'invalid_grant')
  })

  test('ends with the account', async () => {
    const { tokens } = await signIn(issuer, rp, { person: grace })
    await issuer.store.commit([{ kind: 'update-user', userId: grace.id, set: { isSuspended: true } }])
    assert.equal(outcome(await present(refreshTokenOf(tokens))), 'invalid_grant')
  })

  test('ends with the sign-out', async () => {
    const { tokens, agent } = await signIn(issuer, rp)
    await agent.get(`${issuer.url}/logout?redirect=${encodeURIComponent('http://127.0.0.1:9/signed-out')}`)
    assert.equal(outcome(await present(refreshTokenOf(tokens))), 'invalid_grant')
  })
})

/** What a thief of the disk has. */
async function databaseBytes(): Promise<Buffer> {
  const files = (await readdir(issuer.folder)).filter((name) => name.startsWith('mintage.db'))
  return Buffer.concat(await Promise.all(files.map((name) => readFile(join(issuer.folder, name)))))
}

describe('RT-07 what the database holds of a refresh token, a code and a session', () => {
  test('is a hash: nothing in it can be presented', async () => {
    const { agent, tokens } = await signIn(issuer, rp)
    const first = refreshTokenOf(tokens)
    const second = next(await present(first))
    const bytes = await databaseBytes()
    const sessionId = agent.cookies.get('mintage_session') ?? ''
    assert.ok(sessionId.length > 20)
    for (const bearer of [first, second, tokens.access_token, sessionId])
      assert.equal(bytes.includes(bearer), false)
    const jti = String(decodeJwt(tokens.access_token).jti)
    assert.equal(
      (await postForm(`${issuer.url}/oauth2/introspect`, credentials({ token: jti }))).body['active'],
      false,
    )
  })

  test('is a hash of an unused code, too', async () => {
    const { url } = await authorizationRequest(rp)
    const code = (await visit(url, userAgent(issuer.url))).searchParams.get('code') ?? ''
    assert.ok(code.length > 20)
    assert.equal((await databaseBytes()).includes(code), false)
  })
})

describe('RT-06 the absolute lifetime of a family', () => {
  test('ends it a year after the sign-in, however often it was refreshed', async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
    const year = await startIssuer(t, {
      directory: await directoryFixture({
        web: {
          lifetimes: { accessToken: 60, idToken: 60, refreshToken: 100 * 86_400, session: 86_400 },
        },
      }),
    })
    let token = refreshTokenOf((await signIn(year, await relyingParty(year))).tokens)
    for (const days of [99, 99, 99]) {
      t.mock.timers.tick(days * 86_400_000)
      const answer = await present(token, {}, year)
      assert.equal(outcome(answer), 'tokens')
      token = next(answer)
    }
    t.mock.timers.tick(67 * 86_400_000)
    assert.equal(outcome(await present(token, {}, year)), 'tokens')
    t.mock.timers.tick(2 * 86_400_000)
    assert.equal(outcome(await present(token, {}, year)), 'invalid_grant')
  })

  test('is not needed for an unused token: it expires by its own lifetime', async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
    const { tokens } = await signIn(issuer, rp)
    t.mock.timers.tick(3_601_000)
    assert.equal(outcome(await present(refreshTokenOf(tokens))), 'invalid_grant')
  })
})
