// Finds the users who have a scope of an API, in the order of their ids.
import type { Migration } from './migration.ts'

export const scopeHolders: Migration = {
  id: 29,
  name: 'scope-holders',
  statements: () => [
    `create index membership_api_scopes_by_scope on membership_api_scopes (scope_id, user_id, organization_code)`,
  ],
}
