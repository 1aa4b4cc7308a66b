// The sandbox as a pool of worker threads. A run goes to the thread with the least in flight; one that must block (kinde.fetch touched
// without `await`, C§6.3) is moved to a thread lent to it alone; a thread that does not come back from the engine is terminated and
// replaced. A run lost with its thread starts again elsewhere and is given what it was given before: no call is made twice
// (docs/decisions/0042).
import { performance } from 'node:perf_hooks'
import { ActiveRun } from './active-run.ts'
import { SandboxDefect } from './defect.ts'
import { DefectWatch } from './defect-watch.ts'
import { HeldDeployments } from './held-deployments.ts'
import type { HostCalls } from './host-calls/index.ts'
import { InFlight } from './in-flight.ts'
import type { RunOutcome } from './outcome.ts'
import { Preparations, sandboxClosed } from './preparations.ts'
import type { MessageToPool } from './protocol.ts'
import type {
  DeploymentSource,
  Invocation,
  InvocationResult,
  ModuleExports,
  PreparedDeployment,
  Sandbox,
  SandboxStats,
} from './sandbox.ts'
import type { SandboxOptions } from './sandbox-options.ts'
import type { Thread, ThreadMessage, ThreadOptions } from './thread.ts'
import { cannotStart, Threads, threadsOptions } from './threads.ts'
import { Watchdog, Wedged } from './watchdog.ts'
import { WedgingDeployments } from './wedging-deployments.ts'

const usualGraceMs = 300
const watchIntervalMs = 100

export class Pool implements Sandbox {
  readonly #hostCalls: HostCalls
  readonly #mostQueuedRuns: number
  readonly #unresponsiveGraceMs: number
  readonly #threads: Threads
  readonly #deployments = new HeldDeployments()
  readonly #runs = new InFlight<ActiveRun>()
  readonly #queue = new InFlight<ActiveRun>()
  readonly #preparations = new Preparations()
  readonly #wedging = new WedgingDeployments()
  readonly #watchdog: Watchdog
  readonly #defectWatch: DefectWatch
  readonly #watch: NodeJS.Timeout
  readonly #onThreadLost: (cause: unknown) => void
  #nextRun = 0
  #threadsLost = 0
  #runsMoved = 0
  #closed = false

  constructor(options: SandboxOptions, threadOptions: ThreadOptions, hostCalls: HostCalls) {
    this.#hostCalls = hostCalls
    this.#mostQueuedRuns = options.mostQueuedRuns ?? 1024
    this.#unresponsiveGraceMs = options.unresponsiveGraceMs ?? usualGraceMs
    this.#onThreadLost = options.onThreadLost ?? (() => {})
    this.#threads = new Threads(threadsOptions(options), threadOptions, {
      message: (thread, message) => this.#receive(thread, message),
      lost: (thread, cause) => this.#lost(thread, cause),
    })
    this.#defectWatch = new DefectWatch(options, this.#threads)
    this.#watchdog = new Watchdog({
      graceMs: this.#unresponsiveGraceMs,
      limitMs: (thread, { run }) =>
        (run === undefined ? threadOptions : this.#runOn(thread, run)?.invocation.limits)?.runningTimeMs,
      outOfTime: (thread, { run, preparation }) =>
        run === undefined ? this.#preparations.outOfTime(thread, preparation) : this.#outOfTime(thread, run),
    })
    this.#watch = setInterval(() => this.#lookAfter(performance.now()), watchIntervalMs)
    this.#watch.unref()
  }

  /** Rejects with SandboxError when not all threads can start, and closes the pool. */
  async ready(): Promise<void> {
    try {
      await this.#threads.ready()
    } catch (error) {
      await this.close()
      throw cannotStart(error)
    }
  }

  async inspect(code: string): Promise<ModuleExports> {
    if (this.#closed) throw sandboxClosed()
    return this.#preparations.inspect(this.#threads.leastBusy(), code)
  }

  async prepare(source: DeploymentSource): Promise<PreparedDeployment> {
    if (this.#closed) throw sandboxClosed()
    return this.#deployments.hold(source, async (id) => {
      const image = await this.#preparations.prepare(this.#threads.leastBusy(), id, source)
      for (const thread of this.#threads.shared) thread.ensureImage(image)
      return image
    })
  }

  release({ id }: PreparedDeployment): void {
    this.#deployments.letGo(id)
    this.#forgetUnused(id)
  }

  async invoke(invocation: Invocation): Promise<InvocationResult> {
    return new Promise((resolve) => {
      const run = new ActiveRun(this.#newRunNumber(), invocation, resolve)
      if (this.#closed || !this.#deployments.image(invocation.deployment.id)) return run.end({ kind: 'busy' })
      run.needsOwnThread = invocation.isAside === true || this.#wedging.has(invocation.deployment.id)
      this.#runs.add(run.number, run)
      this.#dispatch(run)
    })
  }

  stats(): SandboxStats {
    return {
      isOpen: !this.#closed,
      threads: this.#threads.shared.length,
      lentThreads: this.#threads.lentCount,
      inFlight: this.#runs.size - this.#queue.size,
      queued: this.#queue.size,
      threadsLost: this.#threadsLost,
      ...this.#defectWatch.counts,
      runsMoved: this.#runsMoved,
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#watch)
    this.#preparations.close()
    for (const run of [...this.#runs.values()]) this.#end(run, { kind: 'busy' })
    await this.#threads.close()
    await this.#hostCalls.close()
  }

  /** Numbers fit the 32-bit slots of a thread's signal; by the time they come round, their first bearers are long gone. */
  #newRunNumber(): number {
    this.#nextRun = (this.#nextRun + 1) % 0x7fff_ffff
    return this.#nextRun
  }

  #dispatch(run: ActiveRun): void {
    if (this.#tryDispatch(run)) return
    if (this.#queue.size >= this.#mostQueuedRuns) this.#end(run, { kind: 'busy' })
    else this.#queue.add(run.number, run)
  }

  /** False when no thread is free for the run. */
  #tryDispatch(run: ActiveRun, preferred?: Thread): boolean {
    const thread = preferred ?? this.#threads.forRun(run)
    const image = this.#deployments.image(run.invocation.deployment.id)
    if (thread === undefined || image === undefined) return false
    this.#queue.delete(run.number)
    run.thread = thread
    thread.assign(run.number)
    thread.ensureImage(image)
    thread.send(run.order(this.#defectWatch.isDue(run.number)))
    return true
  }

  #dispatchQueued(): void {
    let sharedAreFull = false
    for (const run of this.#queue.values()) {
      if (sharedAreFull && !run.needsOwnThread) continue
      sharedAreFull = !this.#tryDispatch(run) && !run.needsOwnThread
    }
  }

  #receive(thread: Thread, message: ThreadMessage): void {
    switch (message.kind) {
      case 'call':
        void this.#answerCall(thread, message)
        return
      case 'abort':
        this.#runOn(thread, message.run)?.abortCall(message)
        return
      case 'denied':
        this.#runOn(thread, message.run)?.denied(message.reason)
        return
      case 'moved':
        this.#move(thread, message)
        return
      case 'ended':
        this.#end(this.#runOn(thread, message.run), message.outcome, message)
        return
      case 'defect':
        this.#defectWatch.found(thread, message)
        return
      case 'inspected':
      case 'prepared':
      case 'refused':
        this.#preparations.answer(thread, message)
    }
  }

  async #answerCall(thread: Thread, message: MessageToPool<'call'>): Promise<void> {
    const run = this.#runOn(thread, message.run)
    if (run === undefined) return
    const envelope = await run.answer(message, this.#hostCalls)
    if (this.#runOn(thread, message.run) !== run) return
    if (envelope !== undefined)
      return thread.send({ kind: 'answer', run: run.number, call: message.call, envelope })
    thread.send({ kind: 'cancel', run: run.number })
    this.#end(run, {
      kind: 'replay-diverged',
      message: `outgoing call ${message.call} is not the recorded one`,
    })
  }

  #move(thread: Thread, message: MessageToPool<'moved'>): void {
    const run = this.#runOn(thread, message.run)
    if (run === undefined) return
    this.#runsMoved++
    thread.release(run.number)
    run.moved(message.deliveries)
    this.#dispatch(run)
    this.#dispatchQueued()
  }

  /** A message counts only if it comes from the thread that has the run: late and forged ones are dropped. */
  #runOn(thread: Thread, number: number): ActiveRun | undefined {
    const run = this.#runs.get(number)
    return run?.thread === thread ? run : undefined
  }

  #end(run: ActiveRun | undefined, outcome: RunOutcome, ended?: MessageToPool<'ended'>): void {
    if (run === undefined) return
    this.#runs.delete(run.number)
    this.#queue.delete(run.number)
    run.thread?.release(run.number)
    run.end(outcome, ended)
    this.#forgetUnused(run.invocation.deployment.id)
    if (this.#queue.size > 0) this.#dispatchQueued()
  }

  /** Drops the image of a deployment that has no holder and no run in flight. */
  #forgetUnused(id: string): void {
    if (this.#deployments.isHeld(id)) return
    for (const run of this.#runs.values()) if (run.invocation.deployment.id === id) return
    if (!this.#deployments.forget(id)) return
    this.#wedging.forget(id)
    for (const thread of this.#threads.all) thread.forgetImage(id)
  }

  #lost(thread: Thread, cause: unknown): void {
    if (this.#closed) return
    this.#onThreadLost(cause)
    this.#threadsLost++
    const replacement = this.#threads.replace(thread)
    if (replacement !== undefined) {
      for (const image of this.#deployments.images()) replacement.ensureImage(image)
    } else if (!thread.isLent) {
      void this.close()
    }
    // What ended the thread is known and was ended with it: it does not count against the others.
    const isExplained = cause instanceof Wedged || cause instanceof SandboxDefect
    this.#preparations.lost(thread, this.#threads.leastBusy(), { cause, isExplained })
    for (const number of thread.inFlight) {
      const run = this.#runs.get(number)
      if (run !== undefined) this.#goOnElsewhere(run, isExplained, replacement)
    }
  }

  #goOnElsewhere(run: ActiveRun, isExplained: boolean, replacement: Thread | undefined): void {
    run.lost()
    if (run.wasRetried && !isExplained) return this.#end(run, { kind: 'crashed' })
    run.wasRetried ||= !isExplained
    run.needsOwnThread ||= this.#wedging.has(run.invocation.deployment.id)
    if (!this.#tryDispatch(run, run.needsOwnThread ? undefined : replacement)) this.#dispatch(run)
  }

  /** The run has had its time, and nothing stops it but the end of its thread. */
  #outOfTime(thread: Thread, number: number): void {
    const run = this.#runOn(thread, number)
    if (run !== undefined) this.#wedging.note(run.invocation.deployment.id)
    this.#end(run, { kind: 'running-time-exceeded' })
  }

  #lookAfter(nowMs: number): void {
    this.#threads.retireIdle(nowMs)
    for (const run of this.#queue.values()) {
      if (run.elapsedMs > run.invocation.limits.wallClockMs) this.#end(run, { kind: 'busy' })
    }
    this.#watchdog.look(this.#threads.all, nowMs)
    for (const run of [...this.#runs.values()]) {
      const { thread, elapsedMs } = run
      const mostMs = run.invocation.limits.wallClockMs + this.#unresponsiveGraceMs * 3
      if (thread === undefined || elapsedMs <= mostMs) continue
      // A thread ends its runs by itself, unless it is held up. Looked at twice: when our own event loop stood still, its word is
      // waiting in it and is heard before the next look.
      if (run.isOverdue) {
        thread.doubt(nowMs)
        thread.send({ kind: 'cancel', run: run.number })
        this.#end(run, { kind: 'wall-clock-exceeded' })
      }
      run.isOverdue = true
    }
  }
}
