// The rules by which other systems hash passwords. A hash is data with everything that its rule needs; the password is taken as it
// was typed, because none of these systems normalises it.
import { createCipheriv, createHash, pbkdf2, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'
import { promisify } from 'node:util'
import { z } from 'zod'
import { matchesPhpass, phpassPattern } from './phpass.ts'

const base64 = z.base64().min(1).max(2_000)

/**
 * A cost of 15 takes about three seconds of a pool thread: more would be an attack by import. `y` is PHP's letter for what others call
 * `b`. Of the password 72 bytes count, as wherever the hash was made.
 */
const bcryptSchema = z.strictObject({
  kind: z.literal('bcrypt'),
  hash: z
    .string()
    .regex(
      /^\$2[aby]\$(?:0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}$/,
      'it is not $2b$, a cost of 04 to 15, $ and 53 characters',
    ),
})

const digestSchema = z.strictObject({
  kind: z.literal('digest'),
  algorithm: z.enum(['md5', 'sha256']),
  salt: z.string().max(500),
  saltPosition: z.enum(['prefix', 'suffix']),
  tag: base64,
})

const pbkdf2Schema = z.strictObject({
  kind: z.literal('pbkdf2'),
  digest: z.enum(['sha1', 'sha256', 'sha512']),
  /** Two millions take a second or so: more would be an attack by import. */
  iterations: z.int().min(1).max(2_000_000),
  salt: base64,
  tag: base64,
})

const phpassSchema = z.strictObject({ kind: z.literal('phpass'), hash: z.string().regex(phpassPattern) })

/** https://github.com/firebase/scrypt: the signer's key, encrypted under a key that scrypt makes of the password. */
const firebaseScryptSchema = z
  .strictObject({
    kind: z.literal('firebase-scrypt'),
    tag: base64,
    salt: base64,
    saltSeparator: z.base64().max(200),
    signerKey: base64,
    rounds: z.int().min(1).max(16),
    memoryCost: z.int().min(1).max(16),
  })
  .refine((given) => scryptBytes(given) <= mostScryptBytes, 'rounds and memory cost take too much memory')

export const foreignHashSchema = z.discriminatedUnion('kind', [
  bcryptSchema,
  digestSchema,
  pbkdf2Schema,
  phpassSchema,
  firebaseScryptSchema,
])
export type ForeignHash = z.output<typeof foreignHashSchema>

const mostScryptBytes = 64 * 1024 * 1024

const prefix = '$imported$'

/** As PasswordRecord holds it. */
export function storedForeignHash(foreign: ForeignHash): string {
  return prefix + Buffer.from(JSON.stringify(foreign)).toString('base64url')
}

/** False for what is no such hash. */
export async function verifyForeignHash(password: string, stored: string): Promise<boolean> {
  if (!stored.startsWith(prefix)) return false
  const json = Buffer.from(stored.slice(prefix.length), 'base64url').toString('utf8')
  return matches(password, foreignHashSchema.parse(JSON.parse(json)))
}

async function matches(password: string, foreign: ForeignHash): Promise<boolean> {
  switch (foreign.kind) {
    case 'bcrypt':
      return matchesBcrypt(password, foreign.hash)
    case 'digest':
      return isEqual(foreign.tag, digestOf(password, foreign))
    case 'pbkdf2':
      return isEqual(foreign.tag, await pbkdf2Of(password, foreign))
    case 'phpass':
      return matchesPhpass(password, foreign.hash)
    case 'firebase-scrypt':
      return isEqual(foreign.tag, await firebaseScryptOf(password, foreign))
  }
}

async function matchesBcrypt(password: string, hash: string): Promise<boolean> {
  const { compare } = await import('bcrypt') // few servers need it: its native part is loaded when one does
  return compare(password, hash.replace(/^\$2y/, '$2b'))
}

function digestOf(
  password: string,
  { algorithm, salt, saltPosition }: z.output<typeof digestSchema>,
): Buffer {
  const text = saltPosition === 'prefix' ? salt + password : password + salt
  return createHash(algorithm).update(text).digest()
}

async function pbkdf2Of(
  password: string,
  { digest, iterations, salt, tag }: z.output<typeof pbkdf2Schema>,
): Promise<Buffer> {
  const length = Buffer.from(tag, 'base64').length
  return promisify(pbkdf2)(password, Buffer.from(salt, 'base64'), iterations, length, digest)
}

async function firebaseScryptOf(
  password: string,
  given: z.output<typeof firebaseScryptSchema>,
): Promise<Buffer> {
  const salt = Buffer.concat([Buffer.from(given.salt, 'base64'), Buffer.from(given.saltSeparator, 'base64')])
  const key = await scryptKey(password, salt, {
    N: 2 ** given.memoryCost,
    r: given.rounds,
    p: 1,
    maxmem: 2 * mostScryptBytes,
  })
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
  return Buffer.concat([cipher.update(Buffer.from(given.signerKey, 'base64')), cipher.final()])
}

function scryptKey(password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  scrypt(password, salt, 32, options, (error, key) => (error === null ? resolve(key) : reject(error)))
  return promise
}

/** RFC 7914 §2. */
function scryptBytes({
  rounds,
  memoryCost,
}: {
  readonly rounds: number
  readonly memoryCost: number
}): number {
  return 128 * rounds * 2 ** memoryCost
}

function isEqual(tag: string, computed: Buffer): boolean {
  const expected = Buffer.from(tag, 'base64')
  return expected.length === computed.length && timingSafeEqual(expected, computed)
}
