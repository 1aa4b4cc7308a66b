// Recordings in SQL. They are written with the records of their invocations, in one commit: insertions() gives the statements.
import { randomBytes } from 'node:crypto'
import type { FoldedLog } from '../folded-log.ts'
import type {
  InvocationRecording,
  RecordedEnvironment,
  RecordingStore,
  StoredRecording,
} from '../recording-store.ts'
import type { SealedBox, SealedPlace } from '../sealed-box.ts'
import { corrupt } from '../store-error.ts'
import type { Database, Statement } from './database.ts'
import { parseJsonObject } from './json-column.ts'
import { pruneInBatches } from './prune.ts'
import { recordingStatements } from './recording-statements.ts'

interface Parts {
  readonly box: SealedBox
  readonly log: FoldedLog
  readonly nowMs: () => number
}

interface SealedEnvironment {
  readonly id: string
  readonly sealed: string
}

type Row = Awaited<ReturnType<typeof rowsOf>>[number]

export class SqlRecordingStore implements RecordingStore {
  readonly #database: Database
  readonly #parts: Parts
  readonly #statements: ReturnType<typeof recordingStatements>
  /** By the environment, which stays the same object until a variable changes. */
  readonly #environments = new WeakMap<RecordedEnvironment, SealedEnvironment>()

  constructor(database: Database, parts: Parts) {
    this.#database = database
    this.#parts = parts
    this.#statements = recordingStatements(database)
  }

  /** The statements that write these, for the commit that writes their invocations. */
  insertions(recordings: readonly (InvocationRecording & { readonly invocationId: string })[]): Statement[] {
    const { box, nowMs } = this.#parts
    const used = new Map<string, SealedEnvironment>()
    const inserts = recordings.map(({ invocationId, run, environment }) => {
      const { id, sealed } = this.#sealedEnvironment(environment)
      used.set(id, { id, sealed })
      return this.#statements.insert({
        invocation_id: invocationId,
        environment_id: id,
        sealed_run: box.seal(JSON.stringify(run), recordedRunPlace(invocationId)),
      })
    })
    const usedAtMs = nowMs()
    const environments = Array.from(used.values(), ({ id, sealed }) =>
      this.#statements.useEnvironment({ id, used_at_ms: usedAtMs, sealed_variables: sealed }),
    )
    return [...environments, ...inserts]
  }

  async find(invocationId: string): Promise<StoredRecording | undefined> {
    const [row] = await rowsOf(this.#database, this.#statements, [invocationId])
    return row && this.#opened(row, new Map())
  }

  async list(invocationIds: readonly string[]): Promise<readonly StoredRecording[]> {
    const rows = await rowsOf(this.#database, this.#statements, invocationIds)
    const environments = new Map<string, RecordedEnvironment>()
    return rows.flatMap((row) => {
      try {
        return [this.#opened(row, environments)]
      } catch (error) {
        this.#parts.log.count('recording_unreadable', { error })
        return []
      }
    })
  }

  async prune(
    { olderThanMs, keep }: Parameters<RecordingStore['prune']>[0],
    signal?: AbortSignal,
  ): Promise<number> {
    const { newestOlderThan, newestBeyond, newest, oldestKept, pruneUpTo, pruneBefore, pruneEnvironments } =
      this.#statements
    const [[ofAge], [latest], [oldest]] = await Promise.all([
      this.#database.all(newestOlderThan({ older_than_ms: olderThanMs })),
      this.#database.all(newest({})),
      this.#database.all(oldestKept({})),
    ])
    const [beyond] = await this.#database.all(newestBeyond({ sequence: (latest?.sequence ?? 0) - keep }))
    let removed = 0
    const upTo = [ofAge?.id, beyond?.id]
      .filter((id) => id !== undefined)
      .toSorted()
      .at(-1)
    if (upTo !== undefined)
      removed += await pruneInBatches(
        this.#database,
        (limit) => pruneUpTo({ invocation_id: upTo, limit }),
        signal,
      )
    if (oldest !== undefined)
      removed += await pruneInBatches(
        this.#database,
        (limit) => pruneBefore({ invocation_id: oldest.id, limit }),
        signal,
      )
    await this.#database.write(pruneEnvironments({ older_than_ms: olderThanMs }), 'lazy')
    return removed
  }

  #sealedEnvironment(environment: RecordedEnvironment): SealedEnvironment {
    const known = this.#environments.get(environment)
    if (known !== undefined) return known
    // Short, because every recording holds it.
    const id = randomBytes(12).toString('base64url')
    const sealed = this.#parts.box.seal(JSON.stringify(environment), recordedEnvironmentPlace(id))
    const made = { id, sealed }
    this.#environments.set(environment, made)
    return made
  }

  /** Of many rows, each environment is opened once. */
  #opened(row: Row, environments: Map<string, RecordedEnvironment>): StoredRecording {
    const { box } = this.#parts
    const runPlace = recordedRunPlace(row.invocation_id)
    const place = recordedEnvironmentPlace(row.environment_id)
    const environment =
      environments.get(row.environment_id) ??
      environmentOf(parseJsonObject(box.open(row.sealed_variables, place), place), place)
    environments.set(row.environment_id, environment)
    const run = parseJsonObject(box.open(row.sealed_run, runPlace), runPlace)
    return { invocationId: row.invocation_id, run, environment }
  }
}

function rowsOf(
  database: Database,
  { list }: ReturnType<typeof recordingStatements>,
  ids: readonly string[],
) {
  return database.all(list({ ids: JSON.stringify(ids) }))
}

function environmentOf(json: Readonly<Record<string, unknown>>, place: SealedPlace): RecordedEnvironment {
  return Object.fromEntries(
    Object.entries(json).map(([name, variable]) => {
      const { value, isSecret } = Object(variable) as Record<string, unknown>
      if (typeof value !== 'string' || typeof isSecret !== 'boolean')
        throw corrupt(place.table, place.row, place.column)
      return [name, { value, isSecret }]
    }),
  )
}

export function recordedRunPlace(invocationId: string): SealedPlace {
  return { table: 'recordings', row: invocationId, column: 'sealed_run' }
}

export function recordedEnvironmentPlace(id: string): SealedPlace {
  return { table: 'recorded_environments', row: id, column: 'sealed_variables' }
}
