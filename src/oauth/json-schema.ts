// JSON Schemas (2020-12) as plain data, put together in one form: the same parts give the same text.
import type { JsonObject } from './json.ts'

/** One schema for several: literals together, each once, in an order of their own. */
export function anyOf(schemas: readonly JsonObject[]): JsonObject {
  const flat = schemas.flatMap((schema) => {
    const inner = schema['anyOf']
    if (Array.isArray(inner)) return inner as JsonObject[]
    const listed = schema['enum']
    return Array.isArray(listed) ? listed.map((value) => ({ const: value })) : [schema]
  })
  const distinct = new Map(flat.map((schema) => [JSON.stringify(schema), schema]))
  const sorted = [...distinct].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, schema]) => schema)
  if (sorted.some((schema) => Object.keys(schema).length === 0)) return {}
  const literals = sorted.flatMap((schema) => ('const' in schema ? [schema['const'] ?? null] : []))
  const isBoolean = literals.includes(true) && literals.includes(false)
  const shown = isBoolean ? literals.filter((value) => typeof value !== 'boolean') : literals
  const [only] = shown
  const together = [
    ...(shown.length === 1 && only !== undefined ? [{ const: only }] : []),
    ...(shown.length > 1 ? [{ enum: shown }] : []),
    ...(isBoolean ? [{ type: 'boolean' }] : []),
    ...sorted.filter((schema) => !('const' in schema)),
  ]
  const [first, ...others] = together
  if (first === undefined) return { not: {} }
  return others.length === 0 ? first : { anyOf: together }
}
