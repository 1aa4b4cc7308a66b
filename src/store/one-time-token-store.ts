// Links that work once: a new password, a verified address (BR-11). Stored by hash.
import type { JsonObject } from '../oauth/index.ts'

export interface OneTimeTokenRecord {
  /** Hex SHA-256 of the token. */
  readonly idHash: string
  readonly kind: 'password-reset' | 'email-verification' | 'portal-link'
  readonly userId: string
  readonly details: JsonObject
  readonly expiresAtMs: number
}

export interface OneTimeTokenStore {
  /** Looks without using it up; undefined when it is not there, used or expired. */
  peek(
    kind: OneTimeTokenRecord['kind'],
    idHash: string,
    nowMs: number,
  ): Promise<OneTimeTokenRecord | undefined>
  prune(nowMs: number, signal?: AbortSignal): Promise<number>
}
