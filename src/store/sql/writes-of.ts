// What each store hands to change-writes.ts: the statements that make its kinds of changes.
import type { Change } from '../change.ts'
import type { Statement, Write } from './database.ts'

/** Each change by its kind. */
export type ChangeKinds = { [Kind in Change['kind']]: Extract<Change, { readonly kind: Kind }> }

/** The statements of some kinds of changes. */
export type WritesOf<Kind extends Change['kind']> = {
  readonly [One in Kind]: (change: ChangeKinds[One]) => readonly (Statement | Write)[]
}
