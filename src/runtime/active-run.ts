// One invocation while it is in flight, as the pool keeps it: its clock and seed, the outgoing calls it has made, and
// what was answered. It survives its thread: moved to another one, the run is started again from the beginning and sees
// the same clock, the same randomness and the same answers, so that no call is made twice (recording.ts).
import { createHash } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { askedCall, refusedCall, type AskedCall } from './asked-call.ts'
import { isWithinOwnCall, redactor, type HostCallResult, type HostCalls } from './host-calls/index.ts'
import type { MessageToPool, RunOrder } from './protocol.ts'
import type { RunOutcome } from './outcome.ts'
import { askedOf, type Delivery, type RecordedAnswer } from './recording.ts'
import type { CallEntry, Invocation, InvocationResult } from './sandbox.ts'
import { newSeed } from './seed.ts'
import { changedLimits } from './limits.ts'
import type { Thread } from './thread.ts'

interface PendingCall {
  readonly kind: string
  readonly requestHash: string
  readonly asked: { readonly method?: string; readonly url?: string }
  readonly envelope: Promise<string>
}

/** How long the end of a run waits for the calls that it cuts short, so that they are in its result. */
const closingMs = 50

export class ActiveRun {
  readonly number: number
  readonly invocation: Invocation
  /** Taken when the run is requested, because the calls of a run come from its thread, in another context. */
  readonly isWithinOwnCall = isWithinOwnCall()
  thread: Thread | undefined
  /** True once the run has to have a thread of its own. */
  needsOwnThread = false
  /** True once it was lost with a thread for no reason that is known. */
  wasRetried = false
  /** True once the pool has seen that its thread should have ended it. */
  isOverdue = false

  readonly #calls = new Map<number, PendingCall>()
  /** The envelopes that have come, by call. */
  readonly #answers = new Map<number, string>()
  readonly #callEntries: CallEntry[] = []
  readonly #executing = new Set<Promise<unknown>>()
  /** Made with the first outgoing call: most runs make none, and ending each would cost an exception object. */
  #ended: AbortController | undefined
  /** How the workflow ends a fetch that is under way. */
  readonly #abortable = new Map<number, AbortController>()
  readonly #seed: string
  readonly #startedAtMs: number
  readonly #began = performance.now()
  readonly #settle: (result: InvocationResult) => void
  #deliveries: readonly Delivery[]
  /** The deliveries that its thread reported, up to its last call. */
  #told: Delivery[] = []
  #deniedReason: string | undefined

  constructor(number: number, invocation: Invocation, settle: (result: InvocationResult) => void) {
    this.number = number
    this.invocation = invocation
    this.#settle = settle
    this.#seed = invocation.replay?.seed ?? invocation.given?.seed ?? newSeed()
    this.#startedAtMs = invocation.replay?.startedAtMs ?? invocation.given?.startedAtMs ?? Date.now()
    this.#deliveries = invocation.replay?.deliveries ?? []
  }

  get elapsedMs(): number {
    return performance.now() - this.#began
  }

  order(isWatched: boolean): RunOrder {
    const { deployment, environment, localization, limits, given } = this.invocation
    return {
      kind: 'run',
      run: this.number,
      image: deployment.id,
      input: guestInput(this.invocation),
      // A workflow that did not declare kinde.env has no use for the variables, so its thread does not get them.
      environment: deployment.source.bindings.includes('kinde.env') ? environment : {},
      localization,
      limits: changedLimits(limits),
      startedAtMs: this.#startedAtMs,
      elapsedMs: this.elapsedMs,
      seed: this.#seed,
      ...(given?.isClockFixed === true && { isClockFixed: true }),
      mayBlock: this.needsOwnThread,
      isWatched,
      deliveries: [...this.#deliveries],
    }
  }

  /** The run goes on elsewhere: what it was given so far is its script. */
  moved(deliveries: readonly Delivery[]): void {
    this.#goesOnWith(deliveries)
    this.needsOwnThread = true
  }

  /** Its thread is gone. What was delivered up to its last call is its script; what came after it had no effect outside. */
  lost(): void {
    this.#goesOnWith(this.#told.length > this.#deliveries.length ? this.#told : this.#deliveries)
  }

  #goesOnWith(deliveries: readonly Delivery[]): void {
    this.#deliveries = this.invocation.replay?.deliveries ?? deliveries
    this.#told = []
    this.thread = undefined
  }

  /**
   * Answers an outgoing call: from the recording, from what was asked before the run moved, or by making it. Undefined
   * when the run asks for something else than it did the first time.
   */
  async answer(message: MessageToPool<'call'>, ofSandbox: HostCalls): Promise<string | undefined> {
    this.#told = this.#told.concat(message.deliveries)
    const requestHash = createHash('sha256').update(`${message.callKind}\n${message.request}`).digest('hex')
    const before = this.#calls.get(message.call)
    if (before !== undefined) return before.requestHash === requestHash ? before.envelope : undefined
    const recorded = this.invocation.replay?.answers.find(({ call }) => call === message.call)
    if (this.invocation.replay !== undefined && recorded?.requestHash !== requestHash) return undefined
    const hostCalls = this.invocation.given?.hostCalls ?? ofSandbox
    const asked = askedCall(message)
    const envelope =
      recorded === undefined ? this.#execute(message.call, asked, hostCalls) : recordedEnvelope(recorded)
    this.#calls.set(message.call, {
      kind: message.callKind,
      requestHash,
      asked: askedOf(asked.request),
      envelope,
    })
    this.#answers.set(message.call, await envelope)
    return envelope
  }

  /** The workflow has given up a call; the answer to it is dropped. */
  abortCall({ call, deliveries }: MessageToPool<'abort'>): void {
    this.#told = this.#told.concat(deliveries)
    this.#abortable.get(call)?.abort()
  }

  /** The first reason counts, and whatever the run ends in afterwards, also when its thread is lost, it ends denied. */
  denied(reason: string): void {
    this.#deniedReason ??= reason
  }

  end(reported: RunOutcome, ended?: MessageToPool<'ended'>): void {
    const reason = this.#deniedReason
    const outcome: RunOutcome = reason === undefined ? reported : { kind: 'denied', reason }
    this.#ended?.abort()
    if (this.#executing.size === 0) return this.#report(outcome, ended)
    // What was cut short belongs into the result as well: the other side may have seen it.
    const closed = Promise.withResolvers<void>()
    const timer = setTimeout(closed.resolve, closingMs)
    void Promise.race([Promise.all(this.#executing), closed.promise]).then(() => {
      clearTimeout(timer)
      this.#report(outcome, ended)
    })
  }

  #report(outcome: RunOutcome, ended: MessageToPool<'ended'> | undefined): void {
    const redact = this.#redactor()
    const deliveries = [...(ended?.deliveries ?? this.#deliveries)]
    const calls = [...(this.invocation.replay?.calls ?? this.#callEntries)]
    this.#settle({
      outcome: redactedOutcome(outcome, redact),
      reservedAttempts: ended?.reservedAttempts ?? [],
      log: (ended?.log ?? []).map(({ level, text }) => ({ level, text: redact(text) })),
      calls,
      durationMs: this.elapsedMs,
      runningMs: ended?.runningMs ?? 0,
      recording: {
        startedAtMs: this.#startedAtMs,
        seed: this.#seed,
        answers: this.#recordedAnswers(deliveries),
        deliveries,
        calls: [...calls],
      },
    })
  }

  /** An answer that came but was not delivered had no part in the run, and has none in its replay. */
  #recordedAnswers(deliveries: readonly Delivery[]): RecordedAnswer[] {
    if (this.#calls.size === 0) return []
    const delivered = new Set(deliveries.filter(({ kind }) => kind === 'answer').map(({ id }) => id))
    return Array.from(this.#calls, ([call, { kind, asked, requestHash }]) => {
      const envelope = delivered.has(call) ? this.#answers.get(call) : undefined
      return { call, kind, ...asked, requestHash, ...(envelope === undefined ? {} : { envelope }) }
    })
  }

  #execute(call: number, asked: AskedCall, hostCalls: Pick<HostCalls, 'execute'>): Promise<string> {
    const executing = this.#callHost(call, asked, hostCalls)
    this.#executing.add(executing)
    return executing.finally(() => {
      this.#executing.delete(executing)
      this.#abortable.delete(call)
    })
  }

  async #callHost(
    call: number,
    { kind, isRefused, request }: AskedCall,
    hostCalls: Pick<HostCalls, 'execute'>,
  ): Promise<string> {
    const { id, limits, environment, deployment } = this.invocation
    const aborted = new AbortController()
    this.#ended ??= new AbortController()
    this.#abortable.set(call, aborted)
    const began = performance.now()
    const result: HostCallResult =
      kind === undefined || isRefused
        ? refusedCall(kind)
        : await hostCalls.execute(kind, request, {
            runId: id,
            limits,
            environment,
            secureFetchEncoding: deployment.source.secureFetchEncoding,
            signal: this.#ended.signal,
            abortedByWorkflow: aborted.signal,
            isWithinOwnCall: this.isWithinOwnCall,
          })
    if (result.trace !== undefined) this.#callEntries.push(callEntry(result, performance.now() - began))
    return JSON.stringify(result.answer)
  }

  #redactor(): (text: string) => string {
    const secrets = Object.values(this.invocation.environment).filter(({ isSecret }) => isSecret)
    return secrets.length === 0 ? (text) => text : redactor(secrets.map(({ value }) => value))
  }
}

/** Never settles when the recorded run ended before this answer was delivered: the replay ends there too. */
function recordedEnvelope({ envelope }: RecordedAnswer): Promise<string> {
  return envelope === undefined ? new Promise(() => {}) : Promise.resolve(envelope)
}

function callEntry({ answer, trace }: HostCallResult, durationMs: number): CallEntry {
  const { method = '', url = '', status, answeredBy } = trace ?? {}
  return {
    method,
    url,
    ...(status === undefined ? {} : { status }),
    durationMs,
    ...(answeredBy === undefined ? {} : { answeredBy }),
    ...(answer.ok ? {} : { error: { code: answer.code, message: answer.message } }),
  }
}

/** Above what a run hands back in the end: room for claims that are dropped on the trusted side, with a text that says so. */
const resultHeadroomBytes = 64 * 1024

function guestInput({ event, claims, limits }: Invocation): string {
  const claimsJson = JSON.stringify(claims)
  const { claimsDepth, claimsBytes } = limits
  // The defaults may be larger than the limit, which comes on top of them.
  const resultBytes = claimsJson.length * 4 + claimsBytes * Object.keys(claims).length + resultHeadroomBytes
  const bounds = JSON.stringify({ claimsDepth, claimsBytes, resultBytes }).slice(1)
  return `{"event":${JSON.stringify(event)},"claims":${claimsJson},${bounds}`
}

function redactedOutcome(outcome: RunOutcome, redact: (text: string) => string): RunOutcome {
  if (outcome.kind === 'denied') return { ...outcome, reason: redact(outcome.reason) }
  if (outcome.kind === 'claims-invalid' || outcome.kind === 'claims-too-large') {
    return { ...outcome, message: redact(outcome.message) }
  }
  if (outcome.kind !== 'threw') return outcome
  const { name, message, stack } = outcome.error
  return { ...outcome, error: { name: redact(name), message: redact(message), stack: redact(stack) } }
}
