import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import {
  defaultArgon2Parameters,
  hashPassword,
  isWeakerThan,
  unmatchableHash,
  verifyPassword,
} from './password-hash.ts'

/** Small enough for a table of cases; one test makes a hash with the real ones. */
const quick = { memoryKib: 64, passes: 1, lanes: 1 }
const hash = (password: string) => hashPassword(password, quick, randomBytes)

describe('a stored password', () => {
  test('is a PHC string of argon2id with at least OWASP’s parameters and a salt of 16 bytes (PW-01)', async () => {
    const phc = await hashPassword('correct horse', defaultArgon2Parameters, randomBytes)
    assert.match(phc, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    assert.ok(await verifyPassword('correct horse', phc))
    assert.ok(!(await verifyPassword('correct horse ', phc)))
  })

  test('has a salt of its own', async () => assert.notEqual(await hash('the same'), await hash('the same')))

  const passwords = {
    '64 characters': 'x'.repeat(64),
    '4,000 bytes': 'é'.repeat(1_000),
    'surrounding space': '  leading and trailing  ',
    'a NUL byte': 'before\u0000after',
    emoji: '👩‍🚀👩‍🚀👩‍🚀👩‍🚀',
  }
  for (const [title, password] of Object.entries(passwords)) {
    test(`may hold ${title}, of which nothing is cut (PW-03)`, async () => {
      const phc = await hash(password)
      assert.ok(await verifyPassword(password, phc))
      assert.ok(!(await verifyPassword(password.slice(0, -1), phc)))
    })
  }

  test('matches in either Unicode form (PW-03)', async () => {
    assert.ok(await verifyPassword('cafe\u0301 cafe\u0301', await hash('caf\u00e9 caf\u00e9')))
  })
})

describe('a hash', () => {
  test('with fewer passes or less memory than wanted is weak (PW-02)', async () => {
    const phc = await hash('anything')
    assert.ok(!isWeakerThan(phc, quick))
    assert.ok(isWeakerThan(phc, { ...quick, passes: 2 }))
    assert.ok(isWeakerThan(phc, { ...quick, memoryKib: 128 }))
    assert.ok(isWeakerThan('not a hash', quick))
  })

  test('that cannot be read matches nothing', async () => {
    for (const broken of ['', 'plain', '$2b$10$abcdefghijklmnopqrstuv', '$argon2id$v=19$m=x,t=1,p=1$a$b']) {
      assert.ok(!(await verifyPassword('plain', broken)))
    }
  })

  test('for an unknown user matches nothing', async () => {
    assert.ok(!(await verifyPassword('', unmatchableHash(quick, randomBytes))))
  })
})
