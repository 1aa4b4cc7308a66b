// The claims of one token as rows of a comparison: what the workflow touched first, the rest apart.
import type { SourceLocation } from '../../errors/index.ts'
import type { JsonValue } from '../../oauth/index.ts'
import type { RefusedClaimView, TokenChangesView } from './invocation-view.ts'

export interface ClaimRow {
  readonly state: 'added' | 'changed' | 'removed' | 'refused' | 'unchanged'
  readonly claim: string
  /** Undefined where the token does not hold the claim. */
  readonly before: JsonValue | undefined
  readonly after: JsonValue | undefined
  /** Where the workflow tried to set a reserved claim. */
  readonly at?: SourceLocation
}

export interface ClaimRows {
  readonly touched: readonly ClaimRow[]
  readonly unchanged: readonly ClaimRow[]
}

export function claimRows(token: TokenChangesView, refused: readonly RefusedClaimView[]): ClaimRows {
  const { before, changes } = token
  const after = token.after ?? before
  const row = (state: ClaimRow['state'], claim: string): ClaimRow => ({
    state,
    claim,
    before: Object.hasOwn(before, claim) ? before[claim] : undefined,
    after: Object.hasOwn(after, claim) ? after[claim] : undefined,
  })
  const touched = [
    ...changes.added.map((claim) => row('added', claim)),
    ...changes.changed.map((claim) => row('changed', claim)),
    ...changes.removed.map((claim) => row('removed', claim)),
    ...refused.map(({ claim, at }) => ({ ...row('refused', claim), ...(at && { at }) })),
  ]
  const named = new Set(touched.map(({ claim }) => claim))
  const rest = Object.keys(before).filter((claim) => !named.has(claim))
  return { touched, unchanged: rest.map((claim) => row('unchanged', claim)) }
}
