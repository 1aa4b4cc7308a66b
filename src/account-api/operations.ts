// Every operation, by what it is about: the one list that routes, documents and tests are made from.
import type { AccountOperation } from './account-operation.ts'
import { accessOperations } from './operations/access.ts'
import { billingOperations } from './operations/billing.ts'
import { featureFlagsOperations } from './operations/feature-flags.ts'
import { portalOperations } from './operations/portal-link.ts'
import { profileOperations } from './operations/profile.ts'
import { propertiesOperations } from './operations/properties.ts'

export const accountOperationsBySubject: Readonly<Record<string, readonly AccountOperation[]>> = {
  Permissions: accessOperations,
  'Feature flags': featureFlagsOperations,
  Properties: propertiesOperations,
  Billing: billingOperations,
  Profile: profileOperations,
  'Account pages': portalOperations,
}

export const accountOperations: readonly AccountOperation[] = Object.values(accountOperationsBySubject).flat()
