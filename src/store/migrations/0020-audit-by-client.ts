// An index for the audit records of one application, as each other filter has one.
import type { Migration } from './migration.ts'

export const auditByClient: Migration = {
  id: 20,
  name: 'audit-by-client',
  statements: () => [
    `create index audit_by_client on audit (client_id, sequence) where client_id is not null`,
  ],
}
