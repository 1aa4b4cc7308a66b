// The byte budget of an application (docs/guides/keep-serving.md) for users' tokens: to the exact byte, for each token, at a sign-in and at a
// refresh.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import type { TokenBudget } from '../../src/store/index.ts'
import { anotherApplication, directoryFixture } from '../harness/directory-fixture.ts'
import { invocations } from '../harness/invocations.ts'
import { startIssuer } from '../harness/issuer.ts'
import { refreshTokenOf, relyingParty, signIn } from '../harness/relying-party.ts'
import { refreshTokens } from '../harness/signed-in-tokens.ts'

const issuer = await startIssuer({ after }, { directory: await directoryFixture() })
const rp = await relyingParty(issuer)

/** Characters of one to four bytes, and one that JSON escapes. */
const text = 'aé数😀\n'

function longIn(token: 'accessToken' | 'idToken'): string {
  return `
    export const workflowSettings = {
      id: 'long', trigger: 'user:tokens_generation', failurePolicy: { action: 'continue' },
      bindings: { 'kinde.accessToken': {}, 'kinde.idToken': {} },
    }
    export default async function () { kinde.${token}.setCustomClaim('text', ${JSON.stringify(text)}.repeat(200)) }`
}

/** Bytes of the claims as they are signed, without `at_hash`, which comes with the signature. */
function bytesOf(token: string | undefined): number {
  const { at_hash: _, ...claims } = decodeJwt(token ?? '')
  return Buffer.byteLength(JSON.stringify(claims))
}

async function setBudget(tokenBudget: TokenBudget | null): Promise<void> {
  await issuer.store.commit([anotherApplication({ tokenBudget })])
}

async function lastDocument() {
  const last = (await invocations(issuer)).at(-1)
  assert.ok(last)
  return last.document
}

for (const token of ['accessToken', 'idToken'] as const) {
  describe(`a budget that the ${token} just keeps to`, () => {
    let refreshToken = ''
    let bytes = 0

    before(async () => {
      await setBudget(null)
      await issuer.deploy(longIn(token))
      const { tokens } = await signIn(issuer, rp)
      const { body } = await refreshTokens(issuer.url, refreshTokenOf(tokens))
      refreshToken = body.refresh_token ?? ''
      bytes = bytesOf(token === 'accessToken' ? body.access_token : body.id_token)
    })

    async function refresh() {
      const answer = await refreshTokens(issuer.url, refreshToken)
      refreshToken = answer.body.refresh_token ?? refreshToken
      return answer
    }

    for (const action of ['warn', 'refuse'] as const) {
      test(`lets it pass under ${action}, and says nothing`, async () => {
        await setBudget({ bytes, action })
        assert.equal((await refresh()).status, 200)
        assert.equal((await lastDocument()).oversized, undefined)
      })
    }

    test('is passed by one byte under `warn`: the token is issued and the invocation marked', async () => {
      await setBudget({ bytes: bytes - 1, action: 'warn' })
      assert.equal((await refresh()).status, 200)
      const { oversized, decision, log } = await lastDocument()
      assert.deepEqual([oversized, decision], [[{ token, bytes, budget: bytes - 1 }], 'issue'])
      assert.match(log.at(-1)?.text ?? '', /larger than the budget of the application/)
    })

    test('is passed by one byte under `refuse`: nothing is issued, and the grant is kept', async () => {
      await setBudget({ bytes: bytes - 1, action: 'refuse' })
      const { status, body } = await refresh()
      assert.deepEqual([status, body.error, body.access_token], [500, 'server_error', undefined])
      const { oversized, outcome, accessToken, idToken } = await lastDocument()
      assert.deepEqual(
        [oversized, outcome, accessToken?.after, idToken?.after],
        [[{ token, bytes, budget: bytes - 1 }], 'token-over-budget', null, null],
      )
      await setBudget(null)
      assert.equal((await refresh()).status, 200)
    })
  })
}

test('holds at a sign-in, too: a page says so, and the application gets no code', async () => {
  await issuer.deploy(longIn('idToken'))
  await setBudget({ bytes: 2_000, action: 'refuse' })
  await assert.rejects(signIn(issuer, rp), /token_over_budget/)
  await setBudget({ bytes: 2_000, action: 'warn' })
  assert.equal((await signIn(issuer, rp)).idToken['text'], text.repeat(200))
  assert.deepEqual(
    (await lastDocument()).oversized?.map(({ token }) => token),
    ['idToken'],
  )
})

test('names both tokens when both are larger', async () => {
  await setBudget({ bytes: 10, action: 'warn' })
  await signIn(issuer, rp)
  assert.deepEqual(
    (await lastDocument()).oversized?.map(({ token }) => token),
    ['accessToken', 'idToken'],
  )
})
