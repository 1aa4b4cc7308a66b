// JSON as a type: what a claim value may be, and what crosses the wall between the host and the sandbox.

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject
export type JsonObject = { [name: string]: JsonValue }

/** Whether a parsed JSON value is an object: neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A copy as JSON would carry it: members without a value are left out. For plain data that no guest made. */
export function jsonObjectOf(value: object): JsonObject {
  const members: [string, JsonValue][] = []
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) members.push([name, jsonValueOf(member)])
  }
  return Object.fromEntries(members)
}

function jsonValueOf(value: unknown): JsonValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map(jsonValueOf)
  return typeof value === 'object' && value !== null ? jsonObjectOf(value) : null
}
