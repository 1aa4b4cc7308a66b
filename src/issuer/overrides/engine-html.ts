// The HTML of the engine, as far as we read or change it. Its pages become ours: what survives is where a form goes and what it carries.
// contract.test.ts holds these functions to the engine's own markup.

/** Where a form goes. */
export function formAction(html: string): string {
  const [, action = ''] = /<form [^>]*?\baction="([^"]*)"/.exec(html) ?? []
  return action.replaceAll('&amp;', '&')
}

/** The value of a hidden field, as it is written: escaped. */
export function hiddenField(html: string, name: string): string | undefined {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1]
}

/** The script of a form that submits itself. */
export function scriptOf(html: string): string {
  return /<script>(.*?)<\/script>/s.exec(html)?.[1] ?? ''
}

/** With the value of `error_description` rewritten. `rewrite` gets and returns plain text. */
export function withErrorDescription(html: string, rewrite: (text: string) => string): string {
  return html.replace(/(name="error_description" value=")([^"]*)"/, (_, before: string, value: string) => {
    const text = value.replaceAll(/&(?:quot|#34);/g, "'").replaceAll('&#39;', "'")
    return `${before}${rewrite(text).replaceAll("'", '&#39;')}"`
  })
}
