// Two runs of one token request by two deployments, compared: what they decide, and which claims differ. Values are shown short and without
// secrets, because they are kept.
import { tokenKinds, type JsonObject, type JsonValue, type TokenKind } from '../oauth/index.ts'
import type { RunDifference } from '../triggers/index.ts'
import { claimChanges } from './claim-changes.ts'
import type { TokenTriggerRun } from './run-token-trigger.ts'

const mostClaims = 20
const longestValue = 200

/** What is compared of a run. */
type Compared = Pick<TokenTriggerRun, 'ending' | 'tokens' | 'calls' | 'failure'> & {
  readonly decision: Pick<TokenTriggerRun['decision'], 'kind'>
}

/** `other`: the run that was not issued; undefined where no workflow runs, so that the default claims would be issued. */
export function compareRuns(
  issued: TokenTriggerRun,
  other: TokenTriggerRun | undefined,
  redact: (text: string) => string = (text) => text,
): RunDifference {
  const { ending, decision, tokens, calls, failure }: Compared = other ?? withoutWorkflow(issued)
  const shown = (value: JsonValue | undefined) =>
    value === undefined ? null : redact(JSON.stringify(value)).slice(0, longestValue)
  const claims = tokenKinds.flatMap((token) =>
    differingClaims(issued, tokens, token).map(({ claim, before, after }) => {
      return { token, claim, live: shown(before), shadow: shown(after) }
    }),
  )
  const outcome =
    issued.ending === ending && issued.decision.kind === decision.kind
      ? undefined
      : {
          live: issued.ending,
          shadow: ending,
          ...(failure && { message: redact(failure.message).slice(0, longestValue) }),
        }
  const notMade = calls
    .filter(({ error }) => error?.code === 'call_not_made')
    .map(({ method, url }) => redact(`${method} ${url}`).slice(0, longestValue))
  const isSame = claims.length === 0 && outcome === undefined
  const details: JsonObject = {
    ...(claims.length > 0 && { claims: claims.slice(0, mostClaims), differingClaims: claims.length }),
    ...(outcome && { outcome }),
    ...(notMade.length > 0 && { callsNotMade: [...new Set(notMade)].slice(0, mostClaims) }),
  }
  if (notMade.length > 0) return { verdict: 'not-comparable', details }
  return { verdict: isSame ? 'same' : 'differs', details }
}

function withoutWorkflow({ tokens }: TokenTriggerRun): Compared {
  return {
    ending: 'completed',
    decision: { kind: 'issue' },
    tokens: Object.fromEntries(
      Object.entries(tokens).map(([token, run]) => [token, { ...run, after: run.before }]),
    ),
    calls: [],
    failure: undefined,
  }
}

function differingClaims(issued: TokenTriggerRun, tokens: Compared['tokens'], token: TokenKind) {
  const before = issued.tokens[token]?.after
  const after = tokens[token]?.after
  // Of a token that one of both does not issue, the outcome tells.
  if (before === undefined || after === undefined) return []
  const { added, changed, removed } = claimChanges(before, after)
  return [...added, ...changed, ...removed]
    .toSorted()
    .map((claim) => ({ claim, before: before[claim], after: after[claim] }))
}
