// Which key signs, seen from outside: after the keys in the store changed, every token that is signed has the new key, and every token
// that comes back is judged by the key set as it is now. The issuer is never restarted.
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { createRemoteJWKSet, decodeProtectedHeader, exportJWK, generateKeyPair, jwtVerify } from 'jose'
import * as client from 'openid-client'
import { z } from 'zod'
import { signingAlgorithms, type SigningAlgorithm, type Store } from '../../src/store/index.ts'
import { ada, directoryFixture, logoutUri, webClient } from '../harness/directory-fixture.ts'
import { startHttpServer } from '../harness/http-server.ts'
import { startIssuer } from '../harness/issuer.ts'
import { relyingParty, signIn } from '../harness/relying-party.ts'

/** Keys are read again after a second; the clock of the issuer moves instead of the test's. */
const noticedAfterMs = 5_000

async function issuerToTell(t: TestContext, signingAlgorithm: SigningAlgorithm = 'RS256') {
  let aheadMs = 0
  const told = await startHttpServer(t, () => ({ status: 200 }))
  const issuer = await startIssuer(t, {
    directory: await directoryFixture({
      web: { backchannelLogoutUri: `${told.origin}/logout`, signingAlgorithm },
    }),
    nowMs: () => Date.now() + aheadMs,
  })
  const rp = await relyingParty(issuer, webClient.id, client.ClientSecretPost(webClient.secret), {
    id_token_signed_response_alg: signingAlgorithm,
  })
  const jwks = createRemoteJWKSet(new URL(`${issuer.url}/.well-known/jwks`), { cooldownDuration: 0 })
  return {
    issuer,
    rp,
    jwks,
    notice: () => (aheadMs += noticedAfterMs),
    logoutTokens: () => told.requests.map(({ body }) => new URLSearchParams(body).get('logout_token') ?? ''),
    logout: `${issuer.url}/logout?${new URLSearchParams({ redirect: logoutUri }).toString()}`,
  }
}

/** Replaces the key that signs, in the store alone; the old one leaves the key set. Resolves to the new key's id. */
async function replaceKey({ signingKeys }: Store, algorithm: SigningAlgorithm): Promise<string> {
  const old = (await signingKeys.all()).find((key) => key.algorithm === algorithm)
  assert.ok(old)
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true })
  const privateJwk = z.record(z.string(), z.string()).parse(await exportJWK(privateKey))
  const kid = `new${algorithm}`
  await signingKeys.put({ ...old, kid, privateJwk })
  await signingKeys.put({ ...old, retiredAtMs: old.activeFromMs, removedAtMs: old.activeFromMs })
  return kid
}

for (const algorithm of signingAlgorithms) {
  test(`B14: signs logout tokens with the current ${algorithm} key after a rotation`, async (t) => {
    const { issuer, rp, jwks, notice, logoutTokens, logout } = await issuerToTell(t, algorithm)
    const { agent } = await signIn(issuer, rp)
    const kid = await replaceKey(issuer.store, algorithm)
    notice()
    await agent.get(logout)
    const [token = ''] = logoutTokens()
    assert.deepEqual(decodeProtectedHeader(token), { alg: algorithm, kid, typ: 'logout+jwt' })
    const { payload } = await jwtVerify(token, jwks, { issuer: issuer.url, audience: webClient.id })
    assert.equal(payload.sub, ada.id)
    assert.ok(payload.exp && payload.iat && payload.exp - payload.iat === 120)
  })
}

describe('B14: an ID token as a hint', () => {
  test('is accepted when a key signed it that was made after the start', async (t) => {
    const { issuer, rp, notice } = await issuerToTell(t)
    const kid = await replaceKey(issuer.store, 'RS256')
    notice()
    const { agent, tokens } = await signIn(issuer, rp)
    const hint = tokens.id_token ?? ''
    assert.equal(decodeProtectedHeader(hint).kid, kid)
    const silent = { prompt: 'none', id_token_hint: hint }
    assert.ok((await signIn(issuer, rp, { agent, params: silent })).tokens.access_token)
    const page = await agent.get(`${issuer.url}/logout?id_token_hint=${hint}`)
    assert.equal(page.status, 200)
  })

  test('is refused when its key has left the key set', async (t) => {
    const { issuer, rp, notice } = await issuerToTell(t)
    const { agent, tokens } = await signIn(issuer, rp)
    await replaceKey(issuer.store, 'RS256')
    notice()
    const page = await agent.get(`${issuer.url}/logout?id_token_hint=${tokens.id_token ?? ''}`)
    assert.equal(page.status, 400)
  })
})
