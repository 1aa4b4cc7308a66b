// Counters of failed tries in SQL: one statement adds and answers, so no try is lost among many at once.
import type { FailureCount, ThrottleStore } from '../throttle-store.ts'
import { unavailable } from '../store-error.ts'
import type { Database, Statement } from './database.ts'
import { pruneInBatches } from './prune.ts'
import { prepare } from './statement.ts'

export class SqlThrottleStore implements ThrottleStore {
  readonly #database: Database
  readonly #statements: ReturnType<typeof throttleStatements>

  constructor(database: Database) {
    this.#database = database
    this.#statements = throttleStatements(database)
  }

  async failures(key: string): Promise<FailureCount> {
    const [row] = await this.#database.all(this.#statements.find({ throttle_key: key }))
    return { count: row?.failures ?? 0, lastAtMs: row?.last_at_ms ?? 0 }
  }

  async recordFailure(key: string, nowMs: number, forgetAfterMs: number): Promise<FailureCount> {
    const slots = { throttle_key: key, now_ms: nowMs, forget_before_ms: nowMs - forgetAfterMs }
    const { rows } = await this.#database.write(this.#statements.add(slots), 'lazy')
    if (rows[0] === undefined) throw unavailable('The database gave no answer to a counted failure.')
    return { count: rows[0].failures, lastAtMs: rows[0].last_at_ms }
  }

  async clear(key: string): Promise<void> {
    await this.#database.write(this.#statements.clear({ throttle_key: key }), 'lazy')
  }

  prune(olderThanMs: number, signal?: AbortSignal): Promise<number> {
    const deletion = (limit: number): Statement =>
      this.#statements.prune({ older_than_ms: olderThanMs, limit })
    return pruneInBatches(this.#database, deletion, signal)
  }
}

export function throttleStatements({ builder }: Database) {
  return {
    find: prepare((slot: { throttle_key: string }) =>
      builder
        .selectFrom('throttles')
        .select(['failures', 'last_at_ms'])
        .where('throttle_key', '=', slot.throttle_key),
    ),
    add: prepare((slot: { throttle_key: string; now_ms: number; forget_before_ms: number }) =>
      builder
        .insertInto('throttles')
        .values({ throttle_key: slot.throttle_key, failures: 1, last_at_ms: slot.now_ms })
        .onConflict((conflict) =>
          conflict.column('throttle_key').doUpdateSet((eb) => ({
            failures: eb
              .case()
              .when('throttles.last_at_ms', '<', slot.forget_before_ms)
              .then(1)
              .else(eb('throttles.failures', '+', 1))
              .end(),
            last_at_ms: eb.ref('excluded.last_at_ms'),
          })),
        )
        .returning(['failures', 'last_at_ms']),
    ),
    clear: prepare((slot: { throttle_key: string }) =>
      builder.deleteFrom('throttles').where('throttle_key', '=', slot.throttle_key),
    ),
    prune: prepare((slot: { older_than_ms: number; limit: number }) =>
      builder
        .deleteFrom('throttles')
        .where('throttle_key', 'in', (eb) =>
          eb
            .selectFrom('throttles')
            .select('throttle_key')
            .where('last_at_ms', '<', slot.older_than_ms)
            .orderBy('last_at_ms')
            .limit(slot.limit),
        ),
    ),
  }
}
