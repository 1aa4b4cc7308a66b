// The documents that are made from the declarations: the reference page and the OpenAPI document.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { z } from 'zod'
import { managementReference } from '../../src/management/index.ts'
import { parameterNames } from '../../src/management/operation-path.ts'
import { operations } from '../../src/management/operations.ts'
import { managementScopes } from '../../src/oauth/index.ts'
import { issuerUrl, openManagementWorld } from '../harness/management-world.ts'

const world = await openManagementWorld({ after })

test('docs/reference/management-api.md is the page of the declarations', () => {
  const page = readFileSync(new URL('../../docs/reference/management-api.md', import.meta.url), 'utf8')
  assert.equal(page, managementReference(), 'run `npm run docs`')
})

const documentSchema = z.looseObject({
  openapi: z.literal('3.1.0'),
  servers: z.tuple([z.strictObject({ url: z.string() })]),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        operationId: z.string(),
        parameters: z.array(
          z.strictObject({
            name: z.string(),
            in: z.enum(['path', 'query']),
            required: z.boolean(),
            schema: z.looseObject({ type: z.string() }),
          }),
        ),
        responses: z.looseObject({}),
      }),
    ),
  ),
})

test('/api/v1/openapi.json is served without a token and has every operation with its parameters', async () => {
  const response = await world.handle(new Request(`${issuerUrl}/api/v1/openapi.json`))
  assert.equal(response.status, 200)
  const document = documentSchema.parse(await response.json())
  assert.deepEqual(document.servers, [{ url: issuerUrl }])
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, parameters }]) => ({
      route: `${method} ${path}`,
      operationId,
      path: parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name),
      query: parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name),
    })),
  )
  const declared = operations.map(({ method, path, operationId, query }) => ({
    route: `${method} /api/v1${path}`,
    operationId,
    path: parameterNames(path),
    query: Object.keys(query.shape),
  }))
  const byRoute = (a: { route: string }, b: { route: string }) => (a.route < b.route ? -1 : 1)
  assert.deepEqual(described.toSorted(byRoute), declared.toSorted(byRoute))
})

test('every operation asks for a scope that the management API has, so that a machine can be given it', () => {
  const unknown = operations.filter(({ scope }) => scope !== null && !managementScopes.includes(scope))
  assert.deepEqual(unknown, [])
})
