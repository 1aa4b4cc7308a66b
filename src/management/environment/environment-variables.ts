// Variables that workflows read by kinde.env. The value of a secret one goes in and never comes out again.
import { z } from 'zod'
import {
  createEnvironmentVariable,
  deleteEnvironmentVariable,
  updateEnvironmentVariable,
} from '../../directory/index.ts'
import type { Catalog, EnvironmentVariableRecord } from '../../store/index.ts'
import { doneSchema, isoTime, ok, okSchema } from '../envelope.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { RequestError } from '../request-error.ts'

const variableSchema = z.strictObject({
  id: z.string(),
  key: z.string(),
  value: z.string().nullable(),
  is_secret: z.boolean(),
  created_on: z.string(),
})

const key = z
  .string()
  .max(200)
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'it must be letters, digits and _, and not begin with a digit')
const value = z.string().max(32 * 1024)

export const environmentVariablesOperations = [
  operation({
    method: 'get',
    path: '/environment_variables',
    operationId: 'getEnvironmentVariables',
    summary: 'All environment variables. The value of a secret variable is null.',
    scope: 'read:environment_variables',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: okSchema({ has_more: z.boolean(), environment_variables: z.array(variableSchema) }),
    async handle(_input, { store }) {
      const { environmentVariables } = await store.directory.catalog()
      return ok({ has_more: false, environment_variables: environmentVariables.map(shown) })
    },
  }),
  operation({
    method: 'post',
    path: '/environment_variables',
    operationId: 'createEnvironmentVariable',
    summary: 'Creates an environment variable. The next invocation uses it.',
    scope: 'create:environment_variables',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({ key, value, is_secret: z.boolean().optional() }),
    status: 201,
    answer: okSchema({ environment_variable: z.strictObject({ id: z.string() }) }),
    async handle({ body }, deps) {
      const { key: name, value: given, is_secret: isSecret = false } = body
      const id = await createEnvironmentVariable({ key: name, value: given, isSecret }, deps)
      return ok({ environment_variable: { id } })
    },
  }),
  operation({
    method: 'get',
    path: '/environment_variables/{variable_id}',
    operationId: 'getEnvironmentVariable',
    summary: 'One environment variable.',
    scope: 'read:environment_variables',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: okSchema({ environment_variable: variableSchema }),
    async handle({ path }, deps) {
      const catalog = await deps.store.directory.catalog()
      return ok({ environment_variable: shown(variableIn(catalog, path.variable_id)) })
    },
  }),
  operation({
    method: 'patch',
    path: '/environment_variables/{variable_id}',
    operationId: 'updateEnvironmentVariable',
    summary:
      'Updates the given fields of an environment variable. A secret variable needs a new value to become readable.',
    scope: 'update:environment_variables',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({
      key: key.optional(),
      value: value.optional(),
      is_secret: z.boolean().optional(),
    }),
    answer: doneSchema,
    async handle({ path, body }, deps) {
      const catalog = await deps.store.directory.catalog()
      const before = variableIn(catalog, path.variable_id)
      if (before.isSecret && body.is_secret === false && body.value === undefined) {
        throw new RequestError('INVALID_REQUEST', 'A secret variable needs a new value to become readable.')
      }
      const fields = {
        ...(body.key !== undefined && { key: body.key }),
        ...(body.value !== undefined && { value: body.value }),
        ...(body.is_secret !== undefined && { isSecret: body.is_secret }),
      }
      await updateEnvironmentVariable(before, fields, catalog, deps)
      return ok({})
    },
  }),
  operation({
    method: 'delete',
    path: '/environment_variables/{variable_id}',
    operationId: 'deleteEnvironmentVariable',
    summary: 'Deletes an environment variable.',
    scope: 'delete:environment_variables',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      const catalog = await deps.store.directory.catalog()
      await deleteEnvironmentVariable(variableIn(catalog, path.variable_id), deps)
      return ok({})
    },
  }),
]

function variableIn({ environmentVariables }: Catalog, id: string): EnvironmentVariableRecord {
  const variable = environmentVariables.find((candidate) => candidate.id === id)
  if (variable === undefined)
    throw new RequestError('ENVIRONMENT_VARIABLE_NOT_FOUND', 'There is no environment variable with this id.')
  return variable
}

function shown(variable: EnvironmentVariableRecord): z.input<typeof variableSchema> {
  return {
    id: variable.id,
    key: variable.key,
    value: variable.isSecret ? null : variable.value,
    is_secret: variable.isSecret,
    created_on: isoTime(variable.createdAtMs),
  }
}
