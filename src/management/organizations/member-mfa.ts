// Second factors of a member. Mintage has no second factors yet, and says so.
import { resetFactors } from '../../directory/index.ts'
import { doneSchema, ok, okSchema } from '../envelope.ts'
import { foundMembership } from '../found.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { ofPath } from '../organization-bound.ts'
import { RequestError, requestErrors } from '../request-error.ts'
import { factorSchema } from '../users/user-mfa.ts'

export const memberMfaOperations = [
  operation({
    method: 'get',
    path: '/organizations/{org_code}/users/{user_id}/mfa',
    operationId: 'GetOrgUserMFA',
    summary: 'The second factor of a member; always null, because Mintage has no second factors yet.',
    scope: 'read:organization_user_mfa',
    organizationBound: ofPath,
    query: noQuery,
    body: noBody,
    answer: okSchema({ mfa: factorSchema.nullable() }),
    async handle({ path }, deps, caller) {
      await foundMembership(deps, path, caller)
      return ok({ mfa: null })
    },
  }),
  operation({
    method: 'delete',
    path: '/organizations/{org_code}/users/{user_id}/mfa',
    operationId: 'ResetOrgUserMFAAll',
    summary:
      'Removes every second factor of a member. Mintage has no second factors yet, so it only leaves an audit record.',
    scope: 'delete:organization_user_mfa',
    organizationBound: ofPath,
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps, caller) {
      const { userId, organizationCode } = await foundMembership(deps, path, caller)
      await resetFactors(userId, { org_code: organizationCode }, deps)
      return ok({})
    },
  }),
  operation({
    method: 'delete',
    path: '/organizations/{org_code}/users/{user_id}/mfa/{factor_id}',
    operationId: 'ResetOrgUserMFA',
    summary:
      'Removes one second factor of a member. Always FACTOR_NOT_FOUND, because Mintage has no second factors yet.',
    scope: 'delete:organization_user_mfa',
    organizationBound: ofPath,
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps, caller) {
      await foundMembership(deps, path, caller)
      throw new RequestError('FACTOR_NOT_FOUND', requestErrors.FACTOR_NOT_FOUND.meaning)
    },
  }),
]
