// `node bench/store.ts [--users N]`: what durable commits on SQLite cost next to synchronous=FULL, and whether the subject of a
// token costs more in a large directory. Ratios within one run; docs/decisions/0010-durable-commits.md reads them.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import {
  anArtifact,
  anIdentity,
  aMembership,
  anOrganization,
  aUser,
  hashOf,
} from '../src/store/contract/samples.ts'
import { openStore, type ArtifactChange, type Change, type Store } from '../src/store/index.ts'
import { SealedBox } from '../src/store/sealed-box.ts'
import { changeWrites } from '../src/store/sql/change-writes.ts'
import type { Database } from '../src/store/sql/database.ts'
import { SqliteDatabase } from '../src/store/sqlite/sqlite-database.ts'

const { values: options } = parseArgs({ options: { users: { type: 'string', default: '100000' } } })
const masterKey = new Uint8Array(32).fill(1)
const commits = 5_000

const folder = await mkdtemp(join(tmpdir(), 'mintage-bench-store-'))
try {
  console.log(`A commit consumes a refresh token and puts its successor (2 KB). ${commits} commits each.\n`)
  console.log('| | in flight | commits/s | p50 ms | p99 ms | longest turn of the event loop, ms |')
  console.log('| --- | --- | --- | --- | --- | --- |')
  for (const inFlight of [1, 50]) {
    await row('ours: NORMAL and a shared flush', inFlight, 'pragma synchronous = normal', 'durable')
    await row('synchronous=FULL', inFlight, 'pragma synchronous = full', 'lazy')
    await row('not durable: NORMAL', inFlight, 'pragma synchronous = normal', 'lazy')
  }
  await growth(Number(options.users))
} finally {
  await rm(folder, { recursive: true })
}

async function row(
  name: string,
  inFlight: number,
  pragma: string,
  durability: 'durable' | 'lazy',
): Promise<void> {
  const file = join(folder, `${pragma}-${durability}-${inFlight}.db`.replaceAll(' ', '_'))
  const schema = await openStore({ location: { kind: 'sqlite', file }, masterKey })
  const connection = new DatabaseSync(file)
  connection.exec(`${pragma}; pragma cache_size = -65536`)
  const database = await SqliteDatabase.on(file, connection)
  const { perSecond, p50, p99, longestTurnMs } = await measureCommits(database, durability, inFlight)
  const numbers = [p50, p99, longestTurnMs].map((ms) => ms.toFixed(2)).join(' | ')
  console.log(`| ${name} | ${inFlight} | ${perSecond.toFixed(0)} | ${numbers} |`)
  await database.close()
  await schema.close()
}

async function measureCommits(database: Database, durability: 'durable' | 'lazy', inFlight: number) {
  const { writesOf } = changeWrites(database, new SealedBox(masterKey))
  const commit = (changes: readonly ArtifactChange[]) =>
    database.commit(
      changes.flatMap((change) => writesOf(change)),
      durability,
    )
  for (let lane = 0; lane < inFlight; lane++) await commit([put(`${lane}-0`)])
  const took: number[] = []
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const startedAt = performance.now()
  await Promise.all(
    Array.from({ length: inFlight }, async (_, lane) => {
      for (let turn = 0; turn < commits / inFlight; turn++) {
        const begin = performance.now()
        const old = hashOf(`${lane}-${turn}`)
        const next = `${lane}-${turn + 1}`
        await commit([
          put(next),
          {
            kind: 'consume-artifact',
            model: 'RefreshToken',
            idHash: old,
            atMs: 1,
            successorIdHash: hashOf(next),
          },
        ])
        took.push(performance.now() - begin)
      }
    }),
  )
  const seconds = (performance.now() - startedAt) / 1_000
  delay.disable()
  took.sort((a, b) => a - b)
  const at = (share: number) => took[Math.floor(took.length * share)] ?? 0
  return { perSecond: took.length / seconds, p50: at(0.5), p99: at(0.99), longestTurnMs: delay.max / 1e6 }
}

function put(id: string): ArtifactChange {
  const payload = { jti: 'x'.repeat(43), claims: 'x'.repeat(2_000) }
  const expiresAtMs = 1_000_000 + id.length
  return {
    kind: 'put-artifact',
    artifact: anArtifact(id, {
      payload,
      grantId: `grant-${id.split('-')[0]}`,
      accountId: 'kp_1',
      expiresAtMs,
    }),
  }
}

async function growth(users: number): Promise<void> {
  const store = await openStore({ location: { kind: 'sqlite', file: join(folder, 'growth.db') }, masterKey })
  await store.commit([{ kind: 'add-organization', organization: anOrganization('org_1') }])
  console.log('\n| users | subject of a token, µs | artifact by id, µs |\n| --- | --- | --- |')
  let seeded = 0
  for (const size of [1_000, users]) {
    const startedAt = performance.now()
    for (; seeded < size; seeded += seedStep(seeded)) await seed(store, seeded, seedStep(seeded))
    const seconds = (performance.now() - startedAt) / 1_000
    const subject = await medianMicroseconds(
      (user) => store.directory.tokenSubject(userId(user), 'org_1'),
      size,
    )
    const found = await medianMicroseconds(
      (user) => store.artifacts.find('RefreshToken', hashOf(userId(user))),
      size,
    )
    console.log(`| ${size} | ${subject.toFixed(1)} | ${found.toFixed(1)} | seeded in ${seconds.toFixed(1)} s`)
  }
  await store.close()
}

/** The larger a batch, the seldomer the same page is written again. */
function seedStep(seeded: number): number {
  return Math.max(1_000, Math.min(seeded, 20_000))
}

/** Users and a refresh token of each, in one commit. */
async function seed({ commit }: Store, from: number, count: number): Promise<void> {
  const ids = Array.from({ length: count }, (_, index) => userId(from + index))
  await commit(
    ids.flatMap((id): Change[] => [
      { kind: 'add-user', user: aUser(id) },
      { kind: 'add-identity', identity: anIdentity(id, `${id}@example.com`, { id: `identity_${id}` }) },
      { kind: 'add-membership', membership: aMembership('org_1', id) },
      {
        kind: 'put-artifact',
        artifact: anArtifact(id, { accountId: id, grantId: id, expiresAtMs: 9e12 }),
      },
    ]),
  )
}

/** Spread over the directory as real ids are. */
function userId(index: number): string {
  return `kp_${hashOf(String(index)).slice(0, 32)}`
}

async function medianMicroseconds(read: (user: number) => Promise<unknown>, users: number): Promise<number> {
  const took: number[] = []
  for (let turn = 0; turn < 20_000; turn++) {
    const user = (turn * 7_919) % users
    const begin = performance.now()
    await read(user)
    took.push((performance.now() - begin) * 1_000)
  }
  return took.sort((a, b) => a - b)[took.length >> 1] ?? 0
}
