// One webhook's turn, under the lease of its job: what was asked for again, then the events behind its place, one after the other, until
// one fails or none is left. An event that fails holds up the ones after it until it is delivered or dead; then its webhook goes on.
import { z } from 'zod'
import { FinalJobError, type GoesOn, type JobKind } from '../jobs/index.ts'
import {
  mostWebhooks,
  type Change,
  type DeliveryRecord,
  type DomainEvent,
  type Store,
  type WebhookRecord,
} from '../store/index.ts'
import type { Logger } from '../telemetry/index.ts'
import { deliver, deliveryIdOf, type Attempt, type DeliverDeps } from './deliver.ts'
import { shownEndpoint } from './endpoint.ts'
import { mostFailingMs, retryWaitsMs } from './retry-schedule.ts'

export interface DeliveryJobDeps extends DeliverDeps {
  readonly store: Pick<Store, 'directory' | 'events' | 'nowMs' | 'webhooks'>
  readonly log: Logger
}

export const deliveryJobKind = 'webhook-delivery'

const eventsAtATime = 100
const redeliveriesAtATime = 100
/** Deliveries that a lost process makes again, at most. */
const recordedAfter = { count: 20, ms: 250 }

const payloadSchema = z.looseObject({ webhookId: z.string() })

/** A webhook has one job at most. `isUrgent`: its job may be waiting for a later attempt. */
export function queueDelivery(webhookId: string, nowMs: number): Change {
  const job = { kind: deliveryJobKind, payload: { webhookId }, uniqueKey: `${deliveryJobKind} ${webhookId}` }
  return { kind: 'enqueue-job', job: { ...job, enqueuedAtMs: nowMs, isUrgent: true } }
}

export function deliveryJob(deps: DeliveryJobDeps): JobKind {
  return {
    backoffMs: retryWaitsMs,
    concurrency: mostWebhooks,
    run({ payload, signal }) {
      const parsed = payloadSchema.safeParse(payload())
      if (!parsed.success) throw new FinalJobError('The job names no webhook.')
      return takeTurn(parsed.data.webhookId, signal, deps)
    },
  }
}

interface Turn {
  readonly webhook: WebhookRecord
  /** As the database has it. */
  sequence: number
  failingSinceMs: number | null
  readonly signal: AbortSignal
  readonly deps: DeliveryJobDeps
}

async function takeTurn(
  webhookId: string,
  signal: AbortSignal,
  deps: DeliveryJobDeps,
): Promise<GoesOn | void> {
  const { store } = deps
  for (;;) {
    signal.throwIfAborted()
    // oxlint-disable-next-line no-await-in-loop -- read anew: it may have been changed, disabled or deleted meanwhile
    const [catalog, queue] = await Promise.all([store.directory.catalog(), store.webhooks.queue(webhookId)])
    const webhook = catalog.webhooks.find(({ id }) => id === webhookId)
    if (webhook === undefined || queue === undefined || queue.disabledAtMs !== null) return undefined
    const { sequence, failingSinceMs, heldUntilMs, nextAtMs } = queue
    const turn: Turn = { webhook, sequence, failingSinceMs, signal, deps }
    const nowMs = store.nowMs()
    const isDue = nextAtMs !== null && nextAtMs <= nowMs
    const isDone = heldUntilMs !== null || (await store.events.newest()) <= sequence
    if (!isDue && isDone) return nextAtMs === null ? undefined : { againInMs: nextAtMs - nowMs }
    // oxlint-disable-next-line no-await-in-loop -- one attempt after the other
    const isOurs = isDue ? await redeliver(turn) : await deliverEvents(turn)
    if (!isOurs) return undefined
  }
}

/** What waits for another attempt. Resolves to false when another worker has taken over. */
async function redeliver(turn: Turn): Promise<boolean> {
  const { webhook, deps } = turn
  const { store } = deps
  for (const delivery of await store.webhooks.due(webhook.id, store.nowMs(), redeliveriesAtATime)) {
    // oxlint-disable-next-line no-await-in-loop -- in the order of their events
    const event = await store.events.find(delivery.eventId)
    const result =
      event === undefined
        ? judged(
            delivery,
            { isDelivered: false, status: null, error: 'the event is not kept any more' },
            turn,
            [],
          )
        : // oxlint-disable-next-line no-await-in-loop
          judged(delivery, await attemptOf(event, turn), turn)
    // The event that held up the others does so no longer.
    const place = result.state === 'waiting' ? turn.sequence : Math.max(turn.sequence, delivery.sequence)
    // oxlint-disable-next-line no-await-in-loop
    if (!(await record([result], place, turn))) return false
    if (isGivenUp(turn)) return true
  }
  return true
}

/** The events behind the place of the webhook, until one fails. Resolves to false when another worker has taken over. */
async function deliverEvents(turn: Turn): Promise<boolean> {
  const { webhook, sequence, deps } = turn
  const { store } = deps
  const events = await store.events.list({ afterSequence: sequence, limit: eventsAtATime })
  let done: DeliveryRecord[] = []
  let recordedAtMs = store.nowMs()
  for (const event of events) {
    if (!webhook.eventTypes.includes(event.type)) continue
    // oxlint-disable-next-line no-await-in-loop -- in their order
    const result = judged(firstOf(event, webhook.id), await attemptOf(event, turn), turn)
    done.push(result)
    const isFull = done.length >= recordedAfter.count || store.nowMs() - recordedAtMs >= recordedAfter.ms
    if (result.state === 'delivered' && !isFull) continue
    const place = result.state === 'waiting' ? event.sequence - 1 : event.sequence
    // oxlint-disable-next-line no-await-in-loop
    if (!(await record(done, place, turn))) return false
    if (result.state !== 'delivered') return true
    done = []
    recordedAtMs = store.nowMs()
  }
  const last = events.at(-1)
  return last === undefined || record(done, last.sequence, turn)
}

function firstOf({ id, type, sequence }: DomainEvent, webhookId: string): DeliveryRecord {
  return {
    id: deliveryIdOf(webhookId, id),
    webhookId,
    eventId: id,
    eventType: type,
    sequence,
    state: 'waiting',
    attempts: 0,
    lastAtMs: 0,
    nextAtMs: null,
    status: null,
    error: null,
  }
}

function attemptOf(event: DomainEvent, { webhook, signal, deps }: Turn): Promise<Attempt> {
  const deliveryId = deliveryIdOf(webhook.id, event.id)
  return deliver(event, { endpoint: webhook.endpoint, deliveryId }, signal, deps)
}

/** The delivery after an attempt. Raises or ends the time for which the webhook has been failing. */
function judged(
  delivery: DeliveryRecord,
  attempt: Attempt,
  turn: Turn,
  waitsMs: readonly number[] = retryWaitsMs,
): DeliveryRecord {
  const { store, log } = turn.deps
  const lastAtMs = store.nowMs()
  const attempts = delivery.attempts + 1
  const { status } = attempt
  const fields = {
    webhookId: turn.webhook.id,
    deliveryId: delivery.id,
    eventType: delivery.eventType,
    attempt: attempts,
    status,
  }
  const tried = { ...delivery, attempts, lastAtMs, status }
  if (attempt.isDelivered) {
    turn.failingSinceMs = null
    log.debug('webhook_delivered', fields)
    return { ...tried, state: 'delivered', nextAtMs: null, error: null }
  }
  turn.failingSinceMs ??= lastAtMs
  const { error } = attempt
  const waitMs = isGivenUp(turn) ? undefined : waitsMs[attempts - 1]
  const shown = { ...fields, endpoint: shownEndpoint(turn.webhook.endpoint), reason: error }
  if (waitMs === undefined) {
    log.error('webhook_delivery_dead', shown)
    return { ...tried, state: 'dead', nextAtMs: null, error }
  }
  log.warn('webhook_delivery_failed', { ...shown, nextInMs: waitMs })
  return { ...tried, state: 'waiting', nextAtMs: lastAtMs + waitMs, error }
}

function isGivenUp({ failingSinceMs, deps }: Turn): boolean {
  return failingSinceMs !== null && deps.store.nowMs() - failingSinceMs >= mostFailingMs
}

/** `place`: of the last event that is done. Resolves to false when another worker has taken over. */
async function record(deliveries: readonly DeliveryRecord[], place: number, turn: Turn): Promise<boolean> {
  const { webhook, sequence: from, failingSinceMs, deps } = turn
  const { store, log } = deps
  const disabledAtMs = isGivenUp(turn) ? store.nowMs() : null
  const progress = { webhookId: webhook.id, from, to: place, deliveries, failingSinceMs, disabledAtMs }
  if (!(await store.webhooks.record(progress))) return false
  turn.sequence = place
  if (disabledAtMs !== null)
    log.error('webhook_disabled', { webhookId: webhook.id, endpoint: shownEndpoint(webhook.endpoint) })
  return true
}
