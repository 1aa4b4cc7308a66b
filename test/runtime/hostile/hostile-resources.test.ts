// What hostile workflows leave behind in the host when they come in numbers: memory, sockets, calls after the end; and
// sources that are themselves the attack (SBX-11, SBX-14, SBX-15, SBX-24, SBX-27, SBX-75).
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { after, before, test } from 'node:test'
import { AppError } from '../../../src/errors/index.ts'
import { HostileHost } from './hostile-host.ts'
import { openListeners, type Listeners } from './listeners.ts'

let host: HostileHost
let listeners: Listeners

before(async () => {
  listeners = await openListeners()
  host = await HostileHost.open([listeners.allowed])
})

after(async () => {
  await host.assertUnharmed()
  await host.close()
  await listeners.close()
})

const workflow = (body: string) => host.prepare(`exports.default = async function () { ${body} }`)

test("eighty runs that use all their memory leave no trace in the host's (SBX-15, SBX-27)", async () => {
  const bomb = await workflow(`const kept = []; for (;;) kept.push(new Uint8Array(1_000_000).fill(1))`)
  const rssBefore = process.memoryUsage.rss()
  for (let round = 0; round < 80; round++) {
    const { outcome } = await host.run(bomb)
    assert.equal(outcome.kind, 'memory-exceeded')
  }
  const grownMegabytes = (process.memoryUsage.rss() - rssBefore) / 1024 / 1024
  assert.ok(grownMegabytes < 300, `grew by ${grownMegabytes.toFixed()} MB`)
})

test('twenty runs that loop at the same time all end in time, and so do the good ones among them', async () => {
  const loop = await workflow('for (;;) await null')
  const before = process.cpuUsage()
  const runs = Array.from({ length: 20 }, () =>
    host.sandbox.invoke(host.invocation(loop, { runningTimeMs: 40 })),
  )
  const [results] = await Promise.all([Promise.all(runs), host.assertUnharmed()])
  for (const { outcome } of results) {
    assert.ok(
      outcome.kind === 'running-time-exceeded' || outcome.kind === 'wall-clock-exceeded',
      outcome.kind,
    )
  }
  const { user, system } = process.cpuUsage(before)
  assert.ok(user + system < 2_500_000, `${user + system} µs of processor time`)
})

test('two thousand runs at once are all answered, the surplus as busy (SBX-14)', async () => {
  const deployment = await workflow(`await new Promise((resolve) => setTimeout(resolve, 20))`)
  const results = await Promise.all(
    Array.from({ length: 2_000 }, () => host.sandbox.invoke(host.invocation(deployment))),
  )
  const kinds = new Set(results.map(({ outcome }) => outcome.kind))
  assert.deepEqual([...kinds].toSorted(), ['busy', 'completed'])
  assert.equal(host.sandbox.stats().queued, 0)
})

test('calls that are under way when a run ends are cut, and none starts after it (SBX-11, SBX-75)', async () => {
  const deployment = await workflow(`
    for (let call = 0; call < 18; call++) kinde.fetch('http://${listeners.allowed}/never')
    await kinde.fetch('http://${listeners.allowed}/until-held/18')
    setInterval(() => kinde.fetch('http://${listeners.allowed}/after'), 1)
    throw new Error('done')`)
  const { outcome, calls } = await host.run(deployment)
  assert.equal(outcome.kind, 'threw')
  assert.equal(calls.length, 19)
  await listeners.idle()
  assert.equal(listeners.requestsTo('/never'), 18)
  assert.equal(listeners.requestsTo('/after'), 0)
})

const sources = {
  'a file of ten megabytes': `export default async function () { return '${'x'.repeat(10_000_000)}' }`,
  'twenty thousand nested brackets': `export default async () => ${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  'a million nested parentheses': `export default async () => ${'('.repeat(1_000_000)}1${')'.repeat(1_000_000)}`,
  'a hundred thousand nested functions': `export default async () => ${'() => '.repeat(100_000)} 1`,
  'an expression of a million operands': `export default async () => ${'1 + '.repeat(1_000_000)} 1`,
}

for (const [what, source] of Object.entries(sources)) {
  test(`refuses or survives ${what} (SBX-24)`, { timeout: 300_000 }, async (t) => {
    const folder = await mkdtemp(`${tmpdir()}/hostile-`)
    t.after(() => rm(folder, { recursive: true }))
    const settings = `export const workflowSettings = { id: 'x', trigger: 'user:tokens_generation' }\n`
    await writeFile(`${folder}/hugeWorkflow.ts`, settings + source)
    try {
      const { outcome } = await host.run(await host.build(`${folder}/hugeWorkflow.ts`, folder))
      assert.notEqual(outcome.kind, 'crashed')
    } catch (error) {
      assert.ok(error instanceof AppError, String(error).slice(0, 500))
      assert.ok(error.message.length < 5_000)
    }
    await host.assertUnharmed()
  })
}

const scripts = {
  'twenty thousand nested brackets': `exports.default = ${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  'a million nested parentheses': `exports.default = ${'('.repeat(1_000_000)}1${')'.repeat(1_000_000)}`,
  'a class with two hundred thousand members': `exports.default = class { ${'a(){}'.repeat(200_000)} }`,
  'a regular expression of a megabyte': `exports.default = () => /${'(a|b)*'.repeat(150_000)}/`,
}

for (const [what, code] of Object.entries(scripts)) {
  test(`the sandbox itself refuses or survives ${what} (SBX-24)`, { timeout: 300_000 }, async () => {
    await host.prepare(code).catch((error: unknown) => {
      assert.ok(error instanceof AppError, String(error).slice(0, 500))
      assert.notEqual(error.code, 'sandbox_crashed', error.message)
    })
    await host.assertUnharmed()
  })
}
