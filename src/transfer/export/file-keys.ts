// Keys of mintage.yaml for records that have none: made of their names, each once.
const longestKey = 60

export class FileKeys {
  readonly #taken = new Map<string, Set<string>>()

  /** `given`: the author's own keys, which go before. */
  constructor(given: Readonly<Record<string, readonly string[]>>) {
    for (const [section, keys] of Object.entries(given)) this.#taken.set(section, new Set(keys))
  }

  keyOf(section: string, given: string | undefined, name: string): string {
    if (given !== undefined) return given
    const taken = this.#taken.get(section) ?? new Set()
    this.#taken.set(section, taken)
    const start = slug(name)
    for (let number = 1; ; number += 1) {
      const key = number === 1 ? start : `${start}_${String(number)}`
      if (taken.has(key)) continue
      taken.add(key)
      return key
    }
  }
}

function slug(name: string): string {
  const letters = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, longestKey)
  return letters === '' ? 'unnamed' : letters
}
