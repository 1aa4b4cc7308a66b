// The watch on the fast ways of a run, with a difference planted in the code of the threads: what is found, reported and counted, what is
// done with the thread and the run, and that the process goes on right in the slow ways (docs/decisions/0058).
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import {
  defaultLimits,
  openSandbox,
  readThreadOptions,
  type InvocationResult,
  type Sandbox,
  type SandboxDefect,
} from '../../src/runtime/index.ts'

const options = await readThreadOptions({})

/** A thread that leaves one byte in the memory that is not in the image: the last one, which no run reads. */
const forgetful = planted(
  'const count = whole.length / blockBytes;',
  'const count = whole.length / blockBytes; memory[whole.length - 1] = 1;',
)
/** A thread that reads `true` where the engine has `false`. */
const misreading = planted('low === 0 ? "false" : "true"', 'low === 0 ? "true" : "false"')

function planted(code: string, other: string): string {
  assert.equal(options.script.split(code).length, 2, code)
  return options.script.replace(code, other)
}

interface Watched {
  readonly sandbox: Sandbox
  readonly defects: readonly SandboxDefect[]
  readonly lost: readonly unknown[]
  /** Resolves when a thread was lost. */
  readonly firstLost: Promise<void>
  run(): Promise<InvocationResult>
}

const body = `kinde.accessToken.setCustomClaim('yes', true)`

async function open(t: TestContext, script: string, watchEvery: number): Promise<Watched> {
  const defects: SandboxDefect[] = []
  const lost: unknown[] = []
  const firstLost = Promise.withResolvers<void>()
  const sandbox = await openSandbox(
    {
      threads: 1,
      watchEvery,
      onDefect: (defect) => void defects.push(defect),
      onThreadLost(cause) {
        lost.push(cause)
        firstLost.resolve()
      },
    },
    { ...options, script },
  )
  t.after(() => sandbox.close())
  const deployment = await sandbox.prepare({
    code: `exports.default = async () => { ${body} }`,
    bindings: ['kinde.accessToken'],
    reservedClaims: {},
    secureFetchEncoding: 'base64url',
  })
  let runs = 0
  return {
    sandbox,
    defects,
    lost,
    firstLost: firstLost.promise,
    run: () =>
      sandbox.invoke({
        id: `inv_${runs++}`,
        deployment,
        event: {},
        claims: { accessToken: {} },
        environment: {},
        localization: {},
        limits: { ...defaultLimits, wallClockMs: 60_000 },
      }),
  }
}

const right = { kind: 'completed', claimsJson: '{"accessToken":{"yes":true}}' }

test('compares runs without a finding when nothing is planted', async (t) => {
  const { sandbox, defects, run } = await open(t, options.script, 1)
  for (let runs = 0; runs < 50; runs++) assert.deepEqual((await run()).outcome, right)
  assert.deepEqual(defects, [])
  const { defects: counted, isCareful, threadsLost } = sandbox.stats()
  assert.deepEqual({ counted, isCareful, threadsLost }, { counted: 0, isCareful: false, threadsLost: 0 })
})

test('finds memory that was not put back: reports and counts it, ends the thread, and puts whole images back from then on', async (t) => {
  const watched = await open(t, forgetful, 1)
  // It began in a clean memory: only what comes after it is in danger.
  assert.deepEqual((await watched.run()).outcome, right)
  await watched.firstLost
  const [defect] = watched.defects
  assert.equal(defect?.what, 'memory')
  assert.match(defect.message, /the memory of an engine was not the image after it had been put back/)
  assert.deepEqual(watched.lost, [defect])
  for (let runs = 0; runs < 20; runs++) assert.deepEqual((await watched.run()).outcome, right)
  const { defects, isCareful, threadsLost, isOpen } = watched.sandbox.stats()
  assert.deepEqual(
    { defects, isCareful, threadsLost, isOpen },
    { defects: 1, isCareful: true, threadsLost: 1, isOpen: true },
  )
})

test('finds memory that an earlier run left before a run begins in it, which goes on elsewhere', async (t) => {
  const watched = await open(t, forgetful, 2)
  assert.deepEqual((await watched.run()).outcome, right)
  assert.deepEqual(watched.defects, [])
  assert.deepEqual((await watched.run()).outcome, right)
  await watched.firstLost
  assert.deepEqual(
    watched.defects.map(({ what }) => what),
    ['memory'],
  )
  assert.deepEqual((await watched.run()).outcome, right)
})

test('finds claims that were read wrong: fails the run, ends the thread, and lets the guest write claims from then on', async (t) => {
  const watched = await open(t, misreading, 2)
  assert.deepEqual((await watched.run()).outcome, {
    kind: 'completed',
    claimsJson: '{"accessToken":{"yes":false}}',
  })
  const { outcome } = await watched.run()
  assert.deepEqual(outcome, {
    kind: 'crashed',
    message: 'The sandbox read the claims of this run in two ways that differ, so it uses neither.',
  })
  await watched.firstLost
  const [defect] = watched.defects
  assert.equal(defect?.what, 'claims')
  assert.deepEqual(watched.lost, [defect])
  for (let runs = 0; runs < 20; runs++) assert.deepEqual((await watched.run()).outcome, right)
  const { defects, isCareful, threadsLost } = watched.sandbox.stats()
  assert.deepEqual({ defects, isCareful, threadsLost }, { defects: 1, isCareful: true, threadsLost: 1 })
})

test('compares one run in a thousand when no option says otherwise', async (t) => {
  const defects: SandboxDefect[] = []
  const found = Promise.withResolvers<void>()
  const onDefect = (defect: SandboxDefect) => {
    defects.push(defect)
    found.resolve()
  }
  const sandbox = await openSandbox({ threads: 1, onDefect }, { ...options, script: misreading })
  t.after(() => sandbox.close())
  const deployment = await sandbox.prepare({
    code: `exports.default = async () => { ${body} }`,
    bindings: ['kinde.accessToken'],
    reservedClaims: {},
    secureFetchEncoding: 'base64url',
  })
  const invocation = {
    id: 'inv',
    deployment,
    event: {},
    claims: { accessToken: {} },
    environment: {},
    localization: {},
    limits: { ...defaultLimits, wallClockMs: 60_000 },
  }
  for (let runs = 1; runs < 1_000; runs++) {
    assert.equal((await sandbox.invoke(invocation)).outcome.kind, 'completed')
  }
  assert.deepEqual(defects, [])
  assert.equal((await sandbox.invoke(invocation)).outcome.kind, 'crashed')
  await found.promise
  assert.equal(defects.length, 1)
})
