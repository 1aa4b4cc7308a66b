// Billing. Mintage has none, and says so: a customer that exists has no entitlement, no plan and no agreement, and one that does
// not exist is an error. A user's customer id is the user's id, an organization's is its code (`expand=billing`).
import { z } from 'zod'
import type { ManagementDeps } from '../management-deps.ts'
import { ok, okSchema } from '../envelope.ts'
import { noBody, operation } from '../operation.ts'
import { RequestError } from '../request-error.ts'

const customerQuery = {
  customer_id: z.string().max(200),
  // Of lists that are always empty, every page is the first and the last.
  page_size: z.coerce.number().int().min(1).max(500).optional(),
  starting_after: z.string().max(200).optional(),
  ending_before: z.string().max(200).optional(),
}

const entitlementSchema = z.strictObject({
  id: z.string(),
  fixed_charge: z.int(),
  price_name: z.string(),
  unit_amount: z.int(),
  feature_code: z.string(),
  feature_name: z.string(),
  entitlement_limit_max: z.int(),
  entitlement_limit_min: z.int(),
})

const agreementSchema = z.strictObject({
  id: z.string(),
  plan_code: z.string(),
  expires_on: z.string().nullable(),
  billing_group_id: z.string().nullable(),
  current_period_start: z.string().nullable(),
  current_period_end: z.string().nullable(),
  entitlements: z.array(z.strictObject({ feature_code: z.string(), entitlement_id: z.string() })),
})

export const billingOperations = [
  operation({
    method: 'get',
    path: '/billing/entitlements',
    operationId: 'getBillingEntitlements',
    summary: 'The entitlements of a customer. Always empty, because Mintage has no billing.',
    scope: 'read:billing_entitlements',
    organizationBound: { organization: ({ query }) => query.customer_id },
    query: z.object({ ...customerQuery, max_value: z.string().optional(), expand: z.string().optional() }),
    body: noBody,
    answer: okSchema({
      has_more: z.boolean(),
      entitlements: z.array(entitlementSchema),
      plans: z.array(z.strictObject({ code: z.string(), subscribed_on: z.string() })),
    }),
    async handle({ query }, deps) {
      await checkCustomer(query.customer_id, deps)
      return ok({ has_more: false, entitlements: [], plans: [] })
    },
  }),
  operation({
    method: 'get',
    path: '/billing/agreements',
    operationId: 'getBillingAgreements',
    summary: 'The agreements of a customer. Always empty, because Mintage has no billing.',
    scope: 'read:billing_agreements',
    organizationBound: { organization: ({ query }) => query.customer_id },
    query: z.object({ ...customerQuery, feature_code: z.string().optional() }),
    body: noBody,
    answer: okSchema({ has_more: z.boolean(), agreements: z.array(agreementSchema) }),
    async handle({ query }, deps) {
      await checkCustomer(query.customer_id, deps)
      return ok({ has_more: false, agreements: [] })
    },
  }),
]

async function checkCustomer(customerId: string, { store }: ManagementDeps): Promise<void> {
  const customer =
    (await store.directory.organization(customerId)) ?? (await store.directory.user(customerId))
  if (customer === undefined) {
    throw new RequestError(
      'CUSTOMER_NOT_FOUND',
      'There is no user and no organization with this customer id.',
    )
  }
}
