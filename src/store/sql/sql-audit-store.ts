// The audit log in SQL: rows are added, and deleted by age.
import { refusedSignIn, type AuditRecord, type AuditStore } from '../audit-store.ts'
import type { Database, Statement } from './database.ts'
import { parseJsonObject } from './json-column.ts'
import { pruneInBatches } from './prune.ts'
import { prepare } from './statement.ts'

type StoredAuditRecord = Awaited<ReturnType<AuditStore['list']>>[number]

export class SqlAuditStore implements AuditStore {
  readonly #database: Database
  readonly #pruning: ReturnType<typeof auditPruning>

  constructor(database: Database) {
    this.#database = database
    this.#pruning = auditPruning(database)
  }

  async prune(
    { olderThanMs, keepRefused }: Parameters<AuditStore['prune']>[0],
    signal?: AbortSignal,
  ): Promise<number> {
    const { oldest, newest, refusedUpTo } = this.#pruning
    const aged = (limit: number) => oldest({ older_than_ms: olderThanMs, limit })
    const byAge = await pruneInBatches(this.#database, aged, signal)
    // The boundary is a subtraction, not a walk over all that are kept (docs/decisions/0029).
    const [row] = await this.#database.all(newest({}))
    const sequence = (row?.sequence ?? 0) - keepRefused
    const beyond = (limit: number) => refusedUpTo({ sequence, limit })
    return byAge + (await pruneInBatches(this.#database, beyond, signal))
  }

  async list(filter: Parameters<AuditStore['list']>[0]): Promise<readonly StoredAuditRecord[]> {
    const rows = await this.#database.all(auditList(this.#database, filter))
    return rows.map((row) => ({
      sequence: row.sequence,
      atMs: row.at_ms,
      event: row.event,
      userId: row.user_id,
      clientId: row.client_id,
      ip: row.ip,
      details: parseJsonObject(row.details, {
        table: 'audit',
        row: String(row.sequence),
        column: 'details',
      }),
    }))
  }
}

/** Built anew for each call, because no request waits for it. */
export function auditList(
  { builder }: Database,
  { event, userId, clientId, beforeSequence, afterSequence, limit }: Parameters<AuditStore['list']>[0],
) {
  const query = builder
    .selectFrom('audit')
    .select(['sequence', 'at_ms', 'event', 'user_id', 'client_id', 'ip', 'details'])
    .$if(event !== undefined, (rows) => rows.where('event', '=', event ?? ''))
    .$if(userId !== undefined, (rows) => rows.where('user_id', '=', userId ?? ''))
    .$if(clientId !== undefined, (rows) => rows.where('client_id', '=', clientId ?? ''))
    .$if(beforeSequence !== undefined, (rows) => rows.where('sequence', '<', beforeSequence ?? 0))
    .$if(afterSequence !== undefined, (rows) => rows.where('sequence', '>', afterSequence ?? 0))
    .orderBy('sequence', afterSequence === undefined ? 'desc' : 'asc')
    .limit(limit)
  return prepare(() => query)({})
}

export function auditStatement({ builder }: Database): (record: AuditRecord) => Statement {
  interface Slots {
    readonly at_ms: number
    readonly event: string
    readonly user_id: string | null
    readonly client_id: string | null
    readonly ip: string | null
    readonly details: string
  }
  const append = prepare((slot: Slots) =>
    builder.insertInto('audit').values({
      at_ms: slot.at_ms,
      event: slot.event,
      user_id: slot.user_id,
      client_id: slot.client_id,
      ip: slot.ip,
      details: slot.details,
    }),
  )
  return (record) =>
    append({
      at_ms: record.atMs,
      event: record.event,
      user_id: record.userId,
      client_id: record.clientId,
      ip: record.ip,
      details: JSON.stringify(record.details),
    })
}

export function auditPruning({ builder }: Database) {
  return {
    /** Records come in the order of their time, so it looks at the first ones only and needs no index by time. */
    oldest: prepare((slot: { older_than_ms: number; limit: number }) =>
      builder.deleteFrom('audit').where('sequence', 'in', (eb) =>
        eb
          .selectFrom((first) =>
            first
              .selectFrom('audit')
              .select(['sequence', 'at_ms'])
              .orderBy('sequence')
              .limit(slot.limit)
              .as('first'),
          )
          .select('first.sequence')
          .where('first.at_ms', '<', slot.older_than_ms),
      ),
    ),
    newest: prepare(() =>
      builder.selectFrom('audit').select(({ fn }) => fn.max<number | null>('sequence').as('sequence')),
    ),
    refusedUpTo: prepare((slot: { sequence: number; limit: number }) =>
      builder
        .deleteFrom('audit')
        .where('sequence', 'in', (eb) =>
          eb
            .selectFrom('audit')
            .select('sequence')
            .where('event', '=', refusedSignIn)
            .where('sequence', '<=', slot.sequence)
            .orderBy('sequence')
            .limit(slot.limit),
        ),
    ),
  }
}
