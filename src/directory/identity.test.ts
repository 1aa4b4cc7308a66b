import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { identifierOf, identifierOfLoginHint, typedIdentifier } from './identity.ts'

describe('two spellings of one identifier are found as one', () => {
  const same: ['email' | 'phone' | 'username', string, string][] = [
    ['email', 'Ada@Example.COM', 'ada@example.com'],
    ['email', ' ada@example.com ', 'ada@example.com'],
    ['email', 'zoe\u0308@example.com', 'zo\u00eb@example.com'],
    ['email', 'ada@m\u00fcller.example', 'ada@xn--mller-kva.example'],
    ['phone', '+44 7700 900-000', '+447700900000'],
    ['phone', '+1 (555) 010.0000', '+15550100000'],
    ['username', 'Ada', 'ada'],
    ['username', 'stra\u00dfe', 'STRASSE'],
    ['username', '\uff21da', 'ada'],
    ['username', '\u03a3\u0399\u03a3', '\u03c3\u03b9\u03c2'],
  ]
  for (const [type, one, other] of same) {
    test(`${type} ${one} and ${other}`, () => {
      const found = identifierOf(type, one)?.normalized
      assert.ok(found !== undefined)
      assert.equal(found, identifierOf(type, other)?.normalized)
    })
  }

  test('what the person wrote is kept beside it', () => {
    assert.equal(identifierOf('email', 'Ada@Example.com')?.value, 'Ada@Example.com')
  })
})

describe('no identifier', () => {
  const wrong: ['email' | 'phone' | 'username', string][] = [
    ['email', 'ada'],
    ['email', '@example.com'],
    ['email', 'ada@'],
    ['email', 'a da@example.com'],
    ['email', 'ada@evil@example.com'],
    ['email', 'ada\n@example.com'],
    ['email', `${'a'.repeat(65)}@example.com`],
    [
      'email',
      `ada@${'x'.repeat(60)}.${'y'.repeat(60)}.${'z'.repeat(60)}.${'w'.repeat(60)}.${'v'.repeat(60)}`,
    ],
    ['phone', '07700900000'],
    ['phone', '+0123456789'],
    ['phone', '+123456'],
    ['phone', '+1234567890123456'],
    ['username', ''],
    ['username', 'ada@example.com'],
    ['username', '+ada'],
    ['username', 'a b'],
    ['username', 'a'.repeat(65)],
  ]
  for (const [type, value] of wrong) {
    test(`${JSON.stringify(value)} is not a valid ${type}`, () =>
      assert.equal(identifierOf(type, value), undefined))
  }
})

describe('what a person types', () => {
  test('with an @ is an address, with a + a phone number, and else a username', () => {
    assert.equal(typedIdentifier('ada@example.com')?.type, 'email')
    assert.equal(typedIdentifier('+44 7700 900000')?.type, 'phone')
    assert.equal(typedIdentifier('ada')?.type, 'username')
    assert.equal(typedIdentifier('  '), undefined)
  })
})

describe('login_hint (C§1)', () => {
  const hints: [string, string, string][] = [
    ['joe@example.com', 'email', 'joe@example.com'],
    ['phone:+447700900000:gb', 'phone', '+447700900000'],
    ['phone:447700900000:gb', 'phone', '+447700900000'],
    ['phone: 447700900000:gb', 'phone', '+447700900000'],
    ['username:JoeBloggs', 'username', 'joebloggs'],
    ['joebloggs', 'username', 'joebloggs'],
  ]
  for (const [hint, type, normalized] of hints) {
    test(hint, () => {
      const { value: _, ...found } = identifierOfLoginHint(hint) ?? { value: '' }
      assert.deepEqual(found, { type, normalized })
    })
  }

  test('an invalid one is ignored', () => assert.equal(identifierOfLoginHint('phone:abc:gb'), undefined))
})
