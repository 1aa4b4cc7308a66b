// Connects to Postgres and brings its schema up to date under an advisory lock: of two processes that start at once, one migrates
// and the other finds it done.
import type { FoldedLog } from '../folded-log.ts'
import { migrations } from '../migrations/index.ts'
import type { ColumnTypes, Migration } from '../migrations/migration.ts'
import {
  assertServes,
  historyTable,
  oldestServing,
  oldestServingName,
  pendingMigrations,
  type AppliedMigration,
} from '../migrations/plan.ts'
import type { Database } from '../sql/database.ts'
import { openingFailed } from '../store-error.ts'
import { DatabaseClock } from './database-clock.ts'
import type { Lease } from './host-pool.ts'
import { parsePostgresAddress, type PostgresAddress } from './postgres-address.ts'
import { PostgresConnections, type ConnectionsDeps } from './postgres-connections.ts'
import { PostgresDatabase, postgresBuilder } from './postgres-database.ts'
import { postgresError } from './postgres-error.ts'

export const postgresColumnTypes: ColumnTypes = {
  text: 'text collate "C"',
  integer: 'bigint',
  real: 'double precision',
  sequence: 'bigint generated always as identity primary key',
  keyedTable: '',
  table: '',
  trigger: ({ name, after, statement }) => [
    // It outlives the tables that a restore drops.
    `create or replace function ${name}() returns trigger language plpgsql as $$ begin ${statement}; return null; end $$`,
    `create trigger ${name} after ${after} for each row execute function ${name}()`,
  ],
}

const migrationTimeoutMs = 600_000
/** Other replicas give back connections that they have not used for ten seconds. */
const startPatienceMs = 15_000

/** Any number that other software in the same database is unlikely to lock. */
export const migrationLock = 7_461_902_385

export interface OpenedPostgres {
  readonly database: Database
  /** By the clock of the database. */
  readonly nowMs: () => number
}

export async function openPostgres(url: string, nowMs: number, log: FoldedLog): Promise<OpenedPostgres> {
  const address = parsePostgresAddress(url)
  const { description } = address
  const clock = new DatabaseClock({ onSkew: (event, skewMs) => log.tell(event, { skewMs }) })
  const deps = { clock, log }
  try {
    await bringUpToDate(address, nowMs, deps)
  } catch (error) {
    throw openingFailed(postgresError(error), description)
  }
  const connections = new PostgresConnections(address, deps)
  return {
    database: new PostgresDatabase({ connections, clock, description }),
    nowMs: () => clock.nowMs(),
  }
}

/** By a connection of its own: a migration, or the wait for another process that runs it, may take its time. */
async function bringUpToDate(address: PostgresAddress, nowMs: number, deps: ConnectionsDeps): Promise<void> {
  const connections = new PostgresConnections({ ...address, queryTimeoutMs: migrationTimeoutMs }, deps)
  try {
    const lease = await connections.connect(startPatienceMs)
    await migrate(lease.client, nowMs).then(
      () => lease.release(),
      (error: unknown) => {
        lease.release(error)
        throw error
      },
    )
  } finally {
    await connections.close()
  }
}

async function migrate(client: Lease['client'], nowMs: number): Promise<void> {
  await client.query('begin')
  try {
    await client.query('select pg_advisory_xact_lock($1)', [migrationLock])
    await applyMigrations(client, migrations, nowMs)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  }
}

/** In the transaction that is open, under the lock. */
export async function applyMigrations(
  client: Lease['client'],
  known: readonly Migration[],
  nowMs: number,
): Promise<void> {
  await client.query(historyTable(postgresColumnTypes))
  const { sql } = postgresBuilder
    .selectFrom('schema_migrations')
    .select(['id', 'name', 'hash'])
    .orderBy('id')
    .compile()
  const { rows } = await client.query<AppliedMigration>(sql)
  const pending = pendingMigrations(rows, known, postgresColumnTypes)
  for (const { statements, id, name, hash } of pending) {
    for (const statement of statements) await client.query(statement)
    await client.query(
      'insert into schema_migrations (id, name, hash, applied_at_ms) values ($1, $2, $3, $4)',
      [id, name, hash, nowMs],
    )
  }
  if (pending.length > 0) {
    await client.query(
      'insert into meta (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value',
      [oldestServingName, String(oldestServing(known))],
    )
  }
  const found = await client.query<{ value: string }>('select value from meta where name = $1', [
    oldestServingName,
  ])
  assertServes(rows, known, found.rows[0]?.value)
}
