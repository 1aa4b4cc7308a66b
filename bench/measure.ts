// How a runner is measured: back to back, with pauses, and with many in flight. Each function measures one round; rounds
// of all subjects take turns, so that a change of the machine's mood hits all of them, and the report takes the median.
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'

/** Milliseconds. */
export interface Latency {
  readonly p50: number
  readonly p99: number
}

export interface Round {
  readonly backToBack: Latency
  readonly paused: Latency
  /** With many in flight; undefined for what is not run in parallel. */
  readonly throughput?: Throughput
}

export interface Throughput {
  /** Completed per second. */
  readonly perSecond: number
  /** Processor time of the whole process for each, in milliseconds: what other work on the machine does not change. */
  readonly cpuMs: number
}

export interface Effort {
  readonly rounds: number
  readonly warmUpMs: number
  /** Runs that are not timed before each round. */
  readonly settleMs: number
  readonly backToBackMs: number
  readonly pausedRuns: number
  readonly throughputMs: number
}

export const fullEffort: Effort = {
  rounds: 5,
  warmUpMs: 500,
  settleMs: 150,
  backToBackMs: 400,
  pausedRuns: 110,
  throughputMs: 600,
}
export const quickEffort: Effort = {
  rounds: 1,
  warmUpMs: 80,
  settleMs: 30,
  backToBackMs: 150,
  pausedRuns: 30,
  throughputMs: 150,
}

const pauseMs = 5
export const inFlight = 16
const turnOfTheLoop = 64

export type Action = () => Promise<unknown>

/** One after another, and once with as many in flight as are measured, so that pools have grown before they are timed. */
export async function warmUp(action: Action, { warmUpMs }: Effort): Promise<void> {
  await Promise.all(Array.from({ length: inFlight }, action))
  for (let until = performance.now() + warmUpMs; performance.now() < until;) await action()
}

export async function measureRound(action: Action, effort: Effort, withThroughput: boolean): Promise<Round> {
  // What the subject before left behind (garbage, threads that wind down) is not this one's.
  for (let until = performance.now() + effort.settleMs; performance.now() < until;) await action()
  const backToBack = await latencyFor(action, effort.backToBackMs)
  const paused = await pausedLatency(action, effort.pausedRuns)
  if (!withThroughput) return { backToBack, paused }
  return { backToBack, paused, throughput: await throughput(action, effort.throughputMs) }
}

/** The median of each number over the rounds. */
export function medianRound(rounds: readonly Round[]): Round {
  const latency = (pick: (round: Round) => Latency): Latency => ({
    p50: median(rounds.map((round) => pick(round).p50)),
    p99: median(rounds.map((round) => pick(round).p99)),
  })
  const throughputs = rounds.flatMap((round) => round.throughput ?? [])
  return {
    backToBack: latency((round) => round.backToBack),
    paused: latency((round) => round.paused),
    ...(throughputs.length === 0 ? {} : { throughput: medianThroughput(throughputs) }),
  }
}

export function medianThroughput(throughputs: readonly Throughput[]): Throughput {
  return {
    perSecond: median(throughputs.map(({ perSecond }) => perSecond)),
    cpuMs: median(throughputs.map(({ cpuMs }) => cpuMs)),
  }
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

async function latencyFor(action: Action, forMs: number): Promise<Latency> {
  const samples: number[] = []
  for (let until = performance.now() + forMs; performance.now() < until;) samples.push(await timed(action))
  return latencyOf(samples)
}

async function pausedLatency(action: Action, runs: number): Promise<Latency> {
  const samples: number[] = []
  for (let run = 0; run < runs; run++) {
    await pause(pauseMs)
    samples.push(await timed(action))
  }
  return latencyOf(samples)
}

async function throughput(action: Action, forMs: number): Promise<Throughput> {
  const cpu = process.cpuUsage()
  const began = performance.now()
  let completed = 0
  const lane = async () => {
    while (performance.now() - began < forMs) {
      await action()
      completed++
      // node:vm never leaves the caller's thread: without this one of its lanes would starve the others.
      if (completed % turnOfTheLoop === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
  return throughputOf(completed, performance.now() - began, process.cpuUsage(cpu))
}

export function throughputOf(
  completed: number,
  elapsedMs: number,
  { user, system }: NodeJS.CpuUsage,
): Throughput {
  return { perSecond: (completed / elapsedMs) * 1_000, cpuMs: (user + system) / 1_000 / completed }
}

async function timed(action: Action): Promise<number> {
  const began = performance.now()
  await action()
  return performance.now() - began
}

function latencyOf(samples: readonly number[]): Latency {
  return { p50: quantile(samples, 0.5), p99: quantile(samples, 0.99) }
}

function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
