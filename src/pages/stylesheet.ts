// The one stylesheet of all pages. Its address holds a hash of its content, so that it may be cached for ever and an
// upgrade is seen at once. Whoever routes serves `stylesheet` at `stylesheetPath` as text/css.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { rosetteUrl } from './rosette.ts'

const files = ['palette', 'base', 'page', 'form', 'details', 'workbench', 'claims']

export const stylesheet: string = [
  `:root{--rosette:url("${rosetteUrl()}")}`,
  ...files.map((name) => readFileSync(new URL(`./styles/${name}.css`, import.meta.url), 'utf8')),
].join('\n')

export const stylesheetHash: string = createHash('sha256').update(stylesheet).digest('hex').slice(0, 16)

export const stylesheetPath = `/assets/mintage.${stylesheetHash}.css`
