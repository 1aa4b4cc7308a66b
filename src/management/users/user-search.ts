// Searching users by how an address, a username, a phone number or a name begins, by values of properties, and by scopes of APIs
// (docs/decisions/0092).
import { z } from 'zod'
import { searchBeginnings } from '../../directory/index.ts'
import type { Catalog, UserSearch } from '../../store/index.ts'
import { expanded, ok, okSchema } from '../envelope.ts'
import { noBody, operation } from '../operation.ts'
import { pageByIdQuery, placeById } from '../page-by-id.ts'
import { RequestError } from '../request-error.ts'
import { userAnswers, userSchema } from './user-answer.ts'
import { scopeFilters, userScopes, userScopeSchema } from './user-scopes.ts'

const { phone: _phone, billing: _billing, preferred_email: email, ...shared } = userSchema.shape
const resultSchema = z.strictObject({
  ...shared,
  email,
  properties: z.record(z.string(), z.string()).optional(),
  api_scopes: z.array(userScopeSchema).optional(),
})

const mostProperties = 5
const mostValues = 10
const mostScopes = 5

const propertyFilters = z
  .record(
    z.string(),
    z.array(z.string().max(10_000)).max(mostValues, `at most ${mostValues} values of a property are allowed`),
  )
  .refine(
    (properties) => Object.keys(properties).length <= mostProperties,
    `at most ${mostProperties} properties are allowed`,
  )

export const userSearchOperations = [
  operation({
    method: 'get',
    path: '/search/users',
    operationId: 'searchUsers',
    summary:
      'Users, page by page by their ids, of whom an address, a username, a phone number, the name or the last name begins with `query` (`*` or none for all), and who have one of the values of each property: `properties[city]=Sydney`, and all of `api_scopes` (a comma list of keys) in some organization. Of those who match a beginning the first 1,000 of each kind are found. A page that is not full is the last.',
    scope: 'read:users',
    organizationBound: { narrowed: 'members of its organization, and of their organizations that one alone' },
    query: z.object({
      ...pageByIdQuery,
      query: z.string().max(200).optional(),
      properties: propertyFilters.optional(),
      api_scopes: z
        .string()
        .max(1_000)
        .refine((text) => keysOf(text).length <= mostScopes, `at most ${mostScopes} scopes are allowed`)
        .optional(),
      expand: z.string().optional(),
    }),
    body: noBody,
    answer: okSchema({ results: z.array(resultSchema) }),
    async handle({ query }, { store }, caller) {
      const place = placeById(query)
      const text = query.query?.trim() ?? ''
      const catalog = await store.directory.catalog()
      const { organizationCode } = caller
      const search: UserSearch = {
        ...(text !== '' && text !== '*' && { text: searchBeginnings(text) }),
        properties: propertiesOf(query.properties ?? {}, catalog),
        scopes: scopeFilters(keysOf(query.api_scopes ?? ''), catalog),
        organizationCode,
      }
      const items = await store.directory.searchUsers(search, place)
      const expand = expanded(query.expand)
      const answerWith = await userAnswers(items, expand, store, caller)
      const values = expand.has('properties')
        ? await store.directory.userPropertiesOf(items.map(({ id }) => id))
        : undefined
      const scopesOf =
        query.api_scopes !== undefined || expand.has('api_scopes')
          ? await userScopes(
              items.map(({ id }) => id),
              organizationCode,
              store,
            )
          : undefined
      const results = items.map((record) => {
        const { user, identities } = answerWith(record)
        const { phone: _, billing: __, ...shown } = user
        return {
          ...shown,
          email: record.preferredEmail,
          ...(expand.has('identities') && {
            identities: identities.map(({ type, value }) => ({ type, identity: value })),
          }),
          ...(values && { properties: values.get(record.id) ?? {} }),
          ...(scopesOf && { api_scopes: scopesOf(record.id) }),
        }
      })
      return ok({ results })
    },
  }),
]

function keysOf(text: string): string[] {
  return text
    .split(',')
    .map((key) => key.trim())
    .filter((key) => key !== '')
}

function propertiesOf(
  given: z.output<typeof propertyFilters>,
  { properties }: Catalog,
): UserSearch['properties'] {
  const known = new Set(properties.flatMap(({ context, key }) => (context === 'usr' ? [key] : [])))
  return Object.entries(given).map(([key, values]) => {
    if (!known.has(key))
      throw new RequestError('PROPERTY_NOT_FOUND', `There is no property ${JSON.stringify(key)} of users.`)
    return { key, values }
  })
}
