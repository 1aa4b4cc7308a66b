// The results as text: a table for each workload, what was measured once, and the goals with their verdicts.
import { verdict, type Goal } from './goals.ts'
import type { Round, Throughput } from './measure.ts'
import { isMeasured, measuredWorkloads, type MeasuredWorkload, type Results } from './results.ts'

const columns = [
  '',
  'p50 ms',
  'p99 ms',
  'p50 paused',
  'p99 paused',
  '16 in flight /s',
  'CPU ms',
  'prepare ms',
  'MiB/instance',
]

export function report(results: Results, goals: readonly Goal[]): string {
  return [
    `Node ${results.node}, ${results.cores} cores, ${results.rounds} rounds, medians; latency in ms, "paused" with 5 ms between runs`,
    ...measuredWorkloads.map((workload) => workloadTable(results, workload)),
    onceMeasured(results),
    goalTable(goals),
    results.subjects
      .flatMap((subject) => (isMeasured(subject) ? `${subject.name}: ${subject.note}` : []))
      .join('\n'),
  ].join('\n\n')
}

function workloadTable(results: Results, workload: MeasuredWorkload): string {
  const rows = results.subjects.map((subject) =>
    isMeasured(subject)
      ? [
          subject.name,
          ...roundCells(subject.workloads[workload]),
          number(subject.prepareMs[workload], 1),
          subject.instance === undefined ? '–' : number(subject.instance.bytesPerInstance / 1024 / 1024, 1),
        ]
      : [subject.name, `not measured: ${subject.missing}`],
  )
  return table([
    [`${workload} workflow`, ...columns.slice(1)],
    ...rows,
    ['one RS256-2048 signature (jose)', ...roundCells(results.signature)],
    ['  the same, synchronous', ...roundCells(results.synchronousSignature)],
    ['floor: a message to a thread and back', ...roundCells(results.floor.threadEcho)],
    ['floor: QuickJS alone, standing, no walls', ...roundCells(results.floor.engineAlone[workload])],
    ['floor: the same on a thread', ...roundCells(results.floor.engineOnThread[workload])],
    [
      'floor: engine and image, no messages',
      ...['–', '–', '–', '–'],
      ...throughputCells(results.floor.imageAlone[workload]),
    ],
  ])
}

function roundCells({ backToBack, paused, throughput }: Round): string[] {
  const latencies = [backToBack.p50, backToBack.p99, paused.p50, paused.p99].map((value) => number(value, 3))
  return [...latencies, ...(throughput === undefined ? ['–', '–'] : throughputCells(throughput))]
}

function throughputCells({ perSecond, cpuMs }: Throughput): string[] {
  return [number(perSecond, 0), number(cpuMs, 3)]
}

function onceMeasured({ flatness, terminatedThread }: Results): string {
  const lines: string[] = []
  if (flatness !== undefined) {
    const [early, late] = [flatness.earlyBytes, flatness.lateBytes].map((bytes) =>
      number(bytes / 1024 / 1024, 0),
    )
    lines.push(
      `our resident memory: ${early} MiB after ${flatness.earlyRuns} runs, ${late} MiB after ${flatness.lateRuns}`,
    )
  }
  if (terminatedThread !== undefined) {
    const { inFlight, answered, outcomes, noticedAfterMs, nextRunMs, slowestNextRunMs } = terminatedThread
    const kinds = Object.entries(outcomes).map(([kind, count]) => `${count} ${kind}`)
    lines.push(
      `a hanging thread was terminated after ${number(noticedAfterMs, 0)} ms (running-time limit and grace); ` +
        `${answered} of ${inFlight} runs in flight answered (${kinds.join(', ')}); ` +
        `next run after ${number(nextRunMs, 1)} ms, the slowest of the next four after ${number(slowestNextRunMs, 1)} ms`,
    )
  }
  return lines.join('\n')
}

function goalTable(goals: readonly Goal[]): string {
  const rows = goals.map((goal) => [
    goal.goal,
    goal.measured === undefined ? '–' : `${number(goal.measured, 2)} ${goal.unit}`,
    'atMost' in goal.bound ? `≤ ${goal.bound.atMost}` : `≥ ${goal.bound.atLeast}`,
    verdict(goal),
  ])
  return table([['goal', 'measured', 'bound', 'verdict'], ...rows])
}

/** The first column to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = columns.map((_, column) =>
    Math.max(...rows.map((row) => (row.length > 2 ? (row[column]?.length ?? 0) : 0))),
  )
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
  const [head = [], ...body] = rows
  return [line(head), '─'.repeat(line(head).length), ...body.map(line)].join('\n')
}

function number(value: number, digits: number): string {
  return value.toFixed(digits)
}
