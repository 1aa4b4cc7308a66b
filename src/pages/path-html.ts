// Paths, places in a file and names of claims: a narrow column may break them after a sign before it breaks inside a word.
import { html, type Html } from './html.ts'

export function pathHtml(path: string, id?: string): Html {
  const parts = path.split(/(?<=[/_-])/)
  return html`<code${id !== undefined && html` id="${id}"`}>${parts.map((part, index) => html`${index > 0 && html`<wbr />`}${part}`)}</code>`
}
