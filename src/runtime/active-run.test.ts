import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ActiveRun } from './active-run.ts'
import { openHostCalls } from './host-calls/index.ts'
import { defaultLimits } from './limits.ts'
import type { MessageToPool } from './protocol.ts'
import type { RunOutcome } from './outcome.ts'
import type { Environment } from './environment.ts'
import type { Invocation, InvocationResult } from './sandbox.ts'

const secret = 'sk_live_"quoted"&/Ä'
const environment = { KEY: { value: secret, isSecret: true }, NAME: { value: 'open-name', isSecret: false } }

function invocationWith(bindings: readonly string[], given: Environment = environment): Invocation {
  const source = { code: '', bindings, reservedClaims: {}, secureFetchEncoding: 'base64url' as const }
  return {
    id: 'run',
    deployment: { id: 'deployment', source, evaluatedPerRun: false, imageBytes: 0, prepareMs: 0 },
    event: {},
    claims: { accessToken: {} },
    environment: given,
    localization: {},
    limits: defaultLimits,
  }
}

function started(bindings: readonly string[] = ['kinde.env']) {
  const settled = Promise.withResolvers<InvocationResult>()
  return { run: new ActiveRun(0, invocationWith(bindings), settled.resolve), result: settled.promise }
}

function endedWith(outcome: RunOutcome, texts: readonly string[] = []): MessageToPool<'ended'> {
  const log = texts.map((text) => ({ level: 'info' as const, text }))
  return { kind: 'ended', run: 0, outcome, log, reservedAttempts: [], deliveries: [], runningMs: 1 }
}

const forms = [
  secret,
  encodeURIComponent(secret),
  JSON.stringify({ secret }),
  Buffer.from(secret).toString('base64'),
]

test('secrets of the environment are redacted in every text of a result, as they are and as requests write them', async () => {
  const outcomes: RunOutcome[] = [
    {
      kind: 'threw',
      error: { name: `E ${secret}`, message: `bad ${secret}`, stack: `at ${encodeURIComponent(secret)}` },
    },
    { kind: 'denied', reason: `no ${secret}` },
    { kind: 'claims-invalid', message: `accessToken.${secret}` },
    { kind: 'claims-too-large', message: `accessToken.${secret}` },
  ]
  for (const outcome of outcomes) {
    const { run, result } = started()
    run.end(outcome, endedWith(outcome, forms))
    const { outcome: shown, log } = await result
    assert.equal(shown.kind, outcome.kind)
    for (const form of [...forms, 'sk_live_']) assert.ok(!JSON.stringify([shown, log]).includes(form), form)
    assert.match(JSON.stringify(shown), /\[redacted\]/)
  }
})

test('variables that are not secret, and claims, stay unchanged', async () => {
  const { run, result } = started()
  const outcome = { kind: 'completed', claimsJson: JSON.stringify({ accessToken: { secret } }) } as const
  run.end(outcome, endedWith(outcome, ['open-name']))
  const { outcome: shown, log } = await result
  assert.deepEqual([shown, log], [outcome, [{ level: 'info', text: 'open-name' }]])
})

test('a thread gets the environment of a workflow that declared kinde.env alone', () => {
  assert.deepEqual(started().run.order(false).environment, environment)
  assert.deepEqual(started(['console']).run.order(false).environment, {})
})

test('the same call asked again, after the run has moved, is answered and not made again; another one is refused', async (t) => {
  const hostCalls = openHostCalls()
  t.after(() => hostCalls.close())
  const { run } = started()
  const call = {
    kind: 'call',
    run: 0,
    call: 0,
    callKind: 'fetch',
    request: '{"url":"file:///etc/passwd"}',
    deliveries: [],
  } satisfies MessageToPool<'call'>
  const first = await run.answer(call, hostCalls)
  assert.match(String(first), /^\{"ok":false,/)
  run.moved([])
  assert.equal(await run.answer(call, hostCalls), first)
  assert.equal(await run.answer({ ...call, request: '{}' }, hostCalls), undefined)
  assert.equal(await run.answer({ ...call, callKind: 'secureFetch' }, hostCalls), undefined)
})

test('a call of an unknown kind, or whose request is not JSON, is answered with a failure', async (t) => {
  const hostCalls = openHostCalls()
  t.after(() => hostCalls.close())
  const { run } = started()
  for (const [call, callKind, request] of [
    [0, 'sign', '{}'],
    [1, '__proto__', '{}'],
    [2, 'fetch', '{'],
    [3, 'jwtCacheGet', ''],
  ] as const) {
    const envelope = await run.answer(
      { kind: 'call', run: 0, call, callKind, request, deliveries: [] },
      hostCalls,
    )
    assert.match(String(envelope), /^\{"ok":false,"code":"[a-z_]+","message":"/, callKind)
  }
})
