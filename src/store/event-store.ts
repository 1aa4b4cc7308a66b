// The outbox: what happened in the directory and at sign-ins, as events of Kinde's types. The commit that makes a change writes its
// events, so there is no event without its change and no change without its event. sql/domain-events.ts derives them from the list of
// changes, so that no caller can forget one.
import type { JsonObject } from '../oauth/index.ts'

export const eventTypes = [
  'user.created',
  'user.updated',
  'user.deleted',
  'user.authenticated',
  'user.authentication_failed',
  'organization.created',
  'organization.updated',
  'organization.deleted',
  'role.created',
  'role.updated',
  'role.deleted',
  'permission.created',
  'permission.updated',
  'permission.deleted',
  'customer.agreement_created',
  'customer.agreement_cancelled',
  'customer.plan_assigned',
  'customer.plan_changed',
  'customer.meter_usage_updated',
] as const
export type EventType = (typeof eventTypes)[number]

/** Kinde's other types (C§12): what they are about is not part of Mintage, so a webhook may name them and never gets one. */
const otherEventTypes = [
  'access_request.created',
  'customer.invoice_overdue',
  'customer.payment_failed',
  'customer.payment_succeeded',
  'customer.plan_created',
  'passkey.added',
  'passkey.removed',
  'subscriber.created',
] as const

/** Every type that a webhook may name. */
export const knownEventTypes: readonly string[] = [...new Set<string>([...eventTypes, ...otherEventTypes])]

/** Who caused it: mintage.yaml, a machine by the management API, or a person on a page. */
export type EventSource = 'admin' | 'api' | 'user'

export interface DomainEvent {
  /** The order of commits: a reader that goes on after the last one it saw misses none. Numbers may be left out. */
  readonly sequence: number
  /** `event_` and 32 hex digits. */
  readonly id: string
  readonly type: EventType
  readonly source: EventSource
  readonly atMs: number
  /** Of the browser, in events of authentication. */
  readonly ip: string | null
  /** In Kinde's shape; of an updated record all of it, as the commit left it. */
  readonly data: JsonObject
}

export type EventListener = (types: readonly EventType[]) => void

export interface EventStore {
  /** In their order, those after `afterSequence`. */
  list(page: { readonly afterSequence: number; readonly limit: number }): Promise<readonly DomainEvent[]>
  find(id: string): Promise<DomainEvent | undefined>
  /** The number of the newest one; 0 without any. */
  newest(): Promise<number>
  /** Deletes those older than `olderThanMs`, and those beyond the newest `keep`, but none that an enabled webhook has yet to come to. */
  prune(
    bounds: { readonly olderThanMs: number; readonly keep: number },
    signal?: AbortSignal,
  ): Promise<number>
  /** Called after each commit of this process that wrote events, with the types that they may have. Returns how to stop that. */
  onWritten(listener: EventListener): () => void
}
