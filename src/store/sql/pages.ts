// Pages of a list, and where the next one begins.
import type { Page, PageRequest } from '../directory-store.ts'

export interface PageSlots {
  readonly after: string
  readonly limit: number
}

/** By a key: the cursor is the last one of the page before. */
export async function pageByKey<Item>(
  { size, cursor }: PageRequest,
  read: (slots: PageSlots) => Promise<readonly Item[]>,
  keyOf: (item: Item) => string,
): Promise<Page<Item>> {
  // One more than asked for tells whether there is another page.
  const items = await read({ after: cursor ?? '', limit: size + 1 })
  const shown = items.slice(0, size)
  const last = shown.at(-1)
  return items.length > size && last !== undefined
    ? { items: shown, nextCursor: keyOf(last) }
    : { items: shown }
}
