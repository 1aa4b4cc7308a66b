// Rehearsals: what was asked for, how far it is, and its report. Added by the request, written by the job that does it; a few kilobytes to
// a megabyte each, and deleted after a while.
import type { JsonObject } from '../oauth/index.ts'

export const rehearsalStates = ['waiting', 'running', 'completed', 'failed'] as const
export type RehearsalState = (typeof rehearsalStates)[number]

export interface RehearsalRecord {
  /** `reh_…` */
  readonly id: string
  readonly createdAtMs: number
  /** The client id of the machine that asked for it, or `operator`. */
  readonly author: string
  /** The candidate. */
  readonly deploymentId: string
  /** src/rehearsal knows its form. */
  readonly request: JsonObject
  readonly state: RehearsalState
  /** Users rehearsed so far. */
  readonly users: number
  readonly ofUsers: number
  /** Why it failed. */
  readonly error: string | null
}

export interface StoredRehearsal extends RehearsalRecord {
  /** Encrypted at rest, because it holds claims of people. Throws StoreError `store_corrupt`. Null until it is completed. */
  readonly report: () => JsonObject | null
}

export type RehearsalFields = Partial<
  Pick<RehearsalRecord, 'state' | 'users' | 'ofUsers' | 'error'> & { readonly report: JsonObject }
>

export type RehearsalChange =
  | { readonly kind: 'add-rehearsal'; readonly rehearsal: RehearsalRecord }
  /** Compare-and-set, so that a job which lost its lease does not write over the end of another attempt. */
  | {
      readonly kind: 'update-rehearsal'
      readonly rehearsalId: string
      readonly set: RehearsalFields
      readonly expected: Pick<RehearsalRecord, 'state'>
    }

export interface RehearsalStore {
  find(id: string): Promise<StoredRehearsal | undefined>
  /** Deletes those that were asked for before. */
  prune(createdBeforeMs: number, signal?: AbortSignal): Promise<number>
}
