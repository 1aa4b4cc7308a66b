// Property values of a user.
import { setPropertyValues } from '../directory/index.ts'
import { doneSchema, ok } from './envelope.ts'
import { foundUser } from './found.ts'
import { noBody, noQuery, operation } from './operation.ts'
import { changedValues, propertyValues, propertyValuesBody, propertyValuesSchema } from './property-values.ts'

export const userPropertiesOperations = [
  operation({
    method: 'get',
    path: '/users/{user_id}/properties',
    operationId: 'GetUserPropertyValues',
    summary: 'Every property of users, with its value for this one.',
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
    summary:
      'Sets values of properties, all or none. Null takes a value away; properties that are not named stay.',
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
]
