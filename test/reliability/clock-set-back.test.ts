// B15: the clock is set back to before the first signing key's start, as after a restored virtual machine or a wrong time server.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { z } from 'zod'
import { directoryFixture, m2mClient, audience } from '../harness/directory-fixture.ts'
import { getJson, postForm } from '../harness/form-request.ts'
import { startIssuer } from '../harness/issuer.ts'
import { refresh, relyingParty, signIn } from '../harness/relying-party.ts'

const hourMs = 3_600_000

test('B15: signs by the oldest key and says so once, when the clock is before every key’s start', async (t) => {
  let skewMs = 0
  const directory = await directoryFixture()
  const issuer = await startIssuer(t, { directory, nowMs: () => Date.now() + skewMs })
  const rp = await relyingParty(issuer)
  const first = await signIn(issuer, rp)
  skewMs = -hourMs
  const machine = () =>
    postForm(`${issuer.url}/oauth2/token`, {
      grant_type: 'client_credentials',
      client_id: m2mClient.id,
      client_secret: m2mClient.secret,
      audience,
    })
  const answer = await machine()
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  assert.equal((await machine()).status, 200)
  const { tokens } = await refresh(rp, first)
  const { body } = await getJson(`${issuer.url}/.well-known/jwks`)
  const { keys } = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) }).parse(body)
  const currentDate = new Date(Date.now() + skewMs)
  await jwtVerify(tokens.access_token, createLocalJWKSet({ keys }), { issuer: issuer.url, currentDate })
  const told = issuer.events.filter(({ event }) => event === 'signing_key_not_yet_active')
  assert.equal(told.length, 1)
  skewMs = 0
  assert.equal((await machine()).status, 200)
})

test('B15: starts with a clock before every key’s start, and makes no other key', async (t) => {
  const directory = await directoryFixture()
  const first = await startIssuer(t, { directory, nowMs: () => Date.now() + hourMs })
  const kids = (await first.store.signingKeys.all()).map(({ kid }) => kid)
  const second = await startIssuer(t, {
    directory,
    decorateStore: (store) => ({ ...store, signingKeys: first.store.signingKeys }),
  })
  assert.ok((await signIn(second, await relyingParty(second))).tokens.access_token)
  assert.deepEqual(
    (await second.store.signingKeys.all()).map(({ kid }) => kid),
    kids,
  )
})
