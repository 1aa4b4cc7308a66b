// Which passwords are accepted: long enough, not among the first that an attacker tries, not the name of the account. Nothing else is
// asked for, neither digits nor symbols, and no password expires (NIST SP 800-63B §3.1.1.2; PW-03, PW-04).
import { commonPasswords } from './common-passwords.ts'

export type PasswordProblem = 'too-short' | 'too-long' | 'too-common' | 'same-as-identifier'

export interface PasswordRules {
  readonly minLength: number
  /** Words of this installation that are refused, its own name for example. */
  readonly blocklist: readonly string[]
}

export const defaultPasswordRules: PasswordRules = Object.freeze({ minLength: 8, blocklist: [] })

/** Bounds what is hashed. Nothing is ever cut: a longer password is refused. */
export const maxPasswordLength = 1_000
const maxPasswordBytes = 4_096

/** Looked at before anything is hashed; also at sign-in, where no stored password can be this long. */
export function isPasswordTooLong(password: string): boolean {
  // The plain length first: normalising a megabyte is work for the asking.
  if (password.length > maxPasswordBytes) return true
  const normalized = password.normalize('NFC')
  return characterCount(normalized) > maxPasswordLength || Buffer.byteLength(normalized) > maxPasswordBytes
}

/** `identifiers` are the addresses and names of the account. Characters are counted as code points of the NFC form. */
export function passwordProblem(
  password: string,
  identifiers: readonly string[],
  rules: PasswordRules = defaultPasswordRules,
): PasswordProblem | undefined {
  if (isPasswordTooLong(password)) return 'too-long'
  if (characterCount(password.normalize('NFC')) < rules.minLength) return 'too-short'
  const folded = fold(password)
  if (identifiers.flatMap(namesIn).includes(folded)) return 'same-as-identifier'
  const isListed = commonPasswords.has(folded) || rules.blocklist.some((word) => fold(word) === folded)
  return isListed || isOneCharacter(folded) || isRow(folded) ? 'too-common' : undefined
}

function characterCount(text: string): number {
  return Array.from(text).length
}

/** An address and the part before its @. */
function namesIn(identifier: string): string[] {
  const folded = fold(identifier)
  return [folded, folded.replace(/@[^@]*$/, '')]
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}

function isOneCharacter(text: string): boolean {
  return new Set(text).size <= 1
}

const rows = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890123456789',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
]

/** Neighbours on the keyboard or in the alphabet, forwards or backwards. */
function isRow(text: string): boolean {
  const backwards = Array.from(text).reverse().join('')
  return rows.some((row) => row.includes(text) || row.includes(backwards))
}
