// Property values of a user.
import { z } from 'zod'
import { setPropertyValues } from '../../directory/index.ts'
import { doneSchema, ok } from '../envelope.ts'
import { foundUser } from '../found.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import {
  changedValues,
  propertyText,
  propertyValues,
  propertyValuesBody,
  propertyValuesSchema,
} from '../property-values.ts'

export const userPropertiesOperations = [
  operation({
    method: 'get',
    path: '/users/{user_id}/properties',
    operationId: 'GetUserPropertyValues',
    summary: 'All user properties with the values of this user.',
    scope: 'read:user_properties',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: propertyValuesSchema,
    async handle({ path }, { store }, caller) {
      const user = await foundUser({ store }, path.user_id, caller)
      const values = await store.directory.propertyValues({ context: 'usr', id: user.id })
      return ok(propertyValues(await store.directory.catalog(), 'usr', values))
    },
  }),
  operation({
    method: 'patch',
    path: '/users/{user_id}/properties',
    operationId: 'UpdateUserProperties',
    summary: 'Sets property values, all or none. Null removes a value; other properties do not change.',
    scope: 'update:user_properties',
    organizationBound: 'refused',
    query: noQuery,
    body: propertyValuesBody,
    answer: doneSchema,
    async handle({ path, body }, deps, caller) {
      const { id } = await foundUser(deps, path.user_id, caller)
      const values = changedValues(await deps.store.directory.catalog(), 'usr', body.properties)
      await setPropertyValues({ context: 'usr', id }, values, deps)
      return ok({})
    },
  }),
  operation({
    method: 'put',
    path: '/users/{user_id}/properties/{property_key}',
    operationId: 'UpdateUserProperty',
    summary: 'Sets the value of one property.',
    scope: 'update:user_properties',
    organizationBound: 'refused',
    query: z.object({ value: propertyText }),
    body: noBody,
    answer: doneSchema,
    async handle({ path, query }, deps, caller) {
      const { id } = await foundUser(deps, path.user_id, caller)
      const given = { [path.property_key]: query.value }
      const values = changedValues(await deps.store.directory.catalog(), 'usr', given)
      await setPropertyValues({ context: 'usr', id }, values, deps)
      return ok({})
    },
  }),
]
