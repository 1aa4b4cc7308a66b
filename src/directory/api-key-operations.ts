// API keys: made, rotated and revoked, each as one commit with its audit record. A value is shown once, to the caller who made it; the store
// and the audit log never see it.
import { createHash } from 'node:crypto'
import type { ApiKeyRecord, NewApiKey, Store } from '../store/index.ts'
import { newClientSecret, newId, type RandomBytes } from './ids.ts'
import { audited, beforeAndAfter, type OperationDeps } from './operation.ts'

/** It distinguishes a key from a signed token. */
export const apiKeyStart = 'k_live_'

type WithApiKeys = { readonly store: Pick<Store, 'apiKeys'> }

/** `value` is what the caller gets, and is nowhere else. */
export interface IssuedApiKey {
  readonly id: string
  readonly value: string
}

export async function createApiKey(
  given: Pick<NewApiKey, 'name' | 'type' | 'apiId' | 'scopeIds' | 'userId' | 'organizationCode'>,
  deps: OperationDeps,
): Promise<IssuedApiKey> {
  const id = newId('apiKey', deps.random)
  const { value, stored } = newValue(deps.random)
  const { userId, organizationCode, ...details } = given
  await deps.store.commit([
    { kind: 'add-api-key', apiKey: { id, ...given, ...stored, createdAtMs: deps.now() } },
    audited(deps, userId, {
      key_id: id,
      ...(organizationCode !== null && { org_code: organizationCode }),
      ...beforeAndAfter({}, details),
    }),
  ])
  return { id, value }
}

/** The same key with another value: the old one is dead when this resolves. */
export async function rotateApiKey(
  { id, hash, userId }: ApiKeyRecord,
  deps: OperationDeps,
): Promise<IssuedApiKey> {
  const { value, stored } = newValue(deps.random)
  await deps.store.commit([
    { kind: 'rotate-api-key', id, set: stored, expectedHash: hash },
    audited(deps, userId, { key_id: id, change: 'rotated' }),
  ])
  return { id, value }
}

/** It stays listed, and is never good again. Revoking one that is revoked changes nothing. */
export async function revokeApiKey({ id, userId, status }: ApiKeyRecord, deps: OperationDeps): Promise<void> {
  if (status === 'revoked') return
  await deps.store.commit([
    { kind: 'revoke-api-key', id, atMs: deps.now() },
    audited(deps, userId, { key_id: id, change: 'revoked' }),
  ])
}

/** The key with this value, whatever its status. An index finds it by a hash, so the time tells nothing of a value. */
export function apiKeyOfValue(value: string, { store }: WithApiKeys): Promise<ApiKeyRecord | undefined> {
  return store.apiKeys.findByHash(hashOf(value))
}

function newValue(random: RandomBytes): {
  readonly value: string
  readonly stored: Pick<NewApiKey, 'hash' | 'prefix' | 'suffix'>
} {
  const value = `${apiKeyStart}${newClientSecret(random)}`
  return { value, stored: { hash: hashOf(value), prefix: value.slice(0, 6), suffix: value.slice(-4) } }
}

function hashOf(value: string): string {
  return createHash('sha256').update(value).digest('hex')
}
