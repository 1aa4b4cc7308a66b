// The user's properties. Private ones are the operator's and never leave, as with tokens.
import { z } from 'zod'
import { accountOperation } from '../account-operation.ts'
import { metadataSchema, pageOf, pageQuery } from '../page-of-account.ts'

export const propertiesOperations = [
  accountOperation({
    path: '/properties',
    operationId: 'GetUserProperties',
    summary: 'The properties of the user that are not private, each with its value or null.',
    query: z.object(pageQuery),
    answer: z.strictObject({
      data: z.strictObject({
        properties: z.array(
          z.strictObject({
            id: z.string(),
            name: z.string(),
            key: z.string(),
            value: z.string().nullable(),
          }),
        ),
      }),
      metadata: metadataSchema,
    }),
    handle({ query }, { catalog, subject: { userProperties: values } }) {
      const shown = catalog.properties.filter(({ context, isPrivate }) => context === 'usr' && !isPrivate)
      const { items, metadata } = pageOf(shown, query)
      const properties = items.map(({ id, name, key }) => {
        const value = Object.hasOwn(values, key) ? (values[key] ?? null) : null
        return { id, name, key, value }
      })
      return { data: { properties }, metadata }
    },
  }),
]
