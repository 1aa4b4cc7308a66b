// What the guest's side of WebCrypto sends (guest/bindings/web-crypto.ts). A guest that took over its engine sends what it
// likes, so keys are parsed and bounded here at every use: there is no key on the host's side that could be trusted.
import * as z from 'zod'
import { fail } from './failure.ts'

export const hashes = {
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
} as const
export type HashName = keyof typeof hashes
export const curves = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' } as const
export type CurveName = keyof typeof curves

const usageNames = [
  'encrypt',
  'decrypt',
  'sign',
  'verify',
  'deriveKey',
  'deriveBits',
  'wrapKey',
  'unwrapKey',
] as const
export type Usage = (typeof usageNames)[number]

/**
 * Bytes as base64, which only the prelude writes; what else a taken-over engine sends are bytes of its own choice. What is
 * longer than the wall lets through never arrives (engine.ts).
 */
const bytesSchema = z.string().transform((text) => Buffer.from(text, 'base64'))
const nameSchema = z.string().max(64)
const usagesSchema = z.array(z.enum(usageNames)).max(64)
/** Far above a PKCS #8 of an RSA key of 8,192 bits, and enough for every secret that is not a file. */
export const mostKeyCharacters = 64 * 1024

const keySchema = z.strictObject({
  type: z.enum(['secret', 'public', 'private']),
  extractable: z.boolean(),
  algorithm: z.strictObject({
    name: nameSchema,
    hash: z.enum(['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512']).exactOptional(),
    namedCurve: z.enum(['P-256', 'P-384', 'P-521']).exactOptional(),
    modulusLength: z.int().exactOptional(),
    publicExponent: z.string().max(64).exactOptional(),
    length: z.int().exactOptional(),
  }),
  usages: usagesSchema,
  /** Base64 of the raw secret, or of the DER of a SubjectPublicKeyInfo or PKCS #8. */
  material: z.string().max(mostKeyCharacters),
})

const parametersSchema = z.strictObject({
  name: nameSchema,
  hash: nameSchema.exactOptional(),
  namedCurve: nameSchema.exactOptional(),
  modulusLength: z.number().exactOptional(),
  publicExponent: bytesSchema.exactOptional(),
  length: z.number().exactOptional(),
  iv: bytesSchema.exactOptional(),
  additionalData: bytesSchema.exactOptional(),
  tagLength: z.number().exactOptional(),
  counter: bytesSchema.exactOptional(),
  label: bytesSchema.exactOptional(),
  salt: bytesSchema.exactOptional(),
  saltLength: z.number().exactOptional(),
  info: bytesSchema.exactOptional(),
  iterations: z.number().exactOptional(),
  public: keySchema.exactOptional(),
})

const partSchema = z.string().max(mostKeyCharacters).exactOptional()
/** The members that RFC 7517, RFC 7518 and RFC 8037 know; others, as kid, are left out. */
const jwkSchema = z.object({
  kty: z.string().max(64).exactOptional(),
  use: z.string().max(64).exactOptional(),
  key_ops: z.array(z.string().max(64)).max(64).exactOptional(),
  alg: z.string().max(64).exactOptional(),
  ext: z.boolean().exactOptional(),
  crv: partSchema,
  x: partSchema,
  y: partSchema,
  d: partSchema,
  n: partSchema,
  e: partSchema,
  p: partSchema,
  q: partSchema,
  dp: partSchema,
  dq: partSchema,
  qi: partSchema,
  k: partSchema,
})

const requestSchema = z.strictObject({
  algorithm: parametersSchema.exactOptional(),
  key: keySchema.exactOptional(),
  data: bytesSchema.exactOptional(),
  signature: bytesSchema.exactOptional(),
  format: nameSchema.exactOptional(),
  jwk: jwkSchema.exactOptional(),
  extractable: z.boolean().exactOptional(),
  usages: usagesSchema.exactOptional(),
  length: z.number().nullable().exactOptional(),
  /** What a derived or unwrapped key becomes. */
  target: parametersSchema.exactOptional(),
  /** The key that is wrapped. */
  wrapped: keySchema.exactOptional(),
})

export type Jwk = z.infer<typeof jwkSchema>
export type KeyAlgorithm = z.infer<typeof keySchema>['algorithm']
/** A CryptoKey as it crosses the wall. */
export type Key = z.infer<typeof keySchema>
export type KeyType = Key['type']
export type Parameters = z.infer<typeof parametersSchema>
export type Request = z.infer<typeof requestSchema>

/** Throws WebCryptoFailure `TypeError`. */
export function parseRequest(json: string): Request {
  const parsed = requestSchema.safeParse(JSON.parse(json))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  return fail('TypeError', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`)
}

/** The member, or WebCryptoFailure `TypeError` that names it. */
export function needed<Value>(value: Value | undefined, name: string): Value {
  return value ?? fail('TypeError', `${name} is missing`)
}

export function hashOf(name: string | undefined): HashName {
  const found = Object.keys(hashes).find((known) => known === needed(name, 'hash').toUpperCase())
  if (found === undefined) fail('NotSupportedError', `the hash ${name} is not supported`)
  return found as HashName
}

export function curveOf(name: string | undefined): CurveName {
  const found = Object.keys(curves).find((known) => known === needed(name, 'namedCurve'))
  if (found === undefined) fail('NotSupportedError', `the curve ${name} is not supported`)
  return found as CurveName
}

export function materialOf(key: Key): Buffer {
  return Buffer.from(key.material, 'base64')
}
