// The claims schema of an environment or an application, applied to what a run decided to issue: `warn` marks the run, `refuse` refuses it
// whatever its failure policy says, because the schema is the promise of the operator and not of the workflow. What is minted
// without a workflow is not checked: it holds our defaults only, and no schema may lock the operator out (docs/decisions/0084).
import { errorCodes } from '../errors/index.ts'
import { isJsonObject, tokenKinds, type JsonObject, type TokenKind } from '../oauth/index.ts'
import type { ClaimsRules } from '../store/index.ts'
import { memberPath } from './claim-path.ts'
import type { TokenTriggerRun } from './run-token-trigger.ts'
import { compileSchema, type SchemaCheck, type SchemaProblem } from './types/json-schema-check.ts'

/** A claim that does not fit the claims schema. */
export interface UnfitClaim {
  readonly token: TokenKind
  /** The claim and the way into it, such as `plan` or `limits.reports`; empty for the token as a whole. */
  readonly claim: string
  /** What is wrong with it; never its value. */
  readonly problem: string
}

/** Problems that are kept of one run. */
const mostKept = 20

export function withClaimsRules(
  run: TokenTriggerRun,
  rules: ClaimsRules | undefined,
): TokenTriggerRun & { readonly unfit?: readonly UnfitClaim[] } {
  const unfit = rules === undefined ? [] : unfitClaims(run, rules)
  const [first] = unfit
  if (rules === undefined || first === undefined) return run
  const message = `The claims do not fit the claims schema: ${unfitText(unfit)}.`
  if (rules.action === 'warn') {
    return { ...run, unfit, log: [...run.log, { level: 'warn', text: `mintage: ${message}` }] }
  }
  const [ending, code] = ['claims-unfit', 'claims_unfit'] as const
  const failure = { kind: 'result', code, rejected: { kind: 'rejected', ending, code, message } } as const
  return {
    ...run,
    unfit,
    ending,
    decision: { kind: 'refuse', failure },
    failure: { code, message, hint: errorCodes[code].fix },
    tokens: Object.fromEntries(
      Object.entries(run.tokens).map(([token, one]) => [token, { ...one, after: undefined }]),
    ),
  }
}

function unfitClaims({ tokens }: TokenTriggerRun, rules: ClaimsRules): UnfitClaim[] {
  const found = tokenKinds.flatMap((token): UnfitClaim[] => {
    const [check, issued] = [checksOf(rules).get(token), tokens[token]?.after]
    if (!check || !issued) return []
    return check(issued).map((problem) => ({ token, ...claimOf(problem) }))
  })
  return found.slice(0, mostKept)
}

function claimOf({ path, message }: SchemaProblem): Pick<UnfitClaim, 'claim' | 'problem'> {
  return { claim: path.reduce(memberPath, '').replace(/^\./, ''), problem: message }
}

function unfitText(unfit: readonly UnfitClaim[]): string {
  return unfit
    .map(({ token, claim, problem }) => `${[token, claim].filter(Boolean).join('.')} ${problem}`)
    .join('; ')
}

/** By the rules, which stay the same object until the file or the application changes: compiling takes milliseconds. */
const compiled = new WeakMap<ClaimsRules, ReadonlyMap<TokenKind, SchemaCheck>>()

function checksOf(rules: ClaimsRules): ReadonlyMap<TokenKind, SchemaCheck> {
  const known = compiled.get(rules)
  if (known) return known
  const checks = new Map(
    schemasOf(rules).map(([token, schema]): [TokenKind, SchemaCheck] => {
      const check = compileSchema(schema)
      // mintage.yaml was refused with it, so the database was changed by hand: nothing is issued by a promise that cannot be read.
      if (typeof check !== 'function') throw new Error(`The claims schema of ${token} cannot be compiled.`)
      return [token, check]
    }),
  )
  compiled.set(rules, checks)
  return checks
}

function schemasOf(rules: ClaimsRules): [TokenKind, JsonObject][] {
  return tokenKinds.flatMap((token): [TokenKind, JsonObject][] => {
    const schema = rules[token]
    return isJsonObject(schema) ? [[token, schema]] : []
  })
}

/** What is wrong with the schemas themselves, at their places below the rules. */
export function claimsRulesProblems(rules: ClaimsRules): readonly SchemaProblem[] {
  return schemasOf(rules).flatMap(([token, schema]) => {
    const check = compileSchema(schema)
    if (typeof check === 'function') return []
    return check.problems.map(({ path, message }) => ({ path: [token, ...path], message }))
  })
}
