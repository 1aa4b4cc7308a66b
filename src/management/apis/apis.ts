// APIs: what a token can be for.
import { z } from 'zod'
import { createApi, deleteApi } from '../../directory/index.ts'
import { doneSchema, expanded, ok, okSchema } from '../envelope.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { apiAnswer, applicationAnswer, foundApi, foundOwnApi, kindeTypeNames } from './api-answer.ts'

const scopes = z.array(z.strictObject({ id: z.string(), key: z.string() }))

const basics = {
  id: z.string(),
  name: z.string(),
  audience: z.string(),
  is_management_api: z.boolean(),
}

/** As in mintage.yaml: a request names several with spaces between them, and one like a client_id would let an ID token pass. */
const audience = z
  .string()
  .min(1)
  .max(500)
  .regex(/^\S*$/, 'an audience holds no spaces')
  .refine((text) => !/^[0-9a-f]{32}$/.test(text), 'an audience must not look like a client_id')

export const apisOperations = [
  operation({
    method: 'get',
    path: '/apis',
    operationId: 'getAPIs',
    summary: 'All APIs, sorted by name. `expand=scopes` adds their scopes.',
    scope: 'read:apis',
    organizationBound: 'refused',
    query: z.object({ expand: z.string().optional() }),
    body: noBody,
    answer: okSchema({
      apis: z.array(z.strictObject({ ...basics, scopes: scopes.optional() })),
      next_token: z.string().nullable(),
    }),
    async handle({ query }, { store }) {
      const { apis } = await store.directory.catalog()
      const withScopes = expanded(query.expand).has('scopes')
      const sorted = apis.toSorted((a, b) => (a.name < b.name ? -1 : 1))
      return ok({
        apis: sorted.map((api) => ({
          ...apiAnswer(api),
          ...(withScopes && { scopes: api.scopes.map(({ id, key }) => ({ id, key })) }),
        })),
        next_token: null,
      })
    },
  }),
  operation({
    method: 'post',
    path: '/apis',
    operationId: 'addAPIs',
    summary: 'Creates an API without scopes. Its audience belongs to no other one.',
    scope: 'create:apis',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({ name: z.string().trim().min(1).max(200), audience }),
    answer: okSchema({ api: z.strictObject({ id: z.string() }) }),
    async handle({ body }, deps) {
      return ok({ api: { id: await createApi(body, deps) } })
    },
  }),
  operation({
    method: 'get',
    path: '/apis/{api_id}',
    operationId: 'getAPI',
    summary: 'An API with its scopes and all applications; `is_active` says which of them may ask for it.',
    scope: 'read:apis',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: okSchema({
      api: z.strictObject({
        ...basics,
        scopes,
        applications: z.array(
          z.strictObject({
            id: z.string(),
            name: z.string(),
            type: z.enum(Object.values(kindeTypeNames)),
            is_active: z.boolean(),
          }),
        ),
      }),
    }),
    async handle({ path }, deps) {
      const api = await foundApi(deps, path.api_id)
      const { applications } = await deps.store.directory.catalog()
      return ok({
        api: {
          ...apiAnswer(api),
          scopes: api.scopes.map(({ id, key }) => ({ id, key })),
          applications: applications.map((application) => applicationAnswer(application, api)),
        },
      })
    },
  }),
  operation({
    method: 'delete',
    path: '/apis/{api_id}',
    operationId: 'deleteAPI',
    summary: 'Deletes an API. What was granted for it ends, and so do machines’ tokens for it.',
    scope: 'delete:apis',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      await deleteApi(await foundOwnApi(deps, path.api_id), deps)
      return ok({})
    },
  }),
]
