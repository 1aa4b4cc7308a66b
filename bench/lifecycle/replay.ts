// `node bench/lifecycle/replay.ts [--invocations N] [--quick]`: replaying recorded invocations out of SQLite with another version, and what
// keeping a recording adds to writing the record of an invocation. Prints seconds, and microseconds for each invocation.
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { randomUUIDv7 } from 'node:crypto'
import { parseArgs } from 'node:util'
import { replayMany } from '../../src/replays/index.ts'
import { defaultLimits, openSandbox } from '../../src/runtime/index.ts'
import { openStore, type InvocationRecord, type InvocationRecording } from '../../src/store/index.ts'
import { openMint, parseTokenEvent, reservedClaims, sampleClaims } from '../../src/tokens/index.ts'
import { userTokensEvent } from '../../src/triggers/index.ts'
import { openLiveProject } from '../../src/workflows/index.ts'

const { values: options } = parseArgs({
  options: { invocations: { type: 'string' }, quick: { type: 'boolean' } },
})
const count = Number(options.invocations ?? (options.quick === true ? 200 : 1_000))

const source = (plan: string) => `
export const workflowSettings = { id: 'plan', trigger: 'user:tokens_generation', bindings: { 'kinde.accessToken': {} } }
export default async function () {
  kinde.accessToken.setCustomClaim('plan', ${plan})
  kinde.accessToken.setCustomClaim('at', [Date.now(), Math.random()])
}
`

const folder = await mkdtemp(join(tmpdir(), 'mintage-bench-'))
const sandbox = await openSandbox({ threads: availableParallelism() })
try {
  const store = await openStore({
    location: { kind: 'sqlite', file: join(folder, 'mintage.db') },
    masterKey: Buffer.alloc(32, 1),
  })
  const project = async (name: string, plan: string) => {
    const dir = join(folder, name)
    await mkdir(join(dir, 'src/environment/workflows'), { recursive: true })
    await writeFile(join(dir, 'kinde.json'), '{"rootDir": "src"}')
    await writeFile(join(dir, 'src/environment/workflows/planWorkflow.ts'), source(plan))
    return openLiveProject(dir, sandbox, { reservedClaims })
  }
  const [live, next] = [await project('live', "'free'"), await project('next', "'pro'")]
  const kept: { readonly record: InvocationRecord; readonly recording: InvocationRecording }[] = []
  const mint = openMint({
    sandbox,
    serving: (trigger) => live.serving(trigger),
    environment: () => Promise.resolve({}),
    record(record, recorded) {
      const { run, environment } = recorded()
      kept.push({ record, recording: { run, environment } })
    },
    limits: defaultLimits,
    strictClaims: false,
    newInvocationId: () => `inv_${randomUUIDv7()}`,
    nowMs: Date.now,
  })
  for (let index = 0; index < count; index += 1) {
    const { json } = userTokensEvent({
      issuer: 'https://id.example.com',
      origin: 'refresh_token_request',
      grantType: 'refresh_token',
      isExistingSession: true,
      connectionId: null,
      clientId: 'app',
      userId: `kp_${index}`,
      identityId: null,
      organizationCode: null,
      audiences: [],
      scopes: ['openid'],
      authUrlParams: {},
      ip: '192.0.2.1',
      userAgent: null,
    })
    const event = parseTokenEvent(json, 'user:tokens_generation', 'event')
    // oxlint-disable-next-line no-await-in-loop -- as many as there are, one after the other
    await mint.decide({ event, before: sampleClaims(event) })
  }
  const written = async (withRecording: boolean) => {
    const from = performance.now()
    for (const { record, recording } of kept)
      store.invocations.append(
        { ...record, id: `inv_${randomUUIDv7()}` },
        withRecording ? recording : undefined,
      )
    await store.invocations.flush()
    return ((performance.now() - from) * 1_000) / count
  }
  const without = await written(false)
  const withRecordings = await written(true)
  const from = performance.now()
  const report = await replayMany({
    store,
    sandbox,
    deploymentId: next.serving('user:tokens_generation')?.id ?? null,
    serving: (trigger) => Promise.resolve(next.serving(trigger)),
    filter: {},
    last: count,
  })
  const seconds = (performance.now() - from) / 1_000
  console.log(`replayed ${report.replayed} of ${count}, ${report.differing} differ: ${seconds.toFixed(2)} s`)
  console.log(
    `writing an invocation: ${without.toFixed(0)} µs, with its recording ${withRecordings.toFixed(0)} µs`,
  )
  await store.close()
} finally {
  await sandbox.close()
  await rm(folder, { recursive: true, force: true })
}
