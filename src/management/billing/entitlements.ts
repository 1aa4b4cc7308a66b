// What customers are entitled to, by the agreement that holds.
import { z } from 'zod'
import { isoTime, ok, okSchema } from '../envelope.ts'
import { noBody, operation } from '../operation.ts'
import { hasMore, pageById, pageByIdQuery, placeById } from '../page-by-id.ts'
import { foundCustomer } from './customers.ts'

const amount = z.int().nullable()

const entitlementSchema = z.strictObject({
  id: z.string(),
  fixed_charge: amount,
  price_name: z.string(),
  unit_amount: amount,
  feature_code: z.string(),
  feature_name: z.string(),
  entitlement_limit_max: amount,
  entitlement_limit_min: amount,
})

export const entitlementsOperations = [
  operation({
    method: 'get',
    path: '/billing/entitlements',
    operationId: 'getBillingEntitlements',
    summary:
      'The entitlements of a customer, as its agreement has them, page by page by their ids. `max_value` stands for a maximum that is not limited. `plans` is the plan of the agreement.',
    scope: 'read:billing_entitlements',
    organizationBound: { organization: ({ query }) => query.customer_id },
    query: z.object({
      ...pageByIdQuery,
      customer_id: z.string().max(200),
      max_value: z.coerce.number('expected a whole number').int('expected a whole number').optional(),
      expand: z.string().optional(),
    }),
    body: noBody,
    answer: okSchema({
      ...hasMore,
      entitlements: z.array(entitlementSchema),
      plans: z.array(z.strictObject({ code: z.string(), subscribed_on: z.string() })),
    }),
    async handle({ query }, deps) {
      const customer = await foundCustomer(deps, query.customer_id)
      const agreement = await deps.store.billing.currentAgreement(customer)
      const page = pageById(agreement?.entitlements ?? [], placeById(query))
      return ok({
        has_more: page.has_more,
        entitlements: page.items.map((one) => ({
          id: one.id,
          fixed_charge: one.fixedCharge,
          price_name: one.priceName,
          unit_amount: one.unitAmount,
          feature_code: one.code,
          feature_name: one.name,
          entitlement_limit_max: one.max ?? query.max_value ?? null,
          entitlement_limit_min: one.min,
        })),
        plans:
          agreement === undefined
            ? []
            : [{ code: agreement.planCode, subscribed_on: isoTime(agreement.startedAtMs) }],
      })
    },
  }),
]
