import assert from 'node:assert/strict'
import { test } from 'node:test'
import { format, inspect } from 'node:util'
import { Secret } from './secret.ts'

test('a secret shows itself only when it is revealed', () => {
  const secret = new Secret('hunter2')
  const shown = [
    String(secret),
    'with ' + String(secret),
    JSON.stringify({ secret }),
    inspect({ deep: [secret] }, { showHidden: true, depth: 9 }),
    format('%s %o %j', secret, secret, secret),
    JSON.stringify(Object.entries(secret)),
  ].join(' ')
  assert.ok(!shown.includes('hunter2'), shown)
  assert.ok(shown.includes('[redacted]'))
  assert.equal(secret.reveal(), 'hunter2')
})
