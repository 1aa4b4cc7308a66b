// With `prune: true`: what the catalog holds and the file does not. Built-ins stay, and so do organizations and users, which people make.
import { clientIdOf } from './applications.ts'
import { withIssuer, type PlanContext } from './plan-context.ts'
import { removeStep, type PlanStep } from './plan-step.ts'

export function pruneSteps(context: PlanContext): PlanStep[] {
  const { file, catalog } = context
  if (!file.prune) return []
  const clientIds = Object.entries(file.applications).map(([key, given]) => clientIdOf(key, given))
  const audiences = Object.values(file.apis).map(({ audience }) => withIssuer(audience, context))
  const properties = Object.entries(file.properties).map(([key, given]) => `${given.context} ${key}`)
  return [
    ...catalog.applications
      .filter(({ clientId }) => !clientIds.includes(clientId))
      .map(({ clientId }) => removeStep('application', clientId, { kind: 'delete-application', clientId })),
    ...catalog.apis
      .filter(({ audience, isManagementApi }) => !isManagementApi && !audiences.includes(audience))
      .map(({ audience, id }) => removeStep('API', audience, { kind: 'delete-api', apiId: id })),
    ...catalog.roles
      .filter(({ key }) => !Object.hasOwn(file.roles, key))
      .map(({ key, id }) => removeStep('role', key, { kind: 'delete-role', roleId: id })),
    ...catalog.permissions
      .filter(({ key }) => !Object.hasOwn(file.permissions, key))
      .map(({ key, id }) => removeStep('permission', key, { kind: 'delete-permission', permissionId: id })),
    ...catalog.featureFlags
      .filter(({ key }) => !Object.hasOwn(file.featureFlags, key))
      .map(({ key }) => removeStep('feature flag', key, { kind: 'delete-feature-flag', key })),
    ...catalog.properties
      .filter(({ key, context: of }) => !properties.includes(`${of} ${key}`))
      .map(({ key, context: of }) =>
        removeStep('property', key, { kind: 'delete-property', key, context: of }),
      ),
    ...catalog.billingPlans
      .filter(({ code }) => !Object.hasOwn(file.billing.plans, code))
      .map(({ code, id }) => removeStep('plan', code, { kind: 'delete-billing-plan', planId: id })),
    ...catalog.environmentVariables
      .filter(({ key }) => !Object.hasOwn(file.environmentVariables, key))
      .map(({ key, id }) =>
        removeStep('environment variable', key, { kind: 'delete-environment-variable', variableId: id }),
      ),
  ]
}
