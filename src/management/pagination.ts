// Kinde's first style of pages (C§8): `page_size` and `next_token` go in, `next_token` comes out and is null on the last page.
// The token is opaque to callers and bounded here; its content is defined by the code that pages.
import { z } from 'zod'
import type { Page, PageRequest } from '../store/index.ts'
import { RequestError } from './request-error.ts'

export const defaultPageSize = 10
const mostPageSize = 500

export const pageSize = z.coerce.number().int().min(1).max(mostPageSize).optional()

/** Parameters of every operation that pages this way. */
export const pageQuery = {
  page_size: pageSize,
  next_token: z.string().max(1_000).optional(),
}

/** The field that every page ends with. */
export const nextToken = { next_token: z.string().nullable() }

export function pageRequest(query: {
  readonly page_size?: number | undefined
  readonly next_token?: string | undefined
}): PageRequest {
  const size = query.page_size ?? defaultPageSize
  return query.next_token === undefined ? { size } : { size, cursor: query.next_token }
}

export function nextTokenOf({ nextCursor }: Page<unknown>): { next_token: string | null } {
  return { next_token: nextCursor ?? null }
}

/** A page that is read by a cursor of the store's. Rejects with RequestError for one of another list. */
export async function listedPage<Item>(read: () => Promise<Page<Item>>): Promise<Page<Item>> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new RequestError('INVALID_REQUEST', 'next_token is not valid for this list', { cause: error })
  }
}
