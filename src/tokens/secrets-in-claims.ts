// Claims that hold the value of a secret variable: anyone who holds the token can read it, and a token travels far. It is issued all the
// same, because a value may be meant for its reader; the invocation says so (SBX-58). Found as it is, not in another encoding.
import type { Environment } from '../runtime/index.ts'
import type { TokenKind } from '../oauth/index.ts'
import { mintedTokens, type AppliedClaims } from './claims.ts'

export interface SecretInClaim {
  readonly token: TokenKind
  readonly claim: string
  readonly variable: string
}

/** As with redaction, shorter values would be found in innocent words. */
const shortestSecret = 4

export function secretsInClaims(
  applied: AppliedClaims & { readonly kind: 'applied' },
  environment: Environment,
): SecretInClaim[] {
  const secrets = Object.entries(environment).filter(
    ([, { value, isSecret }]) => isSecret && value.length >= shortestSecret,
  )
  if (secrets.length === 0) return []
  return mintedTokens(applied.after).flatMap(([token, claims]) => {
    const { added = [], changed = [] } = applied.changes[token] ?? {}
    return [...added, ...changed].flatMap((claim) => {
      const text = JSON.stringify({ [claim]: claims[claim] })
      return secrets
        .filter(([, { value }]) => text.includes(JSON.stringify(value).slice(1, -1)))
        .map(([variable]) => ({ token, claim, variable }))
    })
  })
}
