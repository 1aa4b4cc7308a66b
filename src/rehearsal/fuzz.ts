// Tries a workflow with events and users that are valid and rare, and shrinks the first that breaks it. The same seed gives the same
// events, so that a finding can be looked at again. Denials are decisions and no findings.
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import type { Case } from '../cases/index.ts'
import { changedLimits } from '../runtime/index.ts'
import { keptRules, type MintRequest, type TokenTrigger } from '../tokens/index.ts'
import { arbitraryRequest, type FuzzedApplication } from './arbitrary-sign-in.ts'
import { decideAsContender, type ContenderDeps, type ContenderResult, type Failure } from './contender.ts'

export interface FuzzRequest {
  readonly trigger: TokenTrigger
  /** Events to try. */
  readonly runs: number
  /** Any 32-bit integer. */
  readonly seed: number
  /** Which claims beyond the default ones events come with; all of them when empty. */
  readonly applications: readonly FuzzedApplication[]
}

export type FuzzDeps = ContenderDeps & { readonly serving: NonNullable<ContenderDeps['serving']> }

export interface FuzzResult {
  /** Events that were tried until the first finding; those of its shrinking are not counted. */
  readonly runs: number
  readonly denied: number
  /** Runs with a call that was not made: what they end in says nothing. */
  readonly notJudged: number
  /** True when it took longer than it may. */
  readonly isCutShort: boolean
  readonly finding: { readonly failure: Failure; readonly smallest: Case } | undefined
}

/** Together with shrinking. Each run of a workflow that computes until its limit takes as long as the limit. */
const mostMs = 120_000
/** All runs have it, so that the same seed gives the same events and claims. */
const startedAtMs = Date.UTC(2026, 0, 1)

export async function fuzz(request: FuzzRequest, deps: FuzzDeps): Promise<FuzzResult> {
  const { trigger, runs, seed, applications } = request
  const runSeed = createHash('sha256')
    .update(`fuzz ${String(seed)}`)
    .digest('hex')
  const count = { runs: 0, denied: 0, notJudged: 0 }
  let smallest: Broken | undefined
  const property = fc.asyncProperty(
    arbitraryRequest(trigger, applications, { startedAtMs }),
    async (asked) => {
      const result = await decideAsContender(asked, { startedAtMs, seed: runSeed }, deps)
      if (!smallest) {
        count.runs++
        if (result.kind === 'denied') count.denied++
        if (result.skippedCalls.length > 0) count.notJudged++
      }
      const failure = failureOf(result)
      // Shrinking goes on from each event that breaks it, so the last one is the smallest.
      if (failure) smallest = { asked, failure }
      return failure === undefined
    },
  )
  const { interrupted } = await fc.check(property, { numRuns: runs, seed, interruptAfterTimeLimit: mostMs })
  return {
    ...count,
    isCutShort: interrupted,
    finding: smallest && {
      failure: smallest.failure,
      smallest: caseOf(smallest.asked, runSeed, deps),
    },
  }
}

interface Broken {
  readonly asked: MintRequest
  readonly failure: Failure
}

/** Undefined for a run that went well, or whose calls were not made. */
function failureOf(result: ContenderResult): Failure | undefined {
  return result.kind === 'failed' && result.skippedCalls.length === 0 ? result.failure : undefined
}

function caseOf({ event, before, ...rules }: MintRequest, seed: string, deps: FuzzDeps): Case {
  const { serving, strictClaims, claimsRules } = deps
  const clock = new Date(startedAtMs).toISOString()
  const limits = changedLimits(deps.limits)
  return {
    version: 2,
    trigger: event.trigger,
    workflows: serving.workflows.map(({ manifest: { id }, file }) => ({ id, file, clock, seed })),
    event: event.json,
    before: { ...before },
    environment: Object.fromEntries(
      // As in any case: a test gives the secrets that it needs.
      Object.entries(deps.environment).map(([name, { value, isSecret }]) => [
        name,
        { value: isSecret ? 'masked' : value, isSecret },
      ]),
    ),
    localization: {},
    ...(Object.keys(limits).length > 0 && { limits }),
    ...keptRules({ ...rules, claimsRules: rules.claimsRules ?? claimsRules, strictClaims }),
    answers: [...(deps.answers.given ?? [])],
  }
}
