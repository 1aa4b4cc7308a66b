// Pages of what the catalog holds whole: sorted here, and continued after the last entry that the caller has seen, so that an
// entry that is added or removed meanwhile shifts nothing.
import { z } from 'zod'
import type { Page, PageRequest } from '../store/index.ts'
import { RequestError } from './request-error.ts'

interface Sorted {
  readonly id: string
  readonly key: string
  readonly name: string
}

type SortField = keyof Sorted
type SortOrder = `${SortField}_${'asc' | 'desc'}`

/** Where a page ended: the value that it is sorted by, and the id for those that have the same. */
const cursorSchema = z.tuple([z.string(), z.string()])
type Place = z.output<typeof cursorSchema>

export function catalogPage<Item extends Sorted>(
  items: readonly Item[],
  order: SortOrder,
  { size, cursor }: PageRequest,
): Page<Item> {
  const [field, isDescending] = sortOf(order)
  const place = (item: Item): Place => [item[field], item.id]
  const sign = isDescending ? -1 : 1
  const sorted = items.toSorted((a, b) => sign * compare(place(a), place(b)))
  const after = cursor === undefined ? undefined : parsedCursor(cursor)
  const rest = after === undefined ? sorted : sorted.filter((item) => sign * compare(place(item), after) > 0)
  const shown = rest.slice(0, size)
  const last = shown.at(-1)
  return last === undefined || rest.length <= size
    ? { items: shown }
    : { items: shown, nextCursor: Buffer.from(JSON.stringify(place(last))).toString('base64url') }
}

function sortOf(order: SortOrder): [SortField, boolean] {
  const field = (['id', 'key', 'name'] as const).find((name) => order.startsWith(`${name}_`)) ?? 'id'
  return [field, order.endsWith('_desc')]
}

/** By code units: the same everywhere, whatever the machine's language. */
function compare([value, id]: Place, [otherValue, otherId]: Place): number {
  if (value !== otherValue) return value < otherValue ? -1 : 1
  if (id === otherId) return 0
  return id < otherId ? -1 : 1
}

function parsedCursor(cursor: string): Place {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
  } catch (cause) {
    throw new RequestError('INVALID_REQUEST', 'next_token is not valid for this list', { cause })
  }
}
