// Takes secrets out of texts that people read: call traces, error messages, log lines. A secret is found as it is and in the
// forms that an HTTP request gives it: URL-encoded, form-encoded, inside JSON, base64 (also in the middle of a longer
// base64 text, as in Basic authentication).
//
// A courtesy, not a wall: a workflow that wants to leak its own secret can spell it in a way of its own.
import { redacted, type Redact } from '../../net/index.ts'

/** Shorter ones are left alone: they would be found in innocent words and tear up every text. */
const shortestSecret = 4
/** A secret that was cut short is known by so many of its characters, and taken out as well. */
const longestBeginning = 64

/** What is looked for: forms by their beginnings, and by the first characters how long such beginnings are, longest first. */
interface Forms {
  readonly lengths: ReadonlyMap<string, ReadonlySet<number>>
  readonly byBeginning: ReadonlyMap<string, readonly string[]>
}

/** However many secrets there are and however alike a text looks: the texts are the guest's, and it may know the secrets. */
export function redactor(secrets: readonly string[]): Redact {
  const all = new Set(secrets.filter((secret) => secret.length >= shortestSecret).flatMap(formsOf))
  if (all.size === 0) return (text) => text
  // Longest first, so that a secret that begins with another one is not left half readable.
  const byBeginning = Map.groupBy(
    [...all].toSorted((a, b) => b.length - a.length),
    (form) => form.slice(0, longestBeginning),
  )
  const byFirst = Map.groupBy(byBeginning.keys(), (beginning) => beginning.slice(0, shortestSecret))
  const lengths = new Map(
    Array.from(byFirst, ([first, beginnings]) => [first, new Set(beginnings.map(({ length }) => length))]),
  )
  return (text) => withoutForms(text, { lengths, byBeginning })
}

function withoutForms(text: string, forms: Forms): string {
  const parts: string[] = []
  let end = 0
  for (let at = 0; at + shortestSecret <= text.length; at += 1) {
    const length = formLength(text, at, forms)
    if (length === 0) continue
    parts.push(text.slice(end, at))
    end = at + length
    at = end - 1
  }
  return parts.length === 0 ? text : [...parts, text.slice(end)].join(redacted)
}

/** How many characters from `at` on are a secret, or the beginning of one; 0 when none is. */
function formLength(text: string, at: number, { lengths, byBeginning }: Forms): number {
  for (const length of lengths.get(text.slice(at, at + shortestSecret)) ?? []) {
    const forms = byBeginning.get(text.slice(at, at + length))
    if (forms !== undefined) return Math.max(...forms.map((form) => sharedLength(text, at, form)))
  }
  return 0
}

/** How many characters of `form` stand in the text from `start` on. */
function sharedLength(text: string, start: number, form: string): number {
  let length = 0
  while (length < form.length && text[start + length] === form[length]) length += 1
  return length
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
    const whole = shift === 0 ? [text.replace(/={1,2}$/, '')] : []
    return [decided, ...whole].flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')])
  })
}
