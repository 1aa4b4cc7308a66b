// Values of secret environment variables in a recording: an answer may echo one (the address that was called holds it), and
// a claim may be made of one. They are written as marks and put back when the values are given again for a replay.
//
// Found are values as they are, and as JSON, URL and form encoding spell them; a value that was encoded otherwise stays.
import type { Environment } from '../runtime/index.ts'

interface Spelling {
  readonly text: string
  readonly mark: string
}

/** Shorter values would be found in innocent words; redaction leaves them alone too. */
const shortestSecret = 4

/** A copy of a JSON value with marks for secrets. `key` makes the marks unlike anything that the run could hold. */
export function withoutSecrets(value: unknown, environment: Environment, key: string): unknown {
  const spellings = spellingsOf(environment, key).toSorted((a, b) => b.text.length - a.text.length)
  return mapTexts(value, (text) =>
    spellings.reduce((kept, { text: secret, mark }) => kept.replaceAll(secret, mark), text),
  )
}

/** The opposite of withoutSecrets, with the values that are given for the replay. */
export function withSecrets(value: unknown, environment: Environment, key: string): unknown {
  const spellings = spellingsOf(environment, key)
  return mapTexts(value, (text) =>
    spellings.reduce((kept, { text: secret, mark }) => kept.replaceAll(mark, () => secret), text),
  )
}

function spellingsOf(environment: Environment, key: string): Spelling[] {
  return Object.entries(environment).flatMap(([name, { value, isSecret }]) => {
    if (!isSecret || value.length < shortestSecret) return []
    const wellFormed = value.toWellFormed()
    const asJson = JSON.stringify(value).slice(1, -1)
    const url = new URL('http://host/')
    url.search = wellFormed
    const form = new URLSearchParams({ s: wellFormed }).toString().slice(2)
    const texts = [
      value,
      asJson,
      JSON.stringify(asJson).slice(1, -1),
      encodeURIComponent(wellFormed),
      form,
      url.search.slice(1),
    ]
    return texts.map((text, spelling) => ({ text, mark: `[secret ${name} ${spelling} ${key.slice(0, 16)}]` }))
  })
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, mapTexts(member, change)]))
}
