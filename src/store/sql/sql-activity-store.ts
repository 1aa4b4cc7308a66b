// When users were given access tokens, in SQL. A row for each user and hour, not for each token: a user who refreshes every minute writes the
// same row again, and the table grows by hours of use.
import { sql } from 'kysely'
import type { ActivePeriod, ActivityStore } from '../activity-store.ts'
import type { WritesOf } from './writes-of.ts'
import type { Database, Statement } from './database.ts'
import { pruneInBatches } from './prune.ts'
import { prepare } from './statement.ts'

const hourMs = 3_600_000
const hourOf = (atMs: number) => Math.floor(atMs / hourMs)

export class SqlActivityStore implements ActivityStore {
  readonly #database: Database
  readonly #statements: ReturnType<typeof activityStatements>

  constructor(database: Database) {
    this.#database = database
    this.#statements = activityStatements(database)
  }

  async activeWithRole(
    organizationCode: string,
    roleId: string,
    { fromMs, toMs }: ActivePeriod,
  ): Promise<number> {
    const statement = this.#statements.activeWithRole({
      organization_code: organizationCode,
      role_id: roleId,
      from_ms: fromMs,
      to_ms: toMs,
      from_hour: hourOf(fromMs),
      to_hour: hourOf(toMs),
    })
    const [row] = await this.#database.all(statement)
    return Number(row?.count ?? 0)
  }

  prune(olderThanMs: number, signal?: AbortSignal): Promise<number> {
    const deletion = (limit: number): Statement =>
      this.#statements.prune({ before_hour: hourOf(olderThanMs), limit })
    return pruneInBatches(this.#database, deletion, signal)
  }
}

export function activityWrites({ builder }: Database): WritesOf<'note-token' | 'note-organization-sign-in'> {
  const note = prepare((slot: { user_id: string; hour: number; at_ms: number }) =>
    builder
      .insertInto('user_activity')
      .values({ user_id: slot.user_id, hour: slot.hour, first_at_ms: slot.at_ms, last_at_ms: slot.at_ms })
      .onConflict((conflict) =>
        conflict.columns(['user_id', 'hour']).doUpdateSet({ last_at_ms: slot.at_ms }),
      ),
  )
  const noteSignIn = prepare((slot: { organization_code: string; user_id: string; at_ms: number }) =>
    builder
      .updateTable('memberships')
      .set({ last_signed_in_at_ms: slot.at_ms })
      .where('organization_code', '=', slot.organization_code)
      .where('user_id', '=', slot.user_id),
  )
  return {
    'note-token': ({ userId, atMs }) => [note({ user_id: userId, hour: hourOf(atMs), at_ms: atMs })],
    'note-organization-sign-in': ({ organizationCode, userId, atMs }) => [
      noteSignIn({ organization_code: organizationCode, user_id: userId, at_ms: atMs }),
    ],
  }
}

export function activityStatements({ builder }: Database) {
  return {
    activeWithRole: prepare(
      (slot: {
        organization_code: string
        role_id: string
        from_ms: number
        to_ms: number
        from_hour: number
        to_hour: number
      }) =>
        builder
          .selectFrom('membership_roles')
          .select((eb) => eb.fn.countAll<number>().as('count'))
          .where('organization_code', '=', slot.organization_code)
          .where('role_id', '=', slot.role_id)
          .where((eb) =>
            eb.exists(
              eb
                .selectFrom('user_activity')
                .select('hour')
                .whereRef('user_activity.user_id', '=', 'membership_roles.user_id')
                .where('hour', '>=', slot.from_hour)
                .where('hour', '<=', slot.to_hour)
                .where((one) =>
                  one.or([
                    one.between('first_at_ms', slot.from_ms, slot.to_ms),
                    one.between('last_at_ms', slot.from_ms, slot.to_ms),
                  ]),
                ),
            ),
          ),
    ),
    prune: prepare((slot: { before_hour: number; limit: number }) =>
      builder
        .deleteFrom('user_activity')
        .where(
          sql<boolean>`(user_id, hour) in (select user_id, hour from user_activity where hour < ${slot.before_hour} limit ${slot.limit})`,
        ),
    ),
  }
}
