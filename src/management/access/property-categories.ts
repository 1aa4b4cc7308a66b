// Categories that properties are listed by.
import { z } from 'zod'
import { createPropertyCategory, renamePropertyCategory } from '../../directory/index.ts'
import { propertyContexts } from '../../store/index.ts'
import { doneSchema, ok, okSchema } from '../envelope.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { hasMore, pageById, pageByIdQuery, placeById } from '../page-by-id.ts'
import { RequestError } from '../request-error.ts'
import { nameField } from './access-fields.ts'

export const propertyCategoriesOperations = [
  operation({
    method: 'get',
    path: '/property_categories',
    operationId: 'GetCategories',
    summary: 'Categories of properties by id, of one context when `context` names it.',
    scope: 'read:property_categories',
    organizationBound: 'same-for-all',
    query: z.object({ ...pageByIdQuery, context: z.enum(['usr', 'org']).optional() }),
    body: noBody,
    answer: okSchema({
      categories: z.array(z.strictObject({ id: z.string(), name: z.string() })),
      ...hasMore,
    }),
    async handle({ query }, { store }) {
      const { propertyCategories } = await store.directory.catalog()
      const wanted = propertyCategories.filter(
        ({ context }) => query.context === undefined || context === query.context,
      )
      const { items, has_more } = pageById(wanted, placeById(query))
      return ok({ categories: items.map(({ id, name }) => ({ id, name })), has_more })
    },
  }),
  operation({
    method: 'post',
    path: '/property_categories',
    operationId: 'CreateCategory',
    summary: 'Creates a category of properties.',
    scope: 'create:property_categories',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({ name: nameField, context: z.enum(propertyContexts) }),
    status: 201,
    answer: okSchema({ category: z.strictObject({ id: z.string() }) }),
    async handle({ body }, deps) {
      return ok({ category: { id: await createPropertyCategory(body, deps) } })
    },
  }),
  operation({
    method: 'put',
    path: '/property_categories/{category_id}',
    operationId: 'UpdateCategory',
    summary: 'Renames a category of properties.',
    scope: 'update:property_categories',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({ name: nameField.optional() }),
    answer: doneSchema,
    async handle({ path, body: { name } }, deps) {
      const catalog = await deps.store.directory.catalog()
      const category = catalog.propertyCategories.find(({ id }) => id === path.category_id)
      if (category === undefined)
        throw new RequestError('PROPERTY_CATEGORY_NOT_FOUND', 'There is no category with this id.')
      await renamePropertyCategory(category, name ?? category.name, catalog, deps)
      return ok({})
    },
  }),
]
