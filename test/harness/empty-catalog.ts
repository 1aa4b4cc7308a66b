// A catalog without any record, for what works on the whole of one.
import type { Catalog } from '../../src/store/index.ts'

export const emptyCatalog: Catalog = {
  applications: [],
  apis: [],
  roles: [],
  permissions: [],
  featureFlags: [],
  properties: [],
  connections: [],
  environmentVariables: [],
  deploymentRoles: [],
  propertyCategories: [],
  billingPlans: [],
  environmentSettings: [],
  deploymentPreviews: [],
  webhooks: [],
  version: 0,
}
