// require("url") and require("util"), with and without node: in front; everything else is refused in the words of
// Kinde's runtime (C§6.1).
import { GuestError, GuestUrl, stringIndexOf } from '../primordials.ts'
import { SearchParams } from '../search-params.ts'
import { util } from './util.ts'

export function requireFunction(): (name: unknown) => unknown {
  const url = { URL: GuestUrl, URLSearchParams: SearchParams }
  const utilModule = util()
  return function require(name: unknown): unknown {
    if (name === 'url' || name === 'node:url') return url
    if (name === 'util' || name === 'node:util') return utilModule
    if (typeof name !== 'string' || name === '') throw new GuestError('Illegal module name')
    if (stringIndexOf(name, 'node:') === 0) throw new GuestError('No such built-in module: ' + name)
    throw new GuestError('not permitted to load file ' + name)
  }
}
