// The events of a commit, derived from its changes. Before the changes, one statement for each event notes what is about to happen to
// whom: only then can be seen whether a record is new, or there at all. After them the event gets the record as the commit leaves it, and
// its number. The counter of numbers is raised last, because its row is locked until the commit: so numbers become visible in their
// order, and other commits wait as briefly as possible.
import { randomUUIDv7 } from 'node:crypto'
import { sql, type RawBuilder } from 'kysely'
import { refusedSignIn, type AuditRecord } from '../audit-store.ts'
import type { Change } from '../change.ts'
import type { EventSource, EventType } from '../event-store.ts'
import type { Database, Statement, Write } from './database.ts'
import { eventSnapshots, type SnapshotFamily } from './event-snapshots.ts'
import { prepare } from './statement.ts'

export interface EventWrites {
  readonly before: readonly Write[]
  readonly after: readonly Write[]
  /** That the events may have. */
  readonly types: readonly EventType[]
}

/** A change, as what it does to whom. */
interface Happening {
  readonly subject: string
  /** The one that applies is known when it is noted. */
  readonly note: keyof ReturnType<typeof noteStatements>
  readonly type: EventType
  readonly family: SnapshotFamily | undefined
}

/** Whether a record that is put is new is seen by the database alone. */
const created = { putRole: 'role.created', putPermission: 'permission.created' } as const

interface NoteSlots {
  readonly id: string
  readonly type: string
  readonly subject: string
  readonly source: string
  readonly at_ms: number
  readonly ip_address: string | null
}

export function domainEvents(
  database: Database,
  nowMs: () => number,
): (changes: readonly Change[]) => EventWrites {
  const notes = noteStatements(database)
  const raise = raiseStatement(database)
  const fill = fillStatements(database)

  return (changes) => {
    const happenings = distinct(changes.flatMap(happeningsOf))
    if (happenings.length === 0) return { before: [], after: [], types: [] }
    const audit = changes.find((change) => change.kind === 'append-audit')?.record
    const common = { source: sourceOf(audit), at_ms: audit?.atMs ?? nowMs() }
    const noted = happenings.map((happening) => ({ ...happening, id: newEventId() }))
    const before = noted.map(({ id, type, subject, note }) => {
      const isOfAuthentication = type.startsWith('user.authenticat')
      const ip_address = isOfAuthentication ? (audit?.ip ?? null) : null
      return { statement: notes[note]({ id, type, subject, ip_address, ...common }) }
    })
    const numbered = noted.map(({ id, family }, index) => ({
      statement: fill[family ?? 'none']({ id, offset: noted.length - 1 - index }),
    }))
    const types = happenings.flatMap(({ type, note }) =>
      note === 'putRole' || note === 'putPermission' ? [type, created[note]] : [type],
    )
    return { before, after: [{ statement: raise({ by: noted.length }) }, ...numbered], types }
  }
}

function newEventId(): string {
  return `event_${randomUUIDv7().replaceAll('-', '')}`
}

/** The audit record of a commit says who made it. */
function sourceOf(audit: AuditRecord | undefined): EventSource {
  if (audit === undefined || audit.event.startsWith('mintage_file.')) return 'admin'
  return audit.event.startsWith('management.') ? 'api' : 'user'
}

/** One event for each record and type, however many changes of the list are about it. What is added is not updated as well. */
function distinct(happenings: readonly Happening[]): readonly Happening[] {
  const byKey = new Map(happenings.map((one) => [`${one.type} ${one.note} ${one.subject}`, one]))
  const deleted = new Set(
    happenings.flatMap(({ type, subject }) => (type === 'user.deleted' ? [subject] : [])),
  )
  const added = new Set(happenings.flatMap(({ type, subject }) => (type === 'user.created' ? [subject] : [])))
  return [...byKey.values()]
    .filter(({ type, subject }) => type !== 'user.updated' || !(deleted.has(subject) || added.has(subject)))
    .map((one) => (added.has(one.subject) ? { ...one, note: 'always' } : one))
}

const userUpdated = (userId: string): Happening[] => [
  { subject: userId, note: 'user', type: 'user.updated', family: 'user' },
]

/** Roles and permissions of members are part of their user (Kinde has no event of a membership). */
function happeningsOf(change: Change): readonly Happening[] {
  switch (change.kind) {
    case 'add-user':
      return [{ subject: change.user.id, note: 'always', type: 'user.created', family: 'user' }]
    case 'update-user':
      return Object.keys(change.set).some((field) => field !== 'updatedAtMs')
        ? userUpdated(change.userId)
        : []
    case 'delete-user':
      return [{ subject: change.userId, note: 'user', type: 'user.deleted', family: undefined }]
    case 'add-identity':
      return userUpdated(change.identity.userId)
    case 'update-identity':
      return change.set.isPrimary === undefined
        ? []
        : [{ subject: change.identityId, note: 'identity', type: 'user.updated', family: 'user' }]
    case 'delete-identity':
      return [{ subject: change.identityId, note: 'identity', type: 'user.updated', family: 'user' }]
    case 'update-password':
      return change.set.due === undefined ? [] : userUpdated(change.userId)
    case 'add-password':
    case 'replace-password':
      return userUpdated(change.password.userId)
    case 'add-membership':
      return userUpdated(change.membership.userId)
    case 'update-membership':
    case 'delete-membership':
      return userUpdated(change.userId)
    case 'count-sign-in':
      return change.succeeded
        ? [{ subject: change.userId, note: 'user', type: 'user.authenticated', family: undefined }]
        : []
    case 'append-audit': {
      const { event, userId } = change.record
      return event === refusedSignIn && userId !== null
        ? [{ subject: userId, note: 'user', type: 'user.authentication_failed', family: undefined }]
        : []
    }
    case 'add-organization': {
      const { code } = change.organization
      return [{ subject: code, note: 'always', type: 'organization.created', family: 'organization' }]
    }
    case 'update-organization':
      return [
        { subject: change.code, note: 'organization', type: 'organization.updated', family: 'organization' },
      ]
    case 'put-branding':
    case 'put-branding-file':
    case 'delete-branding-file': {
      if (change.of.kind !== 'organization') return []
      const { code } = change.of
      return [{ subject: code, note: 'organization', type: 'organization.updated', family: 'organization' }]
    }
    case 'delete-organization':
      return [{ subject: change.code, note: 'organization', type: 'organization.deleted', family: undefined }]
    case 'put-role':
      return [{ subject: change.role.id, note: 'putRole', type: 'role.updated', family: 'role' }]
    case 'delete-role':
      return [{ subject: change.roleId, note: 'role', type: 'role.deleted', family: undefined }]
    case 'put-permission': {
      const { id } = change.permission
      return [{ subject: id, note: 'putPermission', type: 'permission.updated', family: 'permission' }]
    }
    case 'delete-permission':
      return [
        { subject: change.permissionId, note: 'permission', type: 'permission.deleted', family: undefined },
      ]
    // Kinde has no event of these. A new kind of change does not compile until it is listed.
    case 'accept-invitation':
    case 'add-activation':
    case 'add-api-key':
    case 'add-artifact':
    case 'add-deployment':
    case 'add-member-api-scope':
    case 'add-invitation':
    case 'add-one-time-token':
    case 'add-rehearsal':
    case 'add-signing-key':
    case 'add-subscriber':
    case 'clear-tries':
    case 'consume-artifact':
    case 'delete-api':
    case 'delete-application':
    case 'delete-artifact':
    case 'delete-connection':
    case 'delete-deployment-role':
    case 'delete-deployment-preview':
    case 'delete-environment-variable':
    case 'delete-feature-flag':
    case 'delete-grant':
    case 'delete-member-api-scope':
    case 'delete-property':
    case 'delete-signing-key':
    case 'end-api-tokens':
    case 'delete-webhook':
    case 'enqueue-job':
    case 'expect-catalog':
    case 'import-users':
    case 'note-token':
    case 'put-api':
    case 'put-application':
    case 'put-artifact':
    case 'put-connection':
    case 'put-deployment-role':
    case 'put-deployment-preview':
    case 'put-environment-settings':
    case 'put-environment-variable':
    case 'put-feature-flag':
    case 'put-import':
    case 'put-file-memberships':
    case 'put-property':
    case 'put-property-category':
    case 'put-webhook':
    case 'redeliver':
    case 'refund-try':
    case 'revoke-api-key':
    case 'rotate-api-key':
    case 'resume-webhook':
    case 'revoke-invitation':
    case 'set-flag':
    case 'set-property':
    case 'set-signing-key-times':
    case 'sign-out-organization':
    case 'sign-out-user':
    case 'take-one-time-token':
    case 'update-deployment':
    case 'update-rehearsal':
      return []
  }
}

function noteStatements({ builder }: Database) {
  const note = (
    parts: (slot: NoteSlots) => {
      readonly type?: RawBuilder<unknown>
      readonly subject?: RawBuilder<unknown>
      readonly where?: RawBuilder<unknown>
    },
  ): ((slots: NoteSlots) => Statement) =>
    prepare((slot: NoteSlots) => {
      const { type = sql`${slot.type}`, subject = sql`${slot.subject}`, where = sql`1 = 1` } = parts(slot)
      // Casts, because Postgres takes a parameter in a list of results for text.
      const query = sql`insert into events (id, type, subject, source, at_ms, ip_address)
        select ${slot.id}, ${type}, ${subject}, ${slot.source}, cast(${slot.at_ms} as bigint), ${slot.ip_address}
        where ${where}`
      return { compile: () => query.compile(builder) }
    })
  const isThere = (table: string, column: string, subject: string) =>
    sql`exists (select 1 from ${sql.table(table)} where ${sql.ref(column)} = ${subject})`
  const existing = (table: string, column: string) =>
    note((slot) => ({ where: isThere(table, column, slot.subject) }))
  const put = (table: string, created: EventType) =>
    note((slot) => ({
      type: sql`case when ${isThere(table, 'id', slot.subject)} then ${slot.type} else ${sql.lit(created)} end`,
    }))
  return {
    always: note(() => ({})),
    user: existing('users', 'id'),
    organization: existing('organizations', 'code'),
    role: existing('roles', 'id'),
    permission: existing('permissions', 'id'),
    putRole: put('roles', created.putRole),
    putPermission: put('permissions', created.putPermission),
    /** The change names the identity only. Nothing when the same commit already notes an update of its user. */
    identity: note((slot) => {
      const user = sql`(select user_id from identities where id = ${slot.subject})`
      return {
        subject: user,
        where: sql`${isThere('identities', 'id', slot.subject)} and not exists (
          select 1 from events where sequence is null and type = ${slot.type} and subject = ${user})`,
      }
    }),
  }
}

function raiseStatement({ builder }: Database) {
  return prepare((slot: { by: number }) =>
    builder
      .updateTable('counters')
      .set(({ eb }) => ({ value: eb('value', '+', slot.by) }))
      .where('name', '=', 'events'),
  )
}

function fillStatements(database: Database) {
  const fill = (snapshot: RawBuilder<unknown>) =>
    prepare((slot: { id: string; offset: number }) => {
      const query = sql`update events set snapshot = ${snapshot},
        sequence = (select value from counters where name = 'events') - ${slot.offset} where id = ${slot.id}`
      return { compile: () => query.compile(database.builder) }
    })
  const snapshots = eventSnapshots(database)
  return {
    none: fill(sql`null`),
    user: fill(snapshots.user),
    organization: fill(snapshots.organization),
    role: fill(snapshots.role),
    permission: fill(snapshots.permission),
  }
}
