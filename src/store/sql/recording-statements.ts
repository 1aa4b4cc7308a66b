// The SQL of recordings.
import type { Database } from './database.ts'
import { prepare } from './statement.ts'

export function recordingStatements({ builder, isIn }: Database) {
  const recordings = builder
    .selectFrom('recordings')
    .innerJoin('recorded_environments', 'recorded_environments.id', 'recordings.environment_id')
    .select([
      'recordings.invocation_id',
      'recordings.environment_id',
      'recordings.sealed_run',
      'recorded_environments.sealed_variables',
    ])
  return {
    insert: prepare((slot: { invocation_id: string; environment_id: string; sealed_run: string }) =>
      builder
        .insertInto('recordings')
        .values({
          invocation_id: slot.invocation_id,
          environment_id: slot.environment_id,
          sealed_run: slot.sealed_run,
        })
        // A batch that is written again because its commit is unknown.
        .onConflict((conflict) => conflict.column('invocation_id').doNothing()),
    ),
    // Locks the row, so that it is not pruned between this commit and its use.
    useEnvironment: prepare((slot: { id: string; used_at_ms: number; sealed_variables: string }) =>
      builder
        .insertInto('recorded_environments')
        .values({ id: slot.id, used_at_ms: slot.used_at_ms, sealed_variables: slot.sealed_variables })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ used_at_ms: slot.used_at_ms })),
    ),
    list: prepare((slot: { ids: string }) => recordings.where(isIn('recordings.invocation_id', slot.ids))),
    newestOlderThan: prepare((slot: { older_than_ms: number }) =>
      builder
        .selectFrom('invocations')
        .select('id')
        .where('started_at_ms', '<', slot.older_than_ms)
        .orderBy('started_at_ms', 'desc')
        .limit(1),
    ),
    newestBeyond: prepare((slot: { sequence: number }) =>
      builder
        .selectFrom('invocations')
        .select('id')
        .where('sequence', '<=', slot.sequence)
        .orderBy('sequence', 'desc')
        .limit(1),
    ),
    newest: prepare(() =>
      builder.selectFrom('invocations').select(({ fn }) => fn.max<number | null>('sequence').as('sequence')),
    ),
    oldestKept: prepare(() => builder.selectFrom('invocations').select('id').orderBy('sequence').limit(1)),
    pruneUpTo: prepare((slot: { invocation_id: string; limit: number }) =>
      builder
        .deleteFrom('recordings')
        .where('invocation_id', 'in', (eb) =>
          eb
            .selectFrom('recordings')
            .select('invocation_id')
            .where('invocation_id', '<=', slot.invocation_id)
            .orderBy('invocation_id')
            .limit(slot.limit),
        ),
    ),
    pruneBefore: prepare((slot: { invocation_id: string; limit: number }) =>
      builder
        .deleteFrom('recordings')
        .where('invocation_id', 'in', (eb) =>
          eb
            .selectFrom('recordings')
            .select('invocation_id')
            .where('invocation_id', '<', slot.invocation_id)
            .orderBy('invocation_id')
            .limit(slot.limit),
        ),
    ),
    // No recording refers to it any more: each recording moves `used_at_ms` to its own time or later.
    pruneEnvironments: prepare((slot: { older_than_ms: number }) =>
      builder.deleteFrom('recorded_environments').where('used_at_ms', '<', slot.older_than_ms),
    ),
  }
}
