// Invitations to organizations. A code is found by its hash and is kept sealed, because the management API answers with it again.
// A membership knows when its user last signed in to the organization.
import type { Migration } from './migration.ts'

export const invitations: Migration = {
  id: 24,
  name: 'invitations',
  statements: ({ text, integer, table }) => [
    `create table invitations (
      id ${text} not null primary key,
      code_hash ${text} not null unique,
      sealed_code ${text} not null,
      organization_code ${text} not null references organizations (code) on delete cascade,
      email ${text} not null,
      normalized ${text} not null,
      first_name ${text},
      last_name ${text},
      name ${text} not null,
      role_ids ${text} not null,
      is_sent ${integer} not null,
      created_at_ms ${integer} not null,
      expires_at_ms ${integer} not null,
      revoked_at_ms ${integer},
      accepted_at_ms ${integer},
      accepted_by ${text} references users (id) on delete cascade
    )${table}`,
    `create index invitations_by_age on invitations (organization_code, created_at_ms, id)`,
    `create index invitations_by_email on invitations (organization_code, normalized, id)`,
    `create index invitations_by_name on invitations (organization_code, name, id)`,
    `create index invitations_by_user on invitations (accepted_by)`,
    `create index invitations_by_expiry on invitations (expires_at_ms)`,
    `alter table memberships add column last_signed_in_at_ms ${integer}`,
  ],
}
