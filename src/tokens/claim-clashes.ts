// Claims that more than one workflow of a sequence changed: the last one wins, and the author should know.
import { tokenKinds, type TokenKind } from '../oauth/index.ts'
import type { ClaimChanges } from './claim-changes.ts'

export interface ClaimClash {
  readonly token: TokenKind
  readonly claim: string
  /** Ids of the workflows that changed it, in the order in which they ran. */
  readonly workflows: readonly string[]
}

interface Changed {
  /** Of the workflow. */
  readonly id: string
  /** What it changed of the claims that it found: a value that is already there is not a change. */
  readonly changes: Readonly<Partial<Record<TokenKind, ClaimChanges>>>
}

export function claimClashes(steps: readonly Changed[]): ClaimClash[] {
  if (steps.length < 2) return []
  return tokenKinds.flatMap((token) => {
    const byClaim = new Map<string, string[]>()
    for (const { id, changes } of steps) {
      const { added = [], changed = [], removed = [] } = changes[token] ?? {}
      for (const claim of [...added, ...changed, ...removed])
        byClaim.set(claim, [...(byClaim.get(claim) ?? []), id])
    }
    return [...byClaim].flatMap(([claim, workflows]) =>
      workflows.length > 1 ? [{ token, claim, workflows }] : [],
    )
  })
}
