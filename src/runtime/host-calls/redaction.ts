// Takes secrets out of texts that people read: call traces, error messages, log lines. A secret is found as it is and in the
// forms that an HTTP request gives it: URL-encoded, form-encoded, inside JSON, base64 (also in the middle of a longer
// base64 text, as in Basic authentication).
//
// A courtesy, not a wall: a workflow that wants to leak its own secret can spell it in a way of its own.

export const redacted = '[redacted]'

/** Shorter ones are left alone: they would be found in innocent words and tear up every text. */
const shortestSecret = 4

export type Redact = (text: string) => string

export function redactor(secrets: readonly string[]): Redact {
  const forms = new Set(secrets.filter((secret) => secret.length >= shortestSecret).flatMap(formsOf))
  if (forms.size === 0) return (text) => text
  // Longest first, so that a secret that begins with another one is not left half readable.
  const longestFirst = [...forms].toSorted((a, b) => b.length - a.length)
  const pattern = new RegExp(longestFirst.map(escapeForPattern).join('|'), 'g')
  return (text) => text.replace(pattern, redacted)
}

function formsOf(secret: string): string[] {
  const wellFormed = secret.toWellFormed()
  const percent = encodeURIComponent(wellFormed)
  const form = new URLSearchParams({ s: wellFormed }).toString().slice(2)
  const url = new URL('http://host/')
  url.search = wellFormed
  url.pathname = `/${wellFormed}`
  const encoded = [percent, form, url.search.slice(1), url.pathname.slice(1)]
  const lowerCase = encoded.map((text) => text.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()))
  const json = JSON.stringify(secret).slice(1, -1)
  const all = [secret, json, ...encoded, ...lowerCase, ...base64Forms(wellFormed)]
  return all.filter((form) => form.length >= shortestSecret)
}

/** The characters that a secret decides in a base64 text, whichever of the three places in a group it begins at. */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8')
  return [0, 1, 2].flatMap((shift) => {
    const bits = (shift + bytes.length) * 8
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
    const decided = text.slice(Math.ceil((shift * 8) / 6), Math.floor(bits / 6))
    const whole = shift === 0 ? [text.replace(/=+$/, '')] : []
    return [decided, ...whole].flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')])
  })
}

function escapeForPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
}
