// API keys in SQL. Whether a key is active is decided by the statement that reads it: a suspension counts at once.
import { sql } from 'kysely'
import {
  apiKeyStatuses,
  apiKeyTypes,
  type ApiKeyChange,
  type ApiKeyFilter,
  type ApiKeyRecord,
  type ApiKeyStore,
} from '../api-key-store.ts'
import type { PageRequest } from '../page.ts'
import { corrupt } from '../store-error.ts'
import type { WritesOf } from './writes-of.ts'
import type { Database, Statement } from './database.ts'
import { parseRows } from './json-column.ts'
import { narrowUpdate } from './narrow-update.ts'
import { prepare } from './statement.ts'
import type { Tables } from './tables.ts'
import { insert } from './upsert.ts'

type Row = Tables['api_keys'] & { readonly status: string }

const columns = {
  id: 'key',
  hash: 'replace',
  name: 'replace',
  type: 'replace',
  api_id: 'replace',
  scope_ids: 'replace',
  user_id: 'replace',
  organization_code: 'replace',
  key_prefix: 'replace',
  key_suffix: 'replace',
  created_at_ms: 'replace',
  revoked_at_ms: 'replace',
  last_verified_at_ms: 'replace',
  last_verified_ip: 'replace',
  verification_count: 'replace',
} as const satisfies Record<keyof Tables['api_keys'], string>

export class SqlApiKeyStore implements ApiKeyStore {
  readonly #database: Database
  readonly #statements: ReturnType<typeof apiKeyStatements>

  constructor(database: Database) {
    this.#database = database
    this.#statements = apiKeyStatements(database)
  }

  async find(id: string): Promise<ApiKeyRecord | undefined> {
    const [row] = await this.#database.all(this.#statements.find({ id }))
    return row && apiKeyRecord(row)
  }

  async findByHash(hash: string): Promise<ApiKeyRecord | undefined> {
    const [row] = await this.#database.all(this.#statements.findByHash({ hash }))
    return row && apiKeyRecord(row)
  }

  async list(filter: ApiKeyFilter, { size, cursor }: PageRequest): Promise<readonly ApiKeyRecord[]> {
    const rows = await this.#database.all(this.#statements.list(filter, cursor ?? '', size))
    return rows.map(apiKeyRecord)
  }

  async countVerification(id: string, atMs: number, ip: string | null): Promise<void> {
    await this.#database.write(this.#statements.count({ id, at_ms: atMs, ip }), 'lazy')
  }
}

function apiKeyStatements({ builder }: Database) {
  const isSuspended = sql`exists (select 1 from users where users.id = api_keys.user_id and users.is_suspended = 1)
    or exists (select 1 from organizations where organizations.code = api_keys.organization_code
      and replace(coalesce(organizations.settings, ''), '"suspendedAtMs":', '') <> coalesce(organizations.settings, ''))`
  const status = sql<string>`case when api_keys.revoked_at_ms is not null then 'revoked' when ${isSuspended} then 'inactive' else 'active' end`
  const keys = builder.selectFrom('api_keys').selectAll().select(status.as('status'))
  return {
    find: prepare((slot: { id: string }) => keys.where('id', '=', slot.id)),
    findByHash: prepare((slot: { hash: string }) => keys.where('hash', '=', slot.hash)),
    count: prepare((slot: { id: string; at_ms: number; ip: string | null }) =>
      builder
        .updateTable('api_keys')
        .set(({ eb }) => ({
          verification_count: eb('verification_count', '+', 1),
          last_verified_at_ms: slot.at_ms,
          last_verified_ip: slot.ip,
        }))
        .where('id', '=', slot.id),
    ),
    /** Compiled for each call, because the conditions differ and operators ask seldom. */
    list({ type, status: wanted, userId, organizationCode }: ApiKeyFilter, after: string, size: number) {
      let query = keys.where('id', '>', after)
      if (type !== undefined) query = query.where('type', '=', type)
      if (userId !== undefined) query = query.where('user_id', '=', userId)
      if (organizationCode !== undefined) query = query.where('organization_code', '=', organizationCode)
      if (wanted === 'revoked') query = query.where('revoked_at_ms', 'is not', null)
      else if (wanted !== undefined) query = query.where(status, '=', wanted)
      const { sql: text, parameters } = query.orderBy('id').limit(size).compile()
      // The values above.
      return { sql: text, parameters: parameters as string[] } as Statement<Row>
    },
  }
}

function apiKeyRecord(row: Row): ApiKeyRecord {
  const type = apiKeyTypes.find((one) => one === row.type)
  if (type === undefined) throw corrupt('api_keys', row.id, 'type')
  return {
    id: row.id,
    hash: row.hash,
    name: row.name,
    type,
    apiId: row.api_id,
    scopeIds: parseRows<string>(row.scope_ids),
    userId: row.user_id,
    organizationCode: row.organization_code,
    prefix: row.key_prefix,
    suffix: row.key_suffix,
    createdAtMs: row.created_at_ms,
    status: apiKeyStatuses.find((one) => one === row.status) ?? 'inactive',
    lastVerifiedAtMs: row.last_verified_at_ms,
    lastVerifiedIp: row.last_verified_ip,
    verificationCount: row.verification_count,
  }
}

export function apiKeyWrites(database: Database): WritesOf<ApiKeyChange['kind']> {
  const add = insert<Tables['api_keys']>(database, 'api_keys', columns)
  const update = narrowUpdate(database, 'api_keys')
  return {
    'add-api-key': ({ apiKey }) => [
      add({
        id: apiKey.id,
        hash: apiKey.hash,
        name: apiKey.name,
        type: apiKey.type,
        api_id: apiKey.apiId,
        scope_ids: JSON.stringify(apiKey.scopeIds),
        user_id: apiKey.userId,
        organization_code: apiKey.organizationCode,
        key_prefix: apiKey.prefix,
        key_suffix: apiKey.suffix,
        created_at_ms: apiKey.createdAtMs,
        revoked_at_ms: null,
        last_verified_at_ms: null,
        last_verified_ip: null,
        verification_count: 0,
      }),
    ],
    'rotate-api-key': ({ id, set: { hash, prefix, suffix }, expectedHash }) => [
      update({
        key: { id },
        set: { hash, key_prefix: prefix, key_suffix: suffix },
        expected: { hash: expectedHash, revoked_at_ms: null },
      }),
    ],
    'revoke-api-key': ({ id, atMs }) => [
      update({ key: { id }, set: { revoked_at_ms: atMs }, expected: { revoked_at_ms: null } }),
    ],
  }
}
