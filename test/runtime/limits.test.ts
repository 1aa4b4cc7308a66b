// Each limit of a run: its own outcome, just inside and just outside, and that it holds wherever guest code can run.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { startHttpServer } from '../harness/http-server.ts'
import { claimsOf, logOf, openTestSandbox, workflow, type RunGiven } from '../harness/sandbox.ts'

const lifetime = { after }
const mebibyte = 1024 * 1024
const server = await startHttpServer(lifetime, ({ url }) => {
  if (url.pathname === '/never') return new Promise(() => {})
  return { text: 'x'.repeat(Number(url.searchParams.get('bytes') ?? 0)) }
})
const runs = await openTestSandbox(lifetime, { hostCalls: { allow: [server.host] } })
const url = JSON.stringify(server.origin)

describe('a computation without end is ended as running-time-exceeded', () => {
  const places: Record<string, string> = {
    'in the function': 'for (;;);',
    'after an await': 'await null; for (;;);',
    'after a timer': 'await new Promise((resolve) => setTimeout(resolve, 1)); for (;;);',
    'in a timer': 'await new Promise(() => setTimeout(() => { for (;;); }, 1))',
    'in a microtask': 'queueMicrotask(() => { for (;;); }); await new Promise(() => {})',
    'in microtasks that beget each other': 'for (;;) await null',
    'in the then of a value that is returned': 'return { then() { for (;;); } }',
    'in the then of a value that is awaited': 'await { then() { for (;;); } }',
    'in a getter of a claim': `Object.defineProperty(kinde.accessToken.getCustomClaims(), 'a', { enumerable: true, get() { for (;;); } })`,
    'in a toJSON of a claim': `kinde.accessToken.setCustomClaim('a', { toJSON() { for (;;); } })`,
    'in a Proxy as a claim': `kinde.accessToken.setCustomClaim('a', new Proxy({}, { ownKeys() { for (;;); } }))`,
    'in the getters of what is thrown': `throw { get message() { for (;;); } }`,
    'in the toString of what is logged': `console.log('%s', { toString() { for (;;); } })\nfor (;;);`,
    'in a regular expression': `/^(a+)+$/.test('a'.repeat(40) + 'b')`,
    'in a comparison of sort': `Array.from({ length: 9 }).fill(1).sort(() => { for (;;); })`,
    'in a finally that swallows the interruption':
      'for (;;) { try { for (;;); } catch {} finally { continue } }',
  }
  for (const [place, body] of Object.entries(places)) {
    test(place, async () => {
      const limits = { runningTimeMs: 60 }
      const result = await runs.run(body, { limits })
      assert.equal(result.outcome.kind, 'running-time-exceeded')
      assert.ok(result.runningMs >= 60 && result.runningMs < 1_000, `${result.runningMs} ms`)
    })
  }

  test('at the top level of the file, when that runs anew in each run', async () => {
    const source = workflow('', `if (kinde.env.getEnvironmentVariable('LOOP')?.value === 'yes') for (;;);`)
    const given = { environment: { LOOP: { value: 'yes', isSecret: false } }, limits: { runningTimeMs: 60 } }
    const { outcome } = await runs.invoke(await runs.deploy(source), given)
    assert.equal(outcome.kind, 'running-time-exceeded')
  })

  test('and says in which function it was', async () => {
    const source = workflow('await null; spin()', 'function spin() { for (;;); }')
    const { outcome } = await runs.invoke(await runs.deploy(source), { limits: { runningTimeMs: 60 } })
    assert.match('stack' in outcome ? String(outcome.stack) : '', /at spin \(workflow\.js:\d+:\d+\)/)
  })

  test('at the top level of the file, while it is deployed', async () => {
    await assert.rejects(runs.deploy(workflow('', 'for (;;);')), {
      code: 'top_level_threw',
      message: 'the top level of the workflow computes for longer than the running-time limit',
    })
  })
})

test('waiting does not count as running time', async () => {
  const wait = 'await new Promise((resolve) => setTimeout(resolve, 300))'
  const result = await runs.run(wait, { limits: { runningTimeMs: 200 } })
  assert.equal(result.outcome.kind, 'completed')
  assert.ok(result.runningMs < 200 && result.durationMs >= 300, `${result.runningMs} ms`)
})

describe('just inside a limit a run completes, just outside it ends as that limit’s own outcome:', () => {
  const calls = (count: number) => `for (let i = 0; i < ${count}; i++) await kinde.fetch(${url})`
  // A line counts with its line feed.
  const log = (bytes: number) => `console.log('x'.repeat(${bytes - 4})); console.log('é')`
  const bytes = (count: number) =>
    `await kinde.fetch(${url} + '/?bytes=${count}', { responseFormat: 'text' })`
  const depth = (levels: number) => `
    let nested = 'leaf'
    for (let i = 0; i < ${levels}; i++) nested = { nested }
    kinde.accessToken.setCustomClaim('a', nested)`
  const memory = (size: number) => `globalThis.held = new Uint8Array(${size})`
  const cases: Record<string, { limits: RunGiven['limits']; inside: string; outside: string; kind: string }> =
    {
      wallClock: {
        limits: { wallClockMs: 3_000 },
        inside: 'await new Promise((resolve) => setTimeout(resolve, 10))',
        outside: 'await new Promise((resolve) => setTimeout(resolve, 60_000))',
        kind: 'wall-clock-exceeded',
      },
      memory: {
        limits: { memoryBytes: 8 * mebibyte },
        inside: memory(6 * mebibyte),
        outside: memory(8 * mebibyte),
        kind: 'memory-exceeded',
      },
      calls: { limits: { calls: 3 }, inside: calls(3), outside: calls(4), kind: 'calls-exceeded' },
      log: { limits: { logBytes: 100 }, inside: log(100), outside: log(101), kind: 'log-exceeded' },
      claimsDepth: {
        limits: { claimsDepth: 5 },
        inside: depth(4),
        outside: depth(5),
        kind: 'claims-invalid',
      },
      claimsBytes: {
        limits: { claimsBytes: 1024 },
        inside: `kinde.accessToken.setCustomClaim('a', 'x'.repeat(1000))`,
        outside: `kinde.accessToken.setCustomClaim('a', 'x'.repeat(100_000))`,
        kind: 'claims-too-large',
      },
      callBytes: {
        limits: { callBytes: 1000 },
        inside: bytes(1000),
        outside: bytes(1001),
        kind: 'threw fetch_too_large',
      },
      callMs: {
        limits: { callMs: 3_000 },
        inside: `await kinde.fetch(${url})`,
        outside: `await kinde.fetch(${url} + '/never')`,
        kind: 'threw fetch_timeout',
      },
    }
  for (const [name, { limits, inside, outside, kind }] of Object.entries(cases)) {
    test(name, async () => {
      assert.equal((await runs.run(inside, { ...(limits && { limits }) })).outcome.kind, 'completed')
      const { outcome } = await runs.run(outside, { ...(limits && { limits }) })
      assert.equal(outcome.kind === 'threw' ? `threw ${outcome.callCode}` : outcome.kind, kind)
    })
  }
})

test('a run may end with claims as large as it was given, whatever the limit and however they are written', async () => {
  const permissions = Array.from({ length: 2_000 }, (_, index) => `verwalte:größe-${index}`)
  const given = { claims: { accessToken: { permissions } }, limits: { claimsBytes: 1024 } }
  for (const body of [
    `kinde.accessToken.setCustomClaim('a', 1)`,
    `kinde.accessToken.setCustomClaim('a', { toJSON: () => 1 })`,
  ]) {
    assert.deepEqual(claimsOf(await runs.run(body, given)), { permissions, a: 1 })
  }
})

test('the log keeps what fits, and cuts no character in two', async () => {
  const result = await runs.run(`console.log('abc'); console.log('é'.repeat(50))`, {
    limits: { logBytes: 10 },
  })
  assert.equal(result.outcome.kind, 'log-exceeded')
  assert.deepEqual(logOf(result), ['abc', 'ééé'])
})

test('look-ups in the token cache have a bound of their own', async () => {
  const lookUps = (count: number) =>
    `for (let i = 0; i < ${count}; i++) await kinde.cache.jwtToken('token ' + i, {}).catch(() => {})`
  assert.equal((await runs.run(lookUps(100))).outcome.kind, 'completed')
  assert.equal((await runs.run(lookUps(200))).outcome.kind, 'calls-exceeded')
})

test('a limit that was run into cannot be caught away', async () => {
  const bodies = {
    'calls-exceeded': `try { for (;;) await kinde.fetch(${url}) } catch {} await new Promise((r) => setTimeout(r, 1))`,
    'log-exceeded': `try { for (;;) console.log('x'.repeat(1000)) } catch {} kinde.accessToken.setCustomClaim('a', 1)`,
  }
  for (const [kind, body] of Object.entries(bodies)) assert.equal((await runs.run(body)).outcome.kind, kind)
})

test('memory that the workflow released in time does not fail the run', async () => {
  const result = await runs.run(
    `let caught; try { new Uint8Array(64e6) } catch (error) { caught = error.name }
     kinde.accessToken.setCustomClaim('caught', caught)`,
  )
  assert.equal(typeof claimsOf(result)['caught'], 'string')
})

test('ends a run that waits for a promise that nothing can settle, and does not wait for the wall clock', async () => {
  const result = await runs.run('await new Promise(() => {})')
  assert.deepEqual(result.outcome, { kind: 'never-settled' })
})

test('a denial is final, whatever limit the run then runs into', async () => {
  for (const rest of [
    'for (;;);',
    'await new Promise((r) => setTimeout(r, 9e6))',
    'throw 1',
    'new Uint8Array(64e6)',
  ]) {
    const result = await runs.run(`kinde.auth.denyAccess('no'); kinde.auth.denyAccess('yes'); ${rest}`, {
      limits: { runningTimeMs: 60, wallClockMs: 2_000 },
    })
    assert.deepEqual(result.outcome, { kind: 'denied', reason: 'no' }, rest)
  }
})
