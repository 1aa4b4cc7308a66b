// Password hashes: argon2id (RFC 9106) as PHC strings. Parameters travel with each hash, so raising them later breaks no account.
import { argon2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { foreignHashProblem, verifyForeignHash } from './foreign-hash.ts'
import { argon2Problem, type Argon2Parameters } from './hash-bounds.ts'
import type { RandomBytes } from './ids.ts'

/** The minimum that OWASP recommends for argon2id: 19 MiB and two passes, about 40 ms (PW-01). */
export const defaultArgon2Parameters: Argon2Parameters = Object.freeze({
  memoryKib: 19_456,
  passes: 2,
  lanes: 1,
})

const saltBytes = 16
const tagBytes = 32
const runArgon2 = promisify(argon2)

export async function hashPassword(
  password: string,
  parameters: Argon2Parameters,
  random: RandomBytes,
): Promise<string> {
  const salt = random(saltBytes)
  return phcString(parameters, salt, await derive(password, salt, parameters))
}

/** By the rule of another system for a hash that was imported from it; false for a hash that has a problem. */
export async function verifyPassword(password: string, phc: string): Promise<boolean> {
  if (passwordHashProblem(phc) !== undefined) return false
  const stored = parsePhc(phc)
  if (stored === undefined) return verifyForeignHash(password, phc)
  const tag = await derive(password, stored.salt, stored.parameters)
  return timingSafeEqual(tag, stored.tag)
}

/** Whether it is written as a hash of hashPassword is, whatever its costs. */
export function isPasswordHash(text: string): boolean {
  return parsePhc(text) !== undefined
}

/** Why a password cannot be checked by this hash: it is not readable, or beyond hash-bounds.ts. Undefined when it can. */
export function passwordHashProblem(text: string): string | undefined {
  const stored = parsePhc(text)
  return stored === undefined
    ? foreignHashProblem(text)
    : argon2Problem(stored.parameters, stored.salt.length)
}

/** Whether passwords can be checked by it. */
export function isReadableHash(text: string): boolean {
  return passwordHashProblem(text) === undefined
}

/** Whether a hash costs an attacker less than one made with these parameters would (PW-02). */
export function isWeakerThan(phc: string, wanted: Argon2Parameters): boolean {
  const stored = parsePhc(phc)?.parameters
  if (stored === undefined) return true
  return (
    stored.memoryKib < wanted.memoryKib || stored.memoryKib * stored.passes < wanted.memoryKib * wanted.passes
  )
}

/** A hash that no password has: checking against it takes as long as against a real one. */
export function unmatchableHash(parameters: Argon2Parameters, random: RandomBytes): string {
  return phcString(parameters, random(saltBytes), random(tagBytes))
}

/** NFC, so that one password typed on two keyboards is one (RFC 8265 §4.2.2). Spaces and NUL bytes count like any character. */
async function derive(password: string, salt: Uint8Array, parameters: Argon2Parameters): Promise<Buffer> {
  return runArgon2('argon2id', {
    message: password.normalize('NFC'),
    nonce: salt,
    parallelism: parameters.lanes,
    tagLength: tagBytes,
    memory: parameters.memoryKib,
    passes: parameters.passes,
  })
}

function phcString(
  { memoryKib, passes, lanes }: Argon2Parameters,
  salt: Uint8Array,
  tag: Uint8Array,
): string {
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${lanes}$${base64(salt)}$${base64(tag)}`
}

const phc =
  /^\$argon2id\$v=19\$m=(\d{1,10}),t=(\d{1,10}),p=(\d{1,10})\$([A-Za-z0-9+/]{1,1000})\$([A-Za-z0-9+/]{43})$/

function parsePhc(text: string): { parameters: Argon2Parameters; salt: Buffer; tag: Buffer } | undefined {
  const [, memory, passes, lanes, salt = '', tag = ''] = phc.exec(text) ?? []
  if (memory === undefined) return undefined
  return {
    parameters: { memoryKib: Number(memory), passes: Number(passes), lanes: Number(lanes) },
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  }
}

/** Without padding, as the PHC string format has it. */
function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '')
}
