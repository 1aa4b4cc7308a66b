// The SQL of background work. A claim is one UPDATE that compares the due time which it read: of two workers that found the same job,
// the second waits for the first one's commit and then changes no row.
import type { Database } from './database.ts'
import { prepare } from './statement.ts'
import type { Tables } from './tables.ts'

export type JobRow = Tables['jobs']

interface Held {
  readonly id: string
  readonly lease: string
}

export function jobStatements({ builder }: Database) {
  const held = (slot: Held) =>
    builder.updateTable('jobs').where('id', '=', slot.id).where('lease', '=', slot.lease)
  const dueTimes = (kind: string, order: 'asc' | 'desc') =>
    builder
      .selectFrom('jobs')
      .select('due_at_ms')
      .where('kind', '=', kind)
      .where('due_at_ms', 'is not', null)
      .orderBy('due_at_ms', order)
      .limit(1)
  type NewRow = Pick<JobRow, 'id' | 'kind' | 'unique_key' | 'sealed_payload' | 'due_at_ms' | 'enqueued_at_ms'>
  const inserted = (slot: NewRow) =>
    builder.insertInto('jobs').values({
      id: slot.id,
      kind: slot.kind,
      unique_key: slot.unique_key,
      sealed_payload: slot.sealed_payload,
      attempts: 0,
      due_at_ms: slot.due_at_ms,
      enqueued_at_ms: slot.enqueued_at_ms,
    })
  return {
    insert: prepare((slot: NewRow) =>
      inserted(slot).onConflict((conflict) => conflict.column('unique_key').doNothing()),
    ),
    insertUrgent: prepare((slot: NewRow) =>
      inserted(slot).onConflict((conflict) =>
        conflict.column('unique_key').doUpdateSet({ due_at_ms: 0 }).where('jobs.lease', 'is', null),
      ),
    ),
    due: prepare((slot: { kind: string }) =>
      builder.selectNoFrom([
        dueTimes(slot.kind, 'asc').as('first_at_ms'),
        dueTimes(slot.kind, 'desc').as('last_at_ms'),
      ]),
    ),
    pullForward: prepare((slot: { kind: string; later_than_ms: number }) =>
      builder
        .updateTable('jobs')
        .set({ due_at_ms: 0 })
        .where('kind', '=', slot.kind)
        .where('due_at_ms', '>', slot.later_than_ms),
    ),
    release: prepare((slot: { kind: string }) =>
      builder
        .updateTable('jobs')
        .set({ due_at_ms: 0 })
        .where('kind', '=', slot.kind)
        .where('due_at_ms', 'is not', null)
        .where('lease', 'is', null),
    ),
    claim: prepare((slot: { kind: string; limit: number; now_ms: number; until_ms: number; lease: string }) =>
      builder
        .updateTable('jobs')
        .set(({ eb }) => ({
          lease: slot.lease,
          due_at_ms: slot.until_ms,
          attempts: eb('attempts', '+', 1),
        }))
        .where('id', 'in', (eb) =>
          eb
            .selectFrom('jobs')
            .select('id')
            .where('kind', '=', slot.kind)
            .where('due_at_ms', '<=', slot.now_ms)
            .orderBy('due_at_ms')
            .orderBy('id')
            .limit(slot.limit),
        )
        .where('due_at_ms', '<=', slot.now_ms)
        .returningAll(),
    ),
    renew: prepare((slot: Held & { until_ms: number }) => held(slot).set({ due_at_ms: slot.until_ms })),
    finish: prepare((slot: Held) =>
      builder.deleteFrom('jobs').where('id', '=', slot.id).where('lease', '=', slot.lease),
    ),
    postpone: prepare((slot: Held & Pick<JobRow, 'due_at_ms' | 'attempts' | 'last_error'>) =>
      held(slot).set({
        lease: null,
        due_at_ms: slot.due_at_ms,
        attempts: slot.attempts,
        last_error: slot.last_error,
      }),
    ),
    /** What the payload holds must not outlive its use, and the same work may be queued again. */
    bury: prepare((slot: Held & { died_at_ms: number; last_error: string }) =>
      held(slot).set({
        lease: null,
        due_at_ms: null,
        unique_key: null,
        sealed_payload: null,
        died_at_ms: slot.died_at_ms,
        last_error: slot.last_error,
      }),
    ),
    prune: prepare((slot: { died_before_ms: number; limit: number }) =>
      builder
        .deleteFrom('jobs')
        .where('id', 'in', (eb) =>
          eb
            .selectFrom('jobs')
            .select('id')
            .where('died_at_ms', '<', slot.died_before_ms)
            .orderBy('died_at_ms')
            .limit(slot.limit),
        ),
    ),
  }
}

/** After a restore: a lease that the backup holds was given out for another database. */
export const releaseJobs = 'update jobs set lease = null, due_at_ms = 0 where due_at_ms is not null'
