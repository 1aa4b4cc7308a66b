// What workflows changed in their last good runs of a grant, as it lies beside the grant's refresh token (docs/decisions/0086). A grant is of one
// user, one application and one organization, so no claim comes from another one.
import { z } from 'zod'
import { changedClaimsSchema, type GoodRuns, type LastGood } from '../../tokens/index.ts'
import type { TokenFacts } from '../request/sign-in-facts.ts'

/** By the id of the workflow. */
const runsSchema = z.record(
  z.string(),
  z.looseObject({
    atMs: z.int(),
    tokens: z.partialRecord(z.enum(['accessToken', 'idToken']), changedClaimsSchema),
  }),
)

type Kept = Pick<TokenFacts, 'lastGood'>

/** As a mint takes it. */
export function lastGoodIn(facts: Kept, nowMs: number): LastGood | undefined {
  if (facts.lastGood === undefined) return undefined
  const aged = Object.entries(runsOf(facts)).map(([id, { atMs, tokens }]) => {
    return [id, { ageSeconds: Math.max(0, Math.floor((nowMs - atMs) / 1_000)), tokens }]
  })
  return Object.fromEntries(aged)
}

/** What is kept after a mint: as it was when no workflow ran, undefined when no workflow asks for it. */
export function nextLastGood(facts: Kept, goodRuns: GoodRuns | undefined, atMs: number): string | undefined {
  if (goodRuns === undefined) return facts.lastGood
  const known = runsOf(facts)
  const runs = Object.entries(goodRuns).flatMap(([id, tokens]) => {
    const run = tokens === null ? known[id] : { atMs, tokens }
    return run === undefined ? [] : [[id, run] as const]
  })
  return runs.length === 0 ? undefined : JSON.stringify(Object.fromEntries(runs))
}

function runsOf({ lastGood = '{}' }: Kept) {
  return runsSchema.parse(JSON.parse(lastGood))
}
