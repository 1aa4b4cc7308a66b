// Kinde's second style of pages (C§8): a list sorted by id; `starting_after` and `ending_before` name the id beside which a page begins, and
// `has_more` says whether the list goes on in that direction. The id need not exist any more, so that a deletion meanwhile loses nothing.
import { z } from 'zod'
import { defaultPageSize, pageSize } from './pagination.ts'
import { RequestError } from './request-error.ts'

const idSchema = z.string().min(1).max(200)

/** Parameters of every operation that pages this way. */
export const pageByIdQuery = {
  page_size: pageSize,
  starting_after: idSchema.optional(),
  ending_before: idSchema.optional(),
}

/** The field that every page ends with. */
export const hasMore = { has_more: z.boolean() }

interface PageByIdQuery {
  readonly page_size?: number | undefined
  readonly starting_after?: string | undefined
  readonly ending_before?: string | undefined
}

/** What a read by index has to bring: one more item than `size` tells whether there are more. */
export interface PlaceById {
  readonly size: number
  readonly from: string | undefined
  readonly isBackwards: boolean
}

/** Throws RequestError for a request that names both sides. */
export function placeById(query: PageByIdQuery, size = defaultPageSize): PlaceById {
  const { page_size = size, starting_after, ending_before } = query
  if (starting_after !== undefined && ending_before !== undefined)
    throw new RequestError('INVALID_REQUEST', 'Give starting_after or ending_before, not both.')
  const isBackwards = ending_before !== undefined
  return { size: page_size, from: starting_after ?? ending_before, isBackwards }
}

/** A page of a list that is held whole, such as one of the catalog. By code units: the same everywhere. */
export function pageById<Item extends { readonly id: string }>(
  items: readonly Item[],
  { size, from, isBackwards }: PlaceById,
): { readonly items: readonly Item[]; readonly has_more: boolean } {
  const sorted = items.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  if (isBackwards) {
    const before = sorted.filter(({ id }) => from === undefined || id < from)
    return { items: before.slice(-size), has_more: before.length > size }
  }
  const after = sorted.filter(({ id }) => from === undefined || id > from)
  return { items: after.slice(0, size), has_more: after.length > size }
}
