// Property values of an organization.
import { z } from 'zod'
import { setPropertyValues } from '../../directory/index.ts'
import { doneSchema, ok } from '../envelope.ts'
import { foundOrganization } from '../found.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { ofPath } from '../organization-bound.ts'
import {
  changedValues,
  propertyText,
  propertyValues,
  propertyValuesBody,
  propertyValuesSchema,
} from '../property-values.ts'

export const organizationPropertiesOperations = [
  operation({
    method: 'get',
    path: '/organizations/{org_code}/properties',
    operationId: 'GetOrganizationPropertyValues',
    summary: 'All organization properties with the values of this organization.',
    scope: 'read:organization_properties',
    organizationBound: ofPath,
    query: noQuery,
    body: noBody,
    answer: propertyValuesSchema,
    async handle({ path }, { store }) {
      const { code } = await foundOrganization({ store }, path.org_code)
      const values = await store.directory.propertyValues({ context: 'org', id: code })
      return ok(propertyValues(await store.directory.catalog(), 'org', values))
    },
  }),
  operation({
    method: 'patch',
    path: '/organizations/{org_code}/properties',
    operationId: 'UpdateOrganizationProperties',
    summary: 'Sets property values, all or none. Null removes a value; other properties do not change.',
    scope: 'update:organization_properties',
    organizationBound: ofPath,
    query: noQuery,
    body: propertyValuesBody,
    answer: doneSchema,
    async handle({ path, body }, deps) {
      const { code } = await foundOrganization(deps, path.org_code)
      const values = changedValues(await deps.store.directory.catalog(), 'org', body.properties)
      await setPropertyValues({ context: 'org', id: code }, values, deps)
      return ok({})
    },
  }),
  operation({
    method: 'put',
    path: '/organizations/{org_code}/properties/{property_key}',
    operationId: 'UpdateOrganizationProperty',
    summary: 'Sets the value of one property.',
    scope: 'update:organization_properties',
    organizationBound: ofPath,
    query: z.object({ value: propertyText }),
    body: noBody,
    answer: doneSchema,
    async handle({ path, query }, deps) {
      const { code } = await foundOrganization(deps, path.org_code)
      const catalog = await deps.store.directory.catalog()
      const values = changedValues(catalog, 'org', { [path.property_key]: query.value })
      await setPropertyValues({ context: 'org', id: code }, values, deps)
      return ok({})
    },
  }),
]
