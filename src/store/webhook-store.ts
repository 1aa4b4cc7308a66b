// Webhooks: who gets events, and how far each one has come. The outbox (event-store.ts) is the queue of all of them: a webhook has a place
// in it, and what lies behind that place is pending. So an event is written once, and a replica that is lost between a commit and a
// delivery loses nothing. src/webhooks delivers.

/** A document of the catalog. */
export interface WebhookRecord {
  /** `webhook_…` */
  readonly id: string
  readonly name: string
  /** May hold a secret of the receiver in its path or query: never in a log or an audit record. */
  readonly endpoint: string
  readonly description: string | null
  readonly eventTypes: readonly string[]
  /** The key of mintage.yaml that declares it; missing when the management API made it. */
  readonly declaredAs?: string | undefined
  readonly createdAtMs: number
}

/** Each has a turn of its own beside the others (src/webhooks/delivery-job.ts). */
export const mostWebhooks = 50

/** How far a webhook has come. */
export interface WebhookQueue {
  readonly webhookId: string
  /** Of the last event that is done: delivered, dead, or of a type that is not subscribed. */
  readonly sequence: number
  /** Since when no attempt has succeeded; null after one that has. */
  readonly failingSinceMs: number | null
  /** Nothing is delivered from then on until it is resumed; its place stays. */
  readonly disabledAtMs: number | null
  /** When the event that holds up the ones after it is tried again; null when none does. */
  readonly heldUntilMs: number | null
  /** When the first of its deliveries that wait is due; null without any. */
  readonly nextAtMs: number | null
}

/** `waiting`: for another attempt. An event without a delivery has not been tried yet. */
export const deliveryStates = ['waiting', 'delivered', 'dead'] as const
export type DeliveryState = (typeof deliveryStates)[number]

/** One event for one webhook, from the first attempt on. */
export interface DeliveryRecord {
  /** The header `webhook-id`: the same for every attempt. */
  readonly id: string
  readonly webhookId: string
  readonly eventId: string
  readonly eventType: string
  /** Of the event. */
  readonly sequence: number
  readonly state: DeliveryState
  /** Since it was last asked for. */
  readonly attempts: number
  readonly lastAtMs: number
  /** Null unless it waits. */
  readonly nextAtMs: number | null
  /** HTTP's, of the last attempt; null without an answer. */
  readonly status: number | null
  readonly error: string | null
}

/** What attempts made of a webhook's queue. */
export interface DeliveryProgress {
  readonly webhookId: string
  /** As it was read: another worker may have moved it since. */
  readonly from: number
  readonly to: number
  readonly deliveries: readonly DeliveryRecord[]
  readonly failingSinceMs: number | null
  /** Given, its deliveries that wait are dead. */
  readonly disabledAtMs: number | null
}

export interface DeliveryFilter {
  readonly webhookId?: string
  readonly state?: DeliveryState
  /** Only of events before the one with this number: for the next page. */
  readonly beforeSequence?: number
  readonly limit: number
}

export interface WebhookStore {
  queues(): Promise<readonly WebhookQueue[]>
  queue(webhookId: string): Promise<WebhookQueue | undefined>
  /** Those that wait and whose time has come, in the order of their events. */
  due(webhookId: string, nowMs: number, limit: number): Promise<readonly DeliveryRecord[]>
  /** Resolves to false, and writes nothing, when the queue is not where it was read, or is gone. */
  record(progress: DeliveryProgress): Promise<boolean>
  find(deliveryId: string): Promise<DeliveryRecord | undefined>
  /** The newest events first. */
  list(filter: DeliveryFilter): Promise<readonly DeliveryRecord[]>
  /** How many events lie behind the place of a webhook, counted up to `most`. */
  pending(webhook: WebhookRecord, sequence: number, most: number): Promise<number>
  /** Deletes deliveries of events that are not kept any more. */
  prune(signal?: AbortSignal): Promise<number>
}

export type WebhookChange =
  /** A new one begins with the events that are committed from now on. */
  | { readonly kind: 'put-webhook'; readonly webhook: WebhookRecord }
  /** With its deliveries. */
  | { readonly kind: 'delete-webhook'; readonly webhookId: string }

export type DeliveryChange =
  /** Compare-and-set: loses when the delivery is gone. It is due at once, with all attempts before it. */
  | { readonly kind: 'redeliver'; readonly deliveryId: string }
  /** Enables it; its dead deliveries, and what waits, are due at once. */
  | { readonly kind: 'resume-webhook'; readonly webhookId: string }
