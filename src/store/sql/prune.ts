// Removes old rows a bounded number at a time, so that no commit holds others up for long.
import { setImmediate } from 'node:timers/promises'
import type { Database, Statement } from './database.ts'

const rowsAtATime = 500

/** Resolves to how many rows went. What is lost of it in a power cut goes the next time. */
export async function pruneInBatches(
  database: Database,
  deletion: (limit: number) => Statement,
): Promise<number> {
  let removed = 0
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- one batch after the other is the point
    const { changes } = await database.write(deletion(rowsAtATime), 'lazy')
    removed += changes
    if (changes < rowsAtATime) return removed
    await setImmediate()
  }
}
