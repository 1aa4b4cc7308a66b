// How long the tokens of an application live, and the Hasura mapping. What else they carry is decided in mintage.yaml.
import { z } from 'zod'
import { updateApplication } from '../../directory/index.ts'
import { doneSchema, ok } from '../envelope.ts'
import { foundApplication } from '../found.ts'
import { noQuery, operation } from '../operation.ts'

/** As in mintage.yaml: at most ten years. */
const seconds = z
  .int()
  .min(1)
  .max(31_536_000 * 10)
  .optional()

export const applicationTokensOperations = [
  operation({
    method: 'patch',
    path: '/applications/{application_id}/tokens',
    operationId: 'updateApplicationTokens',
    summary:
      'Changes the lifetimes of tokens and of the single sign-on session, in seconds, and whether claims are repeated under the names `x-hasura-…`.',
    scope: 'update:application_tokens',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({
      access_token_lifetime: seconds,
      refresh_token_lifetime: seconds,
      id_token_lifetime: seconds,
      authenticated_session_lifetime: seconds,
      is_hasura_mapping_enabled: z.boolean().optional(),
    }),
    answer: doneSchema,
    async handle({ path, body }, deps) {
      const catalog = await deps.store.directory.catalog()
      const before = await foundApplication(deps, path.application_id)
      const { lifetimes: known } = before
      const lifetimes = {
        accessToken: body.access_token_lifetime ?? known.accessToken,
        refreshToken: body.refresh_token_lifetime ?? known.refreshToken,
        idToken: body.id_token_lifetime ?? known.idToken,
        session: body.authenticated_session_lifetime ?? known.session,
      }
      const isHasuraMappingEnabled = body.is_hasura_mapping_enabled
      await updateApplication(before, { lifetimes, isHasuraMappingEnabled }, catalog, deps)
      return ok({})
    },
  }),
]
