// The feature flags that affect the user, each with the value nearest to the user.
import { z } from 'zod'
import { effectiveFlags } from '../../directory/index.ts'
import { RequestError } from '../../management/index.ts'
import type { FlagType } from '../../store/index.ts'
import type { AccountCaller } from '../account-caller.ts'
import { accountOperation } from '../account-operation.ts'
import { metadataSchema, pageOf, pageQuery } from '../page-of-account.ts'

/** Kinde's words here; a token has letters for them, and the management API other words. */
const typeNames = {
  bool: 'boolean',
  str: 'string',
  int: 'integer',
  json: 'object',
} as const satisfies Record<FlagType, string>

const flagSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  key: z.string(),
  type: z.enum(typeNames),
  value: z.json(),
})

export const featureFlagsOperations = [
  accountOperation({
    path: '/feature_flags',
    operationId: 'GetFeatureFlags',
    summary: 'Each feature flag with its value for the user in the organization of the token.',
    query: z.object(pageQuery),
    answer: z.strictObject({
      data: z.strictObject({ feature_flags: z.array(flagSchema) }),
      metadata: metadataSchema,
    }),
    handle({ query }, caller) {
      const { items, metadata } = pageOf(flagsOf(caller), query)
      return { data: { feature_flags: [...items] }, metadata }
    },
  }),
  accountOperation({
    path: '/feature_flags/{key}',
    operationId: 'GetFeatureFlag',
    summary: 'One feature flag with its value for the user. Of Kinde’s Java SDK.',
    query: z.object({}),
    answer: z.strictObject({ data: flagSchema }),
    handle({ path }, caller) {
      const data = flagsOf(caller).find(({ key }) => key === path.key)
      if (data === undefined)
        throw new RequestError('FEATURE_FLAG_NOT_FOUND', 'There is no feature flag with this key.')
      return { data }
    },
  }),
]

function flagsOf({ catalog, subject }: AccountCaller): z.output<typeof flagSchema>[] {
  const values = effectiveFlags(catalog, subject)
  return catalog.featureFlags.flatMap(({ id, name, key, type }) => {
    const flag = Object.hasOwn(values, key) ? values[key] : undefined
    return flag === undefined ? [] : [{ id, name, key, type: typeNames[type], value: flag.v }]
  })
}
