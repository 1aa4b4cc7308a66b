// One workflow of a trigger, top to bottom: what it may change goes in, a decision about its outcome and everything worth telling of
// its run come out.
import type { JsonObject } from '../oauth/index.ts'
import type {
  CallEntry,
  Environment,
  GivenToRun,
  LogEntry,
  OutcomeKind,
  Recording,
  ReservedAttempt,
  RunLimits,
  Sandbox,
} from '../runtime/index.ts'
import { decide, decideUnrun, type WorkflowDecision } from './decision.ts'
import { describeFailure, type FailureText } from './failure.ts'
import type { FiredTrigger } from './registry/index.ts'
import type { StepRules } from './result-rules.ts'
import type { RunnableDeployment } from './runnable-deployment.ts'

export interface WorkflowRequest {
  readonly invocationId: string
  readonly workflow: RunnableDeployment
  readonly trigger: FiredTrigger
  readonly event: JsonObject
  readonly environment: Environment
  readonly localization: Readonly<Record<string, string>>
  /** What is left of the limits for this workflow. */
  readonly limits: RunLimits
  /** What all workflows of the sequence share, for messages. */
  readonly sharedLimits: RunLimits
  readonly replay?: Recording
  readonly given?: GivenToRun
}

export interface WorkflowRun<Result, Ending extends string> {
  /** What the run ended in, its result included: a run that completed with a result that is rejected did not go well. */
  readonly ending: OutcomeKind | Ending | 'breaker-open'
  readonly decision: WorkflowDecision<Result, Ending>
  readonly failure: FailureText | undefined
  /** What the guest tried although its rules forbid it, as the guest tells it. */
  readonly attempts: readonly ReservedAttempt[]
  readonly log: readonly LogEntry[]
  readonly calls: readonly CallEntry[]
  readonly durationMs: number
  readonly runningMs: number
  /** Undefined when it was not run because its breaker is open. */
  readonly recording: Recording | undefined
}

/** Never rejects for what a workflow does. */
export async function runWorkflow<Result, Ending extends string>(
  request: WorkflowRequest,
  rules: StepRules<Result, Ending>,
  sandbox: Pick<Sandbox, 'invoke'>,
): Promise<WorkflowRun<Result, Ending>> {
  const { workflow, trigger, limits } = request
  const ran = await sandbox.invoke({
    ...rules.offered,
    id: request.invocationId,
    deployment: workflow.prepared,
    event: request.event,
    environment: request.environment,
    localization: request.localization,
    limits,
    ...(request.replay && { replay: request.replay }),
    ...(request.given && { given: request.given }),
  }) // 1 run it, bounded; never throws
  const { outcome, reservedAttempts: attempts } = ran
  const decision = decide(
    outcome,
    (given) => rules.judge(given, attempts), // 2 what the run may change, guarded
    workflow.failurePolicy, // 3 issue | issue the defaults | deny | refuse
  )
  return {
    ending: endingOf(outcome.kind, decision),
    decision,
    failure:
      'failure' in decision
        ? describeFailure(decision.failure, {
            trigger,
            limits: request.sharedLimits,
            limitsLeft: limits,
            ...workflow,
          })
        : undefined,
    attempts,
    log: ran.log.map(({ level, text }) => ({ level, text: workflow.mapPlaces(text) })),
    calls: ran.calls,
    durationMs: ran.durationMs,
    runningMs: ran.runningMs,
    recording: ran.recording,
  }
}

/** What stands for a run while the breaker of the workflow is open. */
export function unrunWorkflow({
  workflow,
  trigger,
  sharedLimits: limits,
}: Pick<WorkflowRequest, 'sharedLimits' | 'trigger' | 'workflow'>): WorkflowRun<never, never> {
  const decision = decideUnrun(workflow.failurePolicy)
  return {
    ending: 'breaker-open',
    decision,
    failure:
      'failure' in decision ? describeFailure(decision.failure, { trigger, limits, ...workflow }) : undefined,
    attempts: [],
    log: [],
    calls: [],
    durationMs: 0,
    runningMs: 0,
    recording: undefined,
  }
}

function endingOf<Ending extends string>(
  outcome: OutcomeKind,
  decision: WorkflowDecision<unknown, Ending>,
): OutcomeKind | Ending {
  return 'failure' in decision && decision.failure.kind === 'result'
    ? decision.failure.rejected.ending
    : outcome
}
