import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../oauth/index.ts'
import { applyWorkflowClaims, defaultClaimsForWorkflow, jsonBytes, type AppliedClaims } from './claims.ts'

const defaults = {
  accessToken: {
    iss: 'https://acme.test',
    sub: 'kp_1',
    scp: ['openid'],
    permissions: ['a', 'b'],
    org_code: 'org_1',
  },
  idToken: { iss: 'https://acme.test', sub: 'kp_1', name: 'Ada', updated_at: 1 },
}

interface Given {
  accessToken?: JsonObject
  idToken?: JsonObject
  claimsJson?: string
  before?: { accessToken: JsonObject; idToken: JsonObject }
  attempts?: { token: 'accessToken' | 'idToken' | 'm2mToken'; claim: string }[]
  claimsBytes?: number
  claimsDepth?: number
  strictClaims?: boolean
}

function apply(given: Given): AppliedClaims {
  const before = given.before ?? defaults
  return applyWorkflowClaims({
    before,
    claimsJson:
      given.claimsJson ??
      JSON.stringify({
        accessToken: given.accessToken ?? defaultClaimsForWorkflow(before.accessToken, 'accessToken'),
        idToken: given.idToken ?? defaultClaimsForWorkflow(before.idToken, 'idToken'),
      }),
    attempts: given.attempts ?? [],
    limits: { claimsBytes: given.claimsBytes ?? 16_384, claimsDepth: given.claimsDepth ?? 64 },
    strictClaims: given.strictClaims ?? false,
  })
}

function applied(given: Given): AppliedClaims & { kind: 'applied' } {
  const result = apply(given)
  assert.equal(result.kind, 'applied', JSON.stringify(result))
  assert.ok(result.kind === 'applied')
  return result
}

function message(result: AppliedClaims, kind: AppliedClaims['kind']): string {
  assert.equal(result.kind, kind)
  assert.ok('message' in result)
  return result.message
}

function nested(depth: number): JsonObject {
  return depth === 0 ? {} : { a: nested(depth - 1) }
}

describe('a workflow sees', () => {
  test('every default claim but the reserved ones', () => {
    assert.deepEqual(defaultClaimsForWorkflow(defaults.accessToken, 'accessToken'), {
      permissions: ['a', 'b'],
      org_code: 'org_1',
    })
    assert.deepEqual(defaultClaimsForWorkflow(defaults.idToken, 'idToken'), { name: 'Ada' })
  })
})

describe('claims of a workflow', () => {
  test('leave a token byte for byte the same when nothing was changed', () => {
    const result = applied({})
    assert.equal(JSON.stringify(result.after), JSON.stringify(defaults))
    assert.deepEqual(result.changes.accessToken, { added: [], changed: [], removed: [] })
    assert.deepEqual(result.refused, [])
  })

  test('add, change and remove claims; the reserved defaults stay', () => {
    const result = applied({ accessToken: { permissions: 'a b', tier: 'gold' } })
    assert.deepEqual(result.after.accessToken, {
      iss: 'https://acme.test',
      sub: 'kp_1',
      scp: ['openid'],
      permissions: 'a b',
      tier: 'gold',
    })
    assert.deepEqual(result.changes.accessToken, {
      added: ['tier'],
      changed: ['permissions'],
      removed: ['org_code'],
    })
    assert.deepEqual(result.after.idToken, defaults.idToken)
  })

  test('set null where the workflow said null', () => {
    const result = applied({ idToken: { name: null } })
    assert.equal(result.after.idToken?.['name'], null)
  })

  test('may have any name that is not reserved', () => {
    const claims = {
      'https://hasura.io/jwt/claims': { a: 1 },
      '': 1,
      '0': 'zero',
      '-1': 'minus',
      toString: 'x',
      valueOf: 1,
    }
    const result = applied({ accessToken: claims })
    for (const [name, value] of Object.entries(claims))
      assert.deepEqual(result.after.accessToken?.[name], value)
  })

  test('are refused where reserved, also when the guest did not notice (AT-02)', () => {
    const result = applied({
      accessToken: { sub: 'kp_2', cnf: { jkt: 'x' }, tier: 'gold' },
      idToken: { jkt: ['fine here'] },
    })
    assert.equal(result.after.accessToken?.['sub'], 'kp_1')
    assert.equal(Object.hasOwn(result.after.accessToken ?? {}, 'cnf'), false)
    assert.deepEqual(result.after.idToken?.['jkt'], ['fine here'])
    assert.deepEqual(result.refused, [
      { token: 'accessToken', claim: 'sub' },
      { token: 'accessToken', claim: 'cnf' },
    ])
  })

  test('are refused once when guest and host both noticed, and never for a token that is not minted', () => {
    const attempts = [
      { token: 'accessToken', claim: 'sub' } as const,
      { token: 'm2mToken', claim: 'sub' } as const,
      { token: 'accessToken', claim: 'tier' } as const,
    ]
    const result = applied({ accessToken: { sub: 'kp_2' }, attempts })
    assert.deepEqual(result.refused, [{ token: 'accessToken', claim: 'sub' }])
  })

  test('fail the run under strict claims when one is reserved', () => {
    const result = apply({ attempts: [{ token: 'idToken', claim: 'sub' }], strictClaims: true })
    assert.equal(message(result, 'reserved'), 'The workflow set sub of the ID token, which is reserved.')
  })

  test('cannot delete a reserved default', () => {
    assert.deepEqual(applied({ accessToken: {}, idToken: {} }).after, {
      accessToken: { iss: 'https://acme.test', sub: 'kp_1', scp: ['openid'] },
      idToken: { iss: 'https://acme.test', sub: 'kp_1', updated_at: 1 },
    })
  })

  test('are refused by name where the name pollutes prototypes (SBX-28)', () => {
    const claimsJson =
      '{"accessToken":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"prototype":1,"hasOwnProperty":1},' +
      '"idToken":{}}'
    const result = applied({ claimsJson })
    assert.deepEqual(
      result.refused.map(({ claim }) => claim),
      ['__proto__', 'constructor', 'prototype', 'hasOwnProperty'],
    )
    assert.deepEqual(Object.keys(result.after.accessToken ?? {}), ['iss', 'sub', 'scp'])
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false)
  })

  test('are invalid when a nested object has a member named __proto__ (SBX-28)', () => {
    const result = apply({ claimsJson: '{"accessToken":{"a":[{"__proto__":{"x":1}}]},"idToken":{}}' })
    assert.equal(
      message(result, 'invalid'),
      'Claims cannot be issued: accessToken.a[0] has a member named __proto__.',
    )
  })

  test('tell of a claim that looks like a reserved one and let it through (SBX-35)', () => {
    const result = applied({ idToken: { ѕub: 'x' } })
    assert.deepEqual(result.lookAlikes, [{ token: 'idToken', claim: 'ѕub', resembles: 'sub' }])
    assert.equal(result.after.idToken?.['ѕub'], 'x')
  })

  test('have U+FFFD where a text or a name was cut inside a character, and tell where (SBX-33)', () => {
    const cut = applied({ idToken: { profile: { 'first name': ['\ud83d', '😀'] } } })
    assert.deepEqual(cut.after.idToken?.['profile'], { 'first name': ['\ufffd', '😀'] })
    assert.deepEqual(cut.repaired, ['idToken.profile["first name"][0]'])
    const named = applied({ claimsJson: '{"accessToken":{"a":{"\\uD800":1},"b":"\\ude00"},"idToken":{}}' })
    assert.deepEqual(named.after.accessToken?.['a'], { '\ufffd': 1 })
    assert.deepEqual(named.repaired, ['accessToken.a["\ufffd"]', 'accessToken.b'])
    assert.deepEqual(applied({ idToken: { whole: '😀' } }).repaired, [])
  })

  test('may hold NUL, U+2028 and direction marks, which JSON escapes or carries (SBX-33)', () => {
    const odd = 'a\u0000\u2028\u202eb'
    assert.equal(applied({ idToken: { odd } }).after.idToken?.['odd'], odd)
  })

  test('never change a number silently (SBX-34)', () => {
    assert.equal(
      message(apply({ claimsJson: '{"accessToken":{"n":[1e400]},"idToken":{}}' }), 'invalid'),
      'Claims cannot be issued: accessToken.n[0] is a number too large for JSON.',
    )
    assert.equal(applied({ idToken: { n: '1e999' } }).after.idToken?.['n'], '1e999')
  })

  test('may be nested as deep as the limit and no deeper (SBX-32)', () => {
    assert.equal(apply({ idToken: { a: nested(2) }, claimsDepth: 3 }).kind, 'applied')
    assert.equal(
      message(apply({ idToken: { a: nested(3) }, claimsDepth: 3 }), 'invalid'),
      'Claims cannot be issued: idToken.a.a.a.a is nested deeper than 3 levels.',
    )
  })

  test('are counted in UTF-8 bytes of JSON, for each token alone', () => {
    const claims = { a: 'é' } // {"a":"é"} has 10 bytes
    assert.equal(jsonBytes(claims), 10)
    const before = { accessToken: {}, idToken: {} }
    assert.equal(apply({ before, accessToken: claims, idToken: claims, claimsBytes: 8 }).kind, 'applied')
    assert.equal(
      message(apply({ before, accessToken: claims, claimsBytes: 7 }), 'too-large'),
      'The claims of the access token are 10 bytes of JSON; the limit is 9, which is 7 more than the defaults have.',
    )
  })

  test('may be as large as the defaults and the limit together, so that large users are not locked out', () => {
    const permissions = Array.from({ length: 500 }, (_, index) => `manage:resource-number-${index}`)
    const before = { accessToken: { sub: 'kp_1', permissions }, idToken: {} }
    assert.equal(apply({ before, claimsBytes: 1_000 }).kind, 'applied')
    assert.equal(
      apply({ before, accessToken: { permissions: permissions.slice(1) }, claimsBytes: 1_000 }).kind,
      'applied',
    )
    const more = (bytes: number) => ({ permissions, more: 'x'.repeat(bytes - ',"more":""'.length) })
    assert.equal(apply({ before, accessToken: more(1_000), claimsBytes: 1_000 }).kind, 'applied')
    assert.equal(apply({ before, accessToken: more(1_001), claimsBytes: 1_000 }).kind, 'too-large')
  })

  test('are refused before they are parsed when their text is far too long (SBX-32)', () => {
    assert.match(
      message(apply({ claimsJson: '['.repeat(10_000_000) }), 'too-large'),
      /longer than \d+ characters/,
    )
  })

  test('hold a bounded number of values', () => {
    const many = Array.from({ length: 11_000 }, () => 0)
    assert.equal(
      message(apply({ accessToken: { many }, claimsBytes: 1_000_000 }), 'too-large'),
      'The claims of the access token hold more than 10000 values.',
    )
  })

  for (const claimsJson of [
    '',
    '{',
    'null',
    '[]',
    '{"accessToken":{}}',
    '{"accessToken":{},"idToken":[]}',
    '{"accessToken":{},"m2mToken":{}}',
  ]) {
    test(`are invalid when the sandbox answers ${claimsJson || 'nothing'}`, () => {
      assert.equal(
        message(apply({ claimsJson }), 'invalid'),
        'The sandbox did not give one object of claims for each token.',
      )
    })
  }

  test('are what the last of two members with the same name says, for the check as for the token (SBX-33)', () => {
    const claimsJson = '{"accessToken":{"a":"\\ud800","\\u0061":"fine"},"idToken":{}}'
    assert.equal(applied({ claimsJson }).after.accessToken?.['a'], 'fine')
  })
})
