// One run of a workflow in one engine: started, given its answers and timers one by one, ended once. It owns the run's clock, its
// budgets and all that the host keeps for it. The clock stands still while code runs and moves with each delivery (recording.ts): a
// run that was moved here, or is replayed, first gets the deliveries of its script in their order, and then lives on by itself.
import { performance } from 'node:perf_hooks'
import { withDefaults, type RunLimits } from '../limits.ts'
import type { Delivery } from '../recording.ts'
import type { RunOrder } from '../protocol.ts'
import type { LogEntry, ReservedAttempt } from '../sandbox.ts'
import type { RunOutcome } from '../outcome.ts'
import type { Engine } from './engine.ts'
import { Inbox, notAwaited } from './inbox.ts'
import { Randomness } from './randomness.ts'
import { ReservedAttempts } from './reserved-attempts.ts'
import type { RunPort } from './run-port.ts'
import { engineOutcome, interruptedAt, reportedOutcome } from './reported-outcome.ts'
import { HostRefusal, type RunHost } from './run-host.ts'
import { RunLog } from './run-log.ts'
import { RunningTime } from './running-time.ts'
import { Spending } from './spending.ts'
import { Timers } from './timers.ts'
import { WatchedClaims } from './watched-claims.ts'

const longestReason = 1024

export class Run implements RunHost {
  readonly order: RunOrder
  readonly engine: Engine

  readonly #port: RunPort
  readonly #limits: RunLimits
  readonly #log: RunLog
  readonly #reservedAttempts = new ReservedAttempts()
  readonly #spending: Spending
  readonly #runningTime = new RunningTime()
  readonly #randomness: Randomness
  readonly #timers = new Timers((id, dueMs) => this.#timerDue(id, dueMs))
  /** Position of the monotonic clock at which the run began, on whichever thread. */
  readonly #began: number
  readonly #inbox: Inbox
  readonly claims = new WatchedClaims()
  #calls = 0
  #denied: string | undefined
  #finished: RunOutcome | undefined
  #stopped: RunOutcome | 'moved' | undefined
  #over = false
  #wallTimer: NodeJS.Timeout | undefined

  constructor(order: RunOrder, engine: Engine, port: RunPort) {
    this.order = order
    this.engine = engine
    this.#port = port
    this.#limits = withDefaults(order.limits)
    this.#spending = new Spending(this.#limits)
    this.#log = new RunLog(this.#limits.logBytes)
    this.#began = performance.now() - order.elapsedMs
    this.#randomness = new Randomness(order.seed)
    this.#inbox = new Inbox(order.deliveries, order.isClockFixed)
  }

  get deliveries(): readonly Delivery[] {
    return this.#inbox.delivered
  }

  get runningMs(): number {
    return this.#runningTime.spentMs
  }

  get reservedAttempts(): readonly ReservedAttempt[] {
    return this.#reservedAttempts.entries
  }

  get logEntries(): readonly LogEntry[] {
    return this.#log.entries
  }

  /** Calls the workflow. */
  start(bundle: Uint8Array | undefined): void {
    this.engine.host = this
    this.engine.memoryLimit = this.#limits.memoryBytes
    this.#enter(() => {
      if (bundle !== undefined) {
        const thrown = this.engine.callWithFunction('load', bundle)
        if (thrown !== '') {
          this.finish('threw', thrown)
          return
        }
      }
      this.engine.call('start', this.order.input)
      this.engine.drain()
    })
    this.#goOn()
  }

  /** The answer to an outgoing call has come in from the pool. */
  answer(call: number, envelope: string): void {
    if (this.#over || !this.#inbox.expects(call)) return
    this.#inbox.arrive(call, envelope)
    this.#goOn()
  }

  /** Ends the run without a result. */
  cancel(): void {
    this.#end({ kind: 'busy' })
  }

  // What the engine asks while guest code runs (RunHost)

  nowMs(): number {
    return this.order.startedAtMs + this.#inbox.clockMs
  }

  fillRandom(target: Uint8Array): void {
    this.#randomness.fill(target)
  }

  shouldStop(): boolean {
    if (this.#stopped !== undefined || this.#finished !== undefined) return true
    const now = performance.now()
    if (this.#runningTime.exceeds(this.#limits.runningTimeMs, now)) {
      this.#stopped = { kind: 'running-time-exceeded' }
    } else if (now - this.#began > this.#limits.wallClockMs) {
      this.#stopped = { kind: 'wall-clock-exceeded' }
    }
    return this.#stopped !== undefined
  }

  log(level: string, text: string): void {
    this.#assertRunning()
    if (!this.#log.add(level, text)) this.#stop({ kind: 'log-exceeded' })
  }

  deny(reason: string): void {
    this.#assertRunning()
    if (this.#denied !== undefined) return
    this.#denied = reason.slice(0, longestReason)
    this.#port.denied(this, this.#denied)
  }

  environmentVariable(key: string): string {
    this.#assertRunning()
    return Object.hasOwn(this.order.environment, key) ? JSON.stringify(this.order.environment[key]) : ''
  }

  localizedText(key: string): string {
    this.#assertRunning()
    return Object.hasOwn(this.order.localization, key) ? JSON.stringify(this.order.localization[key]) : ''
  }

  call(kind: string, request: string): number {
    this.#assertRunning()
    if (!this.#spending.call(kind, request)) this.#stop({ kind: 'calls-exceeded' })
    const call = this.#calls++
    this.#inbox.expect(call)
    // The call carries the deliveries that it depends on, so that the run can go on elsewhere when its thread is lost.
    this.#port.call(this, { call, callKind: kind, request, deliveries: this.#inbox.untold() })
    return call
  }

  wait(call: number): string {
    this.#assertRunning()
    if (!this.#inbox.expects(call)) throw new HostRefusal('no such call is pending')
    const message = this.#inbox.divergence(call)
    if (message !== undefined) this.#stop({ kind: 'replay-diverged', message })
    if (!this.#inbox.has(call) && !this.order.mayBlock) this.#stop('moved')
    if (!this.#inbox.has(call)) this.#block(call)
    return this.#inbox.take({ kind: 'answer', id: call, atMs: this.#elapsedMs() })
  }

  abortCall(call: number): void {
    this.#assertRunning()
    if (this.#inbox.forget(call)) this.#port.abort(this, { call, deliveries: this.#inbox.untold() })
  }

  setTimer(id: number, delayMs: number): void {
    this.#assertRunning()
    this.#spending.timer()
    if (!this.#timers.set(id, delayMs, this.#inbox.clockMs)) this.#stop({ kind: 'memory-exceeded' })
  }

  clearTimer(id: number): void {
    this.#timers.clear(id)
  }

  spendFormatter(): void {
    this.#spending.formatter()
  }

  reservedAttempt(token: string, claim: string, stack: string): void {
    this.#assertRunning()
    this.#reservedAttempts.add(token, claim, stack)
  }

  finishPlain(bytes: number): boolean {
    this.#assertRunning()
    const bounds = { depth: this.#limits.claimsDepth, bytes }
    const read = this.#port.isCareful ? undefined : this.engine.plainClaims(bounds)
    const claimsJson = this.order.isWatched ? this.claims.alsoWritten(read) : read
    if (claimsJson !== undefined) this.#finished ??= { kind: 'completed', claimsJson }
    return claimsJson !== undefined
  }

  finish(kind: string, payload: string): void {
    this.#assertRunning()
    this.#finished ??= this.claims.compared(reportedOutcome(kind, payload, this.#memoryIsFull))
  }

  #enter(work: () => void): void {
    this.#port.entering(this, this.#runningTime.enter())
    try {
      work()
    } catch (error) {
      this.#stopped = interruptedAt(this.#stopped, error)
      this.#stopped ??= this.#finished === undefined ? engineOutcome(error, this.#memoryIsFull) : undefined
    } finally {
      this.#port.leaving()
      this.#runningTime.leave()
    }
  }

  /** Delivers what can be delivered until the run ends or has to wait. */
  #goOn(): void {
    while (!this.#over) {
      if (this.#stopped === 'moved') return this.#end('moved')
      const outcome = this.claims.spared(this.#stopped) ?? this.#finished
      if (outcome !== undefined) return this.#end(this.#verdict(outcome))
      const next = this.#inbox.next(this.#elapsedMs(), (id) => this.#timers.has(id))
      if (next === undefined) return this.#wait()
      if (next === 'diverged') return this.#end({ kind: 'replay-diverged', message: notAwaited })
      this.#deliver(next)
    }
  }

  #wait(): void {
    if (!this.#inbox.isExpecting && this.#timers.size === 0) {
      return this.#end(this.#verdict({ kind: 'never-settled' }))
    }
    if (!this.#inbox.isScripted) this.#timers.arm()
    this.#wallTimer ??= setTimeout(
      () => this.#end(this.#verdict({ kind: 'wall-clock-exceeded' })),
      Math.max(0, this.#limits.wallClockMs - this.#elapsedMs()),
    )
  }

  #timerDue(id: number, dueMs: number): void {
    if (this.#over) return
    this.#deliver({ kind: 'timer', id, atMs: this.order.isClockFixed ? dueMs : this.#elapsedMs() })
    this.#goOn()
  }

  #deliver(delivery: Delivery): void {
    const envelope = this.#inbox.take(delivery)
    if (delivery.kind === 'timer') this.#timers.clear(delivery.id)
    this.#enter(() => {
      if (delivery.kind === 'timer') this.engine.call('fireTimer', delivery.id)
      else this.engine.call('deliverAnswer', delivery.id, envelope)
      this.engine.drain()
    })
  }

  #block(call: number): void {
    this.#port.leaving()
    this.#runningTime.leave()
    const envelope = this.#port.awaitAnswer(this, call, this.#began + this.#limits.wallClockMs)
    this.#port.entering(this, this.#runningTime.enter())
    if (envelope === undefined) this.#stop({ kind: 'wall-clock-exceeded' })
    this.#inbox.arrive(call, envelope)
  }

  /** A denial is final: whatever the workflow did after it, also running out of a limit or crashing (SBX-36). */
  #verdict(outcome: RunOutcome): RunOutcome {
    return this.#denied === undefined ? outcome : { kind: 'denied', reason: this.#denied }
  }

  #end(outcome: RunOutcome | 'moved'): void {
    if (this.#over) return
    this.#over = true
    this.#timers.close()
    clearTimeout(this.#wallTimer)
    this.#port.ended(this, outcome)
  }

  #stop(outcome: RunOutcome | 'moved'): never {
    this.#stopped ??= outcome
    throw new HostRefusal('the run is ending')
  }

  #assertRunning(): void {
    if (this.#stopped !== undefined || this.#finished !== undefined)
      throw new HostRefusal('the run is ending')
  }

  get #memoryIsFull(): boolean {
    return this.engine.memoryBytes > this.#limits.memoryBytes
  }

  #elapsedMs(): number {
    return Math.max(0, Math.round(performance.now() - this.#began))
  }
}
