// Kinde keeps the claims of a user until this is called. Mintage keeps none: each mint reads its user, and no catalog that is older than
// what it read of the user (docs/decisions/0090). So the next refresh is fresh in any case, and what is left to do is to say so.
import { refreshUserClaims } from '../../directory/index.ts'
import { doneSchema, ok } from '../envelope.ts'
import { foundUser } from '../found.ts'
import { noBody, noQuery, operation } from '../operation.ts'

export const userClaimsOperations = [
  operation({
    method: 'post',
    path: '/users/{user_id}/refresh_claims',
    operationId: 'refreshUserClaims',
    summary: 'Makes sure that the next refresh of a user carries fresh claims, on every replica.',
    scope: 'update:user_refresh_claims',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps, caller) {
      await refreshUserClaims(await foundUser(deps, path.user_id, caller), deps)
      return ok({})
    },
  }),
]
