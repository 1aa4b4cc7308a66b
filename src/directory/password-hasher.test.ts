import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { passwordHasher } from './password-hasher.ts'

const quick = { memoryKib: 64, passes: 1, lanes: 1 }

describe('the password hasher', () => {
  test('recognises a password, and says when its hash is weaker than new ones are (PW-02)', async () => {
    const old = passwordHasher({ random: randomBytes, parameters: quick })
    const raised = passwordHasher({ random: randomBytes, parameters: { ...quick, passes: 2 } })
    const hash = await old.hash('correct horse')

    const stored = { userId: 'kp_1', hash: hash ?? '' }
    assert.equal(await old.verify('correct horse', stored), 'match')
    assert.equal(await raised.verify('correct horse', stored), 'match-weak')
    assert.equal(await raised.verify('wrong horse', stored), 'mismatch')
  })

  test('never matches where there is no hash (EN-01)', async () => {
    const hasher = passwordHasher({ random: randomBytes, parameters: quick })
    assert.equal(await hasher.verify('anything', undefined), 'mismatch')
  })

  test('refuses at once when its line is full, and serves all who stand in it (PW-05)', async () => {
    const hasher = passwordHasher({ random: randomBytes, parameters: quick, concurrent: 1, waiting: 3 })
    const answers = Array.from({ length: 200 }, () => hasher.verify('anything', undefined))
    assert.ok(hasher.isFull())

    const settled = await Promise.all(answers)
    assert.equal(settled.filter((answer) => answer === 'mismatch').length, 4)
    assert.equal(settled.filter((answer) => answer === 'busy').length, 196)
    assert.ok(!hasher.isFull())
    assert.equal(await hasher.verify('anything', undefined), 'mismatch')
  })
})
