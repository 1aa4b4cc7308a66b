// store.commit() in SQL: the statements of all changes in one transaction, and the caches that must not outlive it.
import type { Change } from '../change.ts'
import type { Catalog } from '../catalog.ts'
import type { SealedBox } from '../sealed-box.ts'
import type { EventType } from '../event-store.ts'
import { ChangedMeanwhileError } from '../store-error.ts'
import type { UnknownMembers } from './catalog-writes.ts'
import { changeWrites } from './change-writes.ts'
import type { Database, Statement, Write } from './database.ts'
import { domainEvents } from './domain-events.ts'
import { prepare } from './statement.ts'

/** Records of the directory that are kept in memory. */
export interface DirectoryCaches {
  catalog(): Promise<Catalog>
  readonly unknownMembers: UnknownMembers
  /** `changes`: those that records in memory hang on. */
  drop(changes: readonly Change[], isCatalogChanged: boolean): void
}

interface UnitOfWorkDeps {
  readonly database: Database
  readonly box: SealedBox
  readonly directory: DirectoryCaches
  readonly nowMs: () => number
  /** Called after a commit that enqueued a job. */
  readonly onEnqueued: () => void
  /** Called after a commit that wrote events, with the types that they may have. */
  readonly onEvents: (types: readonly EventType[]) => void
}

export function unitOfWork({
  database,
  box,
  directory,
  nowMs,
  onEnqueued,
  onEvents,
}: UnitOfWorkDeps): (changes: readonly Change[]) => Promise<void> {
  const { writesOf, scopeOf } = changeWrites(database, box, directory.unknownMembers)
  const eventsOf = domainEvents(database, nowMs)
  const raised = { statement: raiseCatalogVersion(database) }

  return async function commit(changes) {
    if (changes.length === 0) return
    const ofDirectory = changes.filter((change) => scopeOf(change) !== undefined)
    const isCatalogChanged = ofDirectory.some((change) => scopeOf(change) === 'catalog')
    // What a newer version keeps in a document that is rewritten here has to be known by then.
    if (isCatalogChanged) await directory.catalog()
    const events = eventsOf(changes)
    const writes: (Write & { readonly change?: Change })[] = [
      ...events.before,
      ...changes.flatMap((change) => writesOf(change).map((write) => ({ ...write, change }))),
      ...(isCatalogChanged ? [raised] : []),
      ...events.after,
    ]
    // Before the commit as well: a read that began before it must not be kept.
    directory.drop(ofDirectory, isCatalogChanged)
    try {
      const outcome = await database.commit(writes, 'durable')
      if (outcome.kind === 'undone') throw lost(writes[outcome.index]?.change)
    } finally {
      // Also after an error: the connection may have broken when the database had committed, and a commit that lost reads again.
      directory.drop(ofDirectory, isCatalogChanged)
    }
    if (changes.some(({ kind }) => kind === 'enqueue-job')) onEnqueued()
    if (events.types.length > 0) onEvents(events.types)
  }
}

function lost(change: Change | undefined): Error {
  return change === undefined
    ? new Error('a write was undone that had nothing to lose')
    : new ChangedMeanwhileError(change)
}

function raiseCatalogVersion({ builder }: Database): Statement {
  const raise = prepare(() =>
    builder
      .updateTable('counters')
      .set(({ eb }) => ({ value: eb('value', '+', 1) }))
      .where('name', '=', 'catalog'),
  )
  return raise({})
}
