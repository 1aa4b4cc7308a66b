// The goals of the sandbox as ratios of what one run of the benchmark measured, so that they hold on any machine.
import { isMeasured, type Results, type SubjectResult } from './results.ts'

export interface Goal {
  readonly goal: string
  /** Undefined when what it needs was not measured. */
  readonly measured?: number
  readonly bound: { readonly atMost: number } | { readonly atLeast: number }
  readonly unit: string
}

export type Verdict = 'met' | 'missed' | 'not measured'

export function verdict({ measured, bound }: Goal): Verdict {
  if (measured === undefined || Number.isNaN(measured)) return 'not measured'
  return ('atMost' in bound ? measured <= bound.atMost : measured >= bound.atLeast) ? 'met' : 'missed'
}

const mebibyte = 1024 * 1024
/** What counts as flat: the resident set may breathe, it may not grow with the runs. */
const flatGrowth = 1.1
const nextRunMs = 100

export function judge(results: Results): readonly Goal[] {
  const ours = find(results, 'ours: pool and image')
  return [
    ...latencyGoals(results, ours),
    ...throughputGoals(results, ours),
    ...memoryGoals(results, ours),
    ...threadGoals(results),
  ]
}

/** A run is measured against a signature made in the same mode; its p99 too is held against the signature's p50. */
function latencyGoals({ signature }: Results, ours: SubjectResult | undefined): readonly Goal[] {
  const modes = [
    { mode: 'backToBack', label: 'back to back' },
    { mode: 'paused', label: '5 ms pauses' },
  ] as const
  return modes.flatMap(({ mode, label }) => [
    goal(`small, ${label}: p50 in signatures`, ratio(ours?.workloads.small[mode].p50, signature[mode].p50), {
      atMost: 0.3,
    }),
    goal(`small, ${label}: p99 in signatures`, ratio(ours?.workloads.small[mode].p99, signature[mode].p50), {
      atMost: 1,
    }),
    goal(`heavy, ${label}: p50 in signatures`, ratio(ours?.workloads.heavy[mode].p50, signature[mode].p50), {
      atMost: 2.5,
    }),
  ])
}

function throughputGoals(results: Results, ours: SubjectResult | undefined): readonly Goal[] {
  const others = [
    ['node:vm, fresh context', 4],
    ['isolated-vm, fresh context', 5],
    ['run (npm)', 10],
  ] as const
  return others.map(([name, atLeast]) => {
    const other = find(results, name)?.workloads.small.throughput?.perSecond
    return goal(
      `small, 16 in flight: throughput against ${name}`,
      ratio(ours?.workloads.small.throughput?.perSecond, other),
      { atLeast },
    )
  })
}

function memoryGoals({ flatness }: Results, ours: SubjectResult | undefined): readonly Goal[] {
  const growth = ratio(flatness?.lateBytes, flatness?.earlyBytes)
  return [
    goal(
      'memory of each further ready instance',
      ratio(ours?.instance?.bytesPerInstance, mebibyte),
      { atMost: 4 },
      'MiB',
    ),
    goal(`memory after ${flatness?.lateRuns ?? 10_000} runs against a tenth of them`, growth, {
      atMost: flatGrowth,
    }),
  ]
}

function threadGoals({ terminatedThread }: Results): readonly Goal[] {
  const { inFlight = 100, answered, nextRunMs: first, slowestNextRunMs: slowest } = terminatedThread ?? {}
  return [
    goal('terminated thread: runs answered', answered, { atLeast: inFlight }, `of ${inFlight}`),
    goal('terminated thread: next run', first, { atMost: nextRunMs }, 'ms'),
    goal('terminated thread: slowest of the next four', slowest, { atMost: nextRunMs }, 'ms'),
  ]
}

function goal(text: string, measured: number | undefined, bound: Goal['bound'], unit = '×'): Goal {
  return { goal: text, ...(measured === undefined ? {} : { measured }), bound, unit }
}

function ratio(value: number | undefined, base: number | undefined): number | undefined {
  return value === undefined || base === undefined ? undefined : value / base
}

function find({ subjects }: Results, name: string): SubjectResult | undefined {
  return subjects.filter(isMeasured).find((subject) => subject.name === name)
}
