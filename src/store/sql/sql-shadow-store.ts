// What shadows found, in SQL. Written in batches behind the runs: a row for each that is kept, and the counts of all.
import type { FoldedLog } from '../folded-log.ts'
import {
  shadowVerdicts,
  type KeptComparison,
  type ShadowComparison,
  type ShadowCounts,
  type ShadowStore,
} from '../shadow-store.ts'
import type { Database } from './database.ts'
import { parseJsonObject } from './json-column.ts'
import { pruneInBatches } from './prune.ts'
import { prepare } from './statement.ts'
import type { Tables } from './tables.ts'
import { WriteBehind } from './write-behind.ts'

type Row = Omit<Tables['shadow_comparisons'], 'sequence'>
type Counted = Tables['shadow_counts']

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

  async counts({
    deploymentId,
    sinceMs,
  }: Parameters<ShadowStore['counts']>[0]): Promise<ShadowCounts | undefined> {
    const rows = await this.#database.all(this.#statements.counts({ deployment_id: deploymentId }))
    const since = sinceMs ?? rows[0]?.since_ms
    if (since === undefined) return undefined
    const ofThisTime = rows.filter((row) => row.since_ms === since)
    const count = (verdict: string) => ofThisTime.find((row) => row.verdict === verdict)?.count ?? 0
    const [same, differs] = [count('same'), count('differs')]
    return {
      sinceMs: since,
      counts: { same, differs, 'not-comparable': count('not-comparable'), dropped: count('dropped') },
    }
  }

  async list(filter: Parameters<ShadowStore['list']>[0]): Promise<readonly KeptComparison[]> {
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
    const { pruneCounts, pruneByAge, newest, pruneUpTo } = this.#statements
    // A handful of rows for each deployment that was a shadow.
    await this.#database.write(pruneCounts({ older_than_ms: olderThanMs }), 'lazy')
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
    const { count, insert } = this.#statements
    const kept = comparisons.filter(({ invocationId }) => invocationId !== null)
    const statements = [...countsOf(comparisons).map(count), ...kept.map((one) => insert(rowOf(one)))]
    await this.#database.commit(
      statements.map((statement) => ({ statement })),
      'lazy',
    )
  }
}

/** In the same order on every server, so that two that write at once do not wait for each other. */
function countsOf(comparisons: readonly ShadowComparison[]): readonly Counted[] {
  const counted = new Map<string, Counted>()
  for (const { deploymentId, sinceMs, verdict, atMs } of comparisons) {
    const key = `${deploymentId} ${String(sinceMs)} ${verdict}`
    const count = (counted.get(key)?.count ?? 0) + 1
    counted.set(key, { deployment_id: deploymentId, since_ms: sinceMs, verdict, count, last_at_ms: atMs })
  }
  return [...counted].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row)
}

function rowOf(comparison: ShadowComparison): Row {
  return {
    at_ms: comparison.atMs,
    deployment_id: comparison.deploymentId,
    verdict: comparison.verdict,
    count: 1,
    invocation_id: comparison.invocationId,
    user_id: comparison.userId,
    client_id: comparison.clientId,
    details: JSON.stringify(comparison.details),
  }
}

function shadowStatements({ builder }: Database) {
  const prunable = () => builder.selectFrom('shadow_comparisons').select('sequence')
  return {
    count: prepare((slot: Counted) =>
      builder
        .insertInto('shadow_counts')
        .values({
          deployment_id: slot.deployment_id,
          since_ms: slot.since_ms,
          verdict: slot.verdict,
          count: slot.count,
          last_at_ms: slot.last_at_ms,
        })
        .onConflict((conflict) =>
          conflict.columns(['deployment_id', 'since_ms', 'verdict']).doUpdateSet((eb) => ({
            count: eb('shadow_counts.count', '+', eb.ref('excluded.count')),
            last_at_ms: eb.ref('excluded.last_at_ms'),
          })),
        ),
    ),
    counts: prepare((slot: { deployment_id: string }) =>
      builder
        .selectFrom('shadow_counts')
        .selectAll()
        .where('deployment_id', '=', slot.deployment_id)
        .orderBy('since_ms', 'desc'),
    ),
    pruneCounts: prepare((slot: { older_than_ms: number }) =>
      builder.deleteFrom('shadow_counts').where('last_at_ms', '<', slot.older_than_ms),
    ),
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
        // Those without one are counts, as an earlier version wrote them.
        .where('invocation_id', 'is not', null)
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
