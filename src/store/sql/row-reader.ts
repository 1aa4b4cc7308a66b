// Rows as records: one, all, or a page of them.
import type { Page, PageRequest } from '../page.ts'
import type { Database, Statement } from './database.ts'

export interface PageSlots {
  readonly after: string
  readonly limit: number
}

export class RowReader {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async all<Row, Item>(statement: Statement<Row>, item: (row: Row) => Item): Promise<readonly Item[]> {
    return (await this.#database.all(statement)).map(item)
  }

  async one<Row, Item>(statement: Statement<Row>, item: (row: Row) => Item): Promise<Item | undefined> {
    const [row] = await this.#database.all(statement)
    return row && item(row)
  }

  /** By a key: the cursor is the last one of the page before. */
  async page<Row, Item>(
    { size, cursor }: PageRequest,
    query: (slots: PageSlots) => Statement<Row>,
    item: (row: Row) => Item,
    keyOf: (item: Item) => string,
  ): Promise<Page<Item>> {
    // One more than asked for tells whether there is another page.
    const items = await this.all(query({ after: cursor ?? '', limit: size + 1 }), item)
    const shown = items.slice(0, size)
    const last = shown.at(-1)
    return items.length > size && last !== undefined
      ? { items: shown, nextCursor: keyOf(last) }
      : { items: shown }
  }
}
