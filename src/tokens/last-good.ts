// The claims of a workflow's last good run, for a workflow whose failure policy falls back on them: what it changed of each token, to be
// changed again in the fresh defaults of a later request of the same grant (docs/decisions/0086).
import { hash } from 'node:crypto'
import { z } from 'zod'
import type { JsonValue, TokenKind } from '../oauth/index.ts'
import type { RunLimits } from '../runtime/index.ts'
import {
  applyWorkflowClaims,
  defaultClaimsForWorkflow,
  jsonBytes,
  mintedTokens,
  type AppliedClaims,
  type ClaimsByToken,
} from './claims.ts'
import { memberPath } from './claim-path.ts'

/** What a workflow made of the claims of one token. Members that this version does not know stay. */
export const changedClaimsSchema = z.looseObject({
  set: z.record(z.string(), z.json()),
  removed: z.array(z.string()),
  /**
   * Digests of the values in whose place `set` came; a claim that was not there before has none. Absent in what was written before this
   * was kept: then no claim that has a default is repeated.
   */
  replaced: z.record(z.string(), z.string()).default({}),
})

export type ChangedClaims = Pick<z.output<typeof changedClaimsSchema>, 'removed' | 'replaced' | 'set'>

export type ChangedTokens = Readonly<Partial<Record<TokenKind, ChangedClaims>>>

/** Of workflows by their id. */
export type LastGood = Readonly<
  Record<string, { readonly ageSeconds: number; readonly tokens: ChangedTokens }>
>

/** Workflows that ask for their last good run to be kept, by their id: what this run changed, or null when it failed. */
export type GoodRuns = Readonly<Record<string, ChangedTokens | null>>

type Applied = AppliedClaims & { readonly kind: 'applied' }
type Limits = Pick<RunLimits, 'claimsBytes' | 'claimsDepth'>

interface AskingWorkflow {
  readonly id: string
  readonly lastGoodSeconds?: number | undefined
}

export interface FallenBack {
  /** For the log of the invocation. */
  readonly text: string
  readonly issued?: { readonly result: Applied; readonly ageSeconds: number }
}

/** `found`: the claims that the workflow started from. */
export function fallBack(
  { id, lastGoodSeconds = 0 }: AskingWorkflow,
  lastGood: LastGood,
  { found, defaults }: { readonly found: ClaimsByToken; readonly defaults: ClaimsByToken },
  limits: Limits,
): FallenBack {
  const last = Object.hasOwn(lastGood, id) ? lastGood[id] : undefined
  if (last === undefined)
    return {
      text: `${id} failed and has no good run of this grant to fall back on: its changes are dropped.`,
    }
  const { ageSeconds, tokens } = last
  const run = `its last good run, of ${ageSeconds} seconds ago,`
  if (ageSeconds > lastGoodSeconds)
    return {
      text: `${id} failed, and ${run} is older than ${lastGoodSeconds} seconds: its changes are dropped.`,
    }
  const outdated: string[] = []
  const result = changedAgain(tokens, found, defaults, limits, outdated)
  if (result.kind !== 'applied')
    return { text: `${id} failed, and the claims of ${run} do not fit any more: ${result.message}` }
  const but =
    outdated.length === 0 ? '' : `, but not those whose default has changed since: ${outdated.join(', ')}`
  return { text: `${id} failed: the claims of ${run} stand in${but}.`, issued: { result, ageSeconds } }
}

/**
 * Through the same door as the claims of a run: no reserved claim is touched, and no limit is passed. A claim that another value stood for
 * then is left as it is found now and named in `outdated`: what the workflow made of permissions that the user has lost must not come back.
 */
function changedAgain(
  tokens: ChangedTokens,
  found: ClaimsByToken,
  defaults: ClaimsByToken,
  limits: Limits,
  outdated: string[],
): AppliedClaims {
  const wanted = mintedTokens(found).map(([token, claims]) => {
    const { set = {}, removed = [], replaced = {} } = tokens[token] ?? {}
    const gone = new Set(removed)
    const again = Object.entries(set).filter(([claim]) => {
      const isSame =
        claimDigest(claims[claim]) === (Object.hasOwn(replaced, claim) ? replaced[claim] : undefined)
      if (!isSame) outdated.push(memberPath(token, claim))
      return isSame
    })
    const changed = Object.entries(
      defaultClaimsForWorkflow({ ...claims, ...Object.fromEntries(again) }, token),
    )
    return [token, Object.fromEntries(changed.filter(([claim]) => !gone.has(claim)))]
  })
  const claimsJson = JSON.stringify(Object.fromEntries(wanted))
  return applyWorkflowClaims({
    before: found,
    defaults,
    claimsJson,
    attempts: [],
    limits,
    strictClaims: false,
  })
}

/** One workflow of a run; without `good` it failed. */
export interface EndedStep {
  readonly workflow: AskingWorkflow
  readonly good?:
    | { readonly changes: Applied['changes']; readonly found: ClaimsByToken; readonly after: ClaimsByToken }
    | undefined
}

/**
 * What is to be kept with the grant. It travels with each of its refresh tokens, so all of it together has at most as many bytes as
 * workflows may add to the tokens; `tell` is given what is left out.
 */
export function goodRunsOf(
  steps: readonly EndedStep[],
  lastGood: LastGood,
  bytes: number,
  tell: (text: string) => void,
): GoodRuns {
  let left = bytes
  const kept = steps.flatMap(
    ({ workflow: { id, lastGoodSeconds }, good }): [string, ChangedTokens | null][] => {
      if (lastGoodSeconds === undefined) return []
      const changed = good ? changedTokens(good) : null
      const size = jsonBytes({ ...(changed ?? lastGood[id]?.tokens) })
      left -= size
      if (left >= 0) return [[id, changed]]
      left += size
      tell(`what ${id} changed has ${size} bytes, too many to be kept for a run that fails.`)
      return []
    },
  )
  return Object.fromEntries(kept)
}

function changedTokens({ changes, found, after }: NonNullable<EndedStep['good']>): ChangedTokens {
  return Object.fromEntries(
    mintedTokens(after).map(([token, claims]) => {
      const { added = [], changed = [], removed = [] } = changes[token] ?? {}
      const set = [...added, ...changed].map((claim) => [claim, claims[claim] ?? null])
      const replaced = changed.map((claim) => [claim, claimDigest(found[token]?.[claim])])
      return [
        token,
        { set: Object.fromEntries(set), removed: [...removed], replaced: Object.fromEntries(replaced) },
      ]
    }),
  )
}

/** Of a claim that is absent: undefined. */
export function claimDigest(value: JsonValue | undefined): string | undefined {
  return value === undefined ? undefined : hash('sha256', JSON.stringify(value), 'base64url').slice(0, 22)
}
