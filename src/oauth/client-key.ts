// Which keys of a client's JWK Set can verify its assertions (RFC 7523 §3).
import { createPublicKey } from 'node:crypto'

/** The algorithms of client assertions. */
export const clientAssertionAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const
type AssertionAlgorithm = (typeof clientAssertionAlgorithms)[number]

/** `other`: a key for something else, which RFC 7517 §5 says to ignore. */
export type ClientKeyJudgement =
  | { readonly kind: 'usable' }
  | { readonly kind: 'other' }
  /** `problem` is the end of a sentence that begins with the key. */
  | { readonly kind: 'invalid'; readonly problem: string }

type Jwk = Readonly<Record<string, unknown>>

const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

export function judgeClientKey(jwk: Jwk): ClientKeyJudgement {
  if (secretMembers.some((member) => jwk[member] !== undefined))
    return { kind: 'invalid', problem: 'holds a private or secret key; publish the public one only' }
  for (const member of ['alg', 'kid', 'use']) {
    const value = jwk[member]
    if (value !== undefined && (typeof value !== 'string' || value === ''))
      return { kind: 'invalid', problem: `has an invalid ${member}` }
  }
  const algorithms = algorithmsOf(jwk)
  if (algorithms.length === 0) return { kind: 'other' }
  const problem = keyProblem(jwk)
  if (problem !== undefined) return { kind: 'invalid', problem }
  const isMeantFor = jwk['alg'] === undefined || algorithms.some((algorithm) => algorithm === jwk['alg'])
  const isForSignatures = jwk['use'] === undefined || jwk['use'] === 'sig'
  const mayVerify = !Array.isArray(jwk['key_ops']) || jwk['key_ops'].includes('verify')
  return { kind: isMeantFor && isForSignatures && mayVerify ? 'usable' : 'other' }
}

function algorithmsOf({ kty, crv }: Jwk): readonly AssertionAlgorithm[] {
  if (kty === 'RSA') return ['RS256', 'PS256']
  if (kty === 'EC' && crv === 'P-256') return ['ES256']
  return kty === 'OKP' && crv === 'Ed25519' ? ['EdDSA'] : []
}

function keyProblem(jwk: Jwk): string | undefined {
  try {
    const { asymmetricKeyDetails } = createPublicKey({ key: { ...jwk }, format: 'jwk' })
    // RFC 7518 §3.3.
    const bits = asymmetricKeyDetails?.modulusLength
    return bits !== undefined && bits < 2_048 ? 'is shorter than 2048 bits' : undefined
  } catch {
    return 'is not a valid public key'
  }
}
