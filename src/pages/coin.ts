// The coin that stands for an application or an organization without a logo: its initial, struck. Decoration only; the
// name is always written beside it.
import { html, type Html } from './html.ts'

export function coin(name: string, look: 'large' | 'small' = 'large'): Html {
  return html`<span class="coin coin-${look}" aria-hidden="true"
    ><span class="coin-face">${initial(name)}</span></span
  >`
}

/** The first letter or digit as a person sees it: with its accents, and whole where it is made of several code points. */
function initial(name: string): string {
  const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(name)
  for (const { segment } of graphemes) {
    if (/^[\p{L}\p{N}]/u.test(segment)) return segment.toLocaleUpperCase('en')
  }
  return '•'
}
