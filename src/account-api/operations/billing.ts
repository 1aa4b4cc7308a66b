// Entitlements and plans: those of the organization of the token, and those of the user.
import { z } from 'zod'
import { isoTime, RequestError } from '../../management/index.ts'
import type { AgreementRecord, EntitlementRecord } from '../../store/index.ts'
import type { AccountApiDeps, AccountCaller } from '../account-caller.ts'
import { accountOperation } from '../account-operation.ts'
import { metadataSchema, pageOf, pageQuery } from '../page-of-account.ts'

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
      'The plans and entitlements of the organization of the token, and those that the user has without an organization. The first page has the plans.',
    query: z.object(pageQuery),
    answer: z.strictObject({
      data: z.strictObject({
        org_code: z.string().nullable(),
        plans: z.array(planSchema),
        entitlements: z.array(entitlementSchema),
      }),
      metadata: metadataSchema,
    }),
    async handle({ query }, caller, deps) {
      const agreements = await agreementsOf(caller, deps)
      const { items, metadata } = pageOf(
        agreements.flatMap((agreement) => agreement.entitlements),
        query,
      )
      // Kinde's library joins the lists of all pages.
      const listed = query.starting_after === undefined ? agreements : []
      const plans = listed.map(({ planCode: key, planName: name, startedAtMs }) => ({
        key,
        name,
        subscribed_on: isoTime(startedAtMs),
      }))
      const org_code = caller.organization?.code ?? null
      return { data: { org_code, plans, entitlements: items.map(entitlementAnswer) }, metadata }
    },
  }),
  accountOperation({
    path: '/entitlement/{key}',
    operationId: 'GetEntitlement',
    summary: 'The entitlement to one feature: that of the organization of the token, else that of the user.',
    query: z.object({}),
    answer: z.strictObject({
      data: z.strictObject({ org_code: z.string().nullable(), entitlement: entitlementSchema }),
      metadata: z.strictObject({}),
    }),
    async handle({ path }, caller, deps) {
      const agreements = await agreementsOf(caller, deps)
      const found = agreements
        .flatMap((agreement) => agreement.entitlements)
        .find(({ code }) => code === path.key)
      if (found === undefined)
        throw new RequestError('ENTITLEMENT_NOT_FOUND', `There is no entitlement to the feature ${path.key}.`)
      const org_code = caller.organization?.code ?? null
      return { data: { org_code, entitlement: entitlementAnswer(found) }, metadata: {} }
    },
  }),
]

/** The organization's comes first. */
async function agreementsOf(
  { organization, subject }: AccountCaller,
  { store: { billing } }: AccountApiDeps,
): Promise<readonly AgreementRecord[]> {
  const found = await Promise.all([
    organization === null
      ? undefined
      : billing.currentAgreement({ kind: 'organization', id: organization.code }),
    billing.currentAgreement({ kind: 'user', id: subject.user.id }),
  ])
  return found.filter((agreement) => agreement !== undefined)
}

function entitlementAnswer(one: EntitlementRecord): z.input<typeof entitlementSchema> {
  return {
    id: one.id,
    fixed_charge: one.fixedCharge,
    price_name: one.priceName,
    unit_amount: one.unitAmount,
    feature_key: one.code,
    feature_name: one.name,
    entitlement_limit_max: one.max,
    entitlement_limit_min: one.min,
  }
}
