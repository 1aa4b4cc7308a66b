// The outbox in SQL: read in order, and deleted by age and by number. Writing is domain-events.ts.
import { eventTypes, type DomainEvent, type EventListener, type EventStore } from '../event-store.ts'
import type { ExpressionBuilder } from 'kysely'
import { corrupt } from '../store-error.ts'
import type { Database, Statement } from './database.ts'
import { eventData } from './event-snapshots.ts'
import { pruneInBatches } from './prune.ts'
import { prepare } from './statement.ts'
import type { Tables } from './tables.ts'

type Row = Tables['events']

export class SqlEventStore implements EventStore {
  readonly #database: Database
  readonly #statements: ReturnType<typeof eventStatements>
  readonly #listeners = new Set<EventListener>()

  constructor(database: Database) {
    this.#database = database
    this.#statements = eventStatements(database)
  }

  async list({ afterSequence, limit }: Parameters<EventStore['list']>[0]): Promise<readonly DomainEvent[]> {
    const slots = { after_sequence: afterSequence, limit }
    return (await this.#database.all(this.#statements.list(slots))).map(domainEvent)
  }

  async find(id: string): Promise<DomainEvent | undefined> {
    const [row] = await this.#database.all(this.#statements.find({ id }))
    return row && domainEvent(row)
  }

  async newest(): Promise<number> {
    const [row] = await this.#database.all(this.#statements.newest({}))
    return row?.sequence ?? 0
  }

  onWritten(listener: EventListener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** For the commit that has written events. */
  announce(types: Parameters<EventListener>[0]): void {
    for (const listener of this.#listeners) listener(types)
  }

  async prune(
    { olderThanMs, keep }: Parameters<EventStore['prune']>[0],
    signal?: AbortSignal,
  ): Promise<number> {
    const { pruneByAge, pruneUpTo } = this.#statements
    const aged = (limit: number): Statement => pruneByAge({ older_than_ms: olderThanMs, limit })
    const byAge = await pruneInBatches(this.#database, aged, signal)
    const sequence = (await this.newest()) - keep
    const beyond = (limit: number): Statement => pruneUpTo({ sequence, limit })
    return byAge + (await pruneInBatches(this.#database, beyond, signal))
  }
}

function domainEvent(row: Row): DomainEvent {
  const type = eventTypes.find((one) => one === row.type)
  const source = (['admin', 'api', 'user'] as const).find((one) => one === row.source)
  if (type === undefined || source === undefined || row.sequence === null)
    throw corrupt('events', row.id, type === undefined ? 'type' : 'source')
  const { sequence, id, at_ms, ip_address } = row
  return { sequence, id, type, source, atMs: at_ms, ip: ip_address, data: eventData({ ...row, type }) }
}

export function eventStatements({ builder }: Database) {
  /** What a disabled webhook has yet to come to is not kept for it. */
  const furthest = builder
    .selectFrom('webhook_queues')
    .select(({ fn }) => fn.min('sequence').as('sequence'))
    .where('disabled_at_ms', 'is', null)
  const isDone = (eb: ExpressionBuilder<Tables, 'events'>) =>
    eb('sequence', '<=', eb.fn.coalesce(furthest, 'sequence'))
  const events = builder.selectFrom('events').selectAll()
  return {
    list: prepare((slot: { after_sequence: number; limit: number }) =>
      events.where('sequence', '>', slot.after_sequence).orderBy('sequence').limit(slot.limit),
    ),
    find: prepare((slot: { id: string }) => events.where('id', '=', slot.id)),
    newest: prepare(() =>
      builder.selectFrom('events').select(({ fn }) => fn.max<number | null>('sequence').as('sequence')),
    ),
    pruneByAge: prepare((slot: { older_than_ms: number; limit: number }) =>
      builder
        .deleteFrom('events')
        .where('id', 'in', (eb) =>
          eb
            .selectFrom('events')
            .select('id')
            .where('at_ms', '<', slot.older_than_ms)
            .where(isDone)
            .orderBy('at_ms')
            .limit(slot.limit),
        ),
    ),
    pruneUpTo: prepare((slot: { sequence: number; limit: number }) =>
      builder
        .deleteFrom('events')
        .where('id', 'in', (eb) =>
          eb
            .selectFrom('events')
            .select('id')
            .where('sequence', '<=', slot.sequence)
            .where(isDone)
            .orderBy('sequence')
            .limit(slot.limit),
        ),
    ),
  }
}
