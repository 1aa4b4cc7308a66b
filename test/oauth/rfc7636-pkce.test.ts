// RFC 7636: proof that who redeems a code is who asked for it. Asked of every client but confidential ones that opted out.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, describe, test } from 'node:test'
import {
  anotherApplication,
  directoryFixture,
  redirectUri,
  spaClient,
  webClient,
} from '../harness/directory-fixture.ts'
import { postForm, type Answer } from '../harness/form-request.ts'
import { startIssuer } from '../harness/issuer.ts'
import { visit } from '../harness/relying-party.ts'
import { userAgent } from '../harness/user-agent.ts'

const strictClient = { id: 'c0000000000000000000000000strict', secret: 's'.repeat(48) } as const

const issuer = await startIssuer(
  { after },
  {
    directory: await directoryFixture({
      more: [
        anotherApplication({
          clientId: strictClient.id,
          clientSecret: strictClient.secret,
          isPkceRequired: true,
        }),
      ],
    }),
  },
)

interface Party {
  readonly id: string
  readonly secret?: string
}

function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url')
}

async function authorize(party: Party, params: Record<string, string>): Promise<URL> {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: party.id,
    redirect_uri: redirectUri,
    scope: 'openid',
    ...params,
  })
  return visit(new URL(`${issuer.url}/oauth2/auth?${query.toString()}`), userAgent(issuer.url))
}

function redeem(party: Party, callback: URL, verifier: string | undefined): Promise<Answer> {
  return postForm(`${issuer.url}/oauth2/token`, {
    grant_type: 'authorization_code',
    client_id: party.id,
    redirect_uri: redirectUri,
    code: callback.searchParams.get('code') ?? '',
    ...(party.secret !== undefined && { client_secret: party.secret }),
    ...(verifier !== undefined && { code_verifier: verifier }),
  })
}

async function exchange(party: Party, sent: Record<string, string>, verifier: string | undefined) {
  const { status, body } = await redeem(party, await authorize(party, sent), verifier)
  return status === 200 ? 'tokens' : body['error']
}

describe('AS-04 an authorization request without a code_challenge', () => {
  for (const [what, party] of [
    ['a public client', spaClient],
    ['a confidential client', strictClient],
  ] as const) {
    test(`is refused for ${what}`, async () => {
      const callback = await authorize(party, { state: 's' })
      assert.equal(callback.searchParams.get('error'), 'invalid_request')
      assert.equal(callback.searchParams.get('state'), 's')
    })
  }

  test('is granted to a confidential client that opted out', async () => {
    assert.equal(await exchange(webClient, {}, undefined), 'tokens')
  })
})

describe('AS-05 a code_challenge', () => {
  const verifier = 'v'.repeat(43)

  test('by S256 is proven by its verifier, of 43 to 128 characters', async () => {
    for (const length of [43, 128]) {
      const proof = 'v'.repeat(length)
      const sent = { code_challenge: challengeOf(proof), code_challenge_method: 'S256' }
      assert.equal(await exchange(spaClient, sent, proof), 'tokens')
    }
  })

  const refusedAtOnce: Readonly<Record<string, Record<string, string>>> = {
    'by plain': { code_challenge: verifier, code_challenge_method: 'plain' },
    'without a method, which would be plain': { code_challenge: verifier },
    'of 42 characters': { code_challenge: 'a'.repeat(42), code_challenge_method: 'S256' },
    'of 129 characters': { code_challenge: 'a'.repeat(129), code_challenge_method: 'S256' },
    'of other characters': { code_challenge: `${'a'.repeat(42)}=`, code_challenge_method: 'S256' },
    'that is only a method': { code_challenge_method: 'S256' },
  }
  for (const [what, sent] of Object.entries(refusedAtOnce)) {
    test(`${what} is refused`, async () => {
      const callback = await authorize(spaClient, sent)
      assert.equal(callback.searchParams.get('error'), 'invalid_request')
    })
  }

  const wrongVerifiers: Readonly<Record<string, readonly [sent: string | undefined, error: string]>> = {
    'no verifier': [undefined, 'invalid_grant'],
    'another verifier': ['w'.repeat(43), 'invalid_grant'],
    'the challenge itself': [challengeOf(verifier), 'invalid_grant'],
  }
  for (const [what, [sent, error]] of Object.entries(wrongVerifiers)) {
    test(`is not proven by ${what}`, async () => {
      const challenge = { code_challenge: challengeOf(verifier), code_challenge_method: 'S256' }
      assert.equal(await exchange(spaClient, challenge, sent), error)
    })
  }

  for (const [what, malformed] of [
    ['42 characters', 'v'.repeat(42)],
    ['129 characters', 'v'.repeat(129)],
    ['other characters', `${'v'.repeat(42)} `],
  ] as const) {
    test(`is not proven by a verifier of ${what}, even its own`, async () => {
      const challenge = { code_challenge: challengeOf(malformed), code_challenge_method: 'S256' }
      assert.equal(await exchange(spaClient, challenge, malformed), 'invalid_request')
    })
  }

  test('that was not proven leaves the code to who can prove it', async () => {
    const sent = { code_challenge: challengeOf(verifier), code_challenge_method: 'S256' }
    const callback = await authorize(spaClient, sent)
    assert.equal((await redeem(spaClient, callback, 'w'.repeat(43))).body['error'], 'invalid_grant')
    assert.equal((await redeem(spaClient, callback, verifier)).status, 200)
  })
})

test('AS-06 a verifier for a request that had no challenge is refused (RFC 9700 §4.8.2)', async () => {
  assert.equal(await exchange(webClient, {}, 'v'.repeat(43)), 'invalid_grant')
})
