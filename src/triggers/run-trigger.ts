// One firing of a trigger, top to bottom: its workflows run one after the other, each on what the one before it left, and one decision
// comes out, with everything worth telling of the runs. No files, no clock, no HTTP: `mintage run` and a server tell the same story.
import type { JsonObject } from '../oauth/index.ts'
import type {
  CallEntry,
  Environment,
  GivenToRun,
  LogEntry,
  OutcomeKind,
  Recording,
  RunLimits,
  Sandbox,
} from '../runtime/index.ts'
import type { Breaker } from './circuit-breaker.ts'
import { withFallback, type Decision } from './decision.ts'
import type { FailureText } from './failure.ts'
import type { FiredTrigger } from './registry/index.ts'
import type { ResultRules } from './result-rules.ts'
import { runWorkflow, unrunWorkflow, type WorkflowRun } from './run-workflow.ts'
import type { RunnableDeployment } from './runnable-deployment.ts'
import { limitsLeft, usedBefore } from './shared-limits.ts'

export interface TriggerRequest {
  readonly invocationId: string
  /** In the order in which they run. */
  readonly workflows: readonly [RunnableDeployment, ...RunnableDeployment[]]
  readonly trigger: FiredTrigger
  readonly event: JsonObject
  readonly environment: Environment
  readonly localization: Readonly<Record<string, string>>
  /** Shared by all workflows. */
  readonly limits: RunLimits
  /** Whether an attempt at what is reserved fails the run; the server's setting holds when it is not said. */
  readonly isStrict?: boolean
  /** The recording of each workflow, in their order. */
  readonly replay?: readonly Recording[]
  /** Says which workflows rest because they failed too often; all run without it. */
  readonly breaker?: Breaker
  /** For each workflow, by its id. Counts where a replay says nothing. */
  readonly given?: (workflowId: string) => GivenToRun
}

export const skipReasons = ['after-denial', 'after-failure'] as const

/** What became of one workflow of the sequence. */
export type TriggerStep<Result, Ending extends string> =
  | { readonly workflow: RunnableDeployment; readonly run: WorkflowRun<Result, Ending> }
  | { readonly workflow: RunnableDeployment; readonly skipped: (typeof skipReasons)[number] }

export interface TriggerRun<Result, Ending extends string> {
  /** Of the workflow that decided: the one that denied or refused, or the first that failed. */
  readonly ending: OutcomeKind | Ending | 'breaker-open'
  readonly decision: Decision<Result, Ending>
  readonly failure: FailureText | undefined
  /** The workflow that `ending` tells of; the first when all completed. */
  readonly decidedBy: RunnableDeployment
  /** Of all workflows, in their order. */
  readonly steps: readonly TriggerStep<Result, Ending>[]
  readonly log: readonly LogEntry[]
  readonly calls: readonly CallEntry[]
  readonly durationMs: number
  readonly runningMs: number
}

/** Never rejects for what a workflow does. */
export async function runTrigger<Result, Ending extends string>(
  request: TriggerRequest,
  rules: ResultRules<Result, Ending>,
  sandbox: Pick<Sandbox, 'invoke'>,
): Promise<TriggerRun<Result, Ending>> {
  const { workflows, replay, given, limits, breaker, ...common } = request
  const steps: TriggerStep<Result, Ending>[] = []
  const runs: WorkflowRun<Result, Ending>[] = []
  let result: Result | undefined
  let skipped: (typeof skipReasons)[number] | undefined
  for (const [index, workflow] of workflows.entries()) {
    if (skipped !== undefined) {
      steps.push({ workflow, skipped })
      continue
    }
    const recording = replay?.[index]
    const left = limitsLeft(limits, runs)
    const asked = {
      ...common,
      workflow,
      limits: left,
      sharedLimits: limits,
      ...(recording && { replay: recording }),
      ...(given && { given: given(workflow.id) }),
    }
    const isResting = breaker?.admits(workflow.id) === false
    const stepRules = rules.next(workflow, result)
    const ran: WorkflowRun<Result, Ending> = isResting
      ? unrunWorkflow(asked)
      : await runWorkflow(asked, stepRules, sandbox)
    const run = { ...ran, decision: withFallback(ran.decision, stepRules.fallback) }
    // What the workflows before it left no room for is not its failure.
    const isOfOthers = usedBefore(run.ending, limits, left)?.isMost === true
    if (!isResting && !isOfOthers) breaker?.ended(workflow.id, run.ending)
    runs.push(run)
    steps.push({ workflow, run })
    if ('result' in run.decision) result = run.decision.result
    else skipped = skipReasonAfter(run.decision.kind)
  }
  const [decider, decision] = decideSequence(steps, result)
  return {
    ending: decider.run.ending,
    decision,
    failure: decider.run.failure,
    decidedBy: decider.workflow,
    steps,
    log: runs.flatMap(({ log }) => log),
    calls: runs.flatMap(({ calls }) => calls),
    durationMs: sum(runs.map(({ durationMs }) => durationMs)),
    runningMs: sum(runs.map(({ runningMs }) => runningMs)),
  }
}

function skipReasonAfter(decision: WorkflowRun<unknown, string>['decision']['kind']) {
  if (decision === 'deny') return 'after-denial'
  return decision === 'refuse' ? 'after-failure' : undefined
}

type RanStep<Result, Ending extends string> = TriggerStep<Result, Ending> & {
  readonly run: WorkflowRun<Result, Ending>
}

/**
 * A denial or a refusal of one workflow decides for all. Otherwise the result that is left is issued with the first failure beside it; in
 * part, if a workflow that failed has no fallback.
 */
function decideSequence<Result, Ending extends string>(
  steps: readonly TriggerStep<Result, Ending>[],
  left: Result | undefined,
): [RanStep<Result, Ending>, Decision<Result, Ending>] {
  const ran = steps.filter((step): step is RanStep<Result, Ending> => 'run' in step)
  for (const step of ran) {
    const { decision } = step.run
    if (decision.kind === 'deny' || decision.kind === 'refuse') return [step, decision]
  }
  const isPartial = ran.some(({ run }) => run.decision.kind === 'issue-defaults')
  const ages = ran.flatMap(({ run }) => ('ageSeconds' in run.decision ? [run.decision.ageSeconds] : []))
  for (const step of ran) {
    const { decision } = step.run
    if (!('failure' in decision)) continue
    if (left === undefined) return [step, decision]
    const issued = { result: left, failure: decision.failure }
    return isPartial
      ? [step, { ...issued, kind: 'issue-partial' }]
      : [step, { ...issued, kind: 'issue-last-good', ageSeconds: Math.max(...ages) }]
  }
  const [first] = ran
  if (first === undefined || left === undefined) throw new Error('a sequence without a workflow')
  return [first, { kind: 'issue', result: left }]
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
