// Invocations in SQL, written behind the mint that they tell of (write-behind.ts) and without waiting for the disk.
import type { FoldedLog } from '../folded-log.ts'
import type {
  InvocationFilter,
  InvocationRecord,
  InvocationStats,
  InvocationStore,
  StoredInvocation,
} from '../invocation-store.ts'
import type { Database } from './database.ts'
import {
  invocationList,
  invocationRow,
  invocationStatements,
  storedInvocation,
} from './invocation-statements.ts'
import type { InvocationRecording } from '../recording-store.ts'
import type { SqlRecordingStore } from './sql-recording-store.ts'
import { pruneInBatches } from './prune.ts'
import { WriteBehind } from './write-behind.ts'

interface Appended {
  readonly record: InvocationRecord
  readonly recording: InvocationRecording | undefined
}

export class SqlInvocationStore implements InvocationStore {
  readonly #database: Database
  readonly #log: FoldedLog
  readonly #statements: ReturnType<typeof invocationStatements>
  readonly #recordings: SqlRecordingStore
  readonly #behind: WriteBehind<Appended>

  constructor(database: Database, recordings: SqlRecordingStore, log: FoldedLog) {
    this.#database = database
    this.#recordings = recordings
    this.#log = log
    this.#statements = invocationStatements(database)
    this.#behind = new WriteBehind({
      write: (records) => this.#write(records),
      // A batch is one turn of the event loop on SQLite: some milliseconds.
      batchSize: 50,
      delayMs: 50,
      retryDelayMs: 1_000,
      // With a document of 20 KB each, 40 MB.
      capacity: 2_000,
      onFailed: (error) => log.count('invocations_not_written', { error }),
      onLost: (count) => log.count('invocations_lost', {}, count),
    })
  }

  append(record: InvocationRecord, recording?: InvocationRecording): void {
    this.#behind.add({ record, recording })
  }

  flush(): Promise<void> {
    return this.#behind.flush()
  }

  stats(): InvocationStats {
    const { failedBatches, lostItems } = this.#behind.counts
    return { lostInvocations: lostItems, failedBatches }
  }

  /** Writes what is left, for `mostMs` at most, and reports what was lost. */
  close(mostMs: number): Promise<void> {
    return this.#behind.close(mostMs)
  }

  async find(id: string): Promise<StoredInvocation | undefined> {
    const [row] = await this.#database.all(this.#statements.find({ id }))
    return row && storedInvocation(row)
  }

  async list(filter: InvocationFilter): Promise<readonly StoredInvocation[]> {
    const rows = await this.#database.all(invocationList(this.#database, filter))
    return rows.flatMap((row) => this.#readable(row))
  }

  async decisions(filter: Parameters<InvocationStore['decisions']>[0]): Promise<readonly string[]> {
    const { deploymentId, sinceMs, limit } = filter
    const slots = { deployment_id: deploymentId, since_ms: sinceMs, limit }
    const rows = await this.#database.all(this.#statements.decisions(slots))
    return rows.map(({ decision }) => decision)
  }

  /** One whose document is damaged is left out, so that the others can be looked at. */
  #readable(row: Parameters<typeof storedInvocation>[0]): StoredInvocation[] {
    try {
      return [storedInvocation(row)]
    } catch (error) {
      this.#log.count('invocation_unreadable', { error })
      return []
    }
  }

  async prune(
    { olderThanMs, keep }: Parameters<InvocationStore['prune']>[0],
    signal?: AbortSignal,
  ): Promise<number> {
    const { pruneByAge, newest, pruneUpTo } = this.#statements
    const ofAge = (limit: number) => pruneByAge({ older_than_ms: olderThanMs, limit })
    const byAge = await pruneInBatches(this.#database, ofAge, signal)
    // Sequence numbers have no gaps to speak of, so the boundary is a subtraction and not a walk over all that are kept.
    const [row] = await this.#database.all(newest({}))
    const sequence = (row?.sequence ?? 0) - keep
    const beyond = (limit: number) => pruneUpTo({ sequence, limit })
    const removed = byAge + (await pruneInBatches(this.#database, beyond, signal))
    await this.#pruneOtherWorkflows(signal)
    return removed
  }

  /** Of invocations that are gone. */
  async #pruneOtherWorkflows(signal: AbortSignal | undefined): Promise<void> {
    const { oldest, pruneOtherWorkflows } = this.#statements
    const [row] = await this.#database.all(oldest({}))
    const sequence = row?.sequence
    if (sequence == null) return
    const before = (limit: number) => pruneOtherWorkflows({ before_sequence: sequence, limit })
    await pruneInBatches(this.#database, before, signal)
  }

  async #write(appended: readonly Appended[]): Promise<void> {
    const inserts = appended.map(({ record }, index) =>
      this.#statements.insert({ ...invocationRow(record), offset: appended.length - 1 - index }),
    )
    const others = appended.flatMap(({ record: { id, otherWorkflowIds = [] } }) =>
      otherWorkflowIds.map((workflow) => this.#statements.insertOtherWorkflow({ workflow_id: workflow, id })),
    )
    const recordings = appended.flatMap(({ record: { id: invocationId }, recording }) =>
      recording === undefined ? [] : [{ ...recording, invocationId }],
    )
    const statements = [
      this.#statements.raiseCounter({ by: appended.length }),
      ...inserts,
      ...others,
      ...this.#recordings.insertions(recordings),
    ]
    await this.#database.commit(
      statements.map((statement) => ({ statement })),
      'lazy',
    )
  }
}
