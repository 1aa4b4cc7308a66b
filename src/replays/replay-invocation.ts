// Runs a recorded invocation again, with its own deployment or another one, and says what differs from what was issued. It goes through
// the mint, as the first time; nothing is issued, recorded or called. First with the recording to the letter: clock, randomness and
// answers in their order. Code that asks for something else runs with the recorded answers in its own order.
import type { MissingAnswer } from '../cases/index.ts'
import type { Environment, Invocation, Sandbox } from '../runtime/index.ts'
import type { InvocationRecord } from '../store/index.ts'
import { invocationDocumentSchema, openMint, type MintDecision } from '../tokens/index.ts'
import { redactorOf, restingBreaker, withoutSecrets, type CircuitBreaker } from '../triggers/index.ts'
import type { ServingDeployment } from '../workflows/index.ts'
import { differencesOf, type EndedAs, type ReplayDifference } from './differences.ts'
import { stepsOf, type RecordedInvocation } from './recorded-invocation.ts'
import { recordedCalls, type RecordedCalls } from './recorded-calls.ts'

export interface ReplayWith {
  readonly sandbox: Pick<Sandbox, 'invoke'>
  /** What serves the trigger in the deployment; undefined when it has no workflow for it, so that the default claims are issued. */
  readonly serving: ServingDeployment | undefined
  /** Those of the recorded run when not given. */
  readonly strictClaims?: boolean
}

export interface Replay {
  readonly invocation: RecordedInvocation
  /** `exact`: to the letter of the recording. `answers`: the code asked for something else, so that it got the answers in its own order. */
  readonly mode: 'exact' | 'answers'
  readonly differences: readonly ReplayDifference[]
  /** Calls that the recording holds no answer to. They were skipped. */
  readonly missing: readonly MissingAnswer[]
}

export async function replayInvocation(invocation: RecordedInvocation, given: ReplayWith): Promise<Replay> {
  const exact = await decide(invocation, given, undefined)
  if (exact !== undefined) return result(invocation, 'exact', exact, [])
  const calls = recordedCalls([...invocation.recordings.values()])
  const ended = await decide(invocation, given, calls)
  if (ended === undefined) throw new Error('a replay without a recording cannot diverge')
  const redact = redactorOf(invocation.environment) ?? ((text: string) => text)
  const missing = calls.missing.map(({ method, url }) => ({ method, url: redact(url) }))
  return result(invocation, 'answers', ended, missing)
}

function result(
  invocation: RecordedInvocation,
  mode: Replay['mode'],
  ended: EndedAs,
  missing: Replay['missing'],
): Replay {
  return { invocation, mode, differences: differencesOf(invocation.document, ended), missing }
}

/** Undefined when the code does not follow the recording. With `calls` it need not. */
async function decide(
  invocation: RecordedInvocation,
  { sandbox, serving, strictClaims = invocation.strictClaims }: ReplayWith,
  calls: RecordedCalls | undefined,
): Promise<EndedAs | undefined> {
  const { request, environment, limits, id, startedAtMs } = invocation
  let record: InvocationRecord | undefined
  let hasDiverged = false
  const invoke = async (of: Invocation) => {
    const recording = recordingFor(of, invocation, serving)
    if (calls === undefined && recording !== undefined) {
      const ran = await sandbox.invoke({ ...of, replay: recording })
      if (ran.outcome.kind === 'replay-diverged') hasDiverged = true
      return ran
    }
    if (calls === undefined) hasDiverged = true
    const [first] = invocation.recordings.values()
    const { seed, startedAtMs: clock } = recording ?? first ?? { seed: unseeded, startedAtMs }
    const hostCalls = calls ?? recordedCalls([])
    return sandbox.invoke({ ...of, given: { seed, startedAtMs: clock, isClockFixed: true, hostCalls } })
  }
  const mint = openMint({
    sandbox: { invoke },
    serving: () => serving,
    environment: () => Promise.resolve(environment),
    breaker: restedAsRecorded(invocation),
    record: (made) => (record = made),
    limits,
    strictClaims,
    newInvocationId: () => id,
    nowMs: () => startedAtMs,
  })
  const decision = await mint.decide(request)
  if (hasDiverged) return undefined
  return endedAs(decision, record, environment)
}

/** A workflow that rested because it kept failing rests again, and nothing rests that ran. */
function restedAsRecorded({ document }: RecordedInvocation): CircuitBreaker {
  const rested = stepsOf(document).flatMap(({ workflow, outcome }) =>
    outcome === 'breaker-open' ? [workflow] : [],
  )
  return { of: () => restingBreaker(rested) }
}

const unseeded = '00'.repeat(32)

function recordingFor(
  { deployment }: Invocation,
  { recordings }: RecordedInvocation,
  serving: ServingDeployment | undefined,
) {
  const workflow = serving?.workflows.find(({ prepared }) => prepared === deployment)
  return workflow && recordings.get(workflow.manifest.id)
}

/** As the record of the invocation would hold it, or what is issued without a workflow. */
function endedAs(
  decision: MintDecision,
  record: InvocationRecord | undefined,
  environment: Environment,
): EndedAs {
  if (record !== undefined) return invocationDocumentSchema.parse(JSON.parse(JSON.stringify(record.document)))
  const issued = decision.kind === 'issue' ? decision.claims : {}
  const redact = redactorOf(environment)
  const claims = redact ? withoutSecrets(issued, redact) : issued
  return {
    outcome: 'completed',
    decision: decision.kind,
    log: [],
    calls: [],
    ...Object.fromEntries(Object.entries(claims).map(([token, after]) => [token, { after }])),
  }
}
