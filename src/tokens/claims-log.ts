// What Mintage itself says in the log of an invocation about the claims that its workflows set.
import type { Environment, LogEntry } from '../runtime/index.ts'
import type { ClaimClash } from './claim-clashes.ts'
import { memberPath } from './claim-path.ts'
import type { AppliedClaims, RefusedClaim } from './claims.ts'
import { secretsInClaims } from './secrets-in-claims.ts'

type IssuedClaims = AppliedClaims & { readonly kind: 'applied' }

/** Repaired texts that are reported of one run. */
const maxRepairsReported = 20

export function claimsLog(
  issued: IssuedClaims | undefined,
  refused: readonly RefusedClaim[],
  clashes: readonly ClaimClash[],
  environment: Environment,
): LogEntry[] {
  const { lookAlikes = [], repaired = [] } = issued ?? {}
  const secrets = issued === undefined ? [] : secretsInClaims(issued, environment)
  return [
    ...clashes.map(({ token, claim, workflows }) =>
      warning(
        `${memberPath(token, claim)} was changed by more than one workflow: ${workflows.join(', then ')}. The last one counts.`,
      ),
    ),
    ...refused.map(({ token, claim }) =>
      warning(`${token}.${claim} is reserved: the workflow's value was dropped.`),
    ),
    ...lookAlikes.map(({ token, claim, resembles }) =>
      warning(
        `${token} holds a claim that looks like ${resembles} and is another: ${JSON.stringify(claim)}.`,
      ),
    ),
    ...repaired
      .slice(0, maxRepairsReported)
      .map((path) =>
        warning(
          `${path} was cut inside a character (half of a surrogate pair): U+FFFD stands for it in the token.`,
        ),
      ),
    ...secrets.map(({ token, claim, variable }) =>
      warning(
        `${memberPath(token, claim)} holds the value of the secret ${variable}: anyone who holds the token can read it.`,
      ),
    ),
  ]
}

function warning(text: string): LogEntry {
  return { level: 'warn', text: `mintage: ${text}` }
}
