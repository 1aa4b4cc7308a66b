// Password hashes of other systems, so that users can be moved without choosing another password (C§8). A hash is kept with all
// that its rule needs and checked by that rule; it counts as weak, so the first sign-in replaces it (PW-02).
//
// What cannot be checked here (crypt) is refused: stored, it would be a password that never matches.
import { foreignHashSchema, storedForeignHash, type ForeignHash } from './foreign-hash.ts'
import { isPasswordHash, passwordHashProblem } from './password-hash.ts'

export const hashingMethods = [
  'bcrypt',
  'crypt',
  'md5',
  'sha256',
  'wordpress',
  'pbkdf2',
  'firebase-scrypt',
  'aspnet-identity-v2',
] as const
type HashingMethod = (typeof hashingMethods)[number]

/** A hash as its system exports it. Which of the rest is needed depends on the method. */
export interface GivenHash {
  readonly hash: string
  /** Without one the hash is bcrypt, as at Kinde, or one of Mintage's own. */
  readonly method?: HashingMethod | undefined
  /** Of pbkdf2 and firebase-scrypt in base64. */
  readonly salt?: string | undefined
  readonly saltPosition?: 'prefix' | 'suffix' | undefined
  readonly iterations?: number | undefined
  /** Of pbkdf2: the digest, or FusionAuth's name of it such as `salted-pbkdf2-hmac-sha512-512`. */
  readonly variant?: string | undefined
  readonly signerKey?: string | undefined
  readonly saltSeparator?: string | undefined
  readonly rounds?: number | undefined
  readonly memoryCost?: number | undefined
}

/** `hash` is what PasswordRecord holds. */
export type ImportedHash =
  | { readonly kind: 'hash'; readonly hash: string }
  | { readonly kind: 'unsupported'; readonly reason: string }
  | { readonly kind: 'malformed'; readonly reason: string }

export function importedHash(given: GivenHash): ImportedHash {
  const { hash, method = 'bcrypt' } = given
  if (given.method === undefined && isPasswordHash(hash)) {
    const problem = passwordHashProblem(hash)
    return problem === undefined ? { kind: 'hash', hash } : malformed(`hashed_password: ${problem}`)
  }
  if (method === 'crypt') {
    return { kind: 'unsupported', reason: `Mintage cannot check hashes of the method ${method}.` }
  }
  const foreign = foreignHashSchema.safeParse(readings[method](given))
  if (foreign.success) return { kind: 'hash', hash: storedForeignHash(foreign.data) }
  if (given.method === undefined && !hash.startsWith('$2'))
    return malformed('without a hashing method the hash has to be bcrypt, or argon2id in PHC format')
  const [{ path: [part = ''], message } = { path: [], message: '' }] = foreign.error.issues
  return malformed(
    `not a hash of the method ${method}: ${wireNames[String(part)] ?? 'hashed_password'}: ${message}`,
  )
}

/** What the parts of a hash are called in a request (C§8). */
const wireNames: Readonly<Partial<Record<string, string>>> = {
  iterations: 'iterations',
  digest: 'variant',
  salt: 'salt',
  saltSeparator: 'salt_separator',
  signerKey: 'signer_key',
  rounds: 'rounds',
  memoryCost: 'mem_cost',
}

/** How each system writes what is needed; the schema says afterwards whether it is. */
const readings = {
  bcrypt: ({ hash }) => ({ kind: 'bcrypt', hash }),
  md5: (given) => digest('md5', given),
  sha256: (given) => digest('sha256', given),
  wordpress: ({ hash }) => ({ kind: 'phpass', hash }),
  pbkdf2: ({ hash, variant = 'sha256', iterations = fusionAuthIterations, salt }) => ({
    kind: 'pbkdf2',
    digest: pbkdf2Digest(variant),
    iterations,
    salt,
    tag: base64Of(hash),
  }),
  'firebase-scrypt': ({ hash, salt, saltSeparator = '', signerKey, rounds = 8, memoryCost = 14 }) => ({
    kind: 'firebase-scrypt',
    tag: hash,
    salt,
    saltSeparator,
    signerKey,
    rounds,
    memoryCost,
  }),
  // ASP.NET Identity, version 2 of its format: a zero, 16 bytes of salt, 32 bytes of PBKDF2 with SHA-1 and 1000 iterations.
  'aspnet-identity-v2': ({ hash }) => {
    const bytes = Buffer.from(hash, 'base64')
    const isVersion2 = bytes.length === 49 && bytes[0] === 0
    return {
      kind: 'pbkdf2',
      digest: 'sha1',
      iterations: 1_000,
      salt: bytes.subarray(1, 17).toString('base64'),
      tag: isVersion2 ? bytes.subarray(17).toString('base64') : '',
    }
  },
} as const satisfies Record<
  Exclude<HashingMethod, 'crypt'>,
  (given: GivenHash) => { readonly kind: ForeignHash['kind'] } & object
>

/** What is left out means this, as at Kinde. */
const fusionAuthIterations = 24_000

function pbkdf2Digest(variant: string): string | undefined {
  const [, digits] = /(?:^|-hmac-)sha-?(1|256|512)(?:-512)?$/.exec(variant.toLowerCase()) ?? []
  return digits && `sha${digits}`
}

function digest(algorithm: 'md5' | 'sha256', { hash, salt = '', saltPosition = 'prefix' }: GivenHash) {
  return { kind: 'digest', algorithm, salt, saltPosition, tag: base64Of(hash) } as const
}

/** Hexadecimal or base64, as systems write a digest. */
function base64Of(hash: string): string {
  const isHex = /^(?:[0-9a-f]{2})+$/i.test(hash)
  return isHex ? Buffer.from(hash, 'hex').toString('base64') : hash
}

function malformed(reason: string): ImportedHash {
  return { kind: 'malformed', reason }
}
