// What became of webhooks and their deliveries, and asking for them again.
import { z } from 'zod'
import {
  deliveryStates,
  type DeliveryRecord,
  type WebhookQueue,
  type WebhookRecord,
} from '../../store/index.ts'
import { redeliver, resumeWebhook } from '../../webhooks/index.ts'
import { isoTime, ok, openSchema } from '../envelope.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { RequestError } from '../request-error.ts'
import { webhookIn } from '../webhooks/webhooks.ts'

const usualPage = 20
const mostListed = 200
/** More than these are not counted. */
const mostCounted = 10_000

const statusSchema = z.object({
  id: z.string(),
  name: z.string(),
  endpoint: z.string(),
  event_types: z.array(z.string()),
  /** `failing`: the last attempt failed. `disabled`: nothing is sent until it is resumed. */
  state: z.enum(['enabled', 'failing', 'disabled']),
  /** Events that it has yet to get, counted up to 10,000. */
  pending: z.int(),
  failing_since: z.string().nullable(),
  disabled_on: z.string().nullable(),
  /** The next attempt; null when none is waiting. */
  next_attempt_on: z.string().nullable(),
})

const deliverySchema = z.object({
  /** The header `webhook-id` of each attempt. */
  id: z.string(),
  webhook_id: z.string(),
  event_id: z.string(),
  event_type: z.string(),
  /** Of the event: for the next page. */
  sequence: z.int(),
  state: z.enum(deliveryStates),
  attempts: z.int(),
  /** Null when it was asked for again and has not been tried since. */
  last_attempt_on: z.string().nullable(),
  next_attempt_on: z.string().nullable(),
  /** HTTP's; null without an answer. */
  status: z.int().nullable(),
  error: z.string().nullable(),
})

export const getWebhookStates = operation({
  method: 'get',
  path: '/mintage/webhooks',
  operationId: 'getWebhookStates',
  summary: 'All webhooks, with how far each one has come.',
  scope: 'read:webhooks',
  organizationBound: 'refused',
  query: noQuery,
  body: noBody,
  answer: openSchema({ webhooks: z.array(statusSchema) }),
  async handle(_input, { store }) {
    const [{ webhooks }, queues] = await Promise.all([store.directory.catalog(), store.webhooks.queues()])
    const found = webhooks.flatMap((webhook) => {
      const queue = queues.find(({ webhookId }) => webhookId === webhook.id)
      return queue === undefined ? [] : [{ webhook, queue }]
    })
    const counted = found.map(async ({ webhook, queue }) =>
      shownState(webhook, queue, await store.webhooks.pending(webhook, queue.sequence, mostCounted)),
    )
    return ok({ webhooks: await Promise.all(counted) })
  },
})

export const getWebhookDeliveries = operation({
  method: 'get',
  path: '/mintage/webhook_deliveries',
  operationId: 'getWebhookDeliveries',
  summary: `Deliveries from their first attempt on, those of the newest events first, ${usualPage} unless \`limit\` says otherwise. Kept as long as their events.`,
  scope: 'read:webhooks',
  organizationBound: 'refused',
  query: z.object({
    webhook_id: z.string().max(100).optional(),
    state: z.enum(deliveryStates).optional(),
    limit: z.coerce.number().int().min(1).max(mostListed).optional(),
    /** Only those of events before the one with this number: for the next page. */
    before: z.coerce.number().int().optional(),
  }),
  body: noBody,
  answer: openSchema({ deliveries: z.array(deliverySchema) }),
  async handle({ query }, { store }) {
    const { webhook_id: webhookId, state, limit = usualPage, before } = query
    const found = await store.webhooks.list({
      limit,
      ...(webhookId !== undefined && { webhookId }),
      ...(state !== undefined && { state }),
      ...(before !== undefined && { beforeSequence: before }),
    })
    return ok({ deliveries: found.map(shownDelivery) })
  },
})

export const redeliverWebhookDelivery = operation({
  method: 'post',
  path: '/mintage/webhook_deliveries/{delivery_id}/redeliver',
  operationId: 'redeliverWebhookDelivery',
  summary: 'Sends one delivery again, whatever became of it, at once and with all attempts before it.',
  scope: 'update:webhooks',
  organizationBound: 'refused',
  query: noQuery,
  body: noBody,
  answer: openSchema({ delivery_id: z.string() }),
  async handle({ path }, deps) {
    const delivery = await deps.store.webhooks.find(path.delivery_id)
    if (delivery === undefined)
      throw new RequestError(
        'DELIVERY_NOT_FOUND',
        'There is no delivery with this id, or it is not kept any more.',
      )
    const queue = await deps.store.webhooks.queue(delivery.webhookId)
    if (queue?.disabledAtMs !== null)
      throw new RequestError(
        'WEBHOOK_DISABLED',
        'The webhook is disabled. Resume it: that sends all of its dead deliveries.',
      )
    await redeliver(delivery, deps)
    return ok({ delivery_id: delivery.id })
  },
})

export const resumeWebhookDeliveries = operation({
  method: 'post',
  path: '/mintage/webhooks/{webhook_id}/resume',
  operationId: 'resumeWebhookDeliveries',
  summary:
    'Enables a webhook that was disabled, sends its dead deliveries again, and goes on with the events that it has yet to get.',
  scope: 'update:webhooks',
  organizationBound: 'refused',
  query: noQuery,
  body: noBody,
  answer: openSchema({ webhook_id: z.string() }),
  async handle({ path }, deps) {
    const webhook = webhookIn(await deps.store.directory.catalog(), path.webhook_id)
    await resumeWebhook(webhook, deps)
    return ok({ webhook_id: webhook.id })
  },
})

function shownState(
  webhook: WebhookRecord,
  queue: WebhookQueue,
  pending: number,
): z.input<typeof statusSchema> {
  const { disabledAtMs, failingSinceMs, nextAtMs } = queue
  return {
    id: webhook.id,
    name: webhook.name,
    endpoint: webhook.endpoint,
    event_types: [...webhook.eventTypes],
    state: disabledAtMs !== null ? 'disabled' : failingSinceMs === null ? 'enabled' : 'failing',
    pending,
    failing_since: isoOrNull(failingSinceMs),
    disabled_on: isoOrNull(disabledAtMs),
    next_attempt_on: isoOrNull(nextAtMs),
  }
}

function shownDelivery(delivery: DeliveryRecord): z.input<typeof deliverySchema> {
  return {
    id: delivery.id,
    webhook_id: delivery.webhookId,
    event_id: delivery.eventId,
    event_type: delivery.eventType,
    sequence: delivery.sequence,
    state: delivery.state,
    attempts: delivery.attempts,
    last_attempt_on: isoOrNull(delivery.lastAtMs),
    next_attempt_on: isoOrNull(delivery.nextAtMs),
    status: delivery.status,
    error: delivery.error,
  }
}

/** Zero is due at once. */
function isoOrNull(ms: number | null): string | null {
  return ms === null || ms === 0 ? null : isoTime(ms)
}
