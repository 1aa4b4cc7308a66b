// What happened that a security team asks for: sign-ins, refused tries, reused tokens, revoked families. Append-only.
import type { JsonObject } from '../oauth/index.ts'

export interface AuditRecord {
  readonly atMs: number
  /** `user.signed_in`, `refresh_token.reused`, … */
  readonly event: string
  readonly userId: string | null
  readonly clientId: string | null
  readonly ip: string | null
  readonly details: JsonObject
}

export interface AuditStore {
  /** Durable when it resolves. */
  append(record: AuditRecord): Promise<void>
  list(filter: {
    readonly event?: string
    readonly userId?: string
    readonly limit: number
  }): Promise<readonly (AuditRecord & { readonly sequence: number })[]>
}
