// The request target (RFC 9112 §3.2). The authority of the target URI is a setting (RFC 9112 §3.3), so the server reduces every
// target to origin-form before a handler runs: no handler, and no library below it, can take the address of the issuer from a
// request.
import type { IncomingMessage } from 'node:http'

/** `http://authority` or `https://authority`, without userinfo: RFC 9110 §4.2.4 treats userinfo from a stranger as an error. */
const absoluteForm = /^https?:\/\/(?:[^/?#@\\[\]]+|\[[\da-f:.]+\](?::\d*)?)(?=[/?]|$)/i

/** RFC 9110 §7.2: `uri-host [":" port]`, or empty. */
const hostValue = /^(?:[\w.~!$&'()*+,;=%-]*|\[[\da-f:.]+\])(?::\d*)?$/i

/**
 * The target as `/path?query`; undefined for a target that names no resource: another scheme, userinfo, authority-form, a fragment,
 * or a backslash in the path, which the URL standard reads as a slash and so could begin another authority.
 */
export function originForm(target: string): string | undefined {
  const rest = target.replace(absoluteForm, '')
  const path = rest.startsWith('/') ? rest : `/${rest}`
  if (rest === target && !target.startsWith('/')) return undefined
  const [beforeQuery = ''] = path.split('?', 1)
  return beforeQuery.includes('\\') || path.includes('#') ? undefined : path
}

/** RFC 9112 §3.2: more than one Host, or an invalid one, is answered with 400. */
export function hasValidHost({ headersDistinct }: Pick<IncomingMessage, 'headersDistinct'>): boolean {
  const [host = '', ...others] = headersDistinct['host'] ?? []
  return others.length === 0 && hostValue.test(host)
}
