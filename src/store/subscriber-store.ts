// Subscribers: people who asked for news and have no account.
import type { Page, PageRequest } from './page.ts'

export interface SubscriberRecord {
  readonly id: string
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly createdAtMs: number
}

export interface SubscriberOrder {
  readonly by: 'name' | 'email'
  readonly isDescending: boolean
}

export interface SubscriberStore {
  find(id: string): Promise<SubscriberRecord | undefined>
  /** By the full name or the address, then by id. Rejects with RangeError for a cursor that is not of this list. */
  list(order: SubscriberOrder, page: PageRequest): Promise<Page<SubscriberRecord>>
}

export interface SubscriberChange {
  readonly kind: 'add-subscriber'
  readonly subscriber: SubscriberRecord
}
