// Second factors of a user. Mintage has none, and says so: no user has a factor.
import { z } from 'zod'
import { ok, okSchema } from '../envelope.ts'
import { foundUser } from '../found.ts'
import { noBody, noQuery, operation } from '../operation.ts'

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
]
