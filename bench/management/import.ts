// `node bench/management/import.ts [--users N] [--quick]`: `mintage import` of users with bcrypt hashes, into SQLite and into Postgres, in one run.
// Prints users per second and how far the memory grew. Goals: 2,000 a second on SQLite, 1,000 on Postgres.
import { mkdtemp, rm } from 'node:fs/promises'
import { createWriteStream } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { openStore, type StoreOptions } from '../../src/store/index.ts'
import { openKindeExport, runImport } from '../../src/transfer/index.ts'
import { startPostgres } from '../../test/harness/postgres.ts'

const { values: options } = parseArgs({ options: { users: { type: 'string' }, quick: { type: 'boolean' } } })
const users = Number(options.users ?? (options.quick === true ? 10_000 : 100_000))

const ends: (() => unknown)[] = []
const lifetime = { after: (end: () => unknown) => void ends.push(end) }
const folder = await mkdtemp(join(tmpdir(), 'mintage-bench-'))
lifetime.after(() => rm(folder, { recursive: true, force: true }))
try {
  const file = join(folder, 'users.ndjson')
  const output = createWriteStream(file)
  for (let index = 0; index < users; index += 1)
    output.write(
      `${JSON.stringify({
        id: `kp_${index.toString(16).padStart(32, '0')}`,
        email: `person-${index}@example.com`,
        first_name: `First ${index}`,
        created_on: '2025-01-01T00:00:00Z',
        email_verified: true,
        password: {
          hashed_password: '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy',
          hashing_algorithm: 'bcrypt',
        },
      })}\n`,
    )
  output.end()
  await finished(output)
  await measured('SQLite', { kind: 'sqlite', file: join(folder, 'mintage.db') }, file)
  const postgres = await startPostgres(lifetime)
  await measured('Postgres', { kind: 'postgres', url: await postgres.createDatabase() }, file)
} finally {
  for (const end of ends.toReversed()) await end()
}

async function measured(name: string, location: StoreOptions['location'], file: string): Promise<void> {
  const store = await openStore({ location, masterKey: Buffer.alloc(32, 1) })
  const from = performance.now()
  const memory: number[] = []
  const { report } = await runImport(await openKindeExport(file), {
    store,
    from: 'kinde',
    isDryRun: false,
    onProgress: () => void memory.push(process.memoryUsage.rss()),
    onRemark: () => {},
    signal: new AbortController().signal,
  })
  const seconds = (performance.now() - from) / 1_000
  await store.close()
  const mib = (bytes = 0) => Math.round(bytes / 1024 / 1024)
  const [first] = memory.slice(Math.floor(memory.length / 10))
  console.log(
    `${name}: ${report.users.created} users in ${seconds.toFixed(1)} s, ${Math.round(users / seconds)} a second; memory ${mib(first)} → ${mib(memory.at(-1))} MiB`,
  )
}
