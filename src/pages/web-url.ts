// Which addresses a page may link to, load or post to: relative ones and those of the web. `javascript:`, `data:` and
// a client's registration or a request may hold other schemes, which are refused (BR-07).

const somewhere = 'https://relative.invalid'

/**
 * The address as it was given, or undefined. Judged by the parser that browsers use: it drops tabs, line ends and leading
 * control characters, behind which `java\nscript:` would hide from a comparison of text.
 */
export function webUrl(text: string): string | undefined {
  if (!URL.canParse(text, somewhere)) return undefined
  const { protocol } = new URL(text, somewhere)
  return protocol === 'https:' || protocol === 'http:' ? text : undefined
}
