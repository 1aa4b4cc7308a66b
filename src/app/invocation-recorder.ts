// What becomes of the record of a run: it is kept, shown or logged, and a canary is judged by it. Nothing waits for it.
import type { MintageFile } from '../config/index.ts'
import type { CanaryWatch } from '../deployments/index.ts'
import type { InvocationRecord, InvocationRecording, Store } from '../store/index.ts'
import type { Logger } from '../telemetry/index.ts'
import type { Recorded } from '../triggers/index.ts'

interface RecorderParts {
  readonly store: Pick<Store, 'invocations'>
  readonly settings: Pick<MintageFile['settings'], 'recordings'>
  readonly listeners: { readonly onInvocation?: (invocation: InvocationRecord) => void }
  readonly log: Logger
  readonly canary: CanaryWatch
}

export function invocationRecorder({ store, settings, listeners, log, canary }: RecorderParts) {
  return (invocation: InvocationRecord, recorded: () => Recorded): void => {
    store.invocations.append(invocation, keptRecording(recorded, settings.recordings))
    canary.note(invocation)
    if (listeners.onInvocation) listeners.onInvocation(invocation)
    else logWorkflowFailure(invocation, log)
  }
}

/** Undefined when the project keeps none, or not one so large. */
function keptRecording(
  recorded: () => Recorded,
  { isKept, kilobytes }: MintageFile['settings']['recordings'],
): InvocationRecording | undefined {
  if (!isKept) return undefined
  const { run, environment, answerBytes } = recorded()
  return answerBytes <= kilobytes * 1_024 ? { run, environment } : undefined
}

/** For operators, who do not look at each run. `mintage logs show` shows the whole of it. */
function logWorkflowFailure(invocation: InvocationRecord, log: Logger): void {
  const { id: invocationId, workflowId, deploymentId, outcome, decision, clientId, userId } = invocation
  if (decision === 'issue' || decision === 'deny') return
  log.warn('workflow_failed', { invocationId, workflowId, deploymentId, outcome, decision, clientId, userId })
}
