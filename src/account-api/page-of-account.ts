// Pages of the account API (C§9): sorted by id, `starting_after` names the last id that the caller has seen, and the metadata of an answer
// says whether the list goes on. `limit` is the name that Kinde's Java SDK has for `page_size`.
import { z } from 'zod'
import { pageById } from '../management/index.ts'

const defaultPageSize = 10
const sizeSchema = z.coerce.number().int().min(1).max(1_000).optional()

export const pageQuery = {
  page_size: sizeSchema,
  limit: sizeSchema,
  starting_after: z.string().max(200).optional(),
}

export const metadataSchema = z.strictObject({
  has_more: z.boolean(),
  next_page_starting_after: z.string().nullable(),
})

interface PageQuery {
  readonly page_size?: number | undefined
  readonly limit?: number | undefined
  readonly starting_after?: string | undefined
}

/** A page of a list that is held whole. */
export function pageOf<Item extends { readonly id: string }>(
  items: readonly Item[],
  { page_size, limit, starting_after: from }: PageQuery,
): { readonly items: readonly Item[]; readonly metadata: z.input<typeof metadataSchema> } {
  const size = page_size ?? limit ?? defaultPageSize
  const { items: shown, has_more } = pageById(items, { size, from, isBackwards: false })
  return { items: shown, metadata: { has_more, next_page_starting_after: shown.at(-1)?.id ?? null } }
}
