// Applications. Their id is the `client_id`.
import { ok } from '../envelope.ts'
import { foundApplication } from '../found.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { propertyValues, propertyValuesSchema } from '../property-values.ts'

export const applicationsOperations = [
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
]
