// Links that work once, in SQL: taking one is a DELETE that has to find the row, so of many at once one gets it.
import type { OneTimeTokenChange } from '../change.ts'
import type { OneTimeTokenRecord, OneTimeTokenStore } from '../one-time-token-store.ts'
import type { WritesOf } from './writes-of.ts'
import type { Database, Statement } from './database.ts'
import { parseJsonObject } from './json-column.ts'
import { pruneInBatches } from './prune.ts'
import { prepare } from './statement.ts'
import type { Tables } from './tables.ts'
import { columnNames, insert } from './upsert.ts'

type Row = Tables['one_time_tokens']
const columns = {
  id_hash: 'key',
  kind: 'replace',
  user_id: 'replace',
  details: 'replace',
  expires_at_ms: 'replace',
} as const satisfies Record<keyof Row, string>

type Kind = OneTimeTokenRecord['kind']

export class SqlOneTimeTokenStore implements OneTimeTokenStore {
  readonly #database: Database
  readonly #statements: ReturnType<typeof oneTimeTokenStatements>

  constructor(database: Database) {
    this.#database = database
    this.#statements = oneTimeTokenStatements(database)
  }

  async peek(kind: Kind, idHash: string, nowMs: number): Promise<OneTimeTokenRecord | undefined> {
    const slots = { kind, id_hash: idHash, now_ms: nowMs }
    const [row] = await this.#database.all(this.#statements.find(slots))
    return row && record(kind, row)
  }

  prune(nowMs: number, signal?: AbortSignal): Promise<number> {
    const deletion = (limit: number): Statement => this.#statements.prune({ now_ms: nowMs, limit })
    return pruneInBatches(this.#database, deletion, signal)
  }
}

function record(kind: Kind, row: Row): OneTimeTokenRecord {
  const place = { table: 'one_time_tokens', row: row.id_hash, column: 'details' }
  return {
    idHash: row.id_hash,
    kind,
    userId: row.user_id,
    details: parseJsonObject(row.details, place),
    expiresAtMs: row.expires_at_ms,
  }
}

interface Slots {
  readonly kind: string
  readonly id_hash: string
  readonly now_ms: number
}

export function oneTimeTokenWrites(database: Database): WritesOf<OneTimeTokenChange['kind']> {
  const add = insert<Row>(database, 'one_time_tokens', columns)
  const take = prepare((slot: Slots) =>
    database.builder
      .deleteFrom('one_time_tokens')
      .where('id_hash', '=', slot.id_hash)
      .where('kind', '=', slot.kind)
      .where('expires_at_ms', '>', slot.now_ms),
  )
  return {
    'add-one-time-token': ({ token: { idHash, kind, userId, details, expiresAtMs } }) => [
      add({
        id_hash: idHash,
        kind,
        user_id: userId,
        details: JSON.stringify(details),
        expires_at_ms: expiresAtMs,
      }),
    ],
    'take-one-time-token': ({ tokenKind, idHash, nowMs }) => [
      { statement: take({ kind: tokenKind, id_hash: idHash, now_ms: nowMs }), mustChange: true },
    ],
  }
}

export function oneTimeTokenStatements({ builder }: Database) {
  return {
    find: prepare((slot: Slots) =>
      builder
        .selectFrom('one_time_tokens')
        .select(columnNames(columns))
        .where('id_hash', '=', slot.id_hash)
        .where('kind', '=', slot.kind)
        .where('expires_at_ms', '>', slot.now_ms),
    ),
    prune: prepare((slot: { now_ms: number; limit: number }) =>
      builder
        .deleteFrom('one_time_tokens')
        .where('id_hash', 'in', (eb) =>
          eb
            .selectFrom('one_time_tokens')
            .select('id_hash')
            .where('expires_at_ms', '<=', slot.now_ms)
            .orderBy('expires_at_ms')
            .limit(slot.limit),
        ),
    ),
  }
}
