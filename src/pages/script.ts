// The one script of all pages, which work without it. A file of our own with a hash in its address, like the stylesheet: the policy of a
// page allows scripts of this origin and nothing inline (docs/decisions/0037).
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** To be served at `scriptPath` as text/javascript, immutable. */
export const script: string = readFileSync(new URL('scripts/page.js', import.meta.url), 'utf8')

const hash = createHash('sha256').update(script).digest('hex').slice(0, 16)

export const scriptPath = `/assets/mintage.${hash}.js`
