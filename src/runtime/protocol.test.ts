import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { imageSchema, toPoolSchema } from './protocol.ts'

const ended = {
  kind: 'ended',
  run: 0,
  outcome: { kind: 'completed', claimsJson: '{}' },
  log: [{ level: 'info', text: 'a' }],
  reservedAttempts: [{ token: 'idToken', claim: 'sub', stack: '' }],
  deliveries: [{ kind: 'timer', id: 0, atMs: 0 }],
  runningMs: 0.5,
}
const image = {
  id: 'image',
  memoryBytes: 4096,
  roomBytes: 0,
  extents: [{ at: 0, length: 4096 }],
  bytes: new SharedArrayBuffer(4096),
  stackPointer: 1,
  runtimePtr: 1,
  contextPtr: 1,
  extensions: [],
  entries: { start: 1 },
}

test('the messages that threads send are read', () => {
  for (const message of [
    ended,
    { kind: 'ready' },
    { kind: 'prepared', request: 0, image },
    { kind: 'call', run: 0, call: 0, callKind: 'fetch', request: '', deliveries: ended.deliveries },
    { kind: 'abort', run: 0, call: 0, deliveries: [] },
  ]) {
    assert.equal(toPoolSchema.safeParse(message).success, true, message.kind)
  }
})

describe('refused from a thread:', () => {
  const garbage: Record<string, unknown> = {
    nothing: undefined,
    null: null,
    'a text': 'ready',
    'a list': [ended],
    'no kind': {},
    'an unknown kind': { kind: 'shutdown' },
    'a kind of the other side': { kind: 'cancel', run: 0 },
    'more than a message has': { ...ended, extra: 1 },
    'less than a message has': { kind: 'ended', run: 0 },
    'an unknown outcome': { ...ended, outcome: { kind: 'signed' } },
    'an outcome with more than it has': { ...ended, outcome: { kind: 'crashed', claimsJson: '{}' } },
    'a run that is not a number': { ...ended, run: '0' },
    'a negative run': { ...ended, run: -1 },
    'a run that is not an integer': { ...ended, run: 0.5 },
    'a run beyond the integers': { ...ended, run: 2 ** 60 },
    'claims that are no text': { ...ended, outcome: { kind: 'completed', claimsJson: {} } },
    'an unknown log level': { ...ended, log: [{ level: 'fatal', text: '' }] },
    'an invalid delivery': { ...ended, deliveries: [{ kind: 'answer', id: -1, atMs: 0 }] },
    'a negative call': { kind: 'call', run: 0, call: -1, callKind: 'fetch', request: '' },
    'an abort of a negative call': { kind: 'abort', run: 0, call: -1, deliveries: [] },
    'a request that is not a string': { kind: 'call', run: 0, call: 0, callKind: 'fetch', request: {} },
  }
  for (const [name, message] of Object.entries(garbage)) {
    test(name, () => assert.equal(toPoolSchema.safeParse(message).success, false))
  }
})

test('an image with a bundle keeps it as bytes', () => {
  assert.equal(imageSchema.safeParse({ ...image, bundle: new Uint8Array(1) }).success, true)
  assert.equal(imageSchema.safeParse({ ...image, bundle: 'bytecode' }).success, false)
})
