// Rehearsals in SQL. The report is sealed: its examples are claims of people.
import {
  rehearsalStates,
  type RehearsalChange,
  type RehearsalFields,
  type RehearsalStore,
  type StoredRehearsal,
} from '../rehearsal-store.ts'
import type { SealedBox, SealedPlace } from '../sealed-box.ts'
import type { WritesOf } from './writes-of.ts'
import type { Database, Statement } from './database.ts'
import { parseJsonObject } from './json-column.ts'
import { narrowUpdate } from './narrow-update.ts'
import { pruneInBatches } from './prune.ts'
import { prepare } from './statement.ts'
import type { Tables } from './tables.ts'
import { columnNames, insert } from './upsert.ts'

type Row = Tables['rehearsals']
const columns = {
  id: 'key',
  created_at_ms: 'replace',
  author: 'replace',
  deployment_id: 'replace',
  request: 'replace',
  state: 'replace',
  users: 'replace',
  of_users: 'replace',
  error: 'replace',
  sealed_report: 'replace',
} as const satisfies Record<keyof Row, string>

export class SqlRehearsalStore implements RehearsalStore {
  readonly #database: Database
  readonly #box: SealedBox
  readonly #statements: ReturnType<typeof rehearsalStatements>

  constructor(database: Database, box: SealedBox) {
    this.#database = database
    this.#box = box
    this.#statements = rehearsalStatements(database)
  }

  async find(id: string): Promise<StoredRehearsal | undefined> {
    const [row] = await this.#database.all(this.#statements.find({ id }))
    return row && this.#stored(row)
  }

  prune(createdBeforeMs: number, signal?: AbortSignal): Promise<number> {
    const deletion = (limit: number): Statement =>
      this.#statements.prune({ before_ms: createdBeforeMs, limit })
    return pruneInBatches(this.#database, deletion, signal)
  }

  #stored(row: Row): StoredRehearsal {
    const { id, sealed_report: sealed } = row
    return {
      id,
      createdAtMs: row.created_at_ms,
      author: row.author,
      deploymentId: row.deployment_id,
      request: parseJsonObject(row.request, { table: 'rehearsals', row: id, column: 'request' }),
      // A state that only a newer version knows is not an end.
      state: rehearsalStates.find((one) => one === row.state) ?? 'running',
      users: row.users,
      ofUsers: row.of_users,
      error: row.error,
      report: () => {
        const place = reportPlace(id)
        return sealed === null ? null : parseJsonObject(this.#box.open(sealed, place), place)
      },
    }
  }
}

export function reportPlace(id: string): SealedPlace {
  return { table: 'rehearsals', row: id, column: 'sealed_report' }
}

export function rehearsalWrites(database: Database, box: SealedBox): WritesOf<RehearsalChange['kind']> {
  const add = insert<Row>(database, 'rehearsals', columns)
  const update = narrowUpdate(database, 'rehearsals')
  return {
    'add-rehearsal': ({ rehearsal }) => [
      add({
        id: rehearsal.id,
        created_at_ms: rehearsal.createdAtMs,
        author: rehearsal.author,
        deployment_id: rehearsal.deploymentId,
        request: JSON.stringify(rehearsal.request),
        state: rehearsal.state,
        users: rehearsal.users,
        of_users: rehearsal.ofUsers,
        error: rehearsal.error,
        sealed_report: null,
      }),
    ],
    'update-rehearsal': ({ rehearsalId: id, set, expected }) => [
      update({ key: { id }, set: fieldsRow(id, set, box), expected: { state: expected.state } }),
    ],
  }
}

function fieldsRow(id: string, { state, users, ofUsers, error, report }: RehearsalFields, box: SealedBox) {
  return {
    ...(state !== undefined && { state }),
    ...(users !== undefined && { users }),
    ...(ofUsers !== undefined && { of_users: ofUsers }),
    ...(error !== undefined && { error }),
    ...(report !== undefined && { sealed_report: box.seal(JSON.stringify(report), reportPlace(id)) }),
  }
}

function rehearsalStatements({ builder }: Database) {
  return {
    find: prepare((slot: { id: string }) =>
      builder.selectFrom('rehearsals').select(columnNames(columns)).where('id', '=', slot.id),
    ),
    prune: prepare((slot: { before_ms: number; limit: number }) =>
      builder
        .deleteFrom('rehearsals')
        .where('id', 'in', (eb) =>
          eb
            .selectFrom('rehearsals')
            .select('id')
            .where('created_at_ms', '<', slot.before_ms)
            .orderBy('created_at_ms')
            .limit(slot.limit),
        ),
    ),
  }
}
