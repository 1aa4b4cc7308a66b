// The rules by which other systems hash passwords. A hash is data with everything that its rule needs; the password is taken as it
// was typed, because none of these systems normalises it.
import { createCipheriv, createHash, pbkdf2, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'
import { promisify } from 'node:util'
import { z } from 'zod'
import { hashBounds, pbkdf2Work } from './hash-bounds.ts'
import { matchesPhpass, phpassPattern } from './phpass.ts'

const {
  bcrypt: bcryptBounds,
  firebaseScrypt: scryptBounds,
  pbkdf2: pbkdf2Bounds,
  mostSaltCharacters,
} = hashBounds
const base64 = z.base64().min(1).max(mostSaltCharacters)

/** `y` is PHP's letter for what others call `b`. Of the password 72 bytes count, as wherever the hash was made. */
const bcryptSchema = z.strictObject({
  kind: z.literal('bcrypt'),
  hash: z
    .string()
    .regex(/^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/, 'it is not $2b$, a cost of two digits, $ and 53 characters')
    .refine((hash) => {
      const cost = Number(hash.slice(4, 6))
      return cost >= bcryptBounds.leastCost && cost <= bcryptBounds.mostCost
    }, `the cost of a bcrypt hash is ${bcryptBounds.leastCost} to ${bcryptBounds.mostCost}`),
})

const digestSchema = z.strictObject({
  kind: z.literal('digest'),
  algorithm: z.enum(['md5', 'sha256']),
  salt: z.string().max(mostSaltCharacters),
  saltPosition: z.enum(['prefix', 'suffix']),
  tag: base64,
})

const pbkdf2Schema = z
  .strictObject({
    kind: z.literal('pbkdf2'),
    digest: z.enum(['sha1', 'sha256', 'sha512']),
    iterations: z.int().min(1),
    salt: base64,
    tag: base64.refine((tag) => bytesOf(tag) <= pbkdf2Bounds.mostTagBytes, {
      error: `the tag of a pbkdf2 hash has at most ${pbkdf2Bounds.mostTagBytes} bytes`,
    }),
  })
  .refine(
    ({ digest: name, iterations, tag }) =>
      pbkdf2Work(name, iterations, bytesOf(tag)) <= pbkdf2Bounds.mostIterations,
    {
      path: ['iterations'],
      error: `at most ${pbkdf2Bounds.mostIterations}, where sha512 counts twice and each block of the tag counts`,
    },
  )

const phpassSchema = z.strictObject({ kind: z.literal('phpass'), hash: z.string().regex(phpassPattern) })

/** https://github.com/firebase/scrypt: the signer's key, encrypted under a key that scrypt makes of the password. */
const firebaseScryptSchema = z
  .strictObject({
    kind: z.literal('firebase-scrypt'),
    tag: base64,
    salt: base64,
    saltSeparator: z.base64().max(mostSaltCharacters),
    signerKey: base64,
    rounds: z.int().min(1).max(scryptBounds.mostRounds),
    memoryCost: z.int().min(1).max(scryptBounds.mostMemoryCost),
  })
  .refine((given) => scryptBytes(given) <= scryptBounds.mostBytes, {
    path: ['memoryCost'],
    error: `with these rounds it takes more than ${scryptBounds.mostBytes / 1024 / 1024} MiB`,
  })

export const foreignHashSchema = z.discriminatedUnion('kind', [
  bcryptSchema,
  digestSchema,
  pbkdf2Schema,
  phpassSchema,
  firebaseScryptSchema,
])
export type ForeignHash = z.output<typeof foreignHashSchema>

const prefix = '$imported$'

/** As PasswordRecord holds it. */
export function storedForeignHash(foreign: ForeignHash): string {
  return prefix + Buffer.from(JSON.stringify(foreign)).toString('base64url')
}

/** False for a text that storedForeignHash did not make. */
export async function verifyForeignHash(password: string, stored: string): Promise<boolean> {
  const read = readForeignHash(stored)
  return read.foreign !== undefined && matches(password, read.foreign)
}

/** Why no password can be checked by it; undefined when one can. */
export function foreignHashProblem(stored: string): string | undefined {
  return readForeignHash(stored).problem
}

/** What a stored hash of another system is; undefined for one of Mintage's own. */
export function foreignHashOf(stored: string): ForeignHash | undefined {
  return readForeignHash(stored).foreign
}

interface ReadHash {
  readonly foreign?: ForeignHash
  readonly problem?: string
}

function readForeignHash(stored: string): ReadHash {
  const unknown = { problem: 'it is not a hash that Mintage knows' }
  if (!stored.startsWith(prefix)) return unknown
  try {
    const json = Buffer.from(stored.slice(prefix.length), 'base64url').toString('utf8')
    const read = foreignHashSchema.safeParse(JSON.parse(json))
    if (read.success) return { foreign: read.data }
    const [{ path, message } = { path: [], message: '' }] = read.error.issues
    return { problem: `${path.join('.')}: ${message}` }
  } catch {
    return unknown
  }
}

function bytesOf(text: string): number {
  return Buffer.from(text, 'base64').length
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
    maxmem: 2 * scryptBounds.mostBytes,
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
