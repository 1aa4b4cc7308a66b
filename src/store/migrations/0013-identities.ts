// What the management API says of an identity beyond how it signs in: whether it stands for its type, and how often and when it was used.
import type { Migration } from './migration.ts'

export const identities: Migration = {
  id: 13,
  name: 'identities',
  statements: ({ integer }) => [
    `alter table identities add column is_primary ${integer} not null default 0`,
    `alter table identities add column total_sign_ins ${integer} not null default 0`,
    `alter table identities add column last_signed_in_at_ms ${integer}`,
  ],
}
