// From claims to a JWT and back: the only place where a token of ours is signed or its signature checked. Headers hold `alg`,
// `kid` and `typ`, of letters that `atob` decodes (C§3).
import { hash } from 'node:crypto'
import { jwtVerify, type JWTPayload } from 'jose'
import type { JsonObject } from '../oauth/index.ts'
import type { SigningAlgorithm } from '../store/index.ts'
import { compactJws } from './compact-jws.ts'
import type { SigningKeys } from './signing-keys.ts'

/** `at+jwt` by RFC 9068 §2.1: neither is ever taken for the other. */
export type TokenType = 'at+jwt' | 'JWT'

export interface TokenSigner {
  sign(claims: JsonObject, type: TokenType, algorithm: SigningAlgorithm): Promise<string>
  /** The claims of an unexpired access token of ours; undefined for anything else, whatever is wrong with it. */
  verifyAccessToken(token: string): Promise<JWTPayload | undefined>
}

export function openTokenSigner(keys: SigningKeys, issuer: string, nowMs: () => number): TokenSigner {
  return {
    async sign(claims, type, algorithm) {
      return compactJws(claims, type, await keys.active(algorithm))
    },
    async verifyAccessToken(token) {
      try {
        const { payload } = await jwtVerify(token, keys.verificationKey, {
          issuer,
          typ: 'at+jwt',
          algorithms: ['RS256', 'ES256', 'EdDSA'],
          currentDate: new Date(nowMs()),
        })
        return payload
      } catch {
        return undefined
      }
    },
  }
}

/** OIDC Core §3.1.3.6: the left half of the hash that goes with the ID token's algorithm. */
export function accessTokenHash(accessToken: string, algorithm: SigningAlgorithm): string {
  const digest = hash(algorithm === 'EdDSA' ? 'sha512' : 'sha256', accessToken, 'buffer')
  return digest.subarray(0, digest.length / 2).toString('base64url')
}
