// Subscribers in SQL. A page begins after the sorted value and the id of the last one, by the index of its order.
import { sql } from 'kysely'
import { z } from 'zod'
import type { Page, PageRequest } from '../page.ts'
import type {
  SubscriberChange,
  SubscriberOrder,
  SubscriberRecord,
  SubscriberStore,
} from '../subscriber-store.ts'
import type { WritesOf } from './writes-of.ts'
import type { Database, Statement } from './database.ts'
import { prepare } from './statement.ts'
import type { Tables } from './tables.ts'
import { insert } from './upsert.ts'

type Row = Tables['subscribers']

const columns = {
  id: 'key',
  email: 'replace',
  first_name: 'replace',
  last_name: 'replace',
  full_name: 'replace',
  created_at_ms: 'replace',
} as const satisfies Record<keyof Row, string>

const cursorSchema = z.tuple([z.string(), z.string()])

export class SqlSubscriberStore implements SubscriberStore {
  readonly #database: Database
  readonly #find: (slots: { readonly id: string }) => Statement<Row>

  constructor(database: Database) {
    this.#database = database
    this.#find = prepare((slot: { readonly id: string }) =>
      database.builder.selectFrom('subscribers').selectAll().where('id', '=', slot.id),
    )
  }

  async find(id: string): Promise<SubscriberRecord | undefined> {
    const [row] = await this.#database.all(this.#find({ id }))
    return row && subscriberRecord(row)
  }

  async list(order: SubscriberOrder, { size, cursor }: PageRequest): Promise<Page<SubscriberRecord>> {
    const rows = await this.#database.all(listStatement(this.#database, order, size + 1, cursor))
    const shown = rows.slice(0, size)
    const last = shown.at(-1)
    const items = shown.map(subscriberRecord)
    if (rows.length <= size || last === undefined) return { items }
    const place = JSON.stringify([last[columnOf(order)], last.id])
    return { items, nextCursor: Buffer.from(place).toString('base64url') }
  }
}

function columnOf({ by }: SubscriberOrder): 'full_name' | 'email' {
  return by === 'name' ? 'full_name' : 'email'
}

/** Compiled for each call, because the order differs and operators ask seldom. */
function listStatement(
  { builder }: Database,
  order: SubscriberOrder,
  limit: number,
  cursor: string | undefined,
): Statement<Row> {
  const column = columnOf(order)
  const direction = order.isDescending ? 'desc' : 'asc'
  let query = builder.selectFrom('subscribers').selectAll()
  if (cursor !== undefined) {
    const [value, id] = parsedCursor(cursor)
    const beyond = order.isDescending ? sql`<` : sql`>`
    query = query.where(sql<boolean>`(${sql.ref(column)}, id) ${beyond} (${value}, ${id})`)
  }
  const { sql: text, parameters } = query
    .orderBy(column, direction)
    .orderBy('id', direction)
    .limit(limit)
    .compile()
  // The values above.
  return { sql: text, parameters: parameters as string[] } as Statement<Row>
}

function parsedCursor(cursor: string): z.output<typeof cursorSchema> {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
  } catch (cause) {
    throw new RangeError('the cursor is not of this list', { cause })
  }
}

function subscriberRecord(row: Row): SubscriberRecord {
  return {
    id: row.id,
    email: row.email,
    firstName: row.first_name,
    lastName: row.last_name,
    createdAtMs: row.created_at_ms,
  }
}

export function subscriberWrites(database: Database): WritesOf<SubscriberChange['kind']> {
  const add = insert<Row>(database, 'subscribers', columns)
  return {
    'add-subscriber': ({ subscriber: { id, email, firstName, lastName, createdAtMs } }) => [
      add({
        id,
        email,
        first_name: firstName,
        last_name: lastName,
        full_name: `${firstName} ${lastName}`,
        created_at_ms: createdAtMs,
      }),
    ],
  }
}
