// Runs background work in this process: asks the database for jobs that are due, at intervals and at once after a commit here that
// queued one, and runs them under leases. Any number of processes do this on one database.
import { setTimeout as pause } from 'node:timers/promises'
import { reasonOf } from '../errors/index.ts'
import type { Store } from '../store/index.ts'
import type { Logger } from '../telemetry/index.ts'
import type { JobKind, JobKinds } from './job-kind.ts'
import { runJob, type JobResult } from './run-job.ts'

export interface JobsOptions {
  readonly store: Pick<Store, 'jobs' | 'nowMs'>
  readonly kinds: JobKinds
  readonly log: Logger
  /** How long a job is this process's without a sign of life. */
  readonly leaseMs?: number
  /** Between two looks for work that another process queued or left behind. */
  readonly pollMs?: number
}

export interface Jobs {
  /** How many attempts ended in which way since the start. */
  readonly counts: Readonly<Record<JobResult, number>>
  /** Resolves when no job is due or running here, recurring ones apart. */
  settle(): Promise<void>
  /** Takes no more jobs, lets those that run end within `boundMs`, and gives back the others. */
  close(boundMs: number): Promise<void>
}

const defaultLeaseMs = 30_000
const defaultPollMs = 5_000
const hourMs = 3_600_000
/** What a job gets to end once it was aborted. */
const lastMomentMs = 1_000

interface Running {
  readonly kind: string
  readonly isRecurring: boolean
  readonly stop: AbortController
  readonly ended: Promise<void>
}

export function openJobs(options: JobsOptions): Jobs {
  const { store, kinds, log, leaseMs = defaultLeaseMs, pollMs = defaultPollMs } = options
  const { jobs } = store
  const running = new Set<Running>()
  const counts: Record<JobResult, number> = { completed: 0, failed: 0, dead: 0, lost: 0, 'given-back': 0 }
  const stopping = new AbortController()
  let wake = new AbortController()
  let round: Promise<number> = Promise.resolve(0)
  let isFailing = false
  let isPlanned = false

  const stopListening = jobs.onEnqueued(() => wake.abort())
  const looking = lookForWork()

  async function lookForWork(): Promise<void> {
    while (!stopping.signal.aborted) {
      wake = new AbortController()
      // oxlint-disable-next-line no-await-in-loop -- one look after the other
      const waitMs = await nextRound()
      const signal = AbortSignal.any([wake.signal, stopping.signal])
      // oxlint-disable-next-line no-await-in-loop
      await pause(waitMs, undefined, { signal, ref: false }).catch(() => {})
    }
  }

  /** One at a time. Never rejects. */
  function nextRound(): Promise<number> {
    return (round = round.then(startDueJobs).then(
      (waitMs) => {
        isFailing = false
        return waitMs
      },
      (error: unknown) => {
        // Once for each outage of the database.
        if (!isFailing) log.warn('jobs_unavailable', reasonOf(error))
        isFailing = true
        return pollMs
      },
    ))
  }

  /** Resolves to the milliseconds until the next look. */
  async function startDueJobs(): Promise<number> {
    if (stopping.signal.aborted) return pollMs
    await planRecurringJobs()
    const waits = await Promise.all(Object.entries(kinds).map(([name, kind]) => startDue(name, kind)))
    return Math.min(pollMs, ...waits)
  }

  async function planRecurringJobs(): Promise<void> {
    if (isPlanned) return
    const nowMs = store.nowMs()
    for (const [kind, { everyMs }] of Object.entries(kinds))
      // oxlint-disable-next-line no-await-in-loop -- a handful, at the start
      if (everyMs !== undefined) await jobs.ensureRecurring(kind, { nowMs, dueAtMs: nowMs + everyMs })
    isPlanned = true
  }

  async function startDue(name: string, kind: JobKind): Promise<number> {
    const due = await jobs.due(name)
    if (due === undefined) return pollMs
    const nowMs = store.nowMs()
    const furthestMs =
      nowMs + Math.max(hourMs, 2 * (kind.everyMs ?? 0), ...kind.backoffMs.map((ms) => 2 * ms))
    if (due.lastAtMs > furthestMs) {
      await jobs.pullForward(name, furthestMs)
      return 0
    }
    if (due.firstAtMs > nowMs) return due.firstAtMs - nowMs
    const free = (kind.concurrency ?? 1) - countRunning(name)
    // The end of a job is followed by another look.
    if (free <= 0) return pollMs
    const claimed = await jobs.claim({ kind: name, limit: free, nowMs, untilMs: nowMs + leaseMs })
    for (const job of claimed) start(job, kind)
    return pollMs
  }

  function countRunning(name: string): number {
    return [...running].filter(({ kind }) => kind === name).length
  }

  function start(job: Awaited<ReturnType<typeof jobs.claim>>[number], kind: JobKind): void {
    const stop = new AbortController()
    const deps = { jobs, nowMs: () => store.nowMs(), leaseMs, log, stopped: stop.signal }
    const isRecurring = kind.everyMs !== undefined
    const ended = runJob(job, kind, deps).then((result) => {
      counts[result] += 1
      running.delete(entry)
      wake.abort()
    })
    const entry: Running = { kind: job.kind, isRecurring, stop, ended }
    running.add(entry)
  }

  /** They run again anyway: a stop does not wait for a backlog. */
  function stopRecurringJobs(): void {
    for (const { isRecurring, stop } of running) if (isRecurring) stop.abort()
  }

  return {
    counts,
    async settle() {
      for (;;) {
        // oxlint-disable-next-line no-await-in-loop -- a job may queue another one
        await nextRound()
        const busy = [...running].filter(({ isRecurring }) => !isRecurring)
        if (busy.length === 0) return
        // oxlint-disable-next-line no-await-in-loop
        await Promise.all(busy.map(({ ended }) => ended))
      }
    },
    async close(boundMs) {
      stopListening()
      stopping.abort()
      stopRecurringJobs()
      await looking
      stopRecurringJobs()
      const ended = () => Promise.all([...running].map((one) => one.ended))
      await within(boundMs, ended())
      for (const { stop } of running) stop.abort()
      await within(lastMomentMs, ended())
      for (const [name, { everyMs }] of Object.entries(kinds))
        // A restore works without, a moment later.
        // oxlint-disable-next-line no-await-in-loop -- a handful, at the end
        if (everyMs !== undefined) await jobs.release(name).catch(() => {})
      if (running.size > 0) log.error('jobs_left_running', { count: running.size })
    },
  }
}

async function within(mostMs: number, work: Promise<unknown>): Promise<void> {
  const timer = new AbortController()
  const tooLong = pause(mostMs, undefined, { signal: timer.signal }).catch(() => {})
  await Promise.race([work, tooLong])
  timer.abort()
}
