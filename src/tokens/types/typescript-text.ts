// A JSON Schema as TypeScript: an interface for each definition. It knows the keywords that token-schemas.ts writes; any other value is
// `unknown`.
import { isJsonObject, type JsonObject, type JsonValue } from '../../oauth/index.ts'

/** Of a document with `$defs`; `about` becomes the comment at its top. */
export function typeScriptOf({ $defs }: JsonObject, about: readonly string[]): string {
  const definitions = isJsonObject($defs) ? Object.entries($defs) : []
  const interfaces = definitions.map(([name, schema]) =>
    isJsonObject(schema) ? `${comment(schema, '')}export interface ${name} ${members(schema, '')}\n` : '',
  )
  return `${about.map((line) => `// ${line}\n`).join('')}\n${interfaces.join('\n')}`
}

function members(schema: JsonObject, indent: string): string {
  const properties = isJsonObject(schema['properties']) ? Object.entries(schema['properties']) : []
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  const lines = properties.map(([name, member]) => {
    const inner = isJsonObject(member) ? member : {}
    const mark = required.includes(name) ? '' : '?'
    return `${comment(inner, `${indent}  `)}${indent}  ${propertyName(name)}${mark}: ${typeOf(inner, `${indent}  `)}\n`
  })
  return lines.length === 0 ? '{}' : `{\n${lines.join('')}${indent}}`
}

/** What would end the comment early is broken up. */
function comment({ description }: JsonObject, indent: string): string {
  if (typeof description !== 'string') return ''
  return `${indent}/** ${description.replaceAll('*/', '* /').replaceAll(/\s+/g, ' ')} */\n`
}

function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name)
}

function typeOf(schema: JsonObject, indent: string): string {
  const { const: only, enum: listed, anyOf: choices, type, not } = schema
  if (only !== undefined) return literal(only)
  if (Array.isArray(listed)) return listed.map(literal).join(' | ')
  if (Array.isArray(choices))
    return choices.map((one) => (isJsonObject(one) ? typeOf(one, indent) : 'unknown')).join(' | ')
  if (isJsonObject(not) && Object.keys(not).length === 0) return 'never'
  if (type === 'array') return listType(schema, indent)
  if (type === 'object') return objectType(schema, indent)
  return (typeof type === 'string' ? simpleTypes[type] : undefined) ?? 'unknown'
}

const simpleTypes: Readonly<Record<string, string>> = {
  string: 'string',
  boolean: 'boolean',
  null: 'null',
  number: 'number',
  integer: 'number',
}

function listType({ prefixItems, items }: JsonObject, indent: string): string {
  if (Array.isArray(prefixItems))
    return `[${prefixItems.map((item) => (isJsonObject(item) ? typeOf(item, indent) : 'unknown')).join(', ')}]`
  return `Array<${isJsonObject(items) ? typeOf(items, indent) : 'unknown'}>`
}

function objectType(schema: JsonObject, indent: string): string {
  const { properties, additionalProperties } = schema
  const record = isJsonObject(additionalProperties)
    ? `Record<string, ${typeOf(additionalProperties, indent)}>`
    : undefined
  if (!isJsonObject(properties)) return record ?? 'Record<string, unknown>'
  return record === undefined ? members(schema, indent) : `(${members(schema, indent)} & ${record})`
}

/** JSON of a string is a string of JavaScript, too (ECMA-262, JSON superset). */
function literal(value: JsonValue): string {
  return JSON.stringify(value)
}
