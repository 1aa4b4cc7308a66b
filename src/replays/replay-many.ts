// The newest invocations, replayed with all threads and counted.
import type { ClaimsRules, InvocationFilter, Store, StoredInvocation } from '../store/index.ts'
import type { FiredTrigger } from '../triggers/registry/index.ts'
import type { ServingDeployment } from '../workflows/index.ts'
import { recordedInvocation, type RecordedInvocation } from './recorded-invocation.ts'
import { ReplayTally, type ReplayReport } from './replay-report.ts'
import { replayInvocation, type Replay, type ReplayWith } from './replay-invocation.ts'

export type ServingOf = (
  trigger: FiredTrigger,
  deploymentId: string,
) => Promise<ServingDeployment | undefined | 'missing'>

export interface ReplayMany extends Omit<ReplayWith, 'serving'> {
  readonly store: Pick<Store, 'invocations' | 'recordings'>
  /** For the report; null when each invocation runs with its own. */
  readonly deploymentId: string | null
  /** Of the deployment that an invocation ran with, or of another one for all. `missing` when it is not there any more. */
  readonly serving: ServingOf
  readonly filter: Omit<InvocationFilter, 'limit' | 'afterSequence' | 'order'>
  readonly last: number
  /** These, in place of the newest. */
  readonly invocations?: readonly StoredInvocation[]
  readonly onProgress?: (done: number) => void
  /** `deploymentId`: null without a workflow for its trigger. */
  readonly onReplay?: (replay: Replay, deploymentId: string | null) => void
}

/** Read at once: documents and answers of a few of them are some megabytes. */
const pageSize = 200
/** More than threads, so that none waits for the event loop. */
const atOnce = 16

export async function replayMany(given: ReplayMany): Promise<ReplayReport> {
  const { store, filter, last, onProgress } = given
  const tally = new ReplayTally(given.deploymentId)
  const sameRules = rulesByText()
  let left = last
  let beforeSequence: number | undefined
  while (left > 0) {
    const page =
      given.invocations ??
      (await store.invocations.list({
        ...filter,
        ...(beforeSequence !== undefined && { beforeSequence }),
        limit: Math.min(left, pageSize),
      }))
    if (page.length === 0) break
    const recordings = await store.recordings.list(page.map(({ id }) => id))
    const byId = new Map(recordings.map((recording) => [recording.invocationId, recording]))
    const waiting = page.values()
    const workers = Array.from({ length: atOnce }, async () => {
      for (const stored of waiting) {
        const invocation = recordedInvocation(stored, byId.get(stored.id))
        if (typeof invocation === 'string') tally.countUnreplayed(invocation)
        else {
          const serving = await given.serving(invocation.request.event.trigger, stored.deploymentId)
          if (serving === 'missing') tally.countUnreplayed('deployment-gone')
          else {
            const replay = await replayInvocation(sameRules(invocation), { ...given, serving })
            tally.add(replay)
            given.onReplay?.(replay, serving?.id ?? null)
          }
        }
        onProgress?.(tally.count)
      }
    })
    await Promise.all(workers)
    left -= given.invocations === undefined ? page.length : left
    beforeSequence = page.at(-1)?.sequence
  }
  return tally.report()
}

/** Gives invocations with equal claims schemas the same object: compiling a schema takes longer than a replay (tokens/claims-rules.ts). */
function rulesByText() {
  const known = new Map<string, ClaimsRules>()
  return (invocation: RecordedInvocation): RecordedInvocation => {
    const { claimsRules } = invocation.request
    if (claimsRules === undefined) return invocation
    const text = JSON.stringify(claimsRules)
    const first = known.get(text) ?? claimsRules
    known.set(text, first)
    return { ...invocation, request: { ...invocation.request, claimsRules: first } }
  }
}
