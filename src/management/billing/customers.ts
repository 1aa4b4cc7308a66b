// Customers. A user's customer id is the user's id, an organization's is its code (`expand=billing`).
import type { AgreementRecord, CustomerKey, Store } from '../../store/index.ts'
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
