// Secrets and personal data of a case, masked by rule, so that the file may lie in a repository: e-mail addresses, names, addresses of
// machines, phone numbers, pictures, tokens and other credentials. The same value gets the same mask everywhere in the case, also inside
// longer texts, and a mask has the shape of what it stands for; so a workflow takes the same way. Ids stay: by themselves they say nothing of a person.
// What a rule cannot know (a free text, a property of the project's own) stays as well.
import { isIP } from 'node:net'

/** What is masked, as it is found in the whole of the case. */
export class Masks {
  readonly #masks = new Map<string, string>()
  readonly #domains = new Map<string, string>()
  readonly #counts = new Map<string, number>()
  #pattern: RegExp | undefined

  /** A value that must not stay, whatever it looks like. */
  add(value: string, mask: () => string): void {
    if (value === '' || this.#masks.has(value)) return
    this.#masks.set(value, mask())
    this.#pattern = undefined
  }

  /** Finds what the rules name in a JSON value. */
  find(value: unknown, member = ''): void {
    if (typeof value === 'string') return this.#findInText(value, member)
    if (Array.isArray(value)) {
      const [header, of] = value as readonly unknown[]
      if (value.length === 2 && typeof header === 'string' && typeof of === 'string')
        return this.find(of, header)
      for (const item of value) this.find(item, member)
      return
    }
    if (typeof value !== 'object' || value === null) return
    // Names of roles and organizations are not names of people, and workflows decide by them.
    const isOfPerson = !('key' in value) && !('id' in value && String(value.id).startsWith('org_'))
    for (const [name, item] of Object.entries(value))
      this.find(item, name === 'name' && !isOfPerson ? '' : name)
  }

  /** A copy with the masks in place, names of members included. */
  apply<Value>(value: Value): Value
  apply(value: unknown): unknown {
    if (typeof value === 'string') return this.#text(value)
    if (Array.isArray(value)) return value.map((item) => this.apply<unknown>(item))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [this.#text(name), this.apply<unknown>(item)]),
    )
  }

  #findInText(text: string, member: string): void {
    for (const [email] of text.matchAll(emailPattern)) this.#addEmail(email)
    for (const [token] of text.matchAll(jwtPattern)) this.add(token, () => this.#next('token', maskedJwt))
    for (const [bearer, token = ''] of text.matchAll(bearerPattern))
      if (bearer.search(jwtPattern) === -1)
        this.add(token, () => this.#next('token', (index) => `masked-token-${index}`))
    for (const [ip] of text.matchAll(ipv4Pattern)) this.#addAddress(ip)
    for (const [phone] of text.matchAll(phonePattern)) this.#addPhone(phone)
    if (text === '') return
    const rule = memberRules.find(({ names }) => names.test(member))
    if (rule === undefined || text.search(emailPattern) !== -1) return
    switch (rule.kind) {
      case 'address':
        if (isIP(text) !== 0) this.#addAddress(text)
        return
      case 'phone':
        return this.#addPhone(text)
      case 'name':
        // Each word, too, because claims are made of parts: "Ada Lovelace" is "Given1 Family1" when those are known.
        return this.add(text, () => this.#nameMask(text))
      default:
        return this.add(text, () => this.#next(rule.kind, rule.mask))
    }
  }

  #addEmail(email: string): void {
    const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase()
    if (!this.#domains.has(domain)) {
      const index = this.#domains.size + 1
      this.#domains.set(domain, index === 1 ? 'example.test' : `example${index}.test`)
    }
    this.add(email, () => this.#next('email', (index) => `user${index}@${this.#domains.get(domain) ?? ''}`))
  }

  #addAddress(ip: string): void {
    if (/^(127\.|::1$)/.test(ip)) return
    if (isIP(ip) === 4)
      this.add(ip, () => this.#next('ipv4', (index) => `192.0.2.${((index - 1) % 254) + 1}`))
    if (isIP(ip) === 6) this.add(ip, () => this.#next('ipv6', (index) => `2001:db8::${index.toString(16)}`))
  }

  #addPhone(phone: string): void {
    this.add(phone, () => this.#next('phone', (index) => `+1555010${String(index).padStart(4, '0')}`))
  }

  #nameMask(name: string): string {
    const known = [...this.#masks].filter(([, mask]) => /^Name\d+$/.test(mask))
    const words = name.split(/\s+/)
    const masks = words.map((word) => known.find(([value]) => value === word)?.[1])
    return masks.every((mask) => mask !== undefined) && masks.length > 0
      ? masks.join(' ')
      : this.#next('name', (index) => `Name${index}`)
  }

  #next(kind: string, mask: (index: number) => string): string {
    const index = (this.#counts.get(kind) ?? 0) + 1
    this.#counts.set(kind, index)
    return mask(index)
  }

  #text(text: string): string {
    this.#pattern ??= patternOf(this.#forms())
    const pattern = this.#pattern
    return pattern === undefined
      ? text
      : text.replaceAll(
          pattern,
          (found) => this.#formMasks.get(found) ?? this.#formMasks.get(found.toLowerCase()) ?? found,
        )
  }

  #formMasks = new Map<string, string>()

  /** Each value as it is and as an address spells it, with the mask spelled alike. */
  #forms(): ReadonlyMap<string, string> {
    this.#formMasks = new Map()
    for (const [value, mask] of this.#masks) {
      const wellFormed = value.toWellFormed()
      this.#formMasks.set(value, mask)
      this.#formMasks.set(encodeURIComponent(wellFormed), encodeURIComponent(mask))
      this.#formMasks.set(
        new URLSearchParams({ v: wellFormed }).toString().slice(2),
        encodeURIComponent(mask),
      )
    }
    return this.#formMasks
  }
}

const emailPattern = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu
const jwtPattern = /\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g
const bearerPattern = /\b(?:Bearer|Basic)\s+([\w.~+/=-]{8,})/g
/** Neither a version (Chrome/1.2.3.4) nor the host of an address. */
const ipv4Pattern = /(?<![\w./-])(?:\d{1,3}\.){3}\d{1,3}(?![\w.-])/g
const phonePattern = /(?<![\w+])\+\d[\d ().-]{6,18}\d(?!\w)/g

interface MemberRule {
  readonly kind: string
  readonly names: RegExp
  readonly mask: (index: number) => string
}

/** By the name of the member that holds a text, in the spellings of claims, of Kinde's API and of common systems. */
const memberRules: readonly MemberRule[] = [
  {
    kind: 'name',
    names:
      /^(?:given_?name|family_?name|first_?name|last_?name|middle_?name|full_?name|nick_?name|preferred_username|user_?name|name)$/i,
    mask: (index) => `Name${index}`,
  },
  { kind: 'phone', names: /phone|mobile/i, mask: String },
  { kind: 'address', names: /^(?:ip|ip_?address|remote_?addr(?:ess)?|x-forwarded-for)$/i, mask: String },
  {
    kind: 'picture',
    names: /^(?:picture|avatar(?:_?url)?)$/i,
    mask: (index) => `https://example.test/picture${index}.png`,
  },
  {
    kind: 'birthday',
    names: /^(?:birth_?date|date_?of_?birth|birthday)$/i,
    mask: () => '1970-01-01',
  },
  {
    kind: 'secret',
    names:
      /secret|password|passphrase|credential|api[-_]?key|private[-_]?key|^token$|[-_]token$|accessToken$|refreshToken$|idToken$|^authorization$|cookie$|^login_?hint$|signature/i,
    mask: (index) => `masked-${index}`,
  },
]

/** Longest first, so that a value which begins with another one is found whole. A name is found as a whole word only. */
function patternOf(forms: ReadonlyMap<string, string>): RegExp | undefined {
  if (forms.size === 0) return undefined
  const alternatives = [...forms]
    .toSorted(([a], [b]) => b.length - a.length)
    .map(([form, mask]) => {
      const escaped = form.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)
      return /^(?:Name\d+)(?:(?:%20|\+| )Name\d+)*$/.test(mask)
        ? String.raw`(?<![\p{L}\p{N}])${escaped}(?![\p{L}\p{N}])`
        : escaped
    })
  return new RegExp(alternatives.join('|'), 'gu')
}

function maskedJwt(index: number): string {
  const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url')
  return `${part({ alg: 'none' })}.${part({ sub: `masked-${index}` })}.`
}
