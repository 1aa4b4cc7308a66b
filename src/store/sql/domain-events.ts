// The events of a commit, derived from its changes. Before the changes, one statement for each event notes what is about to happen to
// whom: only then can be seen whether a record is new, or there at all. After them the event gets the record as the commit leaves it, and
// its number. The counter of numbers is raised last, because its row is locked until the commit: so numbers become visible in their
// order, and other commits wait as briefly as possible.
import { randomUUIDv7 } from 'node:crypto'
import { sql, type RawBuilder } from 'kysely'
import type { AuditRecord } from '../audit-store.ts'
import type { Change } from '../change.ts'
import type { EventSource, EventType } from '../event-store.ts'
import type { Database, Statement, Write } from './database.ts'
import { eventSnapshots } from './event-snapshots.ts'
import { happeningsOf, type Happening } from './happenings.ts'
import { prepare } from './statement.ts'

export interface EventWrites {
  readonly before: readonly Write[]
  readonly after: readonly Write[]
  /** That the events may have. */
  readonly types: readonly EventType[]
}

/** Only the database sees whether a record that is put is new. */
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

function noteStatements({
  builder,
}: Database): Readonly<Record<Happening['note'], (slots: NoteSlots) => Statement>> {
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
    agreement: fill(snapshots.agreement),
    usage: fill(snapshots.usage),
  }
}
