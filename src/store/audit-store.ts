// What happened that a security team asks for: sign-ins, refused tries, reused tokens, and each change of the directory. Records are
// appended in the commit of what they are about (`append-audit` of change.ts), and pruned by age.
import type { JsonObject } from '../oauth/index.ts'
import type { AuditEvent } from './audit-events.ts'

export interface AuditRecord {
  readonly atMs: number
  /** `user.signed_in`, `refresh_token.reused`, … */
  readonly event: string
  readonly userId: string | null
  readonly clientId: string | null
  readonly ip: string | null
  readonly details: JsonObject
}

/** A record that is written has an event of the table; one that is read may be of another version. */
export interface WrittenAuditRecord extends AuditRecord {
  readonly event: AuditEvent
}

/** The event of a sign-in that was refused. */
export const refusedSignIn = 'user.sign_in_failed'

export interface AuditStore {
  /**
   * Deletes records older than `olderThanMs`, and refused sign-ins (`user.sign_in_failed`) that are not among the newest `keepRefused`
   * records of the log: strangers cause those, and must not fill the disk or push other records out. Resolves to the number of
   * deleted records.
   */
  prune(
    bounds: { readonly olderThanMs: number; readonly keepRefused: number },
    signal?: AbortSignal,
  ): Promise<number>
  /** Newest first; with `afterSequence`, oldest first. */
  list(filter: {
    readonly event?: string
    readonly userId?: string
    readonly clientId?: string
    readonly beforeSequence?: number
    readonly afterSequence?: number
    readonly limit: number
  }): Promise<readonly (AuditRecord & { readonly sequence: number })[]>
}
