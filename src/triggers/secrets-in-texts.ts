// Takes the values of secret variables out of what people read: records of invocations, reports of replays and of rehearsals.
import type { JsonObject, JsonValue } from '../oauth/index.ts'
import { redactor } from '../runtime/host-calls/index.ts'
import type { Environment } from '../runtime/index.ts'

export type Redact = (text: string) => string

/** By the environment, which stays the same object until a variable changes: making a redactor compiles a pattern. */
const redactors = new WeakMap<Environment, Redact | undefined>()

/** Undefined when there is no secret. */
export function redactorOf(environment: Environment): Redact | undefined {
  if (redactors.has(environment)) return redactors.get(environment)
  const secrets = Object.values(environment).flatMap(({ value, isSecret }) => (isSecret ? [value] : []))
  const made = secrets.length === 0 ? undefined : redactor(secrets)
  redactors.set(environment, made)
  return made
}

/** A copy of plain data with every text, names of members included, run through `redact`. What is undefined in it is left out. */
export function withoutSecrets(tree: object, redact: Redact): JsonObject {
  const copy: JsonObject = {}
  for (const [name, value] of Object.entries(tree)) {
    if (value !== undefined) copy[redact(name)] = copied(value, redact)
  }
  return copy
}

function copied(value: unknown, redact: Redact): JsonValue {
  if (typeof value === 'string') return redact(value)
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map((item: unknown) => copied(item, redact))
  return typeof value === 'object' && value !== null ? withoutSecrets(value, redact) : null
}
