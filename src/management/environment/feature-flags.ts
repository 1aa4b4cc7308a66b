// Feature flags: what a flag is. Its value in the environment is in environment-flags.ts; values of one organization or user lie beside
// those. The next mint sees a change.
import { z } from 'zod'
import { createFeatureFlag, deleteFeatureFlag, replaceFeatureFlag } from '../../directory/index.ts'
import { doneSchema, ok } from '../envelope.ts'
import { flagValue, flagValueText } from '../flag-overrides.ts'
import { foundFeatureFlag } from '../found.ts'
import { noBody, noQuery, operation } from '../operation.ts'

const name = z.string().trim().min(1).max(200)
const description = z.string().max(2_000)
const key = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,127}$/, 'expected letters, digits and _ . : / - (at most 128)')
const type = z.enum(['str', 'int', 'bool'])
const level = z.enum(['env', 'org', 'usr'])

export const featureFlagsOperations = [
  operation({
    method: 'post',
    path: '/feature_flags',
    operationId: 'CreateFeatureFlag',
    summary:
      'Creates a feature flag. Values are text: `true`, `5`, `pink`. Users may have values of their own unless `allow_override_level` names a higher level.',
    scope: 'create:feature_flags',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({
      name,
      description: description.optional(),
      key,
      type,
      allow_override_level: level.optional(),
      default_value: flagValueText,
    }),
    status: 201,
    answer: doneSchema,
    async handle({ body }, deps) {
      const given = {
        key: body.key,
        name: body.name,
        description: body.description ?? null,
        type: body.type,
        defaultValue: flagValue(body, body.default_value, 'body.default_value'),
        allowOverrideLevel: body.allow_override_level ?? 'usr',
      }
      await createFeatureFlag(given, deps)
      return ok({})
    },
  }),
  operation({
    method: 'put',
    path: '/feature_flags/{feature_flag_key}',
    operationId: 'UpdateFeatureFlag',
    summary:
      'Replaces what a feature flag is. Values that do not fit a new type no longer count; those of users and organizations come back with the old type.',
    scope: 'update:feature_flags',
    organizationBound: 'refused',
    query: z.object({ name, description, type, allow_override_level: level, default_value: flagValueText }),
    body: noBody,
    answer: doneSchema,
    async handle({ path, query }, deps) {
      const catalog = await deps.store.directory.catalog()
      const flag = await foundFeatureFlag(deps, path.feature_flag_key)
      const given = {
        name: query.name,
        description: query.description,
        type: query.type,
        defaultValue: flagValue(query, query.default_value, 'default_value'),
        allowOverrideLevel: query.allow_override_level,
      }
      await replaceFeatureFlag(flag, given, catalog, deps)
      return ok({})
    },
  }),
  operation({
    method: 'delete',
    path: '/feature_flags/{feature_flag_key}',
    operationId: 'DeleteFeatureFlag',
    summary: 'Deletes a feature flag with the values that users and organizations have of it.',
    scope: 'delete:feature_flags',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      await deleteFeatureFlag(await foundFeatureFlag(deps, path.feature_flag_key), deps)
      return ok({})
    },
  }),
]
