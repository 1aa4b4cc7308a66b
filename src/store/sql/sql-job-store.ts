// Background work in SQL. A lease is a random value beside the job; every write of a worker compares it, so that a worker which has
// lost its lease changes nothing.
import { randomUUID, randomUUIDv7 } from 'node:crypto'
import type { ClaimedJob, HeldJob, JobStore, JobSummary, NewJob } from '../job-store.ts'
import type { SealedBox, SealedPlace } from '../sealed-box.ts'
import type { Database, Durability, Statement } from './database.ts'
import { jobStatements, type JobRow } from './job-statements.ts'
import { parseJsonObject } from './json-column.ts'
import { pruneInBatches } from './prune.ts'
import { prepare } from './statement.ts'

export class SqlJobStore implements JobStore {
  readonly #database: Database
  readonly #box: SealedBox
  readonly #statements: ReturnType<typeof jobStatements>
  readonly #listeners = new Set<() => void>()

  constructor(database: Database, box: SealedBox) {
    this.#database = database
    this.#box = box
    this.#statements = jobStatements(database)
  }

  async ensureRecurring(kind: string, { nowMs, dueAtMs }: Parameters<JobStore['ensureRecurring']>[1]) {
    const uniqueKey = `recurring ${kind}`
    const job: NewJob = { kind, payload: null, uniqueKey, enqueuedAtMs: nowMs }
    await this.#database.write(this.#statements.insert(newJobRow(job, this.#box, dueAtMs)), 'lazy')
  }

  async due(kind: string) {
    const [row] = await this.#database.all(this.#statements.due({ kind }))
    if (row === undefined || row.first_at_ms === null || row.last_at_ms === null) return undefined
    return { firstAtMs: row.first_at_ms, lastAtMs: row.last_at_ms }
  }

  async pullForward(kind: string, laterThanMs: number): Promise<void> {
    await this.#database.write(this.#statements.pullForward({ kind, later_than_ms: laterThanMs }), 'lazy')
  }

  async release(kind: string): Promise<void> {
    await this.#database.write(this.#statements.release({ kind }), 'lazy')
  }

  async claim({ kind, limit, nowMs, untilMs }: Parameters<JobStore['claim']>[0]) {
    const lease = randomUUID()
    const slots = { kind, limit, now_ms: nowMs, until_ms: untilMs, lease }
    const { rows } = await this.#database.write(this.#statements.claim(slots), 'lazy')
    return rows.map((row) => this.#claimed(row, lease))
  }

  #claimed({ id, kind, attempts, sealed_payload }: JobRow, lease: string): ClaimedJob {
    const place = payloadPlace(id)
    const payload = () =>
      sealed_payload === null ? null : parseJsonObject(this.#box.open(sealed_payload, place), place)
    return { id, kind, lease, attempt: attempts, payload }
  }

  renew({ id, lease }: HeldJob, untilMs: number): Promise<boolean> {
    return this.#settle(this.#statements.renew({ id, lease, until_ms: untilMs }), 'lazy')
  }

  finish({ id, lease }: HeldJob): Promise<boolean> {
    return this.#settle(this.#statements.finish({ id, lease }), 'durable')
  }

  postpone({ id, lease }: HeldJob, { dueAtMs, attempts, error }: Parameters<JobStore['postpone']>[1]) {
    const slots = { id, lease, due_at_ms: dueAtMs, attempts, last_error: error }
    return this.#settle(this.#statements.postpone(slots), 'lazy')
  }

  bury({ id, lease }: HeldJob, { atMs, error }: Parameters<JobStore['bury']>[1]): Promise<boolean> {
    return this.#settle(this.#statements.bury({ id, lease, died_at_ms: atMs, last_error: error }), 'durable')
  }

  async #settle(statement: Statement, durability: Durability): Promise<boolean> {
    return (await this.#database.write(statement, durability)).changes > 0
  }

  /** Built anew for each call: only people wait for this. */
  async list({ kind, state, limit }: Parameters<JobStore['list']>[0]): Promise<readonly JobSummary[]> {
    const query = this.#database.builder
      .selectFrom('jobs')
      .selectAll()
      .$if(kind !== undefined, (rows) => rows.where('kind', '=', kind ?? ''))
      .$if(state === 'dead', (rows) => rows.where('died_at_ms', 'is not', null))
      .$if(state === 'running', (rows) => rows.where('lease', 'is not', null))
      .$if(state === 'waiting', (rows) => rows.where('lease', 'is', null).where('died_at_ms', 'is', null))
      .orderBy('id', 'desc')
      .limit(limit)
    return (await this.#database.all(prepare(() => query)({}))).map(summary)
  }

  prune(diedBeforeMs: number, signal?: AbortSignal): Promise<number> {
    const deletion = (limit: number) => this.#statements.prune({ died_before_ms: diedBeforeMs, limit })
    return pruneInBatches(this.#database, deletion, signal)
  }

  onEnqueued(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** For the commit that has queued a job. */
  nudge(): void {
    for (const listener of this.#listeners) listener()
  }
}

/** The statements of `enqueue-job` changes. */
export function enqueueStatement(database: Database, box: SealedBox): (job: NewJob) => Statement {
  const { insert, insertUrgent } = jobStatements(database)
  // Due since ever: whatever the clock of the caller says, it may run at once.
  return (job) => (job.isUrgent === true ? insertUrgent : insert)(newJobRow(job, box, 0))
}

function newJobRow({ kind, payload, uniqueKey, enqueuedAtMs }: NewJob, box: SealedBox, dueAtMs: number) {
  // In the order of time, so that jobs that are due at the same moment run in the order in which they were queued.
  const id = `job_${randomUUIDv7()}`
  const sealed = payload === null ? null : box.seal(JSON.stringify(payload), payloadPlace(id))
  return {
    id,
    kind,
    unique_key: uniqueKey ?? null,
    sealed_payload: sealed,
    due_at_ms: dueAtMs,
    enqueued_at_ms: enqueuedAtMs,
  }
}

export function payloadPlace(id: string): SealedPlace {
  return { table: 'jobs', row: id, column: 'sealed_payload' }
}

function summary(row: JobRow): JobSummary {
  const { id, kind, attempts } = row
  const state = row.died_at_ms !== null ? 'dead' : row.lease === null ? 'waiting' : 'running'
  const times = { enqueuedAtMs: row.enqueued_at_ms, dueAtMs: row.due_at_ms }
  return { id, kind, state, attempts, ...times, lastError: row.last_error }
}
