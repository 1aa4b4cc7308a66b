// API keys of users, organizations and the environment, for APIs of the environment.
import { z } from 'zod'
import { createApiKey, revokeApiKey, rotateApiKey } from '../../directory/index.ts'
import {
  apiKeyStatuses,
  apiKeyTypes,
  type ApiKeyRecord,
  type ApiRecord,
  type Catalog,
} from '../../store/index.ts'
import { doneSchema, isoTime, ok, okSchema } from '../envelope.ts'
import { foundOrganization, foundUser } from '../found.ts'
import type { Caller, ManagementDeps } from '../management-deps.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { hasMore, pageByIdQuery } from '../page-by-id.ts'
import { RequestError } from '../request-error.ts'
import { idField, nameField } from './access-fields.ts'

const defaultPageSize = 50

const shownKey = {
  id: z.string(),
  name: z.string(),
  type: z.enum(apiKeyTypes),
  status: z.enum(apiKeyStatuses),
  key_prefix: z.string(),
  key_suffix: z.string().nullable(),
  created_on: z.iso.datetime(),
  last_verified_on: z.iso.datetime().nullable(),
  last_verified_ip: z.string().nullable(),
  created_by: z.string().nullable(),
  api_ids: z.array(z.string()),
  scopes: z.array(z.string()),
}

const issuedSchema = z.strictObject({ id: z.string(), key: z.string() })

export const apiKeysOperations = [
  operation({
    method: 'get',
    path: '/api_keys',
    operationId: 'getApiKeys',
    summary: 'API keys by id, page by page (50 unless `page_size` says otherwise), without their values.',
    scope: 'read:api_keys',
    organizationBound: 'refused',
    query: z.object({
      page_size: pageByIdQuery.page_size,
      starting_after: pageByIdQuery.starting_after,
      key_type: z.enum(['organization', 'user']).optional(),
      status: z.enum(apiKeyStatuses).optional(),
      user_id: idField.optional(),
      org_code: idField.optional(),
    }),
    body: noBody,
    answer: okSchema({ ...hasMore, api_keys: z.array(z.strictObject(shownKey)) }),
    async handle({ query }, { store }) {
      const { page_size: size = defaultPageSize, starting_after: cursor } = query
      const filter = {
        type: query.key_type,
        status: query.status,
        userId: query.user_id,
        organizationCode: query.org_code,
      }
      const page = { size: size + 1, ...(cursor !== undefined && { cursor }) }
      const [keys, catalog] = await Promise.all([store.apiKeys.list(filter, page), store.directory.catalog()])
      const shown = keys.slice(0, size).map((key) => shownIn(catalog, key))
      return ok({ has_more: keys.length > size, api_keys: shown })
    },
  }),
  operation({
    method: 'post',
    path: '/api_keys',
    operationId: 'createApiKey',
    summary:
      'Creates an API key and answers with its value, which is shown this once. `user_id` belongs to the type `user`, `org_code` to `organization`. For the management API, a key has scopes that the caller has, and is never a user’s.',
    scope: 'create:api_keys',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({
      name: nameField,
      type: z.enum(apiKeyTypes),
      api_id: idField,
      scope_ids: z.array(idField).max(500).nullable().optional(),
      user_id: idField.nullable().optional(),
      org_code: idField.nullable().optional(),
    }),
    status: 201,
    answer: z.strictObject({
      code: z.literal('API_KEY_CREATED'),
      message: z.string(),
      api_key: issuedSchema,
    }),
    async handle({ body }, deps, caller) {
      const { name, type, user_id: userId = null, org_code: organizationCode = null } = body
      refuseOwner(type, 'user', 'user_id', userId)
      refuseOwner(type, 'organization', 'org_code', organizationCode)
      const { apis } = await deps.store.directory.catalog()
      const api = apis.find(({ id }) => id === body.api_id)
      if (api === undefined) throw new RequestError('API_NOT_FOUND', 'api_id: there is no API with this id.')
      const scopes = scopesOf(api, body.scope_ids ?? [])
      if (api.isManagementApi) refuseMoreThanOwn(type, scopes, caller)
      if (userId !== null) await foundUser(deps, userId, caller)
      if (organizationCode !== null) await foundOrganization(deps, organizationCode)
      const scopeIds = scopes.map(({ id }) => id)
      const given = { name, type, apiId: api.id, scopeIds, userId, organizationCode }
      const { id, value } = await createApiKey(given, deps)
      return { code: 'API_KEY_CREATED' as const, message: 'API key created', api_key: { id, key: value } }
    },
  }),
  operation({
    method: 'get',
    path: '/api_keys/{key_id}',
    operationId: 'getApiKey',
    summary: 'One API key, without its value.',
    scope: 'read:api_keys',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: okSchema({
      api_key: z.strictObject({
        ...shownKey,
        verification_count: z.int().nullable(),
        organization_id: z.string().nullable(),
        user_id: z.string().nullable(),
      }),
    }),
    async handle({ path }, deps) {
      const key = await foundApiKey(deps, path.key_id)
      const { verificationCount, organizationCode, userId } = key
      const shown = shownIn(await deps.store.directory.catalog(), key)
      return ok({
        api_key: {
          ...shown,
          verification_count: verificationCount,
          organization_id: organizationCode,
          user_id: userId,
        },
      })
    },
  }),
  operation({
    method: 'put',
    path: '/api_keys/{key_id}',
    operationId: 'rotateApiKey',
    summary: 'Gives an API key another value, which is shown this once. The old value is dead at once.',
    scope: 'update:api_keys',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    status: 201,
    answer: z.strictObject({
      code: z.literal('API_KEY_ROTATED'),
      message: z.string(),
      api_key: issuedSchema,
    }),
    async handle({ path }, deps, caller) {
      const key = await foundApiKey(deps, path.key_id)
      if (key.status === 'revoked')
        throw new RequestError('API_KEY_REVOKED', 'A revoked key is never good again: create another one.')
      const { apis } = await deps.store.directory.catalog()
      const api = apis.find(({ id }) => id === key.apiId)
      if (api?.isManagementApi === true)
        refuseMoreThanOwn(
          key.type,
          api.scopes.filter(({ id }) => key.scopeIds.includes(id)),
          caller,
        )
      const { id, value } = await rotateApiKey(key, deps)
      return { code: 'API_KEY_ROTATED' as const, message: 'API key rotated', api_key: { id, key: value } }
    },
  }),
  operation({
    method: 'delete',
    path: '/api_keys/{key_id}',
    operationId: 'deleteApiKey',
    summary: 'Revokes an API key for good. It stays listed with the status `revoked`.',
    scope: 'delete:api_keys',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      await revokeApiKey(await foundApiKey(deps, path.key_id), deps)
      return ok({})
    },
  }),
]

export function apiKeyScopes({ apis }: Catalog, { apiId, scopeIds }: ApiKeyRecord): string[] {
  const scopes = apis.find(({ id }) => id === apiId)?.scopes ?? []
  return scopes.filter(({ id }) => scopeIds.includes(id)).map(({ key }) => key)
}

async function foundApiKey({ store }: Pick<ManagementDeps, 'store'>, id: string): Promise<ApiKeyRecord> {
  const key = await store.apiKeys.find(id)
  if (key === undefined) throw new RequestError('API_KEY_NOT_FOUND', 'There is no API key with this id.')
  return key
}

function shownIn(catalog: Catalog, key: ApiKeyRecord) {
  const { id, name, type, status, prefix, suffix, createdAtMs, lastVerifiedAtMs, lastVerifiedIp, apiId } = key
  return {
    id,
    name,
    type,
    status,
    key_prefix: prefix,
    key_suffix: suffix,
    created_on: isoTime(createdAtMs),
    last_verified_on: lastVerifiedAtMs === null ? null : isoTime(lastVerifiedAtMs),
    last_verified_ip: lastVerifiedIp,
    // Keys are made by machines; the audit log says which one.
    created_by: null,
    api_ids: [apiId],
    scopes: apiKeyScopes(catalog, key),
  }
}

function refuseOwner(type: string, ofType: string, field: string, given: string | null): void {
  if ((type === ofType) === (given !== null)) return
  const problem = type === ofType ? 'needed for' : 'not allowed for'
  throw new RequestError('INVALID_REQUEST', `${field}: ${problem} a key of the type ${type}`)
}

/** By id, or by key as in Kinde's guides. */
function scopesOf({ scopes }: ApiRecord, given: readonly string[]): ApiRecord['scopes'][number][] {
  return [...new Set(given)].map((name) => {
    const scope = scopes.find(({ id, key }) => id === name || key === name)
    if (scope === undefined)
      throw new RequestError(
        'API_SCOPE_NOT_FOUND',
        `scope_ids: the API has no scope ${JSON.stringify(name)}.`,
      )
    return scope
  })
}

/** A key for the management API must not be a way to rights that its maker lacks. */
function refuseMoreThanOwn(type: string, scopes: readonly { readonly key: string }[], caller: Caller): void {
  if (type === 'user')
    throw new RequestError('INVALID_REQUEST', 'type: the management API takes no key of a user')
  const lacking = scopes.find(({ key }) => caller.scopes?.includes(key) === false)
  if (lacking !== undefined)
    throw new RequestError(
      'INSUFFICIENT_SCOPE',
      `A key for the management API can have the scopes of its maker; this caller lacks ${lacking.key}.`,
    )
}
