// Second factors of a user. Mintage has none, and says so: no user has a factor.
import { z } from 'zod'
import { resetFactors } from '../../directory/index.ts'
import { doneSchema, ok, okSchema } from '../envelope.ts'
import { foundUser } from '../found.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { RequestError, requestErrors } from '../request-error.ts'

export const factorSchema = z.strictObject({
  id: z.string(),
  type: z.string(),
  created_on: z.string(),
  name: z.string(),
  is_verified: z.boolean(),
  usage_count: z.int(),
  last_used_on: z.string(),
})

export const userMfaOperations = [
  operation({
    method: 'get',
    path: '/users/{user_id}/mfa',
    operationId: 'GetUsersMFA',
    summary: 'The second factor of a user; always null, because Mintage has no second factors yet.',
    scope: 'read:user_mfa',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: okSchema({ mfa: factorSchema.nullable() }),
    async handle({ path }, deps, caller) {
      await foundUser(deps, path.user_id, caller)
      return ok({ mfa: null })
    },
  }),
  operation({
    method: 'delete',
    path: '/users/{user_id}/mfa',
    operationId: 'ResetUsersMFAAll',
    summary: 'Removes all second factors of a user. Mintage has no second factors yet, so nothing changes.',
    scope: 'delete:user_mfa',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps, caller) {
      const { id } = await foundUser(deps, path.user_id, caller)
      await resetFactors(id, {}, deps)
      return ok({})
    },
  }),
  operation({
    method: 'delete',
    path: '/users/{user_id}/mfa/{factor_id}',
    operationId: 'ResetUsersMFA',
    summary: 'Removes one second factor of a user. Mintage has no second factors yet, so no factor is found.',
    scope: 'delete:user_mfa',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps, caller) {
      await foundUser(deps, path.user_id, caller)
      throw new RequestError('FACTOR_NOT_FOUND', requestErrors.FACTOR_NOT_FOUND.meaning)
    },
  }),
]
