// Settings of an organization, the scopes of APIs that a member has there, and an index by which the members with a role are found without
// a walk through all members.
import type { Migration } from './migration.ts'

export const organizationSettings: Migration = {
  id: 14,
  name: 'organization-settings',
  statements: ({ text, keyedTable }) => [
    `alter table organizations add column settings ${text}`,
    `create index membership_roles_by_organization on membership_roles (organization_code, role_id, user_id)`,
    `create table membership_api_scopes (
      organization_code ${text} not null,
      user_id ${text} not null,
      api_id ${text} not null references apis (id) on delete cascade,
      scope_id ${text} not null,
      primary key (organization_code, user_id, api_id, scope_id),
      foreign key (organization_code, user_id)
        references memberships (organization_code, user_id) on delete cascade
    )${keyedTable}`,
    `create index membership_api_scopes_by_api on membership_api_scopes (api_id)`,
  ],
}
