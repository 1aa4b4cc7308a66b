// `node bench/lifecycle/rehearsal.ts [--users N] [--quick]`: rehearsing the users of a directory on SQLite, with what is live and with a
// candidate. Prints users per second and the memory at each quarter. The directory has one application and one organization for each user.
// What of the memory is in use is read after a full collection at the start and at the end; between them V8 collects when it wants to.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { fullPace, openArena, rehearse } from '../../src/rehearsal/index.ts'
import { defaultLimits } from '../../src/runtime/index.ts'
import { openStore } from '../../src/store/index.ts'
import { reservedClaims } from '../../src/tokens/index.ts'
import { buildProject, deploymentId, findProject, type ServingDeployment } from '../../src/workflows/index.ts'
import { directoryFixture, webClient } from '../../test/harness/directory-fixture.ts'
import { manyUsers } from '../issuer/many-users.ts'
import { tokensWorkflow } from '../tokens-workflow.ts'

const { values: options } = parseArgs({ options: { users: { type: 'string' }, quick: { type: 'boolean' } } })
const users = Number(options.users ?? (options.quick === true ? 5_000 : 100_000))
const mebibytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(0)} MiB`
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const folder = await mkdtemp(join(tmpdir(), 'mintage-bench-'))
const arena = await openArena(defaultLimits.memoryBytes)
try {
  const store = await openStore({
    location: { kind: 'sqlite', file: join(folder, 'mintage.db') },
    masterKey: new Uint8Array(32).fill(1),
  })
  await store.commit(await directoryFixture())
  for (const batch of manyUsers(users)) await store.commit(batch)
  const live = await deployed('live', `'gold'`)
  const candidate = await deployed('candidate', `event.context.user.id.endsWith('0') ? 'silver' : 'gold'`)

  const resident: number[] = []
  const usedBefore = used()
  const from = performance.now()
  const report = await rehearse(
    {
      users: { kind: 'all' },
      clientIds: [webClient.id],
      scopes: ['openid', 'profile', 'email'],
      audiences: [],
      budgetBytes: 4_096,
    },
    {
      directory: store.directory,
      sandbox: arena,
      live,
      candidate,
      machines: { live: undefined, candidate: undefined },
      environment: {},
      limits: defaultLimits,
      strictClaims: false,
      answers: {},
      issuer: 'http://localhost:3000',
      nowMs: () => store.nowMs(),
      pace: fullPace,
      signal: new AbortController().signal,
      onProgress: ({ users: done, ofUsers }) => {
        if (done >= (ofUsers * (resident.length + 1)) / 4) resident.push(process.memoryUsage.rss())
      },
    },
  )
  const seconds = (performance.now() - from) / 1_000
  console.log(
    `users rehearsed: ${String(report.users)}, changed: ${String(report.changed)}, failed: ${String(report.failed.candidate)}`,
  )
  console.log(`users per second: ${(report.users / seconds).toFixed(0)} (goal: at least 2,000)`)
  console.log(`resident after each quarter: ${resident.map(mebibytes).join(', ')} (goal: flat)`)
  console.log(`heap in use before and after: ${mebibytes(usedBefore)}, ${mebibytes(used())}`)
  await store.close()
} finally {
  await arena.close()
  await rm(folder, { recursive: true })
}

function used(): number {
  collect()
  return process.memoryUsage().heapUsed
}

async function deployed(name: string, plan: string): Promise<ServingDeployment> {
  const project = join(folder, name)
  const workflows = join(project, 'kindeSrc', 'environment', 'workflows')
  await mkdir(workflows, { recursive: true })
  await writeFile(join(project, 'kinde.json'), '{ "version": "2024-12-09", "rootDir": "kindeSrc" }')
  await writeFile(join(workflows, 'tokensWorkflow.ts'), tokensWorkflow(plan))
  const { deployments, failures } = await buildProject(await findProject(project), arena, { reservedClaims })
  const [first, ...others] = deployments
  if (!first) throw failures[0] ?? new Error('The project has no workflow.')
  return { id: deploymentId(deployments), workflows: [first, ...others] }
}
