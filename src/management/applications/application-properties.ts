// Property values of an application.
import { updateApplication } from '../../directory/index.ts'
import { doneSchema, ok } from '../envelope.ts'
import { foundApplication } from '../found.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { changedValues, propertyValueBody, propertyValues, propertyValuesSchema } from '../property-values.ts'

export const applicationPropertiesOperations = [
  operation({
    method: 'get',
    path: '/applications/{application_id}/properties',
    operationId: 'getApplicationPropertyValues',
    summary: 'All application properties with the values of this application.',
    scope: 'read:application_properties',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: propertyValuesSchema,
    async handle({ path }, { store }) {
      const application = await foundApplication({ store }, path.application_id)
      return ok(propertyValues(await store.directory.catalog(), 'app', application.properties))
    },
  }),
  operation({
    method: 'put',
    path: '/applications/{application_id}/properties/{property_key}',
    operationId: 'updateApplicationsProperty',
    summary: 'Sets the value of a property. Null removes it.',
    scope: 'update:application_properties',
    organizationBound: 'refused',
    query: noQuery,
    body: propertyValueBody,
    answer: doneSchema,
    async handle({ path, body }, deps) {
      const catalog = await deps.store.directory.catalog()
      const before = await foundApplication(deps, path.application_id)
      const [changed] = changedValues(catalog, 'app', { [path.property_key]: body.value })
      const { [path.property_key]: _, ...others } = before.properties
      const value = changed?.value ?? null
      const properties = value === null ? others : { ...before.properties, [path.property_key]: value }
      await updateApplication(before, { properties }, catalog, deps)
      return ok({})
    },
  }),
]
