// Deletes rows in small batches with pauses between them, so that requests wait for one batch at most. SQLite deletes on the event
// loop: a batch is as large as what fits into a few milliseconds there. Postgres deletes in its own process, so batches grow to the
// maximum.
import { performance } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import type { Database, Statement } from './database.ts'

const firstRows = 10
const mostRows = 500
/** How long a batch may block the event loop: about as long as a commit of a token request under load. */
const targetMs = 2
/** Requests get at least this many times the time that a batch took. */
const pauseFactor = 5
const shortestPauseMs = 10

/**
 * Resolves to the number of deleted rows. An aborted signal ends it after the current batch. A batch that is lost in a power cut
 * is deleted by the next run.
 */
export async function pruneInBatches(
  database: Database,
  deletion: (limit: number) => Statement,
  signal?: AbortSignal,
): Promise<number> {
  let removed = 0
  let rows = firstRows
  while (!signal?.aborted) {
    const from = performance.now()
    const writing = database.write(deletion(rows), 'lazy')
    const blockedMs = performance.now() - from
    // oxlint-disable-next-line no-await-in-loop -- one batch after the other is the point
    const { changes } = await writing
    removed += changes
    if (changes < rows) break
    rows = nextRows(rows, blockedMs)
    // oxlint-disable-next-line no-await-in-loop -- the pause is for everything else
    await setTimeout(Math.max(shortestPauseMs, blockedMs * pauseFactor))
  }
  return removed
}

/** At most twice as many: the next rows may lie on pages that are not in memory. */
function nextRows(rows: number, blockedMs: number): number {
  const fitting = Math.floor((rows * targetMs) / Math.max(blockedMs, targetMs / 2))
  return Math.min(mostRows, Math.max(1, fitting))
}
