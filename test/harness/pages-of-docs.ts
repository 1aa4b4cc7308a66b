// What a page of documentation shows as code, for tests that run it.
import { readFile } from 'node:fs/promises'

/** The fenced blocks of a language; an empty one means blocks that name none. */
export async function codeBlocks(page: string, language: string): Promise<readonly string[]> {
  const markdown = await readFile(page, 'utf8')
  return [...markdown.matchAll(/^```(\w*)\n(.*?)^```$/gms)].flatMap(([, named, block = '']) =>
    named === language ? [block] : [],
  )
}
