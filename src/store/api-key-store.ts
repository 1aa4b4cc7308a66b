// API keys: many, so they are read by key and index. Only the SHA-256 of a value is stored; keys go with their user, organization or API.
import type { PageRequest } from './page.ts'

export const apiKeyTypes = ['user', 'organization', 'environment'] as const
export type ApiKeyType = (typeof apiKeyTypes)[number]

/** `inactive`: its user or its organization is suspended. */
export const apiKeyStatuses = ['active', 'inactive', 'revoked'] as const
export type ApiKeyStatus = (typeof apiKeyStatuses)[number]

/** What is given when a key is made. */
export interface NewApiKey {
  readonly id: string
  /** SHA-256 of the value, in hexadecimal digits. */
  readonly hash: string
  readonly name: string
  readonly type: ApiKeyType
  readonly apiId: string
  /** Of that API. */
  readonly scopeIds: readonly string[]
  /** Set for a key of the type `user`. */
  readonly userId: string | null
  /** Set for a key of the type `organization`. */
  readonly organizationCode: string | null
  /** The first and the last characters of the value, by which people recognize it. */
  readonly prefix: string
  readonly suffix: string
  readonly createdAtMs: number
}

export interface ApiKeyRecord extends NewApiKey {
  readonly status: ApiKeyStatus
  readonly lastVerifiedAtMs: number | null
  readonly lastVerifiedIp: string | null
  readonly verificationCount: number
}

export interface ApiKeyFilter {
  readonly type?: ApiKeyType | undefined
  readonly status?: ApiKeyStatus | undefined
  readonly userId?: string | undefined
  readonly organizationCode?: string | undefined
}

export interface ApiKeyStore {
  find(id: string): Promise<ApiKeyRecord | undefined>
  findByHash(hash: string): Promise<ApiKeyRecord | undefined>
  /** By id, at most `size`, beginning after the cursor. */
  list(filter: ApiKeyFilter, page: PageRequest): Promise<readonly ApiKeyRecord[]>
  /** One statement of its own, for which no commit waits. The last of them may be lost in a power cut. */
  countVerification(id: string, atMs: number, ip: string | null): Promise<void>
}

export type ApiKeyChange =
  | { readonly kind: 'add-api-key'; readonly apiKey: NewApiKey }
  /** Compare-and-set: loses when the key was rotated, revoked or removed since it was read. */
  | {
      readonly kind: 'rotate-api-key'
      readonly id: string
      readonly set: Pick<NewApiKey, 'hash' | 'prefix' | 'suffix'>
      readonly expectedHash: string
    }
  /** Compare-and-set: loses when it is revoked already. */
  | { readonly kind: 'revoke-api-key'; readonly id: string; readonly atMs: number }
