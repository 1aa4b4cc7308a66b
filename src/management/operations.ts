// Every operation, by resource: the one list that routes, documents and tests are made from.
import { applicationsOperations } from './applications.ts'
import { billingOperations } from './billing.ts'
import { environmentVariablesOperations } from './environment-variables.ts'
import { memberAccessOperations } from './member-access.ts'
import type { Operation } from './operation.ts'
import { mintageOperations } from './mintage/operations.ts'
import { organizationMembersOperations } from './organization-members.ts'
import { organizationPropertiesOperations } from './organization-properties.ts'
import { organizationUsersOperations } from './organization-users.ts'
import { organizationsOperations } from './organizations.ts'
import { permissionsOperations } from './permissions.ts'
import { rolesOperations } from './roles.ts'
import { userCreationOperations } from './user-creation.ts'
import { userMfaOperations } from './user-mfa.ts'
import { userPasswordOperations } from './user-password.ts'
import { userPropertiesOperations } from './user-properties.ts'
import { userSessionsOperations } from './user-sessions.ts'
import { usersOperations } from './users.ts'

export const operationsByResource: Readonly<Record<string, readonly Operation[]>> = {
  Users: [
    ...usersOperations,
    ...userCreationOperations,
    ...userPropertiesOperations,
    ...userPasswordOperations,
    ...userSessionsOperations,
    ...userMfaOperations,
  ],
  Organizations: [
    ...organizationsOperations,
    ...organizationPropertiesOperations,
    ...organizationUsersOperations,
    ...organizationMembersOperations,
    ...memberAccessOperations,
  ],
  Roles: rolesOperations,
  Permissions: permissionsOperations,
  Applications: applicationsOperations,
  Billing: billingOperations,
  'Environment variables': environmentVariablesOperations,
  'Life of a workflow': Object.values(mintageOperations),
}

export const operations: readonly Operation[] = Object.values(operationsByResource).flat()
