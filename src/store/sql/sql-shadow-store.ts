// What shadows found, in SQL. Written in batches behind the runs; what is only counted becomes one row of a batch.
import type { FoldedLog } from '../folded-log.ts'
import { shadowVerdicts, type ShadowComparison, type ShadowStore } from '../shadow-store.ts'
import type { Database } from './database.ts'
import { parseJsonObject } from './json-column.ts'
import { pruneInBatches } from './prune.ts'
import { prepare } from './statement.ts'
import type { Tables } from './tables.ts'
import { WriteBehind } from './write-behind.ts'

type Row = Omit<Tables['shadow_comparisons'], 'sequence'>

export class SqlShadowStore implements ShadowStore {
  readonly #database: Database
  readonly #statements: ReturnType<typeof shadowStatements>
  readonly #behind: WriteBehind<ShadowComparison>

  constructor(database: Database, log: FoldedLog) {
    this.#database = database
    this.#statements = shadowStatements(database)
    this.#behind = new WriteBehind({
      write: (comparisons) => this.#write(comparisons),
      batchSize: 200,
      delayMs: 250,
      retryDelayMs: 1_000,
      capacity: 2_000,
      onFailed: (error) => log.count('shadow_comparisons_not_written', { error }),
      onLost: (count) => log.count('shadow_comparisons_lost', {}, count),
    })
  }

  append(comparison: ShadowComparison): void {
    this.#behind.add(comparison)
  }

  flush(): Promise<void> {
    return this.#behind.flush()
  }

  close(mostMs: number): Promise<void> {
    return this.#behind.close(mostMs)
  }

  async list(filter: Parameters<ShadowStore['list']>[0]): Promise<readonly ShadowComparison[]> {
    const slots = { deployment_id: filter.deploymentId, since_ms: filter.sinceMs, limit: filter.limit }
    const rows = await this.#database.all(this.#statements.list(slots))
    return rows.flatMap((row) => {
      const verdict = shadowVerdicts.find((known) => known === row.verdict)
      const place = { table: 'shadow_comparisons', row: row.deployment_id, column: 'details' }
      if (verdict === undefined) return []
      return [
        {
          atMs: row.at_ms,
          deploymentId: row.deployment_id,
          verdict,
          count: row.count,
          invocationId: row.invocation_id,
          userId: row.user_id,
          clientId: row.client_id,
          details: parseJsonObject(row.details, place),
        },
      ]
    })
  }

  async prune(
    { olderThanMs, keep }: Parameters<ShadowStore['prune']>[0],
    signal?: AbortSignal,
  ): Promise<number> {
    const { pruneByAge, newest, pruneUpTo } = this.#statements
    const byAge = await pruneInBatches(
      this.#database,
      (limit) => pruneByAge({ older_than_ms: olderThanMs, limit }),
      signal,
    )
    const [row] = await this.#database.all(newest({}))
    const sequence = (row?.sequence ?? 0) - keep
    return byAge + (await pruneInBatches(this.#database, (limit) => pruneUpTo({ sequence, limit }), signal))
  }

  async #write(comparisons: readonly ShadowComparison[]): Promise<void> {
    const statements = folded(comparisons).map((comparison) => this.#statements.insert(rowOf(comparison)))
    await this.#database.commit(
      statements.map((statement) => ({ statement })),
      'lazy',
    )
  }
}

/** One comparison for all that are only counted, of each deployment and verdict. */
function folded(comparisons: readonly ShadowComparison[]): readonly ShadowComparison[] {
  const counted = new Map<string, ShadowComparison>()
  const others: ShadowComparison[] = []
  for (const one of comparisons) {
    const key = `${one.verdict} ${one.deploymentId}`
    if (one.invocationId === null)
      counted.set(key, { ...one, count: one.count + (counted.get(key)?.count ?? 0) })
    else others.push(one)
  }
  return [...counted.values(), ...others]
}

function rowOf(comparison: ShadowComparison): Row {
  return {
    at_ms: comparison.atMs,
    deployment_id: comparison.deploymentId,
    verdict: comparison.verdict,
    count: comparison.count,
    invocation_id: comparison.invocationId,
    user_id: comparison.userId,
    client_id: comparison.clientId,
    details: JSON.stringify(comparison.details),
  }
}

function shadowStatements({ builder }: Database) {
  const prunable = () => builder.selectFrom('shadow_comparisons').select('sequence')
  return {
    insert: prepare((slot: Row) =>
      builder.insertInto('shadow_comparisons').values({
        at_ms: slot.at_ms,
        deployment_id: slot.deployment_id,
        verdict: slot.verdict,
        count: slot.count,
        invocation_id: slot.invocation_id,
        user_id: slot.user_id,
        client_id: slot.client_id,
        details: slot.details,
      }),
    ),
    list: prepare((slot: { deployment_id: string; since_ms: number; limit: number }) =>
      builder
        .selectFrom('shadow_comparisons')
        .selectAll()
        .where('deployment_id', '=', slot.deployment_id)
        .where('at_ms', '>=', slot.since_ms)
        .orderBy('sequence', 'desc')
        .limit(slot.limit),
    ),
    newest: prepare(() => prunable().orderBy('sequence', 'desc').limit(1)),
    pruneByAge: prepare((slot: { older_than_ms: number; limit: number }) =>
      builder
        .deleteFrom('shadow_comparisons')
        .where('sequence', 'in', () =>
          prunable().where('at_ms', '<', slot.older_than_ms).orderBy('sequence').limit(slot.limit),
        ),
    ),
    pruneUpTo: prepare((slot: { sequence: number; limit: number }) =>
      builder
        .deleteFrom('shadow_comparisons')
        .where('sequence', 'in', () =>
          prunable().where('sequence', '<=', slot.sequence).orderBy('sequence').limit(slot.limit),
        ),
    ),
  }
}
