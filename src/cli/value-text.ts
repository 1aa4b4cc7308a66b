// Claim values on one line of the terminal.
import type { JsonValue } from '../oauth/index.ts'
import { printable } from './output.ts'

/** A value as JSON, cut to `width` columns. */
export function valueText(value: JsonValue | undefined, width: number): string {
  return cut(value === undefined ? '' : printable(JSON.stringify(value)), width)
}

/** `before → after` in `width` columns: each side gets half, and what the other one leaves over. */
export function changeText(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  width: number,
): string {
  const room = Math.max(20, width - ' → '.length)
  const [left, right] = [valueText(before, Infinity), valueText(after, Infinity)]
  const half = Math.floor(room / 2)
  const leftRoom = Math.max(half, room - right.length)
  const rightRoom = Math.max(room - half, room - left.length)
  return `${cut(left, leftRoom)} → ${cut(right, rightRoom)}`
}

function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, Math.max(0, width - 1)).toWellFormed()}…` : text
}
