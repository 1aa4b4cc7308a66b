// JSON Schema (2020-12), compiled once and then asked. No other file knows the validator.
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import type { JsonObject, JsonValue } from '../../oauth/index.ts'

export interface SchemaProblem {
  /** From the value to what is wrong in it. */
  readonly path: readonly string[]
  readonly message: string
}

export type SchemaCheck = (value: JsonValue) => readonly SchemaProblem[]

/** A schema that cannot be compiled: what is wrong, at its place in the schema. */
export interface InvalidSchema {
  readonly problems: readonly SchemaProblem[]
}

export function compileSchema(schema: JsonObject): SchemaCheck | InvalidSchema {
  const validator = new Ajv2020({
    allErrors: true,
    // A keyword or a format that nothing checks is a mistake of its author.
    strictSchema: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    logger: false,
  })
  if (validator.validateSchema(schema) !== true) return { problems: (validator.errors ?? []).map(problemOf) }
  try {
    const validate = validator.compile(schema)
    return (value) => (validate(value) ? [] : (validate.errors ?? []).map(problemOf))
  } catch (error) {
    const message = error instanceof Error ? error.message.replace(/^strict mode: /, '') : String(error)
    return { problems: [{ path: [], message }] }
  }
}

function problemOf({ instancePath, message = 'is not valid', keyword, params }: ErrorObject): SchemaProblem {
  // RFC 6901 §3 and §4.
  const path = instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  const allowed: unknown = keyword === 'enum' ? Object(params).allowedValues : undefined
  return { path, message: allowed === undefined ? message : `${message}: ${JSON.stringify(allowed)}` }
}
