// `node bench/lifecycle/deployment.ts [--quick]`: how long after its upload a deployment serves on each of two replicas on one Postgres. The
// time runs from the sending of the upload, so storing, checking and preparing are in it.
import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import type { Lifetime } from '../../test/harness/http-server.ts'
import { managementProject } from '../../test/harness/management-project.ts'
import { startPostgres } from '../../test/harness/postgres.ts'
import { openTestServer } from '../../test/harness/running-server.ts'
import { makeLive, untilServed, upload } from '../../test/harness/uploads.ts'

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' } } })
const rounds = options.quick === true ? 5 : 30

const cleanUps: (() => Promise<void>)[] = []
const lifetime: Lifetime = { after: (cleanUp) => void cleanUps.push(cleanUp) }
try {
  const postgres = await startPostgres(lifetime)
  const shared = {
    projectDir: await managementProject(lifetime),
    isDemo: false,
    databaseUrl: await postgres.createDatabase(),
    masterKey: randomBytes(32).toString('base64'),
  }
  const { server: one } = await openTestServer(lifetime, { settings: shared })
  const { server: two } = await openTestServer(lifetime, { settings: { ...shared, issuer: one.issuer } })
  const other = `http://localhost:${String(two.port)}`

  const tookMs: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const version = `round ${String(round)}`
    const from = performance.now()
    await makeLive(one.issuer, upload(version))
    await Promise.all([one.issuer, other].map((origin) => untilServed(origin, version)))
    tookMs.push(performance.now() - from)
  }
  const sorted = tookMs.toSorted((a, b) => a - b)
  const at = (part: number) => (sorted[Math.ceil(sorted.length * part) - 1] ?? 0).toFixed(0)
  console.log(`deployments: ${String(rounds)}, on two replicas`)
  console.log(`upload to live on both: p50 ${at(0.5)} ms, slowest ${at(1)} ms (goal: at most 1,000 ms)`)
} finally {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp()
}
