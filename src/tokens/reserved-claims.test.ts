import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { tokenKinds, type TokenKind } from '../oauth/index.ts'
import { isReservedClaim, lookAlikeOf, reservedClaims, reservedClaimSource } from './reserved-claims.ts'

const prohibitedByKinde: Record<TokenKind, string[]> = {
  accessToken: ['azp', 'exp', 'iat', 'iss', 'nbf', 'sid', 'sub', 'act', 'aud', 'jti', 'scp'],
  idToken: [
    'azp',
    'exp',
    'iat',
    'iss',
    'nbf',
    'sid',
    'sub',
    'act',
    'aud',
    'auth_time',
    'jti',
    'updated_at',
    'rat',
  ],
  m2mToken: ['azp', 'exp', 'iat', 'iss', 'nbf', 'sid', 'sub', 'act', 'aud', 'gty', 'jti', 'scp'],
}
const reservedEverywhere = (
  'iss sub aud exp iat nbf jti client_id scope azp cnf acr amr auth_time sid nonce at_hash c_hash s_hash typ alg kid ' +
  'events scp gty may_act sub_id __proto__ constructor prototype hasOwnProperty'
).split(' ')

describe('reserved claims', () => {
  for (const token of tokenKinds) {
    test(`hold every claim that Kinde prohibits in the ${token} (C§4)`, () => {
      for (const claim of prohibitedByKinde[token]) assert.equal(isReservedClaim(token, claim), true, claim)
    })

    test(`hold every name of AT-02 and SBX-28 in the ${token}, with a reason`, () => {
      for (const claim of reservedEverywhere) {
        assert.equal(isReservedClaim(token, claim), true, claim)
        assert.ok(reservedClaimSource(token, claim), claim)
      }
    })

    test(`leave the documented overrides of the ${token} free (C§4)`, () => {
      const free =
        'org_code org_name permissions roles feature_flags email name given_name ksp v org_codes user_properties'
      for (const claim of free.split(' ')) assert.equal(isReservedClaim(token, claim), false, claim)
    })

    test(`name no claim of the ${token} twice`, () => {
      assert.equal(new Set(reservedClaims[token]).size, reservedClaims[token].length)
    })
  }

  test('differ per token where C§4 says so', () => {
    assert.equal(isReservedClaim('idToken', 'updated_at'), true)
    assert.equal(isReservedClaim('accessToken', 'updated_at'), false)
    assert.equal(isReservedClaim('m2mToken', 'gty'), true)
    assert.equal(isReservedClaim('idToken', 'rat'), true)
    assert.equal(isReservedClaim('m2mToken', 'rat'), false)
  })

  test('B5: hold what tells the kinds of tokens apart in every token', () => {
    for (const token of ['accessToken', 'idToken', 'm2mToken'] as const)
      for (const claim of ['scp', 'events']) assert.equal(isReservedClaim(token, claim), true)
  })

  test('are found behind a look-alike, which itself is not reserved (SBX-35)', () => {
    for (const name of ['ѕub', 'Sub', 'sub\u200b', 'ѕսb'.replace('ս', 'υ'), 'ｓｕｂ', ' sub']) {
      assert.equal(isReservedClaim('idToken', name), false)
      assert.equal(lookAlikeOf('idToken', name), 'sub')
    }
    assert.equal(lookAlikeOf('idToken', 'sub'), undefined)
    assert.equal(lookAlikeOf('idToken', 'subject'), undefined)
  })
})
