// Lists of the store, page by page.
import type { Page, PageRequest } from '../../store/index.ts'

export const pageSize = 500

export async function* pagesOf<Item>(
  read: (page: PageRequest) => Promise<Page<Item>>,
): AsyncGenerator<readonly Item[]> {
  let cursor: string | undefined
  do {
    const page = await read({ size: pageSize, ...(cursor !== undefined && { cursor }) })
    yield page.items
    cursor = page.nextCursor
  } while (cursor !== undefined)
}
