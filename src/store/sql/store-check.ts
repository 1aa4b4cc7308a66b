// Whether the database takes writes: one row, written and flushed as a token's commit is. A disk that is full, and one that failed to
// keep something before, can still be read.
import type { Database } from './database.ts'
import { prepare } from './statement.ts'

const name = 'last-check'
/** More than the commit of a token request writes: on a disk that was full a moment ago a small row may still find room. */
const largeBytes = 131_072

export function storeCheck(database: Database): () => Promise<void> {
  const put = prepare((slot: { value: string }) =>
    database.builder
      .insertInto('meta')
      .values({ name, value: slot.value })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: slot.value })),
  )
  return async () => {
    const { isSuspect } = await database.check()
    const value = String(Date.now())
    await database.write(put({ value: isSuspect ? value.padEnd(largeBytes) : value }), 'durable')
  }
}
