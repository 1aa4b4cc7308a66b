// Scopes of APIs that a member has in an organization besides those of their roles. They are kept, and not part of any token yet
// (docs/decisions/0087).
import { giveApiScope, takeApiScope } from '../../directory/index.ts'
import { doneSchema, ok } from '../envelope.ts'
import { foundApiScope, foundMembership } from '../found.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { ofPath } from '../organization-bound.ts'
import { RequestError } from '../request-error.ts'

export const memberApiScopesOperations = [
  operation({
    method: 'post',
    path: '/organizations/{org_code}/users/{user_id}/apis/{api_id}/scopes/{scope_id}',
    operationId: 'addOrganizationUserAPIScope',
    summary: 'Gives a member a scope of an API. Tokens do not carry it yet.',
    scope: 'create:organization_user_api_scopes',
    organizationBound: ofPath,
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps, caller) {
      const membership = await foundMembership(deps, path, caller)
      const scope = await foundApiScope(deps, path)
      const { apis } = await deps.store.directory.catalog()
      if (apis.some(({ id, isManagementApi }) => isManagementApi && id === scope.apiId))
        throw new RequestError('INVALID_REQUEST', 'api_id: users cannot have scopes of the management API')
      await giveApiScope(membership, scope, deps)
      return ok({})
    },
  }),
  operation({
    method: 'delete',
    path: '/organizations/{org_code}/users/{user_id}/apis/{api_id}/scopes/{scope_id}',
    operationId: 'deleteOrganizationUserAPIScope',
    summary: 'Takes a scope of an API from a member. Scopes of their roles stay.',
    scope: 'delete:organization_user_api_scopes',
    organizationBound: ofPath,
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps, caller) {
      const membership = await foundMembership(deps, path, caller)
      const scope = await foundApiScope(deps, path)
      const held = await deps.store.directory.memberApiScopes(membership)
      if (!held.some(({ apiId, scopeId }) => apiId === scope.apiId && scopeId === scope.scopeId))
        throw new RequestError('API_SCOPE_NOT_FOUND', 'The member does not have it.')
      await takeApiScope(membership, scope, deps)
      return ok({})
    },
  }),
]
