// Pages of users of whom something is asked that no index tells in the order of the page. Each page looks at a bounded number of users
// and goes on after the last of them, so that it costs the same however few of them match.
import { sql } from 'kysely'
import type { UserFilter } from '../directory-store.ts'
import type { Page, PageRequest } from '../page.ts'
import type { Database } from './database.ts'
import { prepare } from './statement.ts'

/** A row is a few bytes; SQLite reads so many in a few milliseconds. */
const mostLookedAt = 2_000

interface Looked {
  readonly id: string
  readonly last_signed_in_at_ms: number | null
  readonly has_organization: number
}

export function filteredUsers(database: Database) {
  const statements = filteredUserStatements(database)

  /** The ids of a page. */
  return async ({ size, cursor }: PageRequest, filter: UserFilter): Promise<Page<string>> => {
    const { activeSinceMs, hasOrganization } = filter
    const limit = hasOrganization === undefined ? size + 1 : Math.max(size + 1, mostLookedAt)
    const isByTime = activeSinceMs !== undefined
    const rows: readonly Looked[] = await database.all(
      isByTime
        ? statements.byLastSignIn({ ...placeInTime(cursor, activeSinceMs), limit })
        : statements.byId({ after_id: cursor ?? '', limit }),
    )
    const cursorOf = ({ id, last_signed_in_at_ms: at }: Looked) => (isByTime ? `${String(at)} ${id}` : id)
    const matching = rows.filter(
      (row) => hasOrganization === undefined || hasOrganization === (row.has_organization === 1),
    )
    const shown = matching.slice(0, size)
    const last = matching.length > size ? shown.at(-1) : rows.length === limit ? rows.at(-1) : undefined
    const items = shown.map(({ id }) => id)
    return last === undefined ? { items } : { items, nextCursor: cursorOf(last) }
  }
}

export function filteredUserStatements({ builder }: Pick<Database, 'builder'>) {
  const hasOrganization = sql<number>`case when exists (
    select 1 from memberships where memberships.user_id = users.id) then 1 else 0 end`
  const looked = builder
    .selectFrom('users')
    .select(['id', 'last_signed_in_at_ms', hasOrganization.as('has_organization')])
  return {
    byId: prepare((slot: { after_id: string; limit: number }) =>
      looked.where('id', '>', slot.after_id).orderBy('id').limit(slot.limit),
    ),
    byLastSignIn: prepare((slot: { since_ms: number; after_id: string; limit: number }) =>
      looked
        // A planner takes the index, which holds users who have signed in, for a plain comparison only.
        .where('last_signed_in_at_ms', '>=', slot.since_ms)
        .where(sql<boolean>`(last_signed_in_at_ms, id) > (${slot.since_ms}, ${slot.after_id})`)
        .orderBy('last_signed_in_at_ms')
        .orderBy('id')
        .limit(slot.limit),
    ),
  }
}

/** Every id comes after the empty one, so a user who signed in at just that time is on the first page. */
function placeInTime(cursor: string | undefined, sinceMs: number): { since_ms: number; after_id: string } {
  const [, at, id] = /^(\d{1,15}) (.+)$/.exec(cursor ?? '') ?? []
  return at === undefined || id === undefined
    ? { since_ms: sinceMs, after_id: '' }
    : { since_ms: Number(at), after_id: id }
}
