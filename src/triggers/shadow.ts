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
  /** Fires the same with another deployment, and records nothing. */
  again(serving: ServingDeployment, calls: Pick<HostCalls, 'execute'>): Promise<RunDifference>
}

/** `details`: what differs, without secrets. */
export interface RunDifference {
  readonly verdict: Exclude<ShadowVerdict, 'dropped'>
  readonly details: JsonObject
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
  /** What shadows this firing, if anything does. */
  readonly serving: (firing: ShadowedFiring) => ServingDeployment | undefined
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

  async function run(firing: ShadowedFiring, serving: ServingDeployment): Promise<void> {
    if (isClosed) return
    const { verdict, details } = await firing.again(serving, deps.hostCalls)
    const isKept = verdict !== 'same'
    deps.append({
      atMs: deps.nowMs(),
      deploymentId: serving.id,
      verdict,
      count: 1,
      invocationId: isKept ? firing.invocationId : null,
      userId: isKept ? firing.userId : null,
      clientId: isKept ? firing.clientId : null,
      details,
    })
  }

  return {
    offer(firing) {
      const serving = deps.serving(firing)
      if (serving === undefined || isClosed) return
      if (waiting >= mostWaiting) {
        const unkept = { invocationId: null, userId: null, clientId: null, details: {} }
        const counted = {
          atMs: deps.nowMs(),
          deploymentId: serving.id,
          verdict: 'dropped',
          count: 1,
        } as const
        return deps.append({ ...counted, ...unkept })
      }
      waiting += 1
      const answered = deps.answered()
      last = Promise.all([last, answered])
        .then(() => run(firing, serving))
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
