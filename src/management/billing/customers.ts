// Customers. A user's customer id is the user's id, an organization's is its code (`expand=billing`).
import type { AgreementRecord, BillingPlanRecord, Catalog, CustomerKey, Store } from '../../store/index.ts'
import { RequestError } from '../request-error.ts'

/** Rejects with RequestError. */
export async function foundCustomer(
  { store: { directory } }: { readonly store: Pick<Store, 'directory'> },
  id: string,
): Promise<CustomerKey> {
  if ((await directory.organization(id)) !== undefined) return { kind: 'organization', id }
  if ((await directory.user(id)) !== undefined) return { kind: 'user', id }
  throw new RequestError('CUSTOMER_NOT_FOUND', 'There is no user and no organization with this customer id.')
}

/** Rejects with RequestError. */
export async function foundAgreement(
  { store }: { readonly store: Pick<Store, 'billing'> },
  id: string,
): Promise<AgreementRecord> {
  const agreement = await store.billing.agreement(id)
  if (agreement === undefined)
    throw new RequestError(
      'AGREEMENT_NOT_FOUND',
      'There is no agreement with this id. GET /billing/agreements lists that of a customer.',
    )
  return agreement
}

/** The plan that the field of a body names. Rejects with RequestError. */
export function planFor(
  customer: CustomerKey['kind'],
  code: string,
  field: string,
  { billingPlans }: Catalog,
): BillingPlanRecord {
  const plan = billingPlans.find((one) => one.code === code)
  const asked = JSON.stringify(code)
  if (plan === undefined) {
    const known = billingPlans.map((one) => one.code).join(', ')
    throw new RequestError(
      'PLAN_NOT_FOUND',
      known === ''
        ? `body.${field}: there is no plan ${asked}, because mintage.yaml has no plans. Add it under billing.plans.`
        : `body.${field}: there is no plan ${asked}. Known are ${known}; others are added under billing.plans of mintage.yaml.`,
    )
  }
  if (plan.customer !== customer)
    throw new RequestError(
      'PLAN_NOT_FOR_CUSTOMER',
      `body.${field}: the plan ${asked} is for customers of the kind ${plan.customer}, and this one is of the kind ${customer}. billing.plans.${code}.customer of mintage.yaml says whom it is for.`,
    )
  return plan
}
