// What a shadow has found so far, added up: how many tokens would differ, in which claims, for which users, with examples.
import { z } from 'zod'
import type { KeptComparison, ShadowCounts } from '../store/index.ts'

/** As the run of a shadow is compared (tokens/compare-runs.ts); a member that comes later has a default. */
const detailsSchema = z.object({
  claims: z
    .array(
      z.object({
        token: z.string(),
        claim: z.string(),
        /** JSON, shortened; null without the claim. */
        live: z.string().nullable(),
        shadow: z.string().nullable(),
      }),
    )
    .default([]),
  outcome: z
    .object({ live: z.string(), shadow: z.string(), message: z.string().nullable().default(null) })
    .nullable()
    .default(null),
  callsNotMade: z.array(z.string()).default([]),
})

export const shadowReportSchema = z.object({
  deployment_id: z.string(),
  since: z.string(),
  is_running: z.boolean(),
  /** Of the users; null when it runs no more. */
  percent: z.number().nullable(),
  /** Runs that could be compared. */
  compared: z.number(),
  same: z.number(),
  differing: z.number(),
  /** How many of the differing ones, the newest, are kept one by one: what follows is of these. */
  examined: z.number().default(0),
  /** Of the differing ones: those that deny, fail or end otherwise. */
  other_outcomes: z.array(z.object({ live: z.string(), shadow: z.string(), count: z.number() })),
  claims: z.array(z.object({ token: z.string(), claim: z.string(), count: z.number() })),
  users: z.object({
    count: z.number(),
    first: z.array(z.object({ user_id: z.string(), differing: z.number() })),
  }),
  /** Runs that made a call other than GET, which a shadow does not make. */
  not_comparable: z.number(),
  calls_not_made: z.array(z.object({ call: z.string(), count: z.number() })),
  /** Left out because the shadow was busy. */
  dropped: z.number(),
  examples: z.array(
    detailsSchema.extend({
      at: z.string(),
      invocation_id: z.string(),
      user_id: z.string().nullable(),
      client_id: z.string().nullable(),
    }),
  ),
})
export type ShadowReport = z.output<typeof shadowReportSchema>

const mostExamples = 10
const mostListed = 20

export interface ReportedShadow extends ShadowCounts {
  readonly deploymentId: string
  readonly percent: number | null
  readonly isRunning: boolean
}

/** `comparisons`: newest first. */
export function shadowReport(shadow: ReportedShadow, comparisons: readonly KeptComparison[]): ShadowReport {
  const read = comparisons.map((one) => ({ ...one, details: detailsSchema.parse(one.details) }))
  const differing = read.filter(({ verdict }) => verdict === 'differs')
  const users = counted(differing.flatMap(({ userId }) => userId ?? []))
  const outcomes = counted(
    differing.flatMap(({ details: { outcome } }) => (outcome ? `${outcome.live} ${outcome.shadow}` : [])),
  )
  const claims = counted(
    differing.flatMap(({ details }) => details.claims.map(({ token, claim }) => `${token} ${claim}`)),
  )
  const calls = counted(read.flatMap(({ details }) => details.callsNotMade))
  const { same, differs, dropped, 'not-comparable': notComparable } = shadow.counts
  return {
    deployment_id: shadow.deploymentId,
    since: new Date(shadow.sinceMs).toISOString(),
    is_running: shadow.isRunning,
    percent: shadow.percent,
    compared: same + differs,
    same,
    differing: differs,
    examined: differing.length,
    other_outcomes: outcomes.map(([pair, times]) => {
      const [live = '', other = ''] = pair.split(' ')
      return { live, shadow: other, count: times }
    }),
    claims: claims.map(([name, times]) => {
      const [token = ''] = name.split(' ', 1)
      return { token, claim: name.slice(token.length + 1), count: times }
    }),
    users: {
      count: users.length,
      first: users.slice(0, mostListed).map(([userId, times]) => ({ user_id: userId, differing: times })),
    },
    not_comparable: notComparable,
    calls_not_made: calls.slice(0, mostListed).map(([call, times]) => ({ call, count: times })),
    dropped,
    examples: differing.slice(0, mostExamples).map(({ atMs, invocationId, userId, clientId, details }) => ({
      ...details,
      at: new Date(atMs).toISOString(),
      invocation_id: invocationId ?? '',
      user_id: userId,
      client_id: clientId,
    })),
  }
}

/** Each with how often it came, the most frequent first. */
function counted(names: readonly string[]): (readonly [string, number])[] {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].toSorted(([one, a], [other, b]) => b - a || one.localeCompare(other))
}
