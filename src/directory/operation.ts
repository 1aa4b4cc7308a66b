// What every operation of the directory has in common. An operation is one function that takes the records that were read, applies the
// rules and makes one commit: the changes, what they revoke, and the audit record. So no caller can forget one of them, and none of them
// happens without the others. It is called inside whileUnchanged(), together with the reads that it decides on.
import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '../oauth/index.ts'
import type { AuditEvent, Change, Store } from '../store/index.ts'
import type { RandomBytes } from './ids.ts'

/** Who makes a change, for the audit log. */
export interface Author {
  /** The event's name, such as `management.updateUser`. */
  readonly event: AuditEvent
  /** The machine that asks, or the application in which a user does. */
  readonly clientId: string | null
  /** The user who asks, when it is not the user whom the change is about. */
  readonly userId?: string
  readonly ip: string | null
}

export interface OperationDeps {
  readonly store: Pick<Store, 'commit' | 'directory'>
  readonly by: Author
  readonly random: RandomBytes
  readonly now: () => number
}

type Value = string | number | boolean | null | undefined | readonly Value[] | Fields
interface Fields {
  readonly [name: string]: Value
}

/** `userId`: whom the change is about. `details` never hold a secret. */
export function audited(
  { by, now }: Pick<OperationDeps, 'by' | 'now'>,
  userId: string | null,
  details: Fields,
): Change {
  const { event, clientId, ip } = by
  const actor = by.userId === undefined ? {} : { by: by.userId }
  // Written as JSON, which leaves out what is undefined.
  const record = { atMs: now(), event, userId, clientId, ip, details: { ...actor, ...details } as JsonObject }
  return { kind: 'append-audit', record }
}

/** Of the given fields those that differ from the record: what to set, and what the record must still hold for that. */
export function differences<Record extends object, Given extends Partial<Record>>(
  record: Record,
  given: Given,
): { readonly set: Given; readonly expected: Given } {
  const differing = Object.entries(given).filter(
    ([field, value]) => value !== undefined && !isDeepStrictEqual(value, Reflect.get(record, field)),
  )
  const expected = differing.map(([field]) => [field, Reflect.get(record, field)])
  // Members of the two, each as it is there.
  return { set: Object.fromEntries(differing) as Given, expected: Object.fromEntries(expected) as Given }
}

/** A value of a property may have ten thousand characters. */
const longestValue = 200

/** For the audit log: the fields that changed. */
export function beforeAndAfter(before: Fields, after: Fields): Fields {
  return { before: shortened(before), after: shortened(after) }
}

function shortened(fields: Fields): Fields {
  const entries = Object.entries(fields).map(([name, value]) => [
    name,
    typeof value === 'string' && value.length > longestValue ? `${value.slice(0, longestValue)}…` : value,
  ])
  return Object.fromEntries(entries)
}
