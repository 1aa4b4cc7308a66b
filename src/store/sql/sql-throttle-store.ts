// Counters of tries in SQL: one statement judges, adds and answers, so that no number of tries at once slips past a limit.
import {
  doublingWaitsMs,
  longestWaitMs,
  type AdmittedTries,
  type ThrottlePolicy,
  type ThrottleStore,
  type Tries,
} from '../throttle-store.ts'
import type { ThrottleChange } from '../change.ts'
import type { WritesOf } from './writes-of.ts'
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

  async tries(key: string): Promise<Tries> {
    const [row] = await this.#database.all(this.#statements.find({ throttle_key: key }))
    return { count: row?.failures ?? 0, lastAtMs: row?.last_at_ms ?? 0 }
  }

  async admit(key: string, policy: ThrottlePolicy, nowMs: number): Promise<AdmittedTries> {
    const statement = this.#statements.admit({
      throttle_key: key,
      now_ms: nowMs,
      forget_before_ms: nowMs - policy.forgetAfterMs,
      free_tries: policy.freeTries,
      hard_limit: policy.hardLimit,
    })
    const { rows } = await this.#database.write(statement, 'lazy')
    const [row] = rows
    if (row) return { isAdmitted: true, count: row.failures, lastAtMs: row.last_at_ms }
    return { isAdmitted: false, ...(await this.tries(key)) }
  }

  prune(olderThanMs: number, signal?: AbortSignal): Promise<number> {
    const deletion = (limit: number): Statement =>
      this.#statements.prune({ older_than_ms: olderThanMs, limit })
    return pruneInBatches(this.#database, deletion, signal)
  }
}

interface Slots {
  readonly throttle_key: string
  readonly now_ms: number
  readonly forget_before_ms: number
  readonly free_tries: number
  readonly hard_limit: number
}

export function throttleWrites({ builder }: Database): WritesOf<ThrottleChange['kind']> {
  const refund = prepare((slot: { throttle_key: string }) =>
    builder
      .updateTable('throttles')
      .set(({ eb }) => ({ failures: eb('failures', '-', 1) }))
      .where('throttle_key', '=', slot.throttle_key)
      .where('failures', '>', 0),
  )
  const clear = prepare((slot: { throttle_key: string }) =>
    builder.deleteFrom('throttles').where('throttle_key', '=', slot.throttle_key),
  )
  return {
    'refund-try': ({ key }) => [refund({ throttle_key: key })],
    'clear-tries': ({ key }) => [clear({ throttle_key: key })],
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
    admit: prepare((slot: Slots) =>
      builder
        .insertInto('throttles')
        .values({ throttle_key: slot.throttle_key, failures: 1, last_at_ms: slot.now_ms })
        .onConflict((conflict) =>
          conflict
            .column('throttle_key')
            .doUpdateSet((eb) => ({
              failures: eb
                .case()
                .when('throttles.last_at_ms', '<', slot.forget_before_ms)
                .then(1)
                .else(eb('throttles.failures', '+', 1))
                .end(),
              last_at_ms: eb.ref('excluded.last_at_ms'),
            }))
            .where((eb) => {
              const hasWaited = (waitMs: number) =>
                eb(eb('throttles.last_at_ms', '+', waitMs), '<=', slot.now_ms)
              const isBeyondFreeBy = (tries: number) =>
                eb(eb('throttles.failures', '-', tries), '=', slot.free_tries)
              return eb.or([
                eb('throttles.last_at_ms', '<', slot.forget_before_ms),
                eb('throttles.failures', '<', slot.free_tries),
                eb.and([
                  eb('throttles.failures', '<', slot.hard_limit),
                  eb.or([
                    hasWaited(longestWaitMs),
                    ...doublingWaitsMs.map((waitMs, beyond) =>
                      eb.and([isBeyondFreeBy(beyond), hasWaited(waitMs)]),
                    ),
                  ]),
                ]),
              ])
            }),
        )
        .returning(['failures', 'last_at_ms']),
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
