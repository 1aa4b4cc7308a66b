// Properties: what users, organizations and applications can have values of. The values lie beside each of those.
import { z } from 'zod'
import { createProperty, deleteProperty, updateProperty } from '../../directory/index.ts'
import { propertyContexts, type Catalog, type PropertyContext } from '../../store/index.ts'
import { doneSchema, ok, okSchema } from '../envelope.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { hasMore, pageById, pageByIdQuery, placeById } from '../page-by-id.ts'
import { RequestError } from '../request-error.ts'
import { descriptionField, givenFields, idField, keyField, nameField } from './access-fields.ts'

const propertySchema = z.strictObject({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  is_private: z.boolean(),
  description: z.string().nullable(),
  is_kinde_property: z.boolean(),
})

export const propertiesOperations = [
  operation({
    method: 'get',
    path: '/properties',
    operationId: 'GetProperties',
    summary: 'Properties by id, of one context when `context` names it.',
    scope: 'read:properties',
    organizationBound: 'same-for-all',
    query: z.object({ ...pageByIdQuery, context: z.enum(propertyContexts).optional() }),
    body: noBody,
    answer: okSchema({ properties: z.array(propertySchema), ...hasMore }),
    async handle({ query }, { store }) {
      const { properties } = await store.directory.catalog()
      const wanted = properties.filter(
        ({ context }) => query.context === undefined || context === query.context,
      )
      const { items, has_more } = pageById(wanted, placeById(query))
      const shown = items.map(({ id, key, name, isPrivate, description }) => ({
        id,
        key,
        name,
        is_private: isPrivate,
        description,
        is_kinde_property: false,
      }))
      return ok({ properties: shown, has_more })
    },
  }),
  operation({
    method: 'post',
    path: '/properties',
    operationId: 'CreateProperty',
    summary: 'Creates a property in a category of its context.',
    scope: 'create:properties',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({
      name: nameField,
      description: descriptionField.optional(),
      key: keyField,
      type: z.enum(['single_line_text', 'multi_line_text']),
      context: z.enum(propertyContexts),
      is_private: z.boolean(),
      category_id: idField,
    }),
    status: 201,
    answer: okSchema({ property: z.strictObject({ id: z.string() }) }),
    async handle({ body }, deps) {
      const { name, description = null, key, type, context, is_private: isPrivate } = body
      const categoryId = categoryOf(body.category_id, context, await deps.store.directory.catalog())
      const id = await createProperty({ key, name, description, type, context, isPrivate, categoryId }, deps)
      return ok({ property: { id } })
    },
  }),
  operation({
    method: 'put',
    path: '/properties/{property_id}',
    operationId: 'UpdateProperty',
    summary: 'Replaces what a property is called and where it is shown. Its key, type and context stay.',
    scope: 'update:properties',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({
      name: nameField,
      description: descriptionField.optional(),
      is_private: z.boolean(),
      category_id: idField,
    }),
    answer: doneSchema,
    async handle({ path, body }, deps) {
      const catalog = await deps.store.directory.catalog()
      const property = propertyIn(catalog, path.property_id)
      const { name, description, is_private: isPrivate } = body
      const categoryId = categoryOf(body.category_id, property.context, catalog)
      const fields = givenFields({ name, description, isPrivate, categoryId })
      await updateProperty(property, fields, catalog, deps)
      return ok({})
    },
  }),
  operation({
    method: 'delete',
    path: '/properties/{property_id}',
    operationId: 'DeleteProperty',
    summary: 'Deletes a property with all of its values. Applications have it in their tokens no more.',
    scope: 'delete:properties',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      const catalog = await deps.store.directory.catalog()
      await deleteProperty(propertyIn(catalog, path.property_id), catalog, deps)
      return ok({})
    },
  }),
]

function propertyIn({ properties }: Catalog, id: string) {
  const property = properties.find((one) => one.id === id)
  if (property === undefined)
    throw new RequestError('PROPERTY_ID_NOT_FOUND', 'There is no property with this id.')
  return property
}

function categoryOf(id: string, context: PropertyContext, { propertyCategories }: Catalog): string {
  if (!propertyCategories.some((one) => one.id === id && one.context === context))
    throw new RequestError(
      'PROPERTY_CATEGORY_NOT_FOUND',
      `category_id: there is no category with this id in the context ${context}.`,
    )
  return id
}
