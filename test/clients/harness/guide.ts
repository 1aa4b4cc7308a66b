// The guide's section about a library: the application as mintage.yaml declares it, and the library's configuration. Tests take the
// first from the guide and hold the second to the application that they run, so the guide shows what was seen to work.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

export const guidePage = fileURLToPath(new URL('../../../docs/guides/client-libraries.md', import.meta.url))

export interface GuideSection {
  /** The package's name, which is the section's title. */
  readonly title: string
  /** The part of mintage.yaml. */
  readonly yaml: string
  /** Blocks that the application holds word for word. */
  readonly code: readonly string[]
}

export async function guideSections(): Promise<readonly GuideSection[]> {
  const markdown = await readFile(guidePage, 'utf8')
  return [...markdown.matchAll(/^### `([^`]+)`[^\n]*\n(.*?)(?=^##|$(?![\s\S]))/gms)].map(
    ([, title = '', content = '']) => {
      const blocks = [...content.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
      const inLanguage = (isWanted: (language: string) => boolean) =>
        blocks.flatMap(([, language = '', block = '']) => (isWanted(language) ? [block] : []))
      return {
        title,
        yaml: inLanguage((language) => language === 'yaml').join(''),
        code: inLanguage((language) => ['js', 'jsx', 'ini'].includes(language)),
      }
    },
  )
}

/** What the files of a library are called. */
export function fileNameOf(title: string): string {
  return title.replace('@kinde-oss/', '').replace('@', '').replace('/', '-')
}

/** Throws when the guide has no section of that title. */
export async function guideSection(title: string): Promise<GuideSection> {
  const section = (await guideSections()).find((one) => one.title === title)
  if (!section) throw new Error(`docs/guides/client-libraries.md has no section about ${title}`)
  return section
}
