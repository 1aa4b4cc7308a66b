// Webhooks in SQL: the place of each one in the outbox, and its deliveries. A worker's progress is one commit that compares the place which
// was read, so a worker that has lost its lease moves nothing.
import { sql } from 'kysely'
import {
  deliveryStates,
  type DeliveryChange,
  type DeliveryFilter,
  type DeliveryProgress,
  type DeliveryRecord,
  type WebhookQueue,
  type WebhookRecord,
  type WebhookStore,
} from '../webhook-store.ts'
import type { WritesOf } from './writes-of.ts'
import type { Database, Statement } from './database.ts'
import { narrowUpdate } from './narrow-update.ts'
import { pruneInBatches } from './prune.ts'
import { prepare } from './statement.ts'
import type { Tables } from './tables.ts'
import { columnNames, upsert } from './upsert.ts'

type DeliveryRow = Tables['webhook_deliveries']

const columns = {
  id: 'key',
  webhook_id: 'keep',
  event_id: 'keep',
  event_type: 'keep',
  sequence: 'keep',
  state: 'replace',
  attempts: 'replace',
  last_at_ms: 'replace',
  next_at_ms: 'replace',
  status: 'replace',
  error: 'replace',
} as const satisfies Record<keyof DeliveryRow, string>

export class SqlWebhookStore implements WebhookStore {
  readonly #database: Database
  readonly #statements: ReturnType<typeof webhookStatements>
  readonly #move: ReturnType<typeof narrowUpdate<'webhook_queues'>>
  readonly #put: (row: DeliveryRow) => Statement

  constructor(database: Database) {
    this.#database = database
    this.#statements = webhookStatements(database)
    this.#move = narrowUpdate(database, 'webhook_queues')
    this.#put = upsert<DeliveryRow>(database, 'webhook_deliveries', columns)
  }

  async queues(): Promise<readonly WebhookQueue[]> {
    return (await this.#database.all(this.#statements.queues({}))).map(queueOf)
  }

  async queue(webhookId: string): Promise<WebhookQueue | undefined> {
    const [row] = await this.#database.all(this.#statements.queue({ webhook_id: webhookId }))
    return row && queueOf(row)
  }

  async due(webhookId: string, nowMs: number, limit: number): Promise<readonly DeliveryRecord[]> {
    const slots = { webhook_id: webhookId, now_ms: nowMs, limit }
    return (await this.#database.all(this.#statements.due(slots))).map(deliveryOf)
  }

  async record(progress: DeliveryProgress): Promise<boolean> {
    const { webhookId, from, to, deliveries, failingSinceMs, disabledAtMs } = progress
    const set = { sequence: to, failing_since_ms: failingSinceMs, disabled_at_ms: disabledAtMs }
    const moved = this.#move({ key: { webhook_id: webhookId }, set, expected: { sequence: from } })
    const writes = deliveries.map((delivery) => ({ statement: this.#put(rowOf(delivery)) }))
    // A delivery that a power cut forgets is made again: a receiver sees its id twice.
    const ends =
      disabledAtMs === null ? [] : [{ statement: this.#statements.bury({ webhook_id: webhookId }) }]
    const outcome = await this.#database.commit([moved, ...writes, ...ends], 'lazy')
    return outcome.kind === 'committed'
  }

  async find(deliveryId: string): Promise<DeliveryRecord | undefined> {
    const [row] = await this.#database.all(this.#statements.find({ id: deliveryId }))
    return row && deliveryOf(row)
  }

  /** Built anew for each call: only people wait for this. */
  async list({
    webhookId,
    state,
    beforeSequence,
    limit,
  }: DeliveryFilter): Promise<readonly DeliveryRecord[]> {
    const query = this.#database.builder
      .selectFrom('webhook_deliveries')
      .select(columnNames(columns))
      .$if(webhookId !== undefined, (rows) => rows.where('webhook_id', '=', webhookId ?? ''))
      .$if(state !== undefined, (rows) => rows.where('state', '=', state ?? ''))
      .$if(beforeSequence !== undefined, (rows) => rows.where('sequence', '<', beforeSequence ?? 0))
      .orderBy('sequence', 'desc')
      .orderBy('id')
      .limit(limit)
    return (await this.#database.all(prepare(() => query)({}))).map(deliveryOf)
  }

  async pending({ eventTypes }: WebhookRecord, sequence: number, most: number): Promise<number> {
    const slots = { sequence, types: JSON.stringify(eventTypes), most }
    const [row] = await this.#database.all(this.#statements.pending(slots))
    return Number(row?.count ?? 0)
  }

  prune(signal?: AbortSignal): Promise<number> {
    return pruneInBatches(this.#database, (limit) => this.#statements.prune({ limit }), signal)
  }
}

export function deliveryWrites(database: Database): WritesOf<DeliveryChange['kind']> {
  const { redeliver, resume, dueAgain } = webhookStatements(database)
  return {
    redeliver: ({ deliveryId }) => [{ statement: redeliver({ id: deliveryId }), mustChange: true }],
    'resume-webhook': ({ webhookId }) => [
      { statement: resume({ webhook_id: webhookId }), mustChange: true },
      dueAgain({ webhook_id: webhookId }),
    ],
  }
}

/** For `put-webhook` and `delete-webhook`, beside its document. */
export function queueStatements({ builder }: Database) {
  const byWebhook = (table: 'webhook_queues' | 'webhook_deliveries') =>
    prepare((slot: { webhook_id: string }) =>
      builder.deleteFrom(table).where('webhook_id', '=', slot.webhook_id),
    )
  return {
    begin: prepare((slot: { webhook_id: string }) => {
      const query = sql`insert into webhook_queues (webhook_id, sequence)
        select ${slot.webhook_id}, value from counters where name = 'events'
        on conflict (webhook_id) do nothing`
      return { compile: () => query.compile(builder) }
    }),
    endQueue: byWebhook('webhook_queues'),
    endDeliveries: byWebhook('webhook_deliveries'),
  }
}

function webhookStatements({ builder, isIn }: Database) {
  const queues = builder
    .selectFrom('webhook_queues')
    .select(['webhook_id', 'sequence', 'failing_since_ms', 'disabled_at_ms'])
    .select((eb) => {
      const waiting = eb
        .selectFrom('webhook_deliveries')
        .select('next_at_ms')
        .whereRef('webhook_deliveries.webhook_id', '=', 'webhook_queues.webhook_id')
        .where('state', '=', 'waiting')
        .orderBy('next_at_ms')
        .limit(1)
      return [
        waiting.as('next_at_ms'),
        waiting.whereRef('webhook_deliveries.sequence', '>', 'webhook_queues.sequence').as('held_until_ms'),
      ]
    })
  const deliveries = builder.selectFrom('webhook_deliveries').select(columnNames(columns))
  const waiting = { state: 'waiting', attempts: 0, next_at_ms: 0 } as const
  return {
    queues: prepare(() => queues.orderBy('webhook_id')),
    queue: prepare((slot: { webhook_id: string }) => queues.where('webhook_id', '=', slot.webhook_id)),
    due: prepare((slot: { webhook_id: string; now_ms: number; limit: number }) =>
      deliveries
        .where('webhook_id', '=', slot.webhook_id)
        .where('state', '=', 'waiting')
        .where('next_at_ms', '<=', slot.now_ms)
        .orderBy('sequence')
        .limit(slot.limit),
    ),
    find: prepare((slot: { id: string }) => deliveries.where('id', '=', slot.id)),
    pending: prepare((slot: { sequence: number; types: string; most: number }) =>
      builder
        .selectFrom((eb) =>
          eb
            .selectFrom('events')
            .select('id')
            .where('sequence', '>', slot.sequence)
            .where(isIn('type', slot.types))
            .limit(slot.most)
            .as('behind'),
        )
        .select(({ fn }) => fn.countAll<number>().as('count')),
    ),
    redeliver: prepare((slot: { id: string }) =>
      builder.updateTable('webhook_deliveries').set(waiting).where('id', '=', slot.id),
    ),
    resume: prepare((slot: { webhook_id: string }) =>
      builder
        .updateTable('webhook_queues')
        .set({ failing_since_ms: null, disabled_at_ms: null })
        .where('webhook_id', '=', slot.webhook_id),
    ),
    dueAgain: prepare((slot: { webhook_id: string }) =>
      builder
        .updateTable('webhook_deliveries')
        .set(waiting)
        .where('webhook_id', '=', slot.webhook_id)
        .where('state', 'in', ['dead', 'waiting']),
    ),
    bury: prepare((slot: { webhook_id: string }) =>
      builder
        .updateTable('webhook_deliveries')
        .set({ state: 'dead', next_at_ms: null })
        .where('webhook_id', '=', slot.webhook_id)
        .where('state', '=', 'waiting'),
    ),
    prune: prepare((slot: { limit: number }) =>
      builder.deleteFrom('webhook_deliveries').where('id', 'in', (eb) =>
        eb
          .selectFrom('webhook_deliveries')
          .select('id')
          .where('sequence', '<', (inner) =>
            inner.selectFrom('events').select(({ fn }) => fn.min('sequence').as('first')),
          )
          .orderBy('sequence')
          .limit(slot.limit),
      ),
    ),
  }
}

type QueueRow = Tables['webhook_queues'] & {
  readonly held_until_ms: number | null
  readonly next_at_ms: number | null
}

function queueOf(row: QueueRow): WebhookQueue {
  return {
    webhookId: row.webhook_id,
    sequence: row.sequence,
    failingSinceMs: row.failing_since_ms,
    disabledAtMs: row.disabled_at_ms,
    heldUntilMs: row.held_until_ms,
    nextAtMs: row.next_at_ms,
  }
}

function rowOf(delivery: DeliveryRecord): DeliveryRow {
  return {
    id: delivery.id,
    webhook_id: delivery.webhookId,
    event_id: delivery.eventId,
    event_type: delivery.eventType,
    sequence: delivery.sequence,
    state: delivery.state,
    attempts: delivery.attempts,
    last_at_ms: delivery.lastAtMs,
    next_at_ms: delivery.nextAtMs,
    status: delivery.status,
    error: delivery.error,
  }
}

function deliveryOf(row: DeliveryRow): DeliveryRecord {
  return {
    id: row.id,
    webhookId: row.webhook_id,
    eventId: row.event_id,
    eventType: row.event_type,
    sequence: row.sequence,
    // A state that only a newer version knows is left to it.
    state: deliveryStates.find((one) => one === row.state) ?? 'delivered',
    attempts: row.attempts,
    lastAtMs: row.last_at_ms,
    nextAtMs: row.next_at_ms,
    status: row.status,
    error: row.error,
  }
}
