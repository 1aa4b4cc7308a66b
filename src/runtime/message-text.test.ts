import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { endedOf, endedText, orderOf, orderText } from './message-text.ts'
import { toPoolSchema, type MessageToPool, type RunOrder } from './protocol.ts'

const text = 'line\none "two" \ud800 \u2028 é'

test('an order comes back as it was', () => {
  const order: RunOrder = {
    kind: 'run',
    run: 1,
    image: 'image',
    input: JSON.stringify({ text }) + '\n' + text,
    environment: { A: { value: text, isSecret: true } },
    localization: { [text]: text },
    limits: { calls: 3 },
    startedAtMs: 5,
    elapsedMs: 0.25,
    seed: '0f'.repeat(32),
    mayBlock: true,
    isWatched: false,
    deliveries: [{ kind: 'timer', id: 1, atMs: 2 }],
  }
  assert.deepEqual(orderOf(orderText(order)), order)
})

describe('the end of a run comes back as it was, and passes the pool’s schema:', () => {
  const outcomes: MessageToPool<'ended'>['outcome'][] = [
    { kind: 'completed', claimsJson: JSON.stringify({ text }) + '\n' },
    { kind: 'completed', claimsJson: '' },
    { kind: 'denied', reason: text },
    { kind: 'threw', error: { name: text, message: text, stack: text }, callCode: 'fetch_timeout' },
    { kind: 'running-time-exceeded' },
  ]
  for (const outcome of outcomes) {
    test(`${outcome.kind}`, () => {
      const ended: MessageToPool<'ended'> = {
        kind: 'ended',
        run: 1,
        outcome,
        log: [{ level: 'info', text }],
        reservedAttempts: [{ token: 'idToken', claim: 'sub', stack: text }],
        deliveries: [],
        runningMs: 0.5,
      }
      const heard = endedOf(endedText(ended))
      assert.deepEqual(heard, ended)
      assert.equal(toPoolSchema.safeParse(heard).success, true)
    })
  }
})

describe('a text of a thread that was taken over is refused:', () => {
  const texts = [
    '',
    'ready',
    '{',
    'null',
    '[]\n{}',
    '{"kind":"ended"}\n{}',
    '{"outcome":{"kind":"completed"}}\n{}',
  ]
  for (const said of texts) {
    test(JSON.stringify(said), () => assert.equal(toPoolSchema.safeParse(endedOf(said)).success, false))
  }

  test('claims in its first line are not believed in place of those that follow', () => {
    const head = { kind: 'ended', run: 1, outcome: { kind: 'completed', claimsJson: '{"forged":1}' } }
    const rest = { log: [], reservedAttempts: [], deliveries: [], runningMs: 1 }
    const heard = toPoolSchema.parse(endedOf(`${JSON.stringify({ ...head, ...rest })}\n{}`))
    assert.deepEqual('outcome' in heard && heard.outcome, { kind: 'completed', claimsJson: '{}' })
  })
})
