// An import from its beginning to its end: organizations, then users in batches. Each batch is one commit with the import's place, so that an
// import that was killed goes on behind the last batch. Memory holds one batch, whatever the size of the source.
import { createHash, randomBytes } from 'node:crypto'
import { whileUnchanged, type Catalog, type Change, type ImportRecord, type Store } from '../store/index.ts'
import type { ImportSource } from './entries.ts'
import { catalogWith } from './import-catalog.ts'
import { organizationChanges } from './import-organizations.ts'
import { importReportSchema, newReport, remark, type ImportReport, type Remark } from './import-report.ts'
import type { ImportContext } from './import-context.ts'
import { changesOf, decideUsers, isConflict } from './import-users.ts'
import { knownOrganizations } from './known-organizations.ts'
import {
  countOrganizations,
  organizationsOneByOne,
  usersOneByOne,
  withCounts,
  withoutRepeats,
} from './one-by-one.ts'
import { issuerOf, ownCatalogWith, type OwnIds } from './own-catalog.ts'
import { importOwnParts } from './own-parts.ts'

export interface ImportOptions {
  readonly store: Pick<
    Store,
    | 'apiKeys'
    | 'audit'
    | 'billing'
    | 'branding'
    | 'commit'
    | 'directory'
    | 'imports'
    | 'invitations'
    | 'nowMs'
    | 'subscribers'
  >
  /** For the audit log, such as `kinde`. */
  readonly from: string
  /** Reads and decides, and writes nothing. */
  readonly isDryRun: boolean
  readonly onProgress: (progress: ImportProgress) => void
  /** Every record or part of one that is not taken. */
  readonly onRemark: (remark: Remark) => void
  /** Ends the import after the batch at hand. */
  readonly signal: AbortSignal
}

export interface ImportProgress {
  readonly users: number
  /** From 0 to 1. */
  readonly share: number | undefined
}

export interface ImportResult {
  readonly report: ImportReport
  /** Records that an earlier, interrupted run had done. */
  readonly resumedAfter: number
  readonly isFinished: boolean
}

const batchSize = 1_000

/** Rejects with StoreError. What is wrong with single records is in the report. */
export async function runImport(source: ImportSource, options: ImportOptions): Promise<ImportResult> {
  const { store, isDryRun } = options
  const id = `imp_${createHash('sha256').update(`${options.from} ${source.fingerprint}`).digest('hex').slice(0, 32)}`
  const earlier = isDryRun ? undefined : await store.imports.find(id)
  const isResumed = earlier !== undefined && !earlier.isFinished && earlier.position > 0
  let report = isResumed ? importReportSchema.parse(earlier.report) : newReport()
  const note = (remarks: readonly Remark[]) => {
    for (const one of remarks) {
      remark(report, one)
      options.onRemark(one)
    }
  }
  let context: ImportContext = {
    store,
    ...(await broughtCatalog(source, options, note)),
    organizations: await knownOrganizations(store.directory),
    random: randomBytes,
    nowMs: () => store.nowMs(),
  }
  const write = async (changes: readonly Change[], what: string) => {
    if (!isDryRun) await store.commit(withAudit(changes, options, what))
  }
  const oneByOne = (remarks: readonly Remark[]) => ({ write, note: withoutRepeats(note, remarks) })
  const place = new Place(id, earlier, options)

  if (!isResumed) {
    for await (const batch of inBatches(source.organizations?.() ?? [], batchSize)) {
      const decided = organizationChanges(batch, context)
      note(decided.remarks)
      try {
        await write(decided.changes, `${batch.length} organizations`)
        countOrganizations(report, decided)
      } catch (error) {
        if (!isConflict(error)) throw error
        context = await organizationsOneByOne(batch, context, report, oneByOne(decided.remarks))
      }
    }
    await place.moveTo(0, report, [])
  }

  for await (const batch of inBatches(source.users(place.position), batchSize)) {
    const position = batch.at(-1)?.position ?? place.position
    const decided = await decideUsers(batch, context)
    note(decided.remarks)
    const changes = withAudit(changesOf(decided), options, `${decided.created.length} users`)
    const counted = withCounts(report, decided)
    try {
      await place.moveTo(position, counted, changes)
      report = counted
    } catch (error) {
      if (!isConflict(error)) throw error
      report = await usersOneByOne(batch, context, report, oneByOne(decided.remarks))
      await place.moveTo(position, report, [])
    }
    options.onProgress({ users: position, share: source.progress() })
    if (options.signal.aborted)
      return { report, resumedAfter: isResumed ? earlier.position : 0, isFinished: false }
  }
  const { own } = source
  if (own !== undefined && !isDryRun) {
    const created = await importOwnParts({
      ...context,
      own,
      parts: store,
      note: (one) => note([one]),
      write,
    })
    report = { ...report, others: created }
  }
  await place.finish(report)
  return { report, resumedAfter: isResumed ? earlier.position : 0, isFinished: true }
}

/** The catalog with what the source brings of it. */
async function broughtCatalog(
  { catalog: entries, own }: ImportSource,
  options: ImportOptions,
  note: (remarks: readonly Remark[]) => void,
): Promise<{ readonly catalog: Catalog; readonly ids?: OwnIds }> {
  const { store, isDryRun } = options
  const attempt = async () => {
    const current = await store.directory.catalog()
    const deps = { random: randomBytes, now: () => store.nowMs() }
    const brought =
      own !== undefined
        ? ownCatalogWith(own.catalog, current, {
            ...deps,
            ...own,
            issuer: issuerOf(current.apis) ?? own.issuer,
          })
        : entries !== undefined
          ? catalogWith(entries, current, deps)
          : { catalog: current, changes: [], remarks: [] }
    const { changes, remarks, ...rest } = brought
    if (changes.length > 0 && !isDryRun) await store.commit(withAudit(changes, options, 'the catalog'))
    note(remarks)
    return rest
  }
  try {
    return await whileUnchanged(attempt)
  } catch (error) {
    // A record with the same key appeared: Postgres may say so before it says that the catalog changed. It is known now.
    if (isConflict(error)) return whileUnchanged(attempt)
    throw error
  }
}

/** Where the import is, here and in the database. */
class Place {
  readonly #id: string
  readonly #options: ImportOptions
  #stored: ImportRecord | undefined
  position: number

  constructor(id: string, stored: ImportRecord | undefined, options: ImportOptions) {
    this.#id = id
    this.#options = options
    this.#stored = stored
    this.position = stored === undefined || stored.isFinished ? 0 : stored.position
  }

  async moveTo(position: number, report: ImportReport, changes: readonly Change[]): Promise<void> {
    await this.#put({ position, report, isFinished: false }, changes)
  }

  async finish(report: ImportReport): Promise<void> {
    await this.#put({ position: this.position, report, isFinished: true }, [])
  }

  async #put(
    at: Pick<ImportRecord, 'position' | 'report' | 'isFinished'>,
    changes: readonly Change[],
  ): Promise<void> {
    const { store, isDryRun } = this.#options
    const record: ImportRecord = { id: this.#id, ...at, updatedAtMs: store.nowMs() }
    if (!isDryRun)
      await store.commit([
        ...changes,
        { kind: 'put-import', record, expectedPosition: this.#stored?.position ?? null },
      ])
    this.#stored = record
    this.position = at.position
  }
}

function withAudit(changes: readonly Change[], { store, from }: ImportOptions, what: string): Change[] {
  if (changes.length === 0) return []
  const record = {
    atMs: store.nowMs(),
    event: 'import.batch' as const,
    userId: null,
    clientId: null,
    ip: null,
    details: { from, what },
  }
  return [...changes, { kind: 'append-audit', record }]
}

async function* inBatches<Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  size: number,
): AsyncGenerator<Item[]> {
  let batch: Item[] = []
  for await (const item of items) {
    batch.push(item)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
