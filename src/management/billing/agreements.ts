// Agreements: which plan a customer has. A new one ends the one before it. Mintage takes no money, so it makes no invoice of either.
import { z } from 'zod'
import { createAgreement, periodAt } from '../../directory/index.ts'
import type { AgreementRecord } from '../../store/index.ts'
import { doneSchema, isoTime, ok, okSchema } from '../envelope.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { hasMore, pageById, pageByIdQuery, placeById } from '../page-by-id.ts'
import { RequestError } from '../request-error.ts'
import { foundCustomer, planFor } from './customers.ts'

const agreementSchema = z.strictObject({
  id: z.string(),
  plan_code: z.string(),
  expires_on: z.string().nullable(),
  billing_group_id: z.string().nullable(),
  current_period_start: z.string().nullable(),
  current_period_end: z.string().nullable(),
  entitlements: z.array(z.strictObject({ feature_code: z.string(), entitlement_id: z.string() })),
})

export const agreementsOperations = [
  operation({
    method: 'get',
    path: '/billing/agreements',
    operationId: 'getBillingAgreements',
    summary:
      'The agreement of a customer that holds, as a list of one or none; with `feature_code` only when it has that feature.',
    scope: 'read:billing_agreements',
    organizationBound: { organization: ({ query }) => query.customer_id },
    query: z.object({
      ...pageByIdQuery,
      customer_id: z.string().max(200),
      feature_code: z.string().max(200).optional(),
    }),
    body: noBody,
    answer: okSchema({ ...hasMore, agreements: z.array(agreementSchema) }),
    async handle({ query }, deps) {
      const customer = await foundCustomer(deps, query.customer_id)
      const agreement = await deps.store.billing.currentAgreement(customer)
      const { feature_code: code } = query
      const hasFeature = code === undefined || agreement?.entitlements.some((one) => one.code === code)
      const page = pageById(agreement && hasFeature ? [agreement] : [], placeById(query))
      const agreements = page.items.map((one) => agreementAnswer(one, deps.nowMs()))
      return ok({ has_more: page.has_more, agreements })
    },
  }),
  operation({
    method: 'post',
    path: '/billing/agreements',
    operationId: 'createBillingAgreement',
    summary:
      'Gives a customer a plan of mintage.yaml, as it is now, and ends the agreement that the customer has. Mintage makes no invoices, so `is_invoice_now` and `is_prorate` can only be false.',
    scope: 'create:billing_agreements',
    // What an organization pays for is not its own to choose.
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({
      customer_id: z.string().max(200),
      plan_code: z.string().max(200),
      is_invoice_now: z.boolean().optional(),
      is_prorate: z.boolean().optional(),
    }),
    answer: doneSchema,
    async handle({ body }, deps) {
      refuseInvoices(body)
      const customer = await foundCustomer(deps, body.customer_id)
      const plan = planFor(customer.kind, body.plan_code, 'plan_code', await deps.store.directory.catalog())
      const previous = await deps.store.billing.currentAgreement(customer)
      await createAgreement(customer, plan, previous, deps)
      return ok({})
    },
  }),
]

function agreementAnswer(agreement: AgreementRecord, nowMs: number): z.input<typeof agreementSchema> {
  const { startMs, endMs } = periodAt(agreement, nowMs)
  return {
    id: agreement.id,
    plan_code: agreement.planCode,
    expires_on: agreement.endedAtMs === null ? null : isoTime(agreement.endedAtMs),
    billing_group_id: null,
    current_period_start: isoTime(startMs),
    current_period_end: isoTime(endMs),
    entitlements: agreement.entitlements.map(({ id, code }) => ({ feature_code: code, entitlement_id: id })),
  }
}

function refuseInvoices(body: Readonly<Record<string, unknown>>): void {
  const asked = ['is_invoice_now', 'is_prorate'].filter((name) => body[name] === true)
  if (asked.length === 0) return
  throw new RequestError(
    'NOT_SUPPORTED',
    asked.map((name) => `body.${name}: Mintage makes no invoices. Leave it out, or send false.`),
  )
}
