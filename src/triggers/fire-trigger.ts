// A trigger at its moment: its live workflows run and one invocation is recorded. Without a live workflow nothing runs and nothing is
// recorded. Never rejects for what a workflow does, and knows no protocol, no database and no clock but those that it is given.
import type { JsonObject } from '../oauth/index.ts'
import { shadowCalls } from '../runtime/host-calls/index.ts'
import type { Environment, Recording, RunLimits, Sandbox } from '../runtime/index.ts'
import type { InvocationRecord } from '../store/index.ts'
import type { ServingDeployment } from '../workflows/index.ts'
import type { CircuitBreaker } from './circuit-breaker.ts'
import { invocationDocument } from './invocation-document.ts'
import type { FiredTrigger } from './registry/index.ts'
import type { TriggerRequest, TriggerRun } from './run-trigger.ts'
import { answerBytes, recordedRun } from './recorded-run.ts'
import { redactorOf, type Redact } from './secrets-in-texts.ts'
import type { RunDifference, Shadow } from './shadow.ts'
import { runnableDeployment } from './runnable-deployment.ts'

export interface TriggerDeps {
  readonly sandbox: Pick<Sandbox, 'invoke'>
  /** What serves a trigger for this user and application, if anything does. */
  readonly serving: (trigger: FiredTrigger, about: FiredAbout) => ServingDeployment | undefined
  /** Lets workflows that keep failing rest; all run without it. */
  readonly breaker?: CircuitBreaker
  /** Given in safe mode, in which nothing serves a trigger: called for each firing that would have run workflows. */
  readonly onSafeMode?: (trigger: FiredTrigger, about: FiredAbout) => void
  readonly environment: () => Promise<Environment>
  /** Must not wait for the disk: it is called on the way to an answer. What is needed to run again is made only when it asks for it, at once. */
  readonly record: (invocation: InvocationRecord, recorded: () => Recorded) => void
  readonly limits: RunLimits
  /** Runs another deployment beside, after the answer; absent where nothing is shadowed. */
  readonly shadow?: Pick<Shadow, 'offer'>
  readonly newInvocationId: () => string
  readonly nowMs: () => number
}

/** What is kept, apart from the record, so that the invocation can run again. */
export interface Recorded {
  /** Plain data (recorded-run.ts). */
  readonly run: object
  readonly environment: Environment
  /** How large the answers in it are, in bytes. */
  readonly answerBytes: number
}

type RecordedHere =
  | 'id'
  | 'startedAtMs'
  | 'trigger'
  | 'workflowId'
  | 'otherWorkflowIds'
  | 'deploymentId'
  | 'outcome'
  | 'decision'
  | 'durationMs'
  | 'document'

/** Whom and what an invocation is about, for its record and for the choice of the deployment. */
export type FiredAbout = Omit<InvocationRecord, RecordedHere>

/** A deployment that serves one sign-in and its refreshes instead of the live one. */
export interface PreviewedDeployment {
  readonly serving: (trigger: FiredTrigger) => ServingDeployment | undefined
}

export interface Firing<Run> {
  readonly trigger: FiredTrigger
  readonly event: JsonObject
  readonly about: FiredAbout
  readonly preview?: PreviewedDeployment
  /** What `run` is given beside the event, for a replay: what the document shows as well, and what it does not. Plain data. */
  readonly given: {
    readonly shown: JsonObject
    readonly hidden: (isStrict: boolean | undefined) => object
  }
  run(request: TriggerRequest, sandbox: Pick<Sandbox, 'invoke'>): Promise<Run>
  /** How the run that was not issued differs; undefined where no workflow runs. */
  compare(issued: Run, other: Run | undefined, redact: Redact | undefined): RunDifference
  /** The run as its record shows it. */
  document(deploymentId: string, run: Run, redact: Redact): object
}

export interface Fired<Run> {
  readonly invocationId: string
  readonly run: Run
}

/** Undefined when nothing serves the trigger, and in safe mode. */
export async function fireTrigger<Run extends TriggerRun<unknown, string>>(
  firing: Firing<Run>,
  deps: TriggerDeps,
): Promise<Fired<Run> | undefined> {
  const { trigger, event, preview } = firing
  if (deps.onSafeMode) {
    deps.onSafeMode(trigger, firing.about)
    return undefined
  }
  const serving = preview ? preview.serving(trigger) : deps.serving(trigger, firing.about)
  if (!serving) return undefined
  const { limits = deps.limits, isStrict } = serving.rules ?? {}
  const invocationId = deps.newInvocationId()
  const startedAtMs = deps.nowMs()
  const environment = await deps.environment()
  const request = requestOf(serving, { invocationId, environment }, firing, deps)
  // A shadow neither rests with the live one nor makes it rest.
  const breaker = deps.breaker?.of(serving.id, firing.about.userId ?? firing.about.clientId)
  const run = await firing.run({ ...request, ...(breaker && { breaker }) }, deps.sandbox)
  const { id: workflowId, file } = run.decidedBy
  const { document, isRedacted } = invocationDocument(
    {
      workflow: { id: workflowId, file, trigger },
      event,
      run: (redact) => firing.document(serving.id, run, redact),
    },
    redactorOf(environment),
  )
  const others = run.steps.flatMap((step) =>
    'run' in step && step.workflow.id !== workflowId ? [step.workflow.id] : [],
  )
  const invocation: InvocationRecord = {
    ...firing.about,
    id: invocationId,
    startedAtMs,
    trigger,
    workflowId,
    ...(others.length > 0 && { otherWorkflowIds: others }),
    deploymentId: serving.id,
    outcome: run.ending,
    decision: run.decision.kind,
    durationMs: run.durationMs,
    document,
  }
  const { shown, hidden } = firing.given
  deps.record(invocation, () => ({
    run: recordedRun({
      ...(isRedacted && { event, shown }),
      hidden: hidden(isStrict),
      limits,
      steps: run.steps.map((step) => ({
        workflow: step.workflow.id,
        ...('run' in step && step.run.recording && { recording: step.run.recording }),
      })),
    }),
    environment,
    answerBytes: answerBytes([...recordingsOf(run).values()]),
  }))
  if (!preview)
    deps.shadow?.offer({
      trigger,
      invocationId,
      userId: firing.about.userId,
      clientId: firing.about.clientId,
      async again(other, calls) {
        const redact = redactorOf(environment)
        if (other === undefined) return firing.compare(run, undefined, redact)
        const recordings = recordingsOf(run)
        const [first] = recordings.values()
        const hostCalls = shadowCalls(calls, [...recordings.values()])
        const repeated = requestOf(
          other,
          { invocationId: `${invocationId}_shadow`, environment },
          firing,
          deps,
        )
        const given = (workflowId: string) => {
          const ran = recordings.get(workflowId) ?? first
          return { ...(ran && { startedAtMs: ran.startedAtMs, seed: ran.seed }), hostCalls }
        }
        const shadow = await firing.run({ ...repeated, given }, aside(deps.sandbox))
        return firing.compare(run, shadow, redact)
      },
    })
  return { invocationId, run }
}

/** A shadow that computes until its time is up must not hold a thread that runs of requests share. */
function aside(sandbox: TriggerDeps['sandbox']): TriggerDeps['sandbox'] {
  return { invoke: (invocation) => sandbox.invoke({ ...invocation, isAside: true }) }
}

/** By workflow, in the order in which they ran. */
function recordingsOf({ steps }: TriggerRun<unknown, string>): ReadonlyMap<string, Recording> {
  return new Map(
    steps.flatMap((step) =>
      'run' in step && step.run.recording ? [[step.workflow.id, step.run.recording] as const] : [],
    ),
  )
}

/** What a deployment is given to run with. */
function requestOf<Run>(
  { workflows: [first, ...others], rules }: ServingDeployment,
  own: { readonly invocationId: string; readonly environment: Environment },
  { trigger, event }: Pick<Firing<Run>, 'trigger' | 'event'>,
  deps: Pick<TriggerDeps, 'limits'>,
): TriggerRequest {
  const { limits = deps.limits, isStrict } = rules ?? {}
  return {
    ...own,
    workflows: [runnableDeployment(first), ...others.map(runnableDeployment)],
    trigger,
    event,
    localization: {},
    limits,
    ...(isStrict !== undefined && { isStrict }),
  }
}
