// Whether a token may go into the cache and be handed out: its signature when the workflow says how to check it (C§6.7), its
// expiry always. `none` is never accepted; with a JWKS only asymmetric algorithms are, so that a public key cannot be used as
// an HMAC secret (JW-01, JW-02).
//
// Without a validation the token is taken at its word: it only has to be a JWT whose exp is in the future.
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import { CallFailure } from '../../net/index.ts'

/** The keys behind a URL, fetched when they are needed. */
export type KeySetSource = (url: string) => JWTVerifyGetKey

/** Difference between our clock and the issuer's that is forgiven where a token is not valid yet (nbf, iat). */
const clockSkewSeconds = 5

const asymmetricAlgorithms = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ')

const jwksSchema = z.strictObject({
  key: z.strictObject({ type: z.literal('jwks'), jwks: z.strictObject({ url: z.string().max(16_384) }) }),
})
const staticSchema = z.strictObject({
  key: z.strictObject({
    type: z.literal('static'),
    static: z.strictObject({ alg: z.literal('HS256'), key: z.string().min(1).max(4_096) }),
  }),
})
export const validationSchema = z.union([jwksSchema, staticSchema])
export type JwtValidation = z.infer<typeof validationSchema>

interface ValidationDeps {
  readonly nowMs: number
  readonly keySet: KeySetSource
}

/** The time at which the token expires, in milliseconds. Rejects with CallFailure. */
export async function validatedExpiryMs(
  token: string,
  validation: JwtValidation | undefined,
  deps: ValidationDeps,
): Promise<number> {
  const exp = expiryOf(token)
  if (exp * 1_000 <= deps.nowMs) throw invalid('the token has expired')
  if (validation === undefined) return exp * 1_000
  const options = { currentDate: new Date(deps.nowMs), clockTolerance: clockSkewSeconds }
  try {
    if ('static' in validation.key) {
      const secret = new TextEncoder().encode(validation.key.static.key)
      await jwtVerify(token, secret, { ...options, algorithms: ['HS256'] })
    } else {
      const keys = deps.keySet(validation.key.jwks.url)
      await jwtVerify(token, keys, { ...options, algorithms: asymmetricAlgorithms })
    }
  } catch (error) {
    throw error instanceof errors.JOSEError ? invalid(reasonOf(error), error) : error
  }
  return exp * 1_000
}

/** Seconds. The cache refuses a token without a signature, an algorithm or exp, with every validation. */
function expiryOf(token: string): number {
  try {
    const { alg } = decodeProtectedHeader(token)
    const hasSignature = token.split('.').length === 3 && !token.endsWith('.')
    if (typeof alg !== 'string' || alg.toLowerCase() === 'none' || !hasSignature)
      throw invalid('the token is not signed')
    const { exp } = decodeJwt(token)
    if (typeof exp !== 'number' || !Number.isFinite(exp)) throw invalid('the token has no exp claim')
    return exp
  } catch (error) {
    throw error instanceof CallFailure ? error : invalid('the token is not a JWT', error)
  }
}

function reasonOf(error: errors.JOSEError): string {
  const reasons = new Map([
    ['ERR_JWT_EXPIRED', 'the token has expired'],
    ['ERR_JOSE_ALG_NOT_ALLOWED', 'the algorithm of the token is not one that its validation allows'],
    ['ERR_JWKS_NO_MATCHING_KEY', 'the JWKS holds no key for the token'],
    ['ERR_JWKS_MULTIPLE_MATCHING_KEYS', 'the token names no key and the JWKS holds several that fit'],
    ['ERR_JWKS_INVALID', 'the JWKS is malformed'],
    ['ERR_JWT_CLAIM_VALIDATION_FAILED', 'the token is not valid yet'],
    ['ERR_JWS_SIGNATURE_VERIFICATION_FAILED', 'the signature of the token does not fit'],
  ])
  return reasons.get(error.code) ?? 'the token cannot be verified'
}

function invalid(message: string, cause?: unknown): CallFailure {
  return new CallFailure('jwt_cache_invalid', message, { cause })
}
