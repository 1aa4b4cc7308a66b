// What one run leaves behind for the next: nothing, however it ends and whichever deployment comes next. One thread, so that
// all runs share its engines: each of them is put back to an image between two runs (SBX-55, SBX-62).
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { z } from 'zod'
import { startHttpServer } from '../harness/http-server.ts'
import { claimsOf, logOf, openTestSandbox, workflow, type RunGiven } from '../harness/sandbox.ts'

const lifetime = { after }
const server = await startHttpServer(lifetime, () => ({ json: {} }))
const runs = await openTestSandbox(lifetime, { hostCalls: { allow: [server.host] } })

/** Everything that a run could leave behind, and a look at all of it. `event.then` says how the run that left it ends. */
const leaving = workflow(
  `
  if (event.step === 'look') {
    await new Promise((resolve) => setTimeout(resolve, 15))
    const own = (object) => Reflect.ownKeys(object).map(String).sort().join()
    kinde.accessToken.setCustomClaim('seen', JSON.stringify({
      counter: ++counter, cached: [...cache.keys()], weak: weak.has(Array), kept, pattern: pattern.lastIndex,
      generated: numbers.next().value, settings, statics: Counter.count,
      global: globalThis.leaked, symbol: globalThis[Symbol.for('leaked')], key: typeof implicit,
      polluted: ({}).leaked, arrayPolluted: [].leaked, functionPolluted: (() => {}).leaked,
      globals: own(globalThis), object: own(Object), objectPrototype: own(Object.prototype),
      array: own(Array.prototype), promise: own(Promise.prototype), map: own(Map.prototype), error: own(Error),
      mapped: [1].map((x) => x + 1), text: JSON.stringify([1]), parsed: JSON.parse('[2]'), now: Date.now() > 1e12,
      random: Math.random() === 0.5, sorted: [2, 1].sort(), joined: [1, 2].join('-'), replaced: 'aa'.replaceAll('a', 'b'),
      frozen: [Object, Object.prototype, Array.prototype, globalThis, console, kinde, kinde.accessToken].map(Object.isFrozen),
      extensible: Object.isExtensible(globalThis), proto: Object.getPrototypeOf(Array.prototype) === Object.prototype,
      console: own(console), bindings: own(kinde.accessToken), claims: own(kinde.accessToken.getCustomClaims()),
      headers: own(Headers.prototype), url: own(URL.prototype), trace: typeof Error.prepareStackTrace, legacy: RegExp.$1,
    }))
    return
  }
  counter++; cache.set('key', event); weak.add(Array); kept = kinde.accessToken.getCustomClaims(); pattern.exec('xx')
  numbers.next(); settings.changed = true; Counter.count++
  globalThis.leaked = 'leaked'; globalThis[Symbol.for('leaked')] = 'leaked'; globalThis.implicit = 1
  Object.prototype.leaked = 'leaked'; Array.prototype.leaked = 'leaked'; Function.prototype.leaked = 'leaked'
  delete Object.prototype.toString; delete globalThis.Map; delete Headers.prototype.get
  Math.random = () => 0.5; Date.now = () => 1; JSON.stringify = () => '"replaced"'; JSON.parse = () => 'replaced'
  Array.prototype.sort = () => 'replaced'; Array.prototype.join = () => 'replaced'; String.prototype.replaceAll = () => 'replaced'
  Error.prepareStackTrace = () => 'replaced'; Object.setPrototypeOf(Array.prototype, null)
  console.log = () => {}; console.extra = 1; kinde.accessToken.extra = 1
  setInterval(() => console.info('a timer of another run'), 1)
  setTimeout(() => { kinde.accessToken.setCustomClaim('leaked', 1) }, 1)
  Promise.resolve().then(function again() { return pendingForever }).then(() => console.info('a job of another run'))
  kinde.fetch('${server.origin}').then(() => console.info('an answer of another run'))
  for (const frozen of [Object, Object.prototype, Array.prototype, console, kinde, kinde.accessToken]) Object.freeze(frozen)
  Object.preventExtensions(globalThis)
  await end[event.end]()
`,
  `
  let counter = 0, kept
  const cache = new Map(), weak = new WeakSet(), pattern = /x/g, settings = {}
  const numbers = (function* () { for (let n = 1; ; n++) yield n })()
  class Counter { static count = 0 }
  const pendingForever = new Promise(() => {})
  const end = {
    completed() {},
    threw() { throw new Error('on purpose') },
    denied() { kinde.auth.denyAccess('on purpose') },
    'running-time-exceeded'() { for (;;); },
    'memory-exceeded'() { const all = []; for (;;) all.push(new Uint8Array(1e6)) },
    'wall-clock-exceeded': () => pendingForever,
    'log-exceeded'() { for (;;) console.info('x'.repeat(1000)) },
    'calls-exceeded'() { for (;;) kinde.fetch('${server.origin}').catch(() => {}) },
    'claims-invalid'() { kinde.accessToken.getCustomClaims().big = 1n },
  }
`,
)
const quick: RunGiven['limits'] = { runningTimeMs: 300, memoryBytes: 8 * 1024 * 1024 }
/** For what waits for ever; everything else ends by its own limit, however busy the machine is. */
const impatient: RunGiven['limits'] = { ...quick, wallClockMs: 400 }

const deployment = await runs.deploy(leaving)
const other = await runs.deploy(`${leaving}\n// another deployment`)
const look = async (at = deployment) => {
  const result = await runs.invoke(at, { event: { step: 'look' } })
  return { seen: JSON.parse(z.string().parse(claimsOf(result)['seen'])), log: logOf(result) }
}
const untouched = await look()

test('a pure top level lives in the image and is not evaluated again', () => {
  assert.equal(deployment.evaluatedPerRun, false)
  assert.equal(untouched.seen.counter, 1)
})

describe('nothing of a run reaches the next one of its deployment or of another, when the run ended as', () => {
  const ends = [
    'completed',
    'threw',
    'denied',
    'running-time-exceeded',
    'memory-exceeded',
    'wall-clock-exceeded',
    'log-exceeded',
    'calls-exceeded',
    'claims-invalid',
  ] as const
  for (const end of ends) {
    test(end, async () => {
      const limits = end === 'wall-clock-exceeded' ? impatient : quick
      const left = await runs.invoke(deployment, { event: { step: 'leave', end }, limits })
      assert.equal(left.outcome.kind, end, JSON.stringify(left.outcome))
      assert.deepEqual(await look(), untouched)
      assert.deepEqual(await look(other), untouched)
    })
  }
})

test('runs side by side on one thread see nothing of each other', async () => {
  const leave = { event: { step: 'leave', end: 'wall-clock-exceeded' }, limits: impatient }
  const looks = Array.from({ length: 8 }, (_, index) => look(index % 2 === 0 ? deployment : other))
  const results = await Promise.all([runs.invoke(deployment, leave), runs.invoke(other, leave), ...looks])
  for (const seen of results.slice(2)) assert.deepEqual(seen, untouched)
})

test('randomness differs from run to run', async () => {
  const draw = await runs.deploy(
    workflow(`
      const claims = kinde.accessToken.getCustomClaims()
      claims.math = Math.random(); claims.uuid = crypto.randomUUID()
      claims.bytes = [...crypto.getRandomValues(new Uint8Array(16))].join()`),
  )
  const drawn = await Promise.all(Array.from({ length: 20 }, async () => claimsOf(await runs.invoke(draw))))
  for (const name of ['math', 'uuid', 'bytes']) {
    assert.equal(new Set(drawn.map((claims) => claims[name])).size, 20, name)
  }
})

describe('a top level that looks outside runs anew in each run, and sees that run’s own', () => {
  const outside = {
    clock: 'Date.now()',
    date: 'new Date().toISOString()',
    randomness: 'Math.random()',
    uuid: 'crypto.randomUUID()',
    environment: "kinde.env.getEnvironmentVariable('NAME')?.value",
  }
  for (const [name, expression] of Object.entries(outside)) {
    test(name, async () => {
      const fresh = await runs.deploy(
        workflow(
          `kinde.accessToken.setCustomClaim('taken', taken); kinde.accessToken.setCustomClaim('counter', ++counter)`,
          `const taken = ${expression}; let counter = 0`,
        ),
      )
      assert.equal(fresh.evaluatedPerRun, true)
      const environment = (value: string) => ({ NAME: { value, isSecret: false } })
      const first = await runs.invoke(fresh, { environment: environment('one') })
      // The clock shows milliseconds: the second run starts in another one.
      for (const until = Date.now() + 2; Date.now() < until;);
      const second = await runs.invoke(fresh, { environment: environment('two') })
      assert.notEqual(claimsOf(first)['taken'], claimsOf(second)['taken'])
      assert.deepEqual([claimsOf(first)['counter'], claimsOf(second)['counter']], [1, 1])
    })
  }
})

describe('not guaranteed:', () => {
  test('within one run prototypes can be changed, and the run has to live with it', async () => {
    const result = await runs.run(`
      Array.prototype.map = () => 'mine'
      kinde.accessToken.setCustomClaim('mapped', [1].map((x) => x))`)
    assert.equal(claimsOf(result)['mapped'], 'mine')
  })

  test('the clock stands still while code runs, and moves while the run waits', async () => {
    const result = await runs.run(`
      const start = Date.now(); for (let i = 0; i < 1e6; i++); const computed = Date.now() - start
      await new Promise((resolve) => setTimeout(resolve, 20))
      Object.assign(kinde.accessToken.getCustomClaims(), { computed, waited: Date.now() - start >= 19 })`)
    assert.deepEqual(claimsOf(result), { computed: 0, waited: true })
  })

  test('what a run did not await is cut off when the workflow returns', async () => {
    const result = await runs.run(`
      setTimeout(() => console.log('later'), 1)
      ;(async () => { for (;;) await null })()
      kinde.accessToken.setCustomClaim('done', true)`)
    assert.deepEqual([result.outcome.kind, logOf(result)], ['completed', []])
  })
})
