// Every operation, by resource: the one list that routes, documents and tests are made from.
import { accessRolesOperations } from './applications/access-roles.ts'
import { apiApplicationsOperations } from './apis/api-applications.ts'
import { apiScopesOperations } from './apis/api-scopes.ts'
import { apisOperations } from './apis/apis.ts'
import { applicationConnectionsOperations } from './connections/application-connections.ts'
import { connectionsOperations } from './connections/connections.ts'
import { organizationConnectionsOperations } from './connections/organization-connections.ts'
import { applicationPropertiesOperations } from './applications/application-properties.ts'
import { applicationTokensOperations } from './applications/application-tokens.ts'
import { applicationsOperations } from './applications/applications.ts'
import { agreementsOperations } from './billing/agreements.ts'
import { entitlementsOperations } from './billing/entitlements.ts'
import { meterUsageOperations } from './billing/meter-usage.ts'
import { environmentOperations } from './environment/environment.ts'
import { environmentFlagsOperations } from './environment/environment-flags.ts'
import { callbacksOperations } from './applications/callbacks.ts'
import { brandingOperations } from './mintage/branding.ts'
import { environmentLogosOperations, organizationLogosOperations } from './branding/logos.ts'
import { environmentVariablesOperations } from './environment/environment-variables.ts'
import { featureFlagsOperations } from './environment/feature-flags.ts'
import { invitesOperations } from './organizations/invites.ts'
import { memberAccessOperations } from './organizations/member-access.ts'
import type { Operation } from './operation.ts'
import { mintageOperations } from './mintage/operations.ts'
import { memberApiScopesOperations } from './organizations/member-api-scopes.ts'
import { memberMfaOperations } from './organizations/member-mfa.ts'
import { organizationFlagsOperations } from './organizations/organization-flags.ts'
import { organizationMembersOperations } from './organizations/organization-members.ts'
import { organizationPoliciesOperations } from './organizations/organization-policies.ts'
import { organizationPropertiesOperations } from './organizations/organization-properties.ts'
import { activeRoleUsersOperations } from './organizations/active-role-users.ts'
import { organizationRoleUsersOperations } from './organizations/organization-role-users.ts'
import { organizationUpdatesOperations } from './organizations/organization-updates.ts'
import { organizationUsersOperations } from './organizations/organization-users.ts'
import { organizationsOperations } from './organizations/organizations.ts'
import { permissionsOperations } from './access/permissions.ts'
import { apiKeyVerificationOperations } from './access/api-key-verification.ts'
import { apiKeysOperations } from './access/api-keys.ts'
import { subscribersOperations } from './users/subscribers.ts'
import { businessOperations } from './environment/business.ts'
import { propertiesOperations } from './access/properties.ts'
import { propertyCategoriesOperations } from './access/property-categories.ts'
import { rolePermissionsOperations } from './access/role-permissions.ts'
import { roleScopesOperations } from './access/role-scopes.ts'
import { rolesOperations } from './access/roles.ts'
import { identitiesOperations, userIdentitiesOperations } from './users/identities.ts'
import { userClaimsOperations } from './users/user-claims.ts'
import { userCreationOperations } from './users/user-creation.ts'
import { userFlagsOperations } from './users/user-flags.ts'
import { userMfaOperations } from './users/user-mfa.ts'
import { userPasswordOperations } from './users/user-password.ts'
import { userPropertiesOperations } from './users/user-properties.ts'
import { userSearchOperations } from './users/user-search.ts'
import { userSessionsOperations } from './users/user-sessions.ts'
import { usersOperations } from './users/users.ts'
import { eventsOperations } from './webhooks/events.ts'
import { webhooksOperations } from './webhooks/webhooks.ts'

export const operationsByResource: Readonly<Record<string, readonly Operation[]>> = {
  Users: [
    ...usersOperations,
    ...userCreationOperations,
    ...userPropertiesOperations,
    ...userFlagsOperations,
    ...userClaimsOperations,
    ...userPasswordOperations,
    ...userSessionsOperations,
    ...userIdentitiesOperations,
    ...userMfaOperations,
  ],
  Identities: identitiesOperations,
  Search: userSearchOperations,
  Organizations: [
    ...organizationsOperations,
    ...organizationUpdatesOperations,
    ...organizationPropertiesOperations,
    ...organizationFlagsOperations,
    ...organizationUsersOperations,
    ...organizationMembersOperations,
    ...organizationRoleUsersOperations,
    ...activeRoleUsersOperations,
    ...memberAccessOperations,
    ...memberApiScopesOperations,
    ...memberMfaOperations,
    ...organizationConnectionsOperations,
    ...organizationPoliciesOperations,
    ...organizationLogosOperations,
    ...invitesOperations,
  ],
  Roles: [...rolesOperations, ...rolePermissionsOperations, ...roleScopesOperations],
  Permissions: permissionsOperations,
  Properties: [...propertiesOperations, ...propertyCategoriesOperations],
  Business: businessOperations,
  Subscribers: subscribersOperations,
  'API keys': [...apiKeysOperations, ...apiKeyVerificationOperations],
  Applications: [
    ...applicationsOperations,
    ...applicationTokensOperations,
    ...accessRolesOperations,
    ...applicationPropertiesOperations,
    ...applicationConnectionsOperations,
  ],
  Callbacks: callbacksOperations,
  Connections: connectionsOperations,
  APIs: [...apisOperations, ...apiScopesOperations, ...apiApplicationsOperations],
  Billing: [...entitlementsOperations, ...agreementsOperations, ...meterUsageOperations],
  'Feature flags': featureFlagsOperations,
  Environments: [...environmentOperations, ...environmentFlagsOperations, ...environmentLogosOperations],
  'Environment variables': environmentVariablesOperations,
  Branding: brandingOperations,
  Webhooks: [...webhooksOperations, ...eventsOperations],
  'Life of a workflow': Object.values(mintageOperations),
}

export const operations: readonly Operation[] = Object.values(operationsByResource).flat()
