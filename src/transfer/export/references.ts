// What mintage.yaml replaces when it is read: `${issuer}`, and `${env:NAME}` for values that do not stand in the file. A text of the database that
// looks like a reference is never written: read back, it would stand for something else, such as a variable of the server.
import { declaredReference } from './secret-lines.ts'

/** A text that is meant as a reference. */
export class Reference {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export interface NamedValue {
  readonly name: string
  /** For people: whose it is. */
  readonly what: string
  /** Undefined when it is not known here. */
  readonly value: string | undefined
}

export interface Wanted {
  readonly what: string
  /** The name that it gets, unless the project's file has one. */
  readonly name: string
  readonly value: string | undefined
  /** What the project's file has in this place. */
  readonly given?: unknown
}

/** The names under which values are handed over outside of mintage.yaml. A name stands for one value. */
export class NamedValues {
  readonly #byName = new Map<string, NamedValue>()

  reference({ what, name, value, given }: Wanted): Reference {
    const own = declaredReference(given)
    const names = [...(own === undefined ? [] : [own]), ...numbered(variableName(name))]
    for (const candidate of names) {
      const known = this.#byName.get(candidate)
      if (known !== undefined && known.value !== value) continue
      if (known === undefined) this.#byName.set(candidate, { name: candidate, what, value })
      return new Reference(`\${env:${candidate}}`)
    }
    throw new Error(`no name is free for ${what}`)
  }

  /** By name. */
  all(): readonly NamedValue[] {
    return [...this.#byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }
}

function numbered(name: string): string[] {
  return Array.from({ length: 1_000 }, (_, index) => (index === 0 ? name : `${name}_${String(index + 1)}`))
}

function variableName(text: string): string {
  return text.toUpperCase().replace(/[^A-Z0-9]+/g, '_')
}

/** `${issuer}` in place of the issuer's address, when the text begins with it. */
export function withPlaceholder(text: string, issuer: string): string | Reference {
  if (text.includes('${') || !isBelow(text, issuer)) return text
  return new Reference(`\${issuer}${text.slice(issuer.length)}`)
}

function isBelow(text: string, issuer: string): boolean {
  return text === issuer || text.startsWith(`${issuer}/`)
}

/** The value with its references as texts; undefined, and the place, where another text looks like one. */
export function plainValue(value: unknown, valueOf: (reference: Reference) => string): unknown {
  if (value instanceof Reference) return valueOf(value)
  if (typeof value === 'string' && value.includes('${')) throw new LooksLikeReference()
  if (Array.isArray(value)) return value.map((item: unknown) => plainValue(item, valueOf))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plainValue(member, valueOf)]))
}

export class LooksLikeReference extends Error {}
