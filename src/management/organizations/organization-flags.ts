// Feature flags of an organization: the values that it has instead of the environment's.
import { z } from 'zod'
import { setFlagOverrides } from '../../directory/index.ts'
import { doneSchema, ok, okSchema } from '../envelope.ts'
import {
  flagOverridesAnswer,
  flagOverridesSchema,
  flagValue,
  flagValueText,
  overridableFlag,
} from '../flag-overrides.ts'
import { foundFeatureFlag, foundOrganization } from '../found.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { ofPath } from '../organization-bound.ts'

const owner = (code: string) => ({ context: 'org', id: code }) as const

export const organizationFlagsOperations = [
  operation({
    method: 'get',
    path: '/organizations/{org_code}/feature_flags',
    operationId: 'GetOrganizationFeatureFlags',
    summary:
      'The feature flags that have a value of their own in this organization, each with that value as text.',
    scope: 'read:organization_feature_flags',
    organizationBound: ofPath,
    query: noQuery,
    body: noBody,
    answer: okSchema({ feature_flags: flagOverridesSchema }),
    async handle({ path }, { store }) {
      const { code } = await foundOrganization({ store }, path.org_code)
      const overrides = await store.directory.flagOverrides(owner(code))
      return ok({ feature_flags: flagOverridesAnswer(await store.directory.catalog(), overrides) })
    },
  }),
  operation({
    method: 'delete',
    path: '/organizations/{org_code}/feature_flags',
    operationId: 'DeleteOrganizationFeatureFlagOverrides',
    summary:
      'Removes every flag value of the organization. The values of the environment apply from then on.',
    scope: 'delete:organization_feature_flags',
    organizationBound: ofPath,
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      const { code } = await foundOrganization(deps, path.org_code)
      const keys = Object.keys(await deps.store.directory.flagOverrides(owner(code)))
      await setFlagOverrides(
        owner(code),
        keys.map((key) => ({ key, value: undefined })),
        deps,
      )
      return ok({})
    },
  }),
  operation({
    method: 'delete',
    path: '/organizations/{org_code}/feature_flags/{feature_flag_key}',
    operationId: 'DeleteOrganizationFeatureFlagOverride',
    summary: 'Removes one flag value of the organization. The value of the environment applies from then on.',
    scope: 'delete:organization_feature_flags',
    organizationBound: ofPath,
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      const { code } = await foundOrganization(deps, path.org_code)
      const { key } = await foundFeatureFlag(deps, path.feature_flag_key)
      await setFlagOverrides(owner(code), [{ key, value: undefined }], deps)
      return ok({})
    },
  }),
  operation({
    method: 'patch',
    path: '/organizations/{org_code}/feature_flags/{feature_flag_key}',
    operationId: 'UpdateOrganizationFeatureFlagOverride',
    summary:
      'Gives the organization a value of its own for a flag. `value` is text of the flag’s type: `true`, `7`, `pink`, or JSON.',
    scope: 'update:organization_feature_flags',
    organizationBound: ofPath,
    query: z.object({ value: flagValueText }),
    body: noBody,
    answer: doneSchema,
    async handle({ path, query }, deps) {
      const { code } = await foundOrganization(deps, path.org_code)
      const flag = overridableFlag(await foundFeatureFlag(deps, path.feature_flag_key), 'org')
      await setFlagOverrides(owner(code), [{ key: flag.key, value: flagValue(flag, query.value) }], deps)
      return ok({})
    },
  }),
]
