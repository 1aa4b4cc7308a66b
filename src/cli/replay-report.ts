// What a replay found, in words and as data.
import type { JsonValue } from '../oauth/index.ts'
import type { ReplayDifference, ReplayDocument, ReplayReport } from '../replays/index.ts'
import { printable, type Output } from './output.ts'
import { changeText, valueText } from './value-text.ts'

const widestName = 40

export function replayText(replay: ReplayDocument, output: Output): string {
  const { invocation, startedAt, client, user, deployment, recordedWith, mode, differences } = replay
  const { skippedCalls, identical } = replay
  const who = user === null ? '' : `  user=${user}`
  const row = (name: string, text: string) => `  ${output.style('dim', name.padEnd(8))}  ${printable(text)}`
  const width = namesWidth(differences)
  return [
    `${output.style('bold', invocation)}  ${printable(`${startedAt}  client=${client}${who}`)}`,
    row('recorded', recordedWith),
    row('replayed', deployment ?? 'without a workflow: default claims'),
    ...(mode === 'answers'
      ? [
          row(
            'answers',
            'the code asks for something else than the recorded one; it got the recorded answers',
          ),
        ]
      : []),
    '',
    ...differences.map((one) => differenceLine(one, width, output)),
    ...skippedCalls.map(({ method, url }) =>
      output.style(
        'yellow',
        `  skipped  ${printable(`${method} ${url}`)}: the recording holds no answer to it`,
      ),
    ),
    ...(differences.length + skippedCalls.length > 0 ? [''] : []),
    identical
      ? output.style('green', 'What is issued is the same.')
      : output.style('red', 'What is issued differs from what was issued.'),
  ].join('\n')
}

export function replayReportText(report: ReplayReport, output: Output): string {
  const { replayed, identical, differing, notReplayed, changes, skippedCalls } = report
  const lines = [
    `${replayed} replayed with ${report.deployment ?? 'the deployments that they were recorded with'}: ${identical} the same, ${differing} differ`,
    ...notReplayed.map(({ reason, count }) => `${count} not replayed: ${reason}`),
  ]
  if (changes.length > 0) {
    const width = Math.min(widestName, Math.max(...changes.map((change) => nameOf(change).length)))
    const head = ['added', 'changed', 'removed'].map((name) => name.padStart(8)).join('')
    lines.push('', output.style('dim', `${''.padEnd(width)}${head}`))
    for (const change of changes) {
      const counts = [change.added, change.changed, change.removed].map((count) => String(count).padStart(8))
      lines.push(`${printable(nameOf(change)).padEnd(width)}${counts.join('')}`)
      for (const { invocation, user, recorded, replayed: now } of change.examples) {
        const text = `  ${invocation}  ${user ?? ''}  `
        lines.push(output.style('dim', printable(text)) + changed(recorded, now, output.width - text.length))
      }
    }
  }
  if (skippedCalls.length > 0) {
    lines.push('', 'skipped calls, to which the recordings hold no answer')
    for (const { method, url, count } of skippedCalls)
      lines.push(`  ${String(count).padStart(6)}  ${printable(`${method} ${url}`)}`)
  }
  if (replayed + notReplayed.length === 0) lines.push('There is no invocation to replay.')
  return lines.join('\n')
}

/** As it is, or as an answer of the management API has it. */
interface ShownDifference {
  readonly of: string
  readonly claim?: string | undefined
  readonly kind: ReplayDifference['kind']
  readonly recorded?: JsonValue | undefined
  readonly replayed?: JsonValue | undefined
}

export function namesWidth(differences: readonly ShownDifference[]): number {
  return Math.min(widestName, Math.max(0, ...differences.map((one) => nameOf(one).length)))
}

function nameOf({ of, claim }: { readonly of: string; readonly claim?: string | undefined }): string {
  return claim === undefined || claim === '*' ? of : `${of}.${claim}`
}

const marks = { added: '+', changed: '~', removed: '-' } as const
const colours = { added: 'green', changed: 'yellow', removed: 'red' } as const

export function differenceLine(difference: ShownDifference, width: number, output: Output): string {
  const { kind, recorded, replayed } = difference
  const room = output.width - width - 6
  const text = `  ${marks[kind]} ${printable(nameOf(difference)).padEnd(width)}  ${changed(recorded, replayed, room)}`
  return output.style(colours[kind], text)
}

function changed(recorded: JsonValue | undefined, replayed: JsonValue | undefined, room: number): string {
  if (recorded === undefined) return valueText(replayed, room)
  return replayed === undefined ? valueText(recorded, room) : changeText(recorded, replayed, room)
}
