import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { declaredClientId, declaredId, newClientId, newClientSecret, newId } from './ids.ts'

describe('ids', () => {
  test('of users, organizations and connections are spelled as Kinde spells them (C§8)', () => {
    assert.match(newId('user', randomBytes), /^kp_[0-9a-f]{32}$/)
    assert.match(newId('organization', randomBytes), /^org_[0-9a-f]{16}$/)
    assert.match(newId('connection', randomBytes), /^conn_[0-9a-f]{32}$/)
    assert.match(newId('identity', randomBytes), /^identity_[0-9a-f]{32}$/)
  })

  test('a client_id can never be the id of a user (AS-16)', () => {
    for (const clientId of [newClientId(randomBytes), declaredClientId('kp_ada')]) {
      assert.match(clientId, /^[0-9a-f]{32}$/)
    }
  })

  test('what is declared by name has the same id each time, and another than its namesakes', () => {
    assert.equal(declaredId('role', 'admin'), declaredId('role', 'admin'))
    assert.notEqual(declaredId('role', 'admin'), declaredId('role', 'editor'))
    assert.notEqual(declaredId('role', 'a').slice(5), declaredId('permission', 'a').slice(5))
  })
})

describe('a client secret', () => {
  test('passes the check of the TypeScript SDK (C§2)', () => {
    assert.match(newClientSecret(randomBytes), /^[a-zA-Z0-9]{40,60}$/)
  })

  test('favours no letter: bytes that would are drawn again', () => {
    let draws = 0
    const secret = newClientSecret((count) => {
      draws += 1
      return new Uint8Array(count).fill(draws === 1 ? 255 : 61)
    })
    assert.equal(secret, '9'.repeat(48))
    assert.equal(draws, 2)
  })
})
