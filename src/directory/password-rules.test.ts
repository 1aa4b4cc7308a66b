import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isPasswordTooLong, passwordProblem } from './password-rules.ts'

const ada = ['ada@example.com', 'ada.lovelace']

describe('a password is accepted', () => {
  for (const password of [
    'sunflower engine',
    'aaaaaaab',
    'ünïcödé!',
    '        x',
    'x1'.repeat(500),
    'k\u0000eeps its NUL',
    'correct horse battery staple',
  ]) {
    test(`without rules on its composition (PW-04): ${JSON.stringify(password.slice(0, 40))}`, () => {
      assert.equal(passwordProblem(password, ada), undefined)
    })
  }
})

describe('a password is refused with a reason', () => {
  const refused: [string, string][] = [
    ['seven77', 'too-short'],
    ['e\u0301'.repeat(7), 'too-short'],
    ['x1'.repeat(500) + 'x', 'too-long'],
    ['😀'.repeat(1_001), 'too-long'],
    ['password123', 'too-common'],
    ['PassWord123', 'too-common'],
    ['Passw0rd', 'too-common'],
    ['aaaaaaaaaa', 'too-common'],
    ['12345678', 'too-common'],
    ['87654321', 'too-common'],
    ['qwertyuiop', 'too-common'],
    ['abcdefgh', 'too-common'],
    ['Ada@Example.com', 'same-as-identifier'],
    ['ada.lovelace', 'same-as-identifier'],
  ]
  for (const [password, problem] of refused) {
    test(`${problem}: ${JSON.stringify(password.slice(0, 40))} (PW-03, PW-04)`, () => {
      assert.equal(passwordProblem(password, ada), problem)
    })
  }

  test('when it is the part of the address before the @', () => {
    assert.equal(passwordProblem('charlotte.b', ['Charlotte.B@example.com']), 'same-as-identifier')
  })

  test('when the installation lists it or asks for more characters', () => {
    const rules = { minLength: 12, blocklist: ['Mintage Ltd 2026'] }
    assert.equal(passwordProblem('mintage ltd 2026', [], rules), 'too-common')
    assert.equal(passwordProblem('elevenchars', [], rules), 'too-short')
    assert.equal(passwordProblem('twelve chars', [], rules), undefined)
  })
})

describe('the bound before hashing (PW-03)', () => {
  test('is 1,000 characters or 4 KB, whichever is less', () => {
    assert.ok(!isPasswordTooLong('x'.repeat(1_000)))
    assert.ok(isPasswordTooLong('x'.repeat(1_001)))
    assert.ok(!isPasswordTooLong('😀'.repeat(1_000)))
    assert.ok(isPasswordTooLong('x'.repeat(10_000_000)))
  })
})
