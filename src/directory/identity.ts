// How what a person signs in with is recognised and compared. The three kinds are disjoint: an address holds an @, a phone number
// begins with a +, a username does neither, so a typed text never means two users.
import { domainToASCII } from 'node:url'
import type { IdentityType, UserSearch } from '../store/index.ts'

export interface Identifier {
  readonly type: IdentityType
  /** As it was given, without surrounding space. */
  readonly value: string
  /** What it is stored and found by. */
  readonly normalized: string
}

/** RFC 5321 §4.5.3.1: 64 octets before the @; §4.5.3.1.3: 254 for the whole. */
const maxLocalBytes = 64
const maxEmailBytes = 254
/** E.164: at most 15 digits; the shortest numbers in use have 7. */
const e164 = /^\+[1-9]\d{6,14}$/
const username = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]{0,63}$/u

const normalizers = {
  email: normalizeEmail,
  phone: normalizePhone,
  username: normalizeUsername,
} as const satisfies Record<IdentityType, (value: string) => string | undefined>

/** Undefined when the value cannot be of that type. */
export function identifierOf(type: IdentityType, given: string): Identifier | undefined {
  const value = given.trim()
  const normalized = normalizers[type](value)
  return normalized === undefined ? undefined : { type, value, normalized }
}

/** What a person typed into the one field of a sign-in page. */
export function typedIdentifier(typed: string): Identifier | undefined {
  const value = typed.trim()
  if (value.includes('@')) return identifierOf('email', value)
  return identifierOf(value.startsWith('+') ? 'phone' : 'username', value)
}

/** What users are searched by for this text: how each kind begins that it may be the beginning of. */
export function searchBeginnings(typed: string): NonNullable<UserSearch['text']> {
  const text = typed.trim().normalize('NFC')
  const email = { type: 'email', beginning: text.toLowerCase() } as const
  if (text.includes('@')) return { identifiers: [email] }
  const digits = text.replace(/[\s().+-]/g, '')
  const phone = { type: 'phone', beginning: `+${digits}` } as const
  const isPhone = /^\d{1,15}$/.test(digits)
  if (isPhone && text.startsWith('+')) return { identifiers: [phone] }
  const username = { type: 'username', beginning: foldedUsername(text) } as const
  return {
    identifiers: [email, username, ...(isPhone ? [phone] : [])],
    // The store lowers ASCII letters and no others.
    name: text.replaceAll(/\s+/g, ' ').replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()),
  }
}

/** `joe@x.com`, `phone:+447700900000:gb` (the + may be missing, or a space where a + was not encoded), `username:joe` (C§1). */
export function identifierOfLoginHint(hint: string): Identifier | undefined {
  const [kind, value = ''] = hint.split(':')
  if (kind === 'phone') return identifierOf('phone', `+${value.trim().replace(/^\+/, '')}`)
  if (kind === 'username') return identifierOf('username', hint.slice('username:'.length))
  return typedIdentifier(hint)
}

/** Lower case and NFC; the domain in its ASCII form (RFC 5890), so that both spellings of an IDN are one address. */
function normalizeEmail(value: string): string | undefined {
  const at = value.lastIndexOf('@')
  const local = value.slice(0, at).normalize('NFC').toLowerCase()
  const domain = domainToASCII(value.slice(at + 1))
  const isSane = at > 0 && domain !== '' && /^[^\s\p{Cc}@<>"]+$/u.test(local)
  if (!isSane || Buffer.byteLength(local) > maxLocalBytes) return undefined
  const email = `${local}@${domain}`
  return Buffer.byteLength(email) > maxEmailBytes ? undefined : email
}

function normalizePhone(value: string): string | undefined {
  const compact = value.replace(/[\s().-]/g, '')
  return e164.test(compact) ? compact : undefined
}

/** NFKC and folded case: upper case first, because ß, ſ and final sigma have no lower case in common with their kin. */
function normalizeUsername(value: string): string | undefined {
  const folded = foldedUsername(value)
  return username.test(value) && username.test(folded) ? folded : undefined
}

function foldedUsername(value: string): string {
  return value.normalize('NFKC').toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFKC')
}
