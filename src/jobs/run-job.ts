// One job under its lease: renews the lease while the work goes on, stops the work when the lease is lost, and records the result.
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { AppError, reasonOf } from '../errors/index.ts'
import type { ClaimedJob, JobStore } from '../store/index.ts'
import type { Logger } from '../telemetry/index.ts'
import { FinalJobError, type JobKind } from './job-kind.ts'

export interface RunJobDeps {
  readonly jobs: JobStore
  readonly nowMs: () => number
  readonly leaseMs: number
  readonly log: Logger
  /** Aborted when the server stops and no longer waits for the job. */
  readonly stopped: AbortSignal
}

/** What became of one attempt. `lost`: another worker has the job. */
export type JobResult = 'completed' | 'failed' | 'dead' | 'lost' | 'given-back'

/** Never rejects: when the result cannot be recorded, the lease ends and the job runs again. */
export async function runJob(job: ClaimedJob, kind: JobKind, deps: RunJobDeps): Promise<JobResult> {
  const { jobs, nowMs, log, stopped } = deps
  const lease = keepLease(job, deps)
  const fields = { kind: job.kind, jobId: job.id, attempt: job.attempt }
  const mostAttempts = kind.everyMs === undefined ? kind.backoffMs.length + 1 : Infinity
  try {
    const outcome = await attempt()
    if (lease.lost.aborted) return lost()
    const isHeld = await record(outcome)
    return isHeld ? outcome.result : lost()
  } catch (error) {
    log.warn('job_result_not_recorded', { ...fields, ...reasonOf(error) })
    return 'lost'
  } finally {
    lease.stop()
  }

  type Outcome =
    | { readonly result: 'given-back' }
    | { readonly result: 'completed'; readonly againInMs: number | undefined }
    | { readonly result: 'failed'; readonly error: unknown; readonly waitMs: number }
    | { readonly result: 'dead'; readonly error: unknown }

  async function attempt(): Promise<Outcome> {
    // Each of its attempts ended without a result, the process of each of them perhaps by this job.
    if (job.attempt > mostAttempts) return { result: 'dead', error: interrupted(mostAttempts) }
    try {
      const { id, payload } = job
      const signal = AbortSignal.any([lease.lost, stopped])
      const goesOn = await kind.run({ id, payload, attempt: job.attempt, signal })
      if (stopped.aborted && kind.everyMs !== undefined) return { result: 'given-back' }
      return { result: 'completed', againInMs: kind.everyMs ?? goesOn?.againInMs }
    } catch (error) {
      if (stopped.aborted) return { result: 'given-back' }
      const waitMs = kind.everyMs ?? kind.backoffMs[job.attempt - 1]
      if (error instanceof FinalJobError || waitMs === undefined) return { result: 'dead', error }
      return { result: 'failed', error, waitMs }
    }
  }

  function record(outcome: Outcome): Promise<boolean> {
    switch (outcome.result) {
      case 'completed':
        if (outcome.againInMs === undefined) return untilLeaseEnds(() => jobs.finish(job))
        return jobs.postpone(job, { dueAtMs: nowMs() + outcome.againInMs, attempts: 0, error: null })
      case 'given-back':
        // Due since ever, for any other replica.
        return jobs.postpone(job, { dueAtMs: 0, attempts: job.attempt - 1, error: null })
      case 'failed': {
        const { error, waitMs } = outcome
        if (isReported(job.attempt))
          log.warn('job_failed', { ...fields, nextInMs: waitMs, ...reasonOf(error) })
        const next = { dueAtMs: nowMs() + waitMs, attempts: job.attempt, error: textOf(error) }
        return jobs.postpone(job, next)
      }
      case 'dead': {
        const { error } = outcome
        log.error('job_dead', { ...fields, ...reasonOf(causeOf(error)) })
        return untilLeaseEnds(async () => {
          if (isReadable(job)) await kind.gaveUp?.(job, textOf(error))
          return jobs.bury(job, { atMs: nowMs(), error: textOf(error) })
        })
      }
    }
  }

  /** What was done must not be done again only because the database was away for a moment. */
  async function untilLeaseEnds(write: () => Promise<boolean>): Promise<boolean> {
    for (;;) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- one try after the other
        return await write()
      } catch (error) {
        if (lease.lost.aborted || stopped.aborted) throw error
        // oxlint-disable-next-line no-await-in-loop
        await pause(deps.leaseMs / 10, undefined, { ref: false })
      }
    }
  }

  function lost(): JobResult {
    log.warn('job_lease_lost', fields)
    return 'lost'
  }
}

function interrupted(attempts: number): AppError {
  return new AppError(
    'job_interrupted',
    `None of ${String(attempts)} attempts came to an end: the server ended during each of them.`,
  )
}

function isReadable({ payload }: ClaimedJob): boolean {
  try {
    payload()
    return true
  } catch {
    return false
  }
}

/** Attempts 1, 2, 4, 8, …: a recurring job that fails for days does not fill the log. */
function isReported(attempt: number): boolean {
  return Number.isInteger(Math.log2(attempt))
}

interface KeptLease {
  readonly lost: AbortSignal
  stop(): void
}

/** Renews three times within a lease. Its end is measured here from before each request, so that it comes here first. */
function keepLease(job: ClaimedJob, { jobs, nowMs, leaseMs }: RunJobDeps): KeptLease {
  const lost = new AbortController()
  let end = setTimeout(() => lost.abort(), leaseMs)
  let next = setTimeout(() => void renew(), leaseMs / 3)

  async function renew(): Promise<void> {
    const from = performance.now()
    // While the database is away the lease goes on until its end.
    const isHeld = await jobs.renew(job, nowMs() + leaseMs).catch(() => undefined)
    if (lost.signal.aborted || isStopped) return
    if (isHeld === false) return lost.abort()
    next = setTimeout(() => void renew(), leaseMs / 3)
    if (isHeld === undefined) return
    clearTimeout(end)
    end = setTimeout(() => lost.abort(), leaseMs - (performance.now() - from))
  }

  let isStopped = false
  return {
    lost: lost.signal,
    stop() {
      isStopped = true
      clearTimeout(end)
      clearTimeout(next)
    },
  }
}

/** For the list of jobs: what our own errors say. The text of any other error may hold what it was about. */
function textOf(error: unknown): string {
  const cause = causeOf(error)
  if (cause instanceof AppError) return `${cause.code}: ${cause.message}`
  return cause instanceof Error ? cause.name : 'unknown'
}

function causeOf(error: unknown): unknown {
  return error instanceof FinalJobError && error.cause !== undefined ? error.cause : error
}
