// Each operation against what Kinde publishes of it: the same path, scope, parameters and fields. What Mintage cannot honour has to
// be refused by name; what it leaves out of an answer or adds to one is listed here with the reason.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { z } from 'zod'
import { operations as all } from '../../src/management/operations.ts'
import { kindePaths } from '../../src/management/kinde-paths.ts'
import { kindeContract } from './contract/kinde-contract.ts'

/** Kinde has none of those below /mintage. */
const operations = all.filter(({ path }) => !path.startsWith('/mintage/'))

const leftOut = new Set([
  // A database does not know when it was made.
  'business.created_on',
  // When an environment was made: a database that was moved does not know it.
  'environment.created_on',
])

const added = new Set([
  // What `POST /organization` was given, which nothing else would show.
  'billing.billing_email',
])

/** Kinde’s description requires none of these, and an operation without them would do nothing (A6). */
const requiredHere = new Set([
  'strategy',
  'name',
  'display_name',
  'users',
  'role_id',
  'permission_id',
  'urls',
  'key',
  'permissions',
  'system_permissions',
])

/** Paths of the leaves of a schema: `[]` marks a list; a field below a list or an object is written with a dot. */
function leaves(schema: object, path = ''): string[] {
  const node = schemaNode.parse(schema)
  const [alternative] = node.anyOf?.filter(({ type }) => type !== 'null') ?? []
  if (alternative !== undefined) return leaves(alternative, path)
  if (node.items !== undefined) return leaves(node.items, `${path}[]`)
  if (node.properties === undefined) return [path]
  return Object.entries(node.properties).flatMap(([name, inner]) =>
    leaves(inner, path === '' ? name : `${path}.${name}`),
  )
}

/** The field of the body that a leaf belongs to. */
const fieldOf = (leaf: string) => leaf.split(/[.[]/, 1)[0] ?? ''

const schemaNode = z.looseObject({
  properties: z.record(z.string(), z.looseObject({})).optional(),
  items: z.looseObject({}).optional(),
  anyOf: z.array(z.looseObject({ type: z.unknown().optional() })).optional(),
})

const done = { properties: { code: {}, message: {} } }

const jsonSchema = (schema: z.ZodType) => z.toJSONSchema(schema, { unrepresentable: 'any' })

const requiredNames = z.array(z.string())

function requiredOf({ shape }: z.ZodObject): string[] {
  return Object.entries(shape).flatMap(([name, schema]) => (schema instanceof z.ZodOptional ? [] : [name]))
}

describe('as Kinde has it', () => {
  for (const { method, path, operationId, scope, status, query, body, answer, notSupported } of operations) {
    const kinde = kindeContract[`${method} ${path}`]
    test(`${method.toUpperCase()} ${path}`, () => {
      assert.ok(kinde, 'Kinde has no such operation')
      assert.deepEqual({ operationId, scope, status }, pick(kinde))

      const asked = Object.keys(kinde.query ?? {})
      const declared = [...Object.keys(query.shape), ...notSupported.filter((name) => asked.includes(name))]
      assert.deepEqual(declared.toSorted(), asked.toSorted())
      assert.deepEqual(
        requiredOf(query),
        asked.filter((name) => kinde.query?.[name]?.required),
      )

      const sent = kinde.body === undefined ? [] : leaves(kinde.body)
      const fields = body === undefined ? [] : leaves(jsonSchema(body))
      const refused = sent.filter((leaf) => notSupported.includes(fieldOf(leaf)))
      assert.deepEqual([...fields, ...refused].toSorted(), sent.toSorted())
      const required = body === undefined ? [] : requiredOf(body)
      const requiredThere = requiredNames.parse(kinde.body?.['required'] ?? [])
      assert.deepEqual(
        required.filter((name) => requiredThere.includes(name) || !requiredHere.has(name)).toSorted(),
        requiredThere.toSorted(),
      )

      // Kinde publishes no body for some writes: these answer what the others do.
      const answered = leaves(kinde.answer ?? done).filter((name) => !leftOut.has(name))
      const shown = leaves(jsonSchema(answer)).filter((name) => !added.has(name))
      assert.deepEqual(shown.toSorted(), answered.toSorted())
    })
  }

  test('knows every path and method of Kinde', () => {
    const known = kindePaths.flatMap(({ path, methods }) => methods.map((method) => `${method} ${path}`))
    assert.deepEqual(known.toSorted(), Object.keys(kindeContract).toSorted())
  })
})

function pick({ operationId, scope, status }: { operationId: string; scope: string | null; status: number }) {
  return { operationId, scope, status }
}
