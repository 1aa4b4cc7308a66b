// The one stylesheet of all pages, with its typeface and its engraving inside, so that a page needs one file and nothing of
// a third party. Its address holds a hash of its content: it may be cached forever, and an upgrade is seen at once.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { rosetteUrl } from './rosette.ts'

const files = ['palette', 'base', 'page', 'form', 'details', 'account', 'workbench', 'claims']

/** Instrument Sans, Latin letters, all weights (SIL Open Font License, fonts/LICENSE). Other scripts fall to the system. */
const typeface = `@font-face {
  font-family: 'Instrument Sans';
  font-weight: 400 700;
  src: url("data:font/woff2;base64,${readFileSync(fileHere('fonts/instrument-sans.woff2'), 'base64')}") format('woff2');
}`

/** To be served at `stylesheetPath` as text/css, immutable. */
export const stylesheet: string = [
  typeface,
  `:root { --rosette: url("${rosetteUrl()}"); }`,
  ...files.map((name) => readFileSync(fileHere(`styles/${name}.css`), 'utf8')),
].join('\n')

export const stylesheetHash: string = createHash('sha256').update(stylesheet).digest('hex').slice(0, 16)

export const stylesheetPath = `/assets/mintage.${stylesheetHash}.css`

function fileHere(path: string): URL {
  return new URL(path, import.meta.url)
}
