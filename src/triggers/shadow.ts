// A shadow: the same firing once more with another deployment, after the answer was sent. What it comes to is compared with what was issued and
// never issued itself; it makes no call but GET, and leaves no invocation and no audit record. One at a time, and only so many wait:
// a shadow that falls behind is left out and counted, because it must cost the requests nothing.
import type { JsonObject } from '../oauth/index.ts'
import type { HostCalls } from '../runtime/host-calls/index.ts'
import type { ShadowComparison, ShadowVerdict } from '../store/index.ts'
import type { ServingDeployment } from '../workflows/index.ts'
import type { FiredTrigger } from './registry/index.ts'

/** A firing that was answered, or is about to be. */
export interface ShadowedFiring {
  readonly trigger: FiredTrigger
  readonly invocationId: string
  readonly userId: string | null
  readonly clientId: string
  /** Fires the same with another deployment, and records nothing. Undefined: that deployment has no workflow for the trigger. */
  again(serving: ServingDeployment | undefined, calls: Pick<HostCalls, 'execute'>): Promise<RunDifference>
}

/** `details`: what differs, without secrets. */
export interface RunDifference {
  readonly verdict: Exclude<ShadowVerdict, 'dropped'>
  readonly details: JsonObject
}

/** What shadows a firing: a deployment, and since when it is the shadow. */
export interface Shadowing {
  readonly deploymentId: string
  readonly sinceMs: number
  /** Undefined when it has no workflow for the trigger. */
  readonly serving: ServingDeployment | undefined
}

export interface Shadow {
  /** Must not wait: it is called on the way to an answer. */
  offer(firing: ShadowedFiring): void
  /** Resolves when what was offered so far has run. */
  settle(): Promise<void>
  /** Leaves out what waits, and ends with the run that is under way. */
  close(): Promise<void>
}

export interface ShadowDeps {
  /** Undefined when this firing is not shadowed. */
  readonly shadowing: (firing: ShadowedFiring) => Shadowing | undefined
  /** Of the shadow's own. */
  readonly hostCalls: Pick<HostCalls, 'execute'>
  /** Resolves when the answer to the request that is being worked on was sent. */
  readonly answered: () => Promise<void>
  readonly append: (comparison: ShadowComparison) => void
  readonly onDefect: (error: unknown) => void
  readonly nowMs: () => number
}

const mostWaiting = 32

export function openShadow(deps: ShadowDeps): Shadow {
  let waiting = 0
  let isClosed = false
  let last = Promise.resolve()

  const counted = ({ deploymentId, sinceMs }: Shadowing, verdict: ShadowVerdict): ShadowComparison => {
    const unkept = { invocationId: null, userId: null, clientId: null, details: {} }
    return { atMs: deps.nowMs(), deploymentId, sinceMs, verdict, ...unkept }
  }

  async function run(firing: ShadowedFiring, shadowing: Shadowing): Promise<void> {
    if (isClosed) return
    const { verdict, details } = await firing.again(shadowing.serving, deps.hostCalls)
    const { invocationId, userId, clientId } = firing
    const kept = verdict === 'same' ? {} : { invocationId, userId, clientId, details }
    deps.append({ ...counted(shadowing, verdict), ...kept })
  }

  return {
    offer(firing) {
      const shadowing = deps.shadowing(firing)
      if (shadowing === undefined || isClosed) return
      if (waiting >= mostWaiting) return deps.append(counted(shadowing, 'dropped'))
      waiting += 1
      const answered = deps.answered()
      last = Promise.all([last, answered])
        .then(() => run(firing, shadowing))
        .catch(deps.onDefect)
        .finally(() => (waiting -= 1))
    },
    settle: () => last,
    async close() {
      isClosed = true
      await last
    },
  }
}
