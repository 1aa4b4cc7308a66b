// Invitations in SQL. Accepting and revoking are updates that have to find the invitation open, so of many at once one succeeds.
import { createHash } from 'node:crypto'
import { sql, type RawBuilder } from 'kysely'
import { z } from 'zod'
import {
  invitationName,
  invitationSort,
  type InvitationChange,
  type InvitationFilter,
  type InvitationPlace,
  type InvitationRecord,
  type InvitationStore,
} from '../invitation-store.ts'
import type { SealedBox, SealedPlace } from '../sealed-box.ts'
import { corrupt } from '../store-error.ts'
import type { WritesOf } from './writes-of.ts'
import type { Database, SqlValue, Statement } from './database.ts'
import { parseJson } from './json-column.ts'
import { pruneInBatches } from './prune.ts'
import { prepare } from './statement.ts'
import type { Tables } from './tables.ts'
import { columnNames, flag, insert } from './upsert.ts'

type Row = Tables['invitations']
const columns = {
  id: 'key',
  code_hash: 'replace',
  sealed_code: 'replace',
  organization_code: 'replace',
  email: 'replace',
  normalized: 'replace',
  first_name: 'replace',
  last_name: 'replace',
  name: 'replace',
  role_ids: 'replace',
  is_sent: 'replace',
  created_at_ms: 'replace',
  expires_at_ms: 'replace',
  revoked_at_ms: 'replace',
  accepted_at_ms: 'replace',
  accepted_by: 'replace',
} as const satisfies Record<keyof Row, string>

export class SqlInvitationStore implements InvitationStore {
  readonly #database: Database
  readonly #box: SealedBox
  readonly #statements: ReturnType<typeof invitationStatements>

  constructor(database: Database, box: SealedBox) {
    this.#database = database
    this.#box = box
    this.#statements = invitationStatements(database)
  }

  find(id: string): Promise<InvitationRecord | undefined> {
    return this.#one(this.#statements.find({ id }))
  }

  findByCode(code: string): Promise<InvitationRecord | undefined> {
    return this.#one(this.#statements.findByCode({ code_hash: hashOf(code) }))
  }

  async list(
    organizationCode: string,
    filter: InvitationFilter,
    { limit, after }: { readonly limit: number; readonly after?: InvitationPlace | undefined },
  ): Promise<readonly InvitationRecord[]> {
    const rows = await this.#database.all(
      listStatement(this.#database, organizationCode, filter, limit, after),
    )
    return rows.map((row) => this.#record(row))
  }

  prune(expiredBeforeMs: number, signal?: AbortSignal): Promise<number> {
    const deletion = (limit: number): Statement =>
      this.#statements.prune({ before_ms: expiredBeforeMs, limit })
    return pruneInBatches(this.#database, deletion, signal)
  }

  async #one(statement: Statement<Row>): Promise<InvitationRecord | undefined> {
    const [row] = await this.#database.all(statement)
    return row && this.#record(row)
  }

  #record(row: Row): InvitationRecord {
    const { id } = row
    const roleIds = z
      .array(z.string())
      .safeParse(parseJson(row.role_ids, { table: 'invitations', row: id, column: 'role_ids' }))
    if (!roleIds.success) throw corrupt('invitations', id, 'role_ids')
    return {
      id,
      code: this.#box.open(row.sealed_code, codePlace(id)),
      organizationCode: row.organization_code,
      email: row.email,
      normalized: row.normalized,
      firstName: row.first_name,
      lastName: row.last_name,
      roleIds: roleIds.data,
      isSent: row.is_sent === 1,
      createdAtMs: row.created_at_ms,
      expiresAtMs: row.expires_at_ms,
      revokedAtMs: row.revoked_at_ms,
      acceptedAtMs: row.accepted_at_ms,
      acceptedBy: row.accepted_by,
    }
  }
}

export function codePlace(id: string): SealedPlace {
  return { table: 'invitations', row: id, column: 'sealed_code' }
}

function hashOf(code: string): string {
  return createHash('sha256').update(code).digest('hex')
}

export function invitationWrites(database: Database, box: SealedBox): WritesOf<InvitationChange['kind']> {
  const add = insert<Row>(database, 'invitations', columns)
  const open = (slot: { id: string }) =>
    database.builder
      .updateTable('invitations')
      .where('id', '=', slot.id)
      .where('accepted_at_ms', 'is', null)
      .where('revoked_at_ms', 'is', null)
  const revoke = prepare((slot: { id: string; at_ms: number }) =>
    open(slot).set({ revoked_at_ms: slot.at_ms }),
  )
  const accept = prepare((slot: { id: string; at_ms: number; user_id: string }) =>
    open(slot)
      .set({ accepted_at_ms: slot.at_ms, accepted_by: slot.user_id })
      .where('expires_at_ms', '>', slot.at_ms),
  )
  return {
    'add-invitation': ({ invitation }) => [add(rowOf(invitation, box))],
    'revoke-invitation': ({ invitationId, atMs }) => [
      { statement: revoke({ id: invitationId, at_ms: atMs }), mustChange: true },
    ],
    'accept-invitation': ({ invitationId, acceptedBy, atMs }) => [
      { statement: accept({ id: invitationId, at_ms: atMs, user_id: acceptedBy }), mustChange: true },
    ],
  }
}

function rowOf(invitation: InvitationRecord, box: SealedBox): Row {
  const { id, code, firstName, lastName } = invitation
  return {
    id,
    code_hash: hashOf(code),
    sealed_code: box.seal(code, codePlace(id)),
    organization_code: invitation.organizationCode,
    email: invitation.email,
    normalized: invitation.normalized,
    first_name: firstName,
    last_name: lastName,
    name: invitationName(invitation),
    role_ids: JSON.stringify(invitation.roleIds),
    is_sent: flag(invitation.isSent),
    created_at_ms: invitation.createdAtMs,
    expires_at_ms: invitation.expiresAtMs,
    revoked_at_ms: invitation.revokedAtMs,
    accepted_at_ms: invitation.acceptedAtMs,
    accepted_by: invitation.acceptedBy,
  }
}

const columnOf = { created_on: 'created_at_ms', email: 'normalized', name: 'name' } as const

/** Compiled for each call: the orders and filters are many, and lists of invitations are read seldom. */
function listStatement(
  { builder }: Database,
  organizationCode: string,
  { order, withAccepted, withRevoked, nowMs }: InvitationFilter,
  limit: number,
  after: InvitationPlace | undefined,
): Statement<Row> {
  const { by, isDescending } = invitationSort(order)
  const column = sql.ref(columnOf[by])
  const direction = isDescending ? sql`desc` : sql`asc`
  const place = after && sql`(${column}, id) ${isDescending ? sql`<` : sql`>`} (${after[0]}, ${after[1]})`
  const shown: RawBuilder<unknown>[] = [
    sql`(accepted_at_ms is null and revoked_at_ms is null and expires_at_ms > ${nowMs})`,
    ...(withAccepted ? [sql`accepted_at_ms is not null`] : []),
    ...(withRevoked
      ? [sql`(accepted_at_ms is null and (revoked_at_ms is not null or expires_at_ms <= ${nowMs}))`]
      : []),
  ]
  const conditions = [
    sql`organization_code = ${organizationCode}`,
    sql`(${sql.join(shown, sql` or `)})`,
    ...(place ? [place] : []),
  ]
  const query = sql<Row>`select ${sql.join(columnNames(columns).map((name) => sql.ref(name)))}
    from invitations where ${sql.join(conditions, sql` and `)}
    order by ${column} ${direction}, id ${direction} limit ${limit}`
  const { sql: text, parameters } = query.compile(builder)
  // They are the values above.
  return { sql: text, parameters: parameters as SqlValue[] }
}

function invitationStatements({ builder }: Database) {
  const invitations = builder.selectFrom('invitations').select(columnNames(columns))
  return {
    find: prepare((slot: { id: string }) => invitations.where('id', '=', slot.id)),
    findByCode: prepare((slot: { code_hash: string }) => invitations.where('code_hash', '=', slot.code_hash)),
    prune: prepare((slot: { before_ms: number; limit: number }) =>
      builder
        .deleteFrom('invitations')
        .where('id', 'in', (eb) =>
          eb
            .selectFrom('invitations')
            .select('id')
            .where('expires_at_ms', '<', slot.before_ms)
            .where('accepted_at_ms', 'is', null)
            .orderBy('expires_at_ms')
            .limit(slot.limit),
        ),
    ),
  }
}
