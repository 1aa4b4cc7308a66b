// Follows the pages of a list until there are enough of its items.
interface Page<Item> {
  readonly items: readonly Item[]
  readonly next: string | null
}

const largestPage = 500

/** `next`: the token of the page. */
export async function listedPages<Item>(
  most: number,
  read: (query: Readonly<Record<string, string>>) => Promise<Page<Item>>,
): Promise<{ readonly items: readonly Item[]; readonly hasMore: boolean }> {
  const items: Item[] = []
  let next: string | null = null
  do {
    const size = String(Math.min(largestPage, most - items.length))
    const page: Page<Item> = await read({ page_size: size, ...(next !== null && { next_token: next }) })
    items.push(...page.items)
    next = page.next
  } while (next !== null && items.length < most)
  return { items, hasMore: next !== null }
}
