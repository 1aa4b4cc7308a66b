// What a newer version wrote into a stored document and this one does not know: ignored by whatever reads the document, and kept when the
// document is rewritten (docs/decisions/0052). Known are the members that the document's schema lets through.
import { isJsonObject, type JsonObject, type JsonValue } from '../../oauth/index.ts'

/**
 * The members of `stored` that `known`, its parsed form, leaves out: at any depth of objects, and texts of lists of texts. Undefined when
 * without any. Members of objects in a list are not kept: the list is replaced as a whole.
 */
export function unknownMembers(stored: JsonValue, known: unknown): JsonValue | undefined {
  if (Array.isArray(stored) && Array.isArray(known)) {
    const texts = stored.filter((item) => typeof item === 'string' && !known.includes(item))
    return texts.length === 0 ? undefined : texts
  }
  if (!isJsonObject(stored) || !isRecord(known)) return undefined
  const unknown: JsonObject = {}
  for (const [name, value] of Object.entries(stored)) {
    const member = Object.hasOwn(known, name) ? unknownMembers(value, known[name]) : value
    if (member !== undefined) unknown[name] = member
  }
  return Object.keys(unknown).length === 0 ? undefined : unknown
}

/** The record as it is stored, with what unknownMembers() found in the document that it replaces. */
export function withUnknownMembers(record: unknown, unknown: JsonValue | undefined): unknown {
  if (Array.isArray(record)) return Array.isArray(unknown) ? [...(record as unknown[]), ...unknown] : record
  if (!isRecord(record) || !isJsonObject(unknown)) return record
  const merged: Record<string, unknown> = { ...record }
  for (const [name, value] of Object.entries(unknown)) {
    merged[name] = Object.hasOwn(record, name) ? withUnknownMembers(record[name], value) : value
  }
  return merged
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
