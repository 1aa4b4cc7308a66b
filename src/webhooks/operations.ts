// What people and machines change of webhooks: each operation is one commit with its audit record, which names no path and no query of an
// address.
import { audited, beforeAndAfter, differences, newId, type OperationDeps } from '../directory/index.ts'
import type { Catalog, DeliveryRecord, WebhookRecord } from '../store/index.ts'
import { queueDelivery } from './delivery-job.ts'
import { shownEndpoint } from './endpoint.ts'

type GivenWebhook = Pick<WebhookRecord, 'name' | 'endpoint' | 'description' | 'eventTypes'>
export type WebhookFields = Partial<Omit<GivenWebhook, 'endpoint'>>

/** `catalog`: the one in which they were counted. Resolves to its id. */
export async function createWebhook(
  given: GivenWebhook,
  { version }: Catalog,
  deps: OperationDeps,
): Promise<string> {
  const id = newId('webhook', deps.random)
  const { name, endpoint, eventTypes } = given
  await deps.store.commit([
    { kind: 'expect-catalog', version },
    { kind: 'put-webhook', webhook: { id, ...given, createdAtMs: deps.now() } },
    audited(deps, null, {
      webhook_id: id,
      ...beforeAndAfter({}, { name, endpoint: shownEndpoint(endpoint), eventTypes }),
    }),
  ])
  return id
}

/** `catalog`: the one that `before` was read from. */
export async function updateWebhook(
  before: WebhookRecord,
  fields: WebhookFields,
  { version }: Catalog,
  deps: OperationDeps,
): Promise<void> {
  const { set, expected } = differences<WebhookRecord, WebhookFields>(before, fields)
  await deps.store.commit([
    { kind: 'expect-catalog', version },
    { kind: 'put-webhook', webhook: { ...before, ...set } },
    audited(deps, null, { webhook_id: before.id, ...beforeAndAfter(expected, set) }),
  ])
}

export async function deleteWebhook(
  { id, name, endpoint }: WebhookRecord,
  deps: OperationDeps,
): Promise<void> {
  await deps.store.commit([
    { kind: 'delete-webhook', webhookId: id },
    audited(deps, null, {
      webhook_id: id,
      ...beforeAndAfter({ name, endpoint: shownEndpoint(endpoint) }, {}),
    }),
  ])
}

/** Asks for one delivery again, whatever became of it. It holds up no other. */
export async function redeliver({ id, webhookId }: DeliveryRecord, deps: OperationDeps): Promise<void> {
  await deps.store.commit([
    { kind: 'redeliver', deliveryId: id },
    queueDelivery(webhookId, deps.now()),
    audited(deps, null, { webhook_id: webhookId, delivery_id: id }),
  ])
}

/** Enables a webhook, asks for all of its dead deliveries again, and goes on where it was disabled. */
export async function resumeWebhook({ id }: WebhookRecord, deps: OperationDeps): Promise<void> {
  await deps.store.commit([
    { kind: 'resume-webhook', webhookId: id },
    queueDelivery(id, deps.now()),
    audited(deps, null, { webhook_id: id }),
  ])
}
