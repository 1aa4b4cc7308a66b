// The OpenAPI 3.1 document, made from the declarations. Served at /api/v1/openapi.json.
import { z } from 'zod'
import type { Operation } from './operation.ts'
import { parameterNames } from './operation-path.ts'
import { operationsByResource } from './operations.ts'

export function openApiDocument(issuerUrl: string): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const [resource, operations] of Object.entries(operationsByResource)) {
    for (const operation of operations) {
      const path = `/api/v1${operation.path}`
      paths[path] = { ...paths[path], [operation.method]: operationObject(operation, resource) }
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Mintage management API', version: '1' },
    servers: [{ url: issuerUrl }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { errors: jsonSchema(errorsSchema) },
    },
  }
}

export const errorsSchema = z.object({ errors: z.array(z.object({ code: z.string(), message: z.string() })) })

function operationObject(operation: Operation, resource: string): object {
  const { operationId, summary, scope, body, isMultipart, answer, status } = operation
  const bodyType = isMultipart ? 'multipart/form-data' : 'application/json'
  return {
    operationId,
    tags: [resource],
    summary,
    ...(scope === null ? { security: [] } : { description: `Scope: ${scope}` }),
    parameters: parameterObjects(operation),
    ...(body && { requestBody: { content: { [bodyType]: { schema: jsonSchema(body) } } } }),
    responses: {
      [status]: { description: 'Done', content: { 'application/json': { schema: jsonSchema(answer) } } },
      default: {
        description: 'Refused',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/errors' } } },
      },
    },
  }
}

/** The parameters of an operation, those of the path first. */
export function parameterObjects(operation: Pick<Operation, 'path' | 'query'>): object[] {
  return [...pathParameters(operation), ...queryParameters(operation)]
}

function pathParameters({ path }: Pick<Operation, 'path'>): object[] {
  return parameterNames(path).map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
}

function queryParameters({ query }: Pick<Operation, 'query'>): object[] {
  return Object.entries(query.shape).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !isOptional(schema),
    schema: jsonSchema(schema),
  }))
}

export function isOptional(schema: z.core.$ZodType): boolean {
  return schema instanceof z.ZodOptional
}

/** As what an operation gets after parsing: a page size is a number, however it is written. */
export function jsonSchema(schema: z.core.$ZodType): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' })
  return rest
}
