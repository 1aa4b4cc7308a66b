// One run of a trigger, top to bottom: an event and what may be changed go in, a decision and everything worth telling of the run
// come out. No files, no clock, no HTTP: `mintage run` and a server tell the same story.
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
import { decide, type Decision } from './decision.ts'
import { describeFailure, type FailureText } from './failure.ts'
import type { FiredTrigger } from './registry/index.ts'
import type { ResultRules } from './result-rules.ts'
import type { RunnableDeployment } from './runnable-deployment.ts'

export interface TriggerRequest {
  readonly invocationId: string
  readonly deployment: RunnableDeployment
  readonly trigger: FiredTrigger
  readonly event: JsonObject
  readonly environment: Environment
  readonly localization: Readonly<Record<string, string>>
  readonly limits: RunLimits
  /** Whether an attempt at what is reserved fails the run; the server's setting holds when it is not said. */
  readonly isStrict?: boolean
  readonly replay?: Recording
  /** Counts where a replay says nothing. */
  readonly given?: GivenToRun
}

export interface TriggerRun<Result, Ending extends string> {
  /** What the run ended in, its result included: a run that completed with a result that is rejected did not go well. */
  readonly ending: OutcomeKind | Ending
  readonly decision: Decision<Result, Ending>
  readonly failure: FailureText | undefined
  /** What the guest tried although its rules forbid it, as the guest tells it. */
  readonly attempts: readonly ReservedAttempt[]
  readonly log: readonly LogEntry[]
  readonly calls: readonly CallEntry[]
  readonly durationMs: number
  readonly runningMs: number
  readonly recording: Recording
}

/** Never rejects for what a workflow does. */
export async function runTrigger<Result, Ending extends string>(
  request: TriggerRequest,
  rules: ResultRules<Result, Ending>,
  sandbox: Pick<Sandbox, 'invoke'>,
): Promise<TriggerRun<Result, Ending>> {
  const { deployment, trigger, limits } = request
  const ran = await sandbox.invoke({
    ...rules.offered,
    id: request.invocationId,
    deployment: deployment.prepared,
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
    deployment.failurePolicy, // 3 issue | issue the defaults | deny | refuse
  )
  return {
    ending: endingOf(outcome.kind, decision),
    decision,
    failure:
      'failure' in decision
        ? describeFailure(decision.failure, { trigger, limits, ...deployment })
        : undefined,
    attempts,
    log: ran.log.map(({ level, text }) => ({ level, text: deployment.mapPlaces(text) })),
    calls: ran.calls,
    durationMs: ran.durationMs,
    runningMs: ran.runningMs,
    recording: ran.recording,
  }
}

function endingOf<Ending extends string>(
  outcome: OutcomeKind,
  decision: Decision<unknown, Ending>,
): OutcomeKind | Ending {
  return 'failure' in decision && decision.failure.kind === 'result'
    ? decision.failure.rejected.ending
    : outcome
}
