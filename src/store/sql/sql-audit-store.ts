// The audit log in SQL: rows are only ever added.
import type { AuditRecord, AuditStore } from '../audit-store.ts'
import type { Database, Statement } from './database.ts'
import { parseJsonObject } from './json-column.ts'
import { prepare } from './statement.ts'

type StoredAuditRecord = Awaited<ReturnType<AuditStore['list']>>[number]

export class SqlAuditStore implements AuditStore {
  readonly #database: Database
  readonly #append: (record: AuditRecord) => Statement

  constructor(database: Database) {
    this.#database = database
    this.#append = auditStatement(database)
  }

  async append(record: AuditRecord): Promise<void> {
    await this.#database.write(this.#append(record), 'durable')
  }

  /** Newest first. Built anew for each call: nobody waits for this. */
  async list(filter: Parameters<AuditStore['list']>[0]): Promise<readonly StoredAuditRecord[]> {
    const { event, userId, limit } = filter
    const query = this.#database.builder
      .selectFrom('audit')
      .selectAll()
      .$if(event !== undefined, (rows) => rows.where('event', '=', event ?? ''))
      .$if(userId !== undefined, (rows) => rows.where('user_id', '=', userId ?? ''))
      .orderBy('sequence', 'desc')
      .limit(limit)
    const rows = await this.#database.all(prepare(() => query)({}))
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
