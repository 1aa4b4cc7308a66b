// Writes the address of a call for traces and messages: without user information and fragment, bounded in length, and with the
// values of parameters that may carry credentials removed, whether or not they are known secrets.
import { longestAddress } from './fetch-request.ts'

export const redacted = '[redacted]'

/** Removes known secrets from a text. */
export type Redact = (text: string) => string

const credentialName =
  /secret|token|password|passwd|pwd|passphrase|credential|assertion|api[-_]?key|apikey|private[-_]?key|^key$|^code$|^code_verifier$|^auth|signature|^sig$|session|^jwt$|^otp$|^pin$/i

const longestShown = 2_048

/** `text` is untrusted and may not be a URL. */
export function traceUrl(text: string, redact: Redact): string {
  // Cut short instead, it could show half of a secret, which redaction does not find.
  if (text.length > longestAddress) return '(address too long)'
  // Without an authority (`user:password@host`) a URL has no user information that could be separated from its path.
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    return shortened(redact(text.includes('@') ? '(invalid address)' : text.replace(/[?#][\s\S]*/, '')), 200)
  const url = new URL(text)
  const origin = url.host === '' ? url.protocol : `${url.protocol}//${url.host}`
  const query = url.search.slice(1).split('&').map(withoutCredential).join('&')
  return shortened(redact(`${origin}${url.pathname}${query === '' ? '' : `?${query}`}`), longestShown)
}

function withoutCredential(pair: string): string {
  const end = pair.indexOf('=')
  if (end === -1) return pair
  const name = pair.slice(0, end)
  const [decoded] = new URLSearchParams(`${name}=`).keys()
  return credentialName.test(decoded ?? name) ? `${name}=${redacted}` : pair
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`
}
