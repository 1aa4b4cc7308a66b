// A path or a place in a file, which a narrow column may break after a slash before it breaks inside a name.
import { html, type Html } from './html.ts'

export function pathHtml(path: string): Html {
  const [first = '', ...rest] = path.split('/')
  return html`<code>${first}${rest.map((part) => html`/<wbr />${part}`)}</code>`
}
