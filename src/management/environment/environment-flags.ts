// Values that feature flags have in this environment, instead of their defaults.
import { z } from 'zod'
import { clearEnvironmentFlags, setEnvironmentFlag } from '../../directory/index.ts'
import { doneSchema, ok, okSchema } from '../envelope.ts'
import { flagOverridesAnswer, flagOverridesSchema, flagValue, flagValueText } from '../flag-overrides.ts'
import { foundFeatureFlag } from '../found.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { nextToken } from '../pagination.ts'

export const environmentFlagsOperations = [
  operation({
    method: 'get',
    path: '/environment/feature_flags',
    operationId: 'GetEnvironementFeatureFlags',
    summary:
      'Every feature flag with the value that it has in this environment: its own, or the default. One page.',
    scope: 'read:environment_feature_flags',
    organizationBound: 'same-for-all',
    query: noQuery,
    body: noBody,
    answer: okSchema({ feature_flags: flagOverridesSchema, ...nextToken }),
    async handle(_input, { store }) {
      const catalog = await store.directory.catalog()
      const values = catalog.featureFlags.map(
        (flag) => [flag.key, flag.environmentValue ?? flag.defaultValue] as const,
      )
      const shown = flagOverridesAnswer(catalog, Object.fromEntries(values))
      return ok({ feature_flags: shown, next_token: null })
    },
  }),
  operation({
    method: 'patch',
    path: '/environment/feature_flags/{feature_flag_key}',
    operationId: 'UpdateEnvironementFeatureFlagOverride',
    summary: 'Sets the value of a feature flag in this environment.',
    scope: 'update:environment_feature_flags',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({ value: flagValueText }),
    answer: doneSchema,
    async handle({ path, body }, deps) {
      const catalog = await deps.store.directory.catalog()
      const flag = await foundFeatureFlag(deps, path.feature_flag_key)
      await setEnvironmentFlag(flag, flagValue(flag, body.value, 'body.value'), catalog, deps)
      return ok({})
    },
  }),
  operation({
    method: 'delete',
    path: '/environment/feature_flags/{feature_flag_key}',
    operationId: 'DeleteEnvironementFeatureFlagOverride',
    summary: 'Takes the value of this environment away: the default of the flag counts again.',
    scope: 'delete:environment_feature_flags',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      const catalog = await deps.store.directory.catalog()
      const flag = await foundFeatureFlag(deps, path.feature_flag_key)
      await setEnvironmentFlag(flag, undefined, catalog, deps)
      return ok({})
    },
  }),
  operation({
    method: 'delete',
    path: '/environment/feature_flags',
    operationId: 'DeleteEnvironementFeatureFlagOverrides',
    summary: 'Takes all values of this environment away: the defaults of the flags count again.',
    scope: 'delete:environment_feature_flags',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle(_input, deps) {
      await clearEnvironmentFlags(await deps.store.directory.catalog(), deps)
      return ok({})
    },
  }),
]
