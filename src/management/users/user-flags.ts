// The value of a feature flag for one user.
import { z } from 'zod'
import { setFlagOverrides } from '../../directory/index.ts'
import { doneSchema, ok } from '../envelope.ts'
import { flagValue, flagValueText, overridableFlag } from '../flag-overrides.ts'
import { foundFeatureFlag, foundUser } from '../found.ts'
import { noBody, operation } from '../operation.ts'

export const userFlagsOperations = [
  operation({
    method: 'patch',
    path: '/users/{user_id}/feature_flags/{feature_flag_key}',
    operationId: 'UpdateUserFeatureFlagOverride',
    summary: 'Sets the value of a feature flag for one user.',
    scope: 'update:user_feature_flags',
    organizationBound: 'refused',
    query: z.object({ value: flagValueText }),
    body: noBody,
    answer: doneSchema,
    async handle({ path, query }, deps, caller) {
      const { id } = await foundUser(deps, path.user_id, caller)
      const flag = overridableFlag(await foundFeatureFlag(deps, path.feature_flag_key), 'usr')
      const value = flagValue(flag, query.value)
      await setFlagOverrides({ context: 'usr', id }, [{ key: flag.key, value }], deps)
      return ok({})
    },
  }),
]
