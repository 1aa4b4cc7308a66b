// The OpenAPI 3.1 document, made from the declarations. Served at /account_api/v1/openapi.json.
import { errorsSchema, jsonSchema, parameterObjects } from '../management/index.ts'
import type { AccountOperation } from './account-operation.ts'
import { accountOperationsBySubject } from './operations.ts'

export function accountOpenApiDocument(issuerUrl: string): object {
  const paths = Object.entries(accountOperationsBySubject).flatMap(([subject, operations]) =>
    operations.map((operation): [string, object] => [
      `/account_api/v1${operation.path}`,
      { get: operationObject(operation, subject) },
    ]),
  )
  return {
    openapi: '3.1.0',
    info: { title: 'Mintage account API', version: '1' },
    servers: [{ url: issuerUrl }],
    security: [{ bearer: [] }],
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { errors: jsonSchema(errorsSchema) },
    },
  }
}

function operationObject(operation: AccountOperation, subject: string): object {
  const { operationId, summary, answer } = operation
  const errors = { 'application/json': { schema: { $ref: '#/components/schemas/errors' } } }
  return {
    operationId,
    tags: [subject],
    summary,
    parameters: parameterObjects(operation),
    responses: {
      200: { description: 'Done', content: { 'application/json': { schema: jsonSchema(answer) } } },
      default: { description: 'Refused', content: errors },
    },
  }
}
