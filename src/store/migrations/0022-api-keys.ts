// API keys, found by the hash of their value and listed by whose they are. They go with their user, organization or API.
import type { Migration } from './migration.ts'

export const apiKeys: Migration = {
  id: 22,
  name: 'api-keys',
  statements: ({ text, integer, keyedTable }) => [
    `create table api_keys (
      id ${text} not null primary key,
      hash ${text} not null unique,
      name ${text} not null,
      type ${text} not null,
      api_id ${text} not null references apis (id) on delete cascade,
      scope_ids ${text} not null,
      user_id ${text} references users (id) on delete cascade,
      organization_code ${text} references organizations (code) on delete cascade,
      key_prefix ${text} not null,
      key_suffix ${text} not null,
      created_at_ms ${integer} not null,
      revoked_at_ms ${integer},
      last_verified_at_ms ${integer},
      last_verified_ip ${text},
      verification_count ${integer} not null
    )${keyedTable}`,
    `create index api_keys_by_user on api_keys (user_id, id) where user_id is not null`,
    `create index api_keys_by_organization on api_keys (organization_code, id) where organization_code is not null`,
    `create index api_keys_by_api on api_keys (api_id)`,
    `create index api_keys_revoked on api_keys (id) where revoked_at_ms is not null`,
  ],
}
