// Entitlements and plans. Mintage has no billing, and says so: the lists are empty, and no feature has an entitlement.
import { z } from 'zod'
import { RequestError } from '../../management/index.ts'
import { accountOperation } from '../account-operation.ts'
import { metadataSchema, pageQuery } from '../page-of-account.ts'

const entitlementSchema = z.strictObject({
  id: z.string(),
  fixed_charge: z.int().nullable(),
  price_name: z.string(),
  unit_amount: z.int().nullable(),
  feature_key: z.string(),
  feature_name: z.string(),
  entitlement_limit_max: z.int().nullable(),
  entitlement_limit_min: z.int().nullable(),
})

const planSchema = z.strictObject({ key: z.string(), name: z.string(), subscribed_on: z.string() })

export const billingOperations = [
  accountOperation({
    path: '/entitlements',
    operationId: 'GetEntitlements',
    summary:
      'The plans and entitlements of the organization of the token. Always empty, because Mintage has no billing.',
    query: z.object(pageQuery),
    answer: z.strictObject({
      data: z.strictObject({
        org_code: z.string().nullable(),
        plans: z.array(planSchema),
        entitlements: z.array(entitlementSchema),
      }),
      metadata: metadataSchema,
    }),
    handle(_input, { organization }) {
      return {
        data: { org_code: organization?.code ?? null, plans: [], entitlements: [] },
        metadata: { has_more: false, next_page_starting_after: null },
      }
    },
  }),
  accountOperation({
    path: '/entitlement/{key}',
    operationId: 'GetEntitlement',
    summary: 'The entitlement to one feature. Refused, because Mintage has no billing.',
    query: z.object({}),
    answer: z.strictObject({
      data: z.strictObject({ org_code: z.string().nullable(), entitlement: entitlementSchema }),
      metadata: z.strictObject({}),
    }),
    handle({ path }) {
      throw new RequestError('ENTITLEMENT_NOT_FOUND', `There is no entitlement to the feature ${path.key}.`)
    },
  }),
]
