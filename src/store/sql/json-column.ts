// JSON as text in a column: written here, and parsed with an error that names the row (FI-17).
import { isJsonObject, type JsonObject } from '../../oauth/index.ts'
import type { Place } from '../sealed-box.ts'
import { corrupt } from '../store-error.ts'

/** Throws StoreError `store_corrupt` when the text is not JSON. */
export function parseJson(text: string, { table, row, column }: Place): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's message quotes the text.
    throw corrupt(table, row, column)
  }
}

export function parseJsonObject(text: string, place: Place): JsonObject {
  const value = parseJson(text, place)
  if (!isJsonObject(value)) throw corrupt(place.table, place.row, place.column)
  return value
}

/** Rows that jsonArrayFrom() gathered: the database made this text in the same statement, from columns of its own types. */
export function parseRows<Row>(text: string): readonly Row[] {
  // Most lists of most users are empty, and a mint reads eight of them.
  return text === '[]' ? [] : (JSON.parse(text) as Row[])
}
