// Assurance AT-02 in real tokens: a workflow tries every reserved claim of each token, in every way that there is to set one. None gets
// through, and the recorded invocation names each.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import * as client from 'openid-client'
import { reservedClaims } from '../../src/tokens/index.ts'
import {
  ada,
  anotherApplication,
  audience,
  directoryFixture,
  m2mClient,
  webClient,
} from '../harness/directory-fixture.ts'
import { invocations } from '../harness/invocations.ts'
import { startIssuer } from '../harness/issuer.ts'
import { refresh, relyingParty, signIn } from '../harness/relying-party.ts'

/** The row of the assurance page, and what C§4 has for each token. */
const attempted = {
  accessToken:
    'iss sub aud exp iat nbf jti client_id scope azp cnf acr amr auth_time sid nonce at_hash c_hash s_hash typ alg kid act scp events gty may_act sub_id',
  idToken:
    'iss sub aud exp iat nbf jti client_id scope azp cnf acr amr auth_time sid nonce at_hash c_hash s_hash typ alg kid act updated_at rat scp events gty may_act sub_id',
  m2mToken:
    'iss sub aud exp iat nbf jti client_id scope azp cnf acr amr auth_time sid nonce at_hash c_hash s_hash typ alg kid act gty scp events may_act sub_id',
} as const

const names = (token: keyof typeof attempted) => attempted[token].split(' ')

const ways: Readonly<Record<string, (token: string, claim: string) => string>> = {
  setCustomClaim: (token, claim) => `kinde.${token}.setCustomClaim('${claim}', 'forged')`,
  assignment: (token, claim) => `kinde.${token}.getCustomClaims()['${claim}'] = 'forged'`,
  'Object.assign': (token, claim) =>
    `Object.assign(kinde.${token}.getCustomClaims(), { ['${claim}']: 'forged' })`,
  deletion: (token, claim) => `kinde.${token}.setCustomClaim('${claim}', undefined)`,
}

function userWorkflow(way: (token: string, claim: string) => string): string {
  const attempts = (['accessToken', 'idToken'] as const).flatMap((token) =>
    names(token).map((claim) => `try { ${way(token, claim)} } catch {}`),
  )
  return `
    export const workflowSettings = {
      id: 'forger', trigger: 'user:tokens_generation',
      bindings: { 'kinde.accessToken': {}, 'kinde.idToken': {} },
    }
    export default async function () {
      ${attempts.join('\n      ')}
      kinde.accessToken.setCustomClaim('allowed', true)
    }`
}

const issuer = await startIssuer(
  { after },
  { directory: await directoryFixture({ more: [anotherApplication({ clientId: 'quiet' })] }) },
)
const rp = await relyingParty(issuer)

test('AT-02 the table of reserved claims has each of them', () => {
  for (const token of ['accessToken', 'idToken', 'm2mToken'] as const) {
    const missing = names(token).filter((claim) => !reservedClaims[token].includes(claim))
    assert.deepEqual(missing, [])
  }
})

describe('AT-02 reserved claims of a user’s tokens are refused', () => {
  for (const [what, way] of Object.entries(ways)) {
    test(`by ${what}, at sign-in and at refresh, and the invocation names each`, async () => {
      const seen = (await invocations(issuer)).length
      await issuer.deploy(undefined)
      const untouched = await signIn(issuer, rp, { params: { audience } })
      await issuer.deploy(userWorkflow(way))
      const first = await signIn(issuer, rp, { params: { audience } })
      const second = await refresh(rp, first)
      for (const { accessToken, idToken, tokens } of [first, second]) {
        const { allowed, ...claims } = accessToken
        assert.equal(allowed, true)
        assertSame(claims, untouched.accessToken, names('accessToken'))
        assertSame(
          idToken,
          untouched.idToken,
          names('idToken').filter((claim) => claim !== 'nonce'),
        )
        assert.deepEqual(Object.keys(decodeProtectedHeader(tokens.access_token)).toSorted(), [
          'alg',
          'kid',
          'typ',
        ])
        assert.equal(decodeProtectedHeader(tokens.access_token).alg, 'RS256')
      }
      assert.equal(second.idToken['nonce'], undefined)

      const recorded = await invocations(issuer, seen)
      assert.equal(recorded.length, 2)
      for (const { document } of recorded) {
        assert.deepEqual([document.outcome, document.decision], ['completed', 'issue'])
        for (const token of ['accessToken', 'idToken'] as const) {
          const refused = document.refused.filter((one) => one.token === token).map(({ claim }) => claim)
          const expected = what === 'deletion' ? refused : names(token)
          assert.deepEqual(new Set(refused), new Set(expected))
        }
        if (what === 'setCustomClaim') {
          assert.ok(
            document.refused.every(({ at }) => at?.line !== undefined),
            'each has its line',
          )
          assert.ok(document.log.some(({ text }) => text.includes('accessToken.sub is reserved')))
        }
      }
    })
  }
})

/** Times and ids differ from token to token; that they are ours is what counts. */
function assertSame(
  claims: Readonly<Record<string, unknown>>,
  untouched: Readonly<Record<string, unknown>>,
  reserved: readonly string[],
): void {
  const ownEachTime = new Set(['exp', 'iat', 'jti', 'at_hash', 'rat', 'auth_time'])
  for (const claim of reserved) {
    if (!ownEachTime.has(claim)) assert.deepEqual(claims[claim], untouched[claim], claim)
    else {
      assert.equal(typeof claims[claim], typeof untouched[claim], claim)
      assert.notEqual(claims[claim], 'forged')
    }
  }
}

test('AT-02 reserved claims of a machine’s token are refused', async () => {
  const machine = await relyingParty(issuer, m2mClient.id, client.ClientSecretPost(m2mClient.secret))
  await issuer.deploy(undefined)
  const untouched = decodeJwt((await client.clientCredentialsGrant(machine, { audience })).access_token)
  const seen = (await invocations(issuer)).length
  await issuer.deploy(`
    export const workflowSettings = { id: 'forger', trigger: 'm2m:token_generation', bindings: { 'kinde.m2mToken': {} } }
    export default async function () {
      ${names('m2mToken')
        .map((claim) => ways['setCustomClaim']?.('m2mToken', claim))
        .join('\n      ')}
    }`)
  const claims = decodeJwt((await client.clientCredentialsGrant(machine, { audience })).access_token)
  assertSame(claims, untouched, names('m2mToken'))
  const [invocation] = await invocations(issuer, seen)
  assert.deepEqual(
    new Set(invocation?.document.refused.map(({ claim }) => claim)),
    new Set(names('m2mToken')),
  )
})

test('AT-02 cnf in particular: a workflow binds no token to a key of its choice, and frees none', async () => {
  await issuer.deploy(
    userWorkflow((token, claim) => `kinde.${token}.setCustomClaim('${claim}', { jkt: 'forged' })`),
  )
  const plain = await signIn(issuer, rp)
  assert.equal(plain.accessToken['cnf'], undefined)
  assert.equal((await client.fetchUserInfo(rp, plain.tokens.access_token, ada.id)).sub, ada.id)

  const dpop = client.getDPoPHandle(rp, await client.randomDPoPKeyPair('ES256'))
  const bound = await signIn(issuer, rp, { dpop })
  assert.deepEqual(bound.accessToken['cnf'], { jkt: await dpop.calculateThumbprint() })
  assert.equal(bound.accessToken['client_id'], webClient.id)
})
