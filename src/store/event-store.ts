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
] as const
export type EventType = (typeof eventTypes)[number]

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

export interface EventStore {
  /** In their order, those after `afterSequence`. */
  list(page: { readonly afterSequence: number; readonly limit: number }): Promise<readonly DomainEvent[]>
  find(id: string): Promise<DomainEvent | undefined>
  /** Deletes those older than `olderThanMs`, and those beyond the newest `keep`. */
  prune(
    bounds: { readonly olderThanMs: number; readonly keep: number },
    signal?: AbortSignal,
  ): Promise<number>
}
