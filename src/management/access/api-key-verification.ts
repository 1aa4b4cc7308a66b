// Whether an API key is good: for the APIs that get one as a bearer token. Public, because such an API need not be a machine of this issuer; who
// has a value learns what it may do, and a wrong value says nothing of any key.
import { z } from 'zod'
import { apiKeyOfValue } from '../../directory/index.ts'
import { isoTime } from '../envelope.ts'
import { noQuery, operation } from '../operation.ts'
import { apiKeyScopes } from './api-keys.ts'

export const apiKeyVerificationOperations = [
  operation({
    method: 'post',
    path: '/api_keys/verify',
    operationId: 'verifyApiKey',
    summary:
      'Whether an API key is valid, and what it may do. Public: no token is needed. A value that no key has is `"is_valid": false` with an empty `key_id`.',
    scope: null,
    organizationBound: 'same-for-all',
    query: noQuery,
    body: z.strictObject({ api_key: z.string().min(1).max(500) }),
    answer: z.strictObject({
      code: z.enum(['API_KEY_VERIFIED', 'API_KEY_INVALID']),
      message: z.string(),
      is_valid: z.boolean(),
      key_id: z.string(),
      status: z.string(),
      scopes: z.array(z.string()),
      org_code: z.string().nullable(),
      user_id: z.string().nullable(),
      last_verified_on: z.iso.datetime().nullable(),
      verification_count: z.int(),
    }),
    async handle({ body }, deps, caller) {
      const key = await apiKeyOfValue(body.api_key, deps)
      if (key?.status !== 'active') {
        return {
          code: 'API_KEY_INVALID' as const,
          message: 'API key invalid',
          is_valid: false,
          key_id: key?.id ?? '',
          status: key?.status ?? 'unknown',
          scopes: [],
          org_code: null,
          user_id: null,
          last_verified_on: null,
          verification_count: 0,
        }
      }
      const atMs = deps.nowMs()
      await deps.store.apiKeys.countVerification(key.id, atMs, caller.address ?? null)
      return {
        code: 'API_KEY_VERIFIED' as const,
        message: 'API key verified',
        is_valid: true,
        key_id: key.id,
        status: key.status,
        scopes: apiKeyScopes(await deps.store.directory.catalog(), key),
        org_code: key.organizationCode,
        user_id: key.userId,
        last_verified_on: isoTime(atMs),
        verification_count: key.verificationCount + 1,
      }
    },
  }),
]
