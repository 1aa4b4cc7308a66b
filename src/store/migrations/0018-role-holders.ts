// Finds the users who hold a role, in the order of their ids, whatever number of organizations they hold it in.
import type { Migration } from './migration.ts'

export const roleHolders: Migration = {
  id: 18,
  name: 'role-holders',
  statements: () => [
    `create index membership_roles_by_role_and_user on membership_roles (role_id, user_id, organization_code)`,
  ],
}
