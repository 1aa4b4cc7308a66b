// Threads that are lost under load (SBX-26): every run is answered, and only what cannot have had an effect is tried again.
// Node tells of each worker thread that is made (`worker` event of process); that is how they are reached here.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, beforeEach, describe, test } from 'node:test'
import { performance } from 'node:perf_hooks'
import type { Worker } from 'node:worker_threads'
import type { SandboxOptions } from '../../src/runtime/index.ts'
import { startHttpServer, type Lifetime, type ServerAnswer } from '../harness/http-server.ts'
import { claimsOf, openTestSandbox, workflow } from '../harness/sandbox.ts'

const threads: Worker[] = []
const note = (worker: Worker) => threads.push(worker)
process.on('worker', note)
after(() => process.off('worker', note))
beforeEach(() => threads.splice(0))

async function openObserved(lifetime: Lifetime, options: SandboxOptions) {
  const causes: string[] = []
  const onThreadLost = (cause: unknown) => causes.push(cause instanceof Error ? cause.message : String(cause))
  return { ...(await openTestSandbox(lifetime, { ...options, onThreadLost })), causes }
}

/** A server that answers when the test says so, and tells when so many requests have arrived. */
async function startHoldingServer(lifetime: Lifetime, count: number) {
  const arrived = Promise.withResolvers<void>()
  const release = Promise.withResolvers<ServerAnswer>()
  const server = await startHttpServer(lifetime, () => {
    if (server.requests.length >= count) arrived.resolve()
    return release.promise
  })
  return { ...server, arrived: arrived.promise, release: () => release.resolve({ json: { ok: true } }) }
}

/** Says when it has begun without making an outgoing call: its timer has fired once so often. */
const waitingWorkflow = workflow(
  `await new Promise((resolve) => setTimeout(resolve, 150)); kinde.accessToken.setCustomClaim('n', event.n)`,
)

test('with 100 runs in flight whose thread is terminated, all 100 are answered and complete, and so does the next run', async (t) => {
  const { sandbox, deploy, invoke, causes } = await openObserved(t, { threads: 2 })
  const waiting = await deploy(waitingWorkflow)
  await Promise.all(Array.from({ length: 4 }, (_, n) => invoke(waiting, { event: { n } })))
  const inFlight = Array.from({ length: 100 }, (_, n) =>
    invoke(waiting, { event: { n }, limits: { wallClockMs: 20_000 } }),
  )
  assert.equal(sandbox.stats().inFlight, 100)
  await threads[0]?.terminate()
  const results = await Promise.all(inFlight)
  assert.deepEqual(
    results.map((result) => claimsOf(result)['n']),
    Array.from({ length: 100 }, (_, n) => n),
  )
  const next = await invoke(waiting, { event: { n: 'next' } })
  assert.equal(claimsOf(next)['n'], 'next')
  assert.deepEqual(
    { ...sandbox.stats() },
    {
      isOpen: true,
      threads: 2,
      lentThreads: 0,
      inFlight: 0,
      queued: 0,
      threadsLost: 1,
      defects: 0,
      isCareful: false,
      runsMoved: 0,
    },
  )
  assert.deepEqual(causes, ['exit code 1'])
})

test('both threads terminated at once, with calls out in half of the runs: all complete, and no call was made twice', async (t) => {
  const server = await startHoldingServer(t, 50)
  const { sandbox, deploy, invoke } = await openObserved(t, {
    threads: 2,
    hostCalls: { allow: [server.host] },
  })
  const quiet = await deploy(waitingWorkflow)
  const calling = await deploy(workflow(`await kinde.fetch('${server.origin}/' + event.n)`))
  const limits = { wallClockMs: 20_000, callMs: 20_000 }
  const inFlight = Array.from({ length: 100 }, (_, n) =>
    invoke(n % 2 === 0 ? quiet : calling, { event: { n }, limits }),
  )
  await server.arrived
  await Promise.all(threads.map((thread) => thread.terminate()))
  server.release()
  const kinds = (await Promise.all(inFlight)).map(({ outcome }) => outcome.kind)
  assert.deepEqual(
    kinds,
    Array.from({ length: 100 }, () => 'completed'),
  )
  assert.equal(new Set(server.requests.map(({ url }) => url.pathname)).size, 50)
  assert.equal(server.requests.length, 50)
  assert.equal(sandbox.stats().threadsLost, 2)
})

test('a run lost before any outgoing call is tried once more, and no more than that', async (t) => {
  const { deploy, invoke } = await openObserved(t, { threads: 1 })
  const deployment = await deploy(workflow('await new Promise((resolve) => setTimeout(resolve, 10_000))'))
  const lost = invoke(deployment, { limits: { wallClockMs: 30_000 } })
  await threads[0]?.terminate()
  await threads[1]?.terminate()
  assert.deepEqual((await lost).outcome, { kind: 'crashed' })
  assert.equal(threads.length, 3)
})

test('a run lost twice after an outgoing call ends as crashed, its call was made once and is shown', async (t) => {
  const server = await startHoldingServer(t, 1)
  const { deploy, invoke } = await openObserved(t, { threads: 1, hostCalls: { allow: [server.host] } })
  const lost = invoke(await deploy(workflow(`await kinde.fetch('${server.origin}/effect')`)), {
    limits: { wallClockMs: 20_000, callMs: 20_000 },
  })
  await server.arrived
  await threads[0]?.terminate()
  await threads[1]?.terminate()
  const { outcome, calls } = await lost
  assert.deepEqual(outcome, { kind: 'crashed' })
  assert.deepEqual(
    calls.map(({ url }) => url),
    [`${server.origin}/effect`],
  )
  assert.equal(server.requests.length, 1)
})

test('a run that blocks goes on when its lent thread is lost, and the thread is not kept', async (t) => {
  const server = await startHoldingServer(t, 1)
  const { sandbox, deploy, invoke } = await openObserved(t, {
    threads: 1,
    hostCalls: { allow: [server.host] },
  })
  const lost = invoke(await deploy(workflow(`kinde.fetch('${server.origin}/').json`)), {
    limits: { wallClockMs: 20_000, callMs: 20_000 },
  })
  await server.arrived
  // The call is made before the run moves: the lent thread may start only now.
  if (threads.length < 2) await once(process, 'worker')
  await threads[1]?.terminate()
  server.release()
  assert.equal((await lost).outcome.kind, 'completed')
  assert.equal(server.requests.length, 1)
  assert.deepEqual([sandbox.stats().lentThreads, threads.length], [1, 3])
})

describe('D3: a thread that is lost while it prepares a deployment', () => {
  const source = {
    code: 'exports.default = () => {}',
    bindings: [],
    reservedClaims: {},
    secureFetchEncoding: 'base64',
  } as const

  test('costs nothing: the next thread prepares it', async (t) => {
    const { deploy, sandbox } = await openObserved(t, { threads: 1 })
    await deploy(workflow(''))
    const preparing = sandbox.prepare(source)
    const inspecting = sandbox.inspect(source.code)
    await threads[0]?.terminate()
    assert.equal((await preparing).source, source)
    assert.equal((await inspecting).defaultExport, 'function')
  })

  test('is reported as sandbox_crashed when the next one is lost as well, and the deployment can be prepared again', async (t) => {
    const { deploy, invoke, sandbox } = await openObserved(t, { threads: 1 })
    await deploy(workflow(''))
    const rejections = Promise.all(
      [sandbox.prepare(source), sandbox.inspect(source.code)].map((lost) =>
        assert.rejects(lost, {
          code: 'sandbox_crashed',
          message: 'the threads that prepared the workflow were lost',
        }),
      ),
    )
    await threads[0]?.terminate()
    await threads[1]?.terminate()
    await rejections
    const deployment = await deploy(workflow(`kinde.accessToken.setCustomClaim('a', 1)`))
    assert.deepEqual(claimsOf(await invoke(deployment)), { a: 1 })
  })

  test('for a top level that never leaves a native operation, is not tried again: the workflow is refused', async (t) => {
    const { deploy, sandbox } = await openObserved(t, { threads: 1 })
    await assert.rejects(
      deploy(
        workflow('', `export const found = 'a'.repeat(9_000_000).includes('a'.repeat(4_500_000) + 'b')`),
      ),
      {
        code: 'top_level_threw',
        message: 'the top level of the workflow computes for longer than the running-time limit',
      },
    )
    assert.equal(sandbox.stats().threadsLost, 1)
  })
})

test('a thread that sends an unknown message is terminated, its runs are answered by another one', async (t) => {
  const { deploy, invoke, sandbox } = await openObserved(t, { threads: 1 })
  const deployment = await deploy(waitingWorkflow)
  const garbage = [
    undefined,
    'ended',
    {},
    { kind: 'ended', run: 0 },
    { kind: 'ready', extra: 1 },
    { kind: 'call', run: -1 },
  ]
  for (const [index, message] of garbage.entries()) {
    const running = invoke(deployment, { event: { n: index } })
    threads.at(-1)?.emit('message', message)
    assert.equal(claimsOf(await running)['n'], index)
    assert.equal(sandbox.stats().threadsLost, index + 1)
  }
})

test('a thread that is sent what it cannot read ends, and is replaced', async (t) => {
  const { run, sandbox, causes } = await openObserved(t, { threads: 1 })
  await run('')
  const [thread] = threads
  assert.ok(thread)
  const exited = new Promise((resolve) => thread.once('exit', resolve))
  thread.postMessage({ kind: 'run', run: 'all of them' })
  await exited
  assert.deepEqual(claimsOf(await run(`kinde.accessToken.setCustomClaim('a', 1)`)), { a: 1 })
  assert.equal(sandbox.stats().threadsLost, 1)
  assert.equal(causes.length, 1)
})

test('forged messages of another thread, or about runs that have ended, reach no run (SBX-53)', async (t) => {
  const { deploy, invoke, sandbox } = await openObserved(t, { threads: 2 })
  const deployment = await deploy(waitingWorkflow)
  const running = invoke(deployment, { event: { n: 'real' } })
  const forged = {
    kind: 'ended',
    outcome: { kind: 'completed', claimsJson: '{"accessToken":{"n":"forged"}}' },
    log: [],
    reservedAttempts: [],
    deliveries: [],
    runningMs: 0,
  }
  for (const run of [0, 1, 2, 99]) threads[1]?.emit('message', { ...forged, run })
  for (const run of [0, 1, 2, 99])
    threads[1]?.emit('message', {
      kind: 'call',
      run,
      call: 0,
      callKind: 'fetch',
      request: '{}',
      deliveries: [],
    })
  for (const run of [0, 1, 2, 99]) threads[1]?.emit('message', { kind: 'moved', run, deliveries: [] })
  assert.equal(claimsOf(await running)['n'], 'real')
  threads[0]?.emit('message', { ...forged, run: 0 })
  assert.equal(claimsOf(await invoke(deployment, { event: { n: 'next' } }))['n'], 'next')
  assert.equal(sandbox.stats().threadsLost, 0)
})

test('only the thread that was asked to prepare can answer', async (t) => {
  const { sandbox } = await openObserved(t, { threads: 2 })
  const inspecting = sandbox.inspect('exports.default = () => {}')
  const forged = { kind: 'inspected', request: 1, exports: '{"defaultExport":"other","settings":null}' }
  threads[1]?.emit('message', forged)
  assert.equal((await inspecting).defaultExport, 'function')
})

test('a host that stood still itself terminates no thread', async (t) => {
  const { sandbox, run } = await openObserved(t, { threads: 1 })
  await run('')
  const running = run('await new Promise((resolve) => setTimeout(resolve, 30))', {
    limits: { wallClockMs: 200 },
  })
  await run('')
  for (const until = performance.now() + 1_400; performance.now() < until;);
  assert.match((await running).outcome.kind, /^(completed|wall-clock-exceeded)$/)
  await run('')
  assert.equal(sandbox.stats().threadsLost, 0)
})

test('a closed sandbox answers everything: runs as busy, preparations as sandbox_busy', async (t) => {
  const { deploy, invoke, sandbox } = await openObserved(t, { threads: 1 })
  const deployment = await deploy(waitingWorkflow)
  const running = invoke(deployment)
  const source = {
    code: 'exports.default = () => {}',
    bindings: [],
    reservedClaims: {},
    secureFetchEncoding: 'base64',
  } as const
  const closed = { code: 'sandbox_busy', message: 'the sandbox is closed' }
  const preparing = assert.rejects(sandbox.prepare(source), closed)
  await sandbox.close()
  assert.deepEqual((await running).outcome, { kind: 'busy' })
  await preparing
  assert.deepEqual((await invoke(deployment)).outcome, { kind: 'busy' })
  await assert.rejects(sandbox.prepare(source), closed)
  await assert.rejects(sandbox.inspect('exports.default = 1'), closed)
})

test('more runs than the queue holds end as busy at once, the others complete', async (t) => {
  const { deploy, invoke, sandbox } = await openObserved(t, {
    threads: 1,
    mostRunsPerThread: 2,
    mostQueuedRuns: 3,
  })
  const deployment = await deploy(waitingWorkflow)
  const all = Array.from({ length: 8 }, (_, n) => invoke(deployment, { event: { n } }))
  assert.deepEqual([sandbox.stats().inFlight, sandbox.stats().queued], [2, 3])
  const kinds = (await Promise.all(all)).map(({ outcome }) => outcome.kind)
  assert.deepEqual(kinds, [
    ...Array.from({ length: 5 }, () => 'completed'),
    ...Array.from({ length: 3 }, () => 'busy'),
  ])
})

test('a thread that does not come back from a native of the engine is terminated; the runs beside it complete elsewhere', async (t) => {
  const { deploy, invoke, sandbox, causes } = await openObserved(t, { threads: 2 })
  const stuck = await deploy(workflow(`'a'.repeat(5_000_000).includes('a'.repeat(2_500_000) + 'b')`))
  const waiting = await deploy(waitingWorkflow)
  const beside = Array.from({ length: 10 }, (_, n) =>
    invoke(waiting, { event: { n }, limits: { wallClockMs: 20_000 } }),
  )
  const lost = await invoke(stuck, { limits: { runningTimeMs: 100 } })
  assert.deepEqual(
    (await Promise.all(beside)).map((result) => claimsOf(result)['n']),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  )
  assert.deepEqual(lost.outcome, { kind: 'running-time-exceeded' })
  assert.equal(sandbox.stats().threadsLost, 1)
  assert.deepEqual(causes, ['the thread did not come back from the engine'])
  assert.equal(claimsOf(await invoke(waiting, { event: { n: 'next' } }))['n'], 'next')
})

describe('D4: runs beside one that does not come back', () => {
  const wedging = workflow(`
    await new Promise((resolve) => setTimeout(resolve, event.afterMs))
    'a'.repeat(5_000_000).includes('a'.repeat(2_500_000) + 'b')`)
  const limits = { wallClockMs: 120_000, callMs: 120_000 }

  test('complete all, also when half of all runs do not come back', async (t) => {
    const { deploy, invoke } = await openObserved(t, { threads: 2, unresponsiveGraceMs: 50 })
    const [stuck, waiting] = [await deploy(wedging), await deploy(waitingWorkflow)]
    const all = Array.from({ length: 22 }, (_, n) => [
      invoke(stuck, { event: { afterMs: n }, limits: { ...limits, runningTimeMs: 100 } }),
      invoke(waiting, { event: { n }, limits }),
    ])
    const kinds = await Promise.all(all.flat().map(async (run) => (await run).outcome.kind))
    assert.deepEqual(
      kinds,
      all.flatMap(() => ['running-time-exceeded', 'completed']),
    )
  })

  test('are moved when they have made calls: no call is made twice, and a replay gives the same', async (t) => {
    const release = Promise.withResolvers<void>()
    const stuckFor = Promise.withResolvers<void>()
    const server = await startHttpServer(t, async ({ url }) => {
      if (url.pathname === '/third') {
        stuckFor.resolve()
        await release.promise
      }
      return { json: { path: url.pathname } }
    })
    const { deploy, invoke, sandbox } = await openObserved(t, {
      threads: 1,
      hostCalls: { allow: [server.host] },
    })
    const stuck = await deploy(wedging)
    const calling = await deploy(
      workflow(`
        const first = await kinde.fetch('${server.origin}/first?at=' + Date.now())
        await new Promise((resolve) => setTimeout(resolve, 20))
        const [second] = await Promise.all([
          kinde.fetch('${server.origin}/second?at=' + Date.now() + '&random=' + Math.random()),
          new Promise((resolve) => setTimeout(resolve, 5)),
        ])
        const third = await kinde.fetch('${server.origin}/third?at=' + Date.now())
        kinde.accessToken.setCustomClaim('seen', [first, second, third].map(({ json }) => json.path))
        kinde.accessToken.setCustomClaim('at', Date.now())`),
    )
    const beside = invoke(calling, { limits })
    await stuckFor.promise
    const wedged = await invoke(stuck, { event: { afterMs: 0 }, limits: { ...limits, runningTimeMs: 100 } })
    assert.equal(wedged.outcome.kind, 'running-time-exceeded')
    release.resolve()
    const result = await beside
    assert.deepEqual(claimsOf(result)['seen'], ['/first', '/second', '/third'])
    assert.deepEqual(
      server.requests.map(({ url }) => url.pathname),
      ['/first', '/second', '/third'],
    )
    assert.equal(sandbox.stats().threadsLost, 1)
    const replayed = await invoke(calling, { limits, replay: result.recording })
    assert.deepEqual(replayed.outcome, result.outcome)
    assert.equal(server.requests.length, 3)
  })
})

test('a sandbox whose threads do not start any more says that it is closed; one that lost many and has one that works goes on', async (t) => {
  const { deploy, invoke, sandbox } = await openObserved(t, { threads: 2 })
  const deployment = await deploy(workflow(`kinde.accessToken.setCustomClaim('n', 1)`))
  for (let losses = 0; losses < 8; losses += 1) {
    const exited = threads.at(-1)
    assert.ok(exited)
    await exited.terminate()
    assert.equal((await invoke(deployment)).outcome.kind, 'completed')
  }
  assert.equal(sandbox.stats().isOpen, true)

  const endAtOnce = (worker: Worker) => void worker.terminate()
  process.on('worker', endAtOnce)
  t.after(() => process.off('worker', endAtOnce))
  await Promise.all(threads.map((worker) => worker.terminate()))
  const kinds: string[] = []
  while (kinds.at(-1) !== 'busy' && kinds.length < 20) kinds.push((await invoke(deployment)).outcome.kind)
  assert.equal(kinds.at(-1), 'busy')
  assert.equal(sandbox.stats().isOpen, false)
})
