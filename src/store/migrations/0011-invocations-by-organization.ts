// An index for the filter of the invocations by organization, as each other filter has one.
import type { Migration } from './migration.ts'

export const invocationsByOrganization: Migration = {
  id: 11,
  name: 'invocations-by-organization',
  statements: () => [
    `create index invocations_by_organization on invocations (organization_code, sequence) where organization_code is not null`,
  ],
}
