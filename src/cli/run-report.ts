// One run in words, for a person at a terminal: made from the same document that --json prints, so that the two never
// tell different things.
import { formatLocation } from '../errors/index.ts'
import { tokenKindLabel, tokenKinds, type TokenKind } from '../oauth/index.ts'
import { claimChanges, jsonBytes, type RunDocument } from '../tokens/index.ts'
import { printable, type Output } from './output.ts'
import { changeText, valueText } from './value-text.ts'

export interface RunHeader {
  readonly workflowId: string
  readonly trigger: string
  readonly file: string
}

type TokenDocument = RunDocument['accessToken'] & object

const decisionWords = {
  issue: 'tokens are issued as the workflow shaped them',
  'issue-partial':
    'a workflow failed and its failure policy is continue: tokens are issued as the other workflows shaped them',
  'issue-last-good':
    'the workflow failed: tokens are issued with the claims of its last good run for this grant',
  'issue-defaults':
    'the workflow failed and its failure policy is continue: tokens are issued with the default claims',
  deny: 'access is denied: no token is issued',
  refuse: 'the workflow failed and its failure policy is stop: no token is issued',
} as const satisfies Record<RunDocument['decision'], string>

const widestName = 32

export function runReport(document: RunDocument, header: RunHeader, output: Output): string {
  const tokens = tokenKinds.flatMap((token) => {
    const found = document[token]
    return found === undefined ? [] : [tokenSection(token, found, document, output)]
  })
  const sections = [
    headerSection(document, header, output),
    stepsSection(document, output),
    ...tokens,
    clashesSection(document, output),
    logSection(document, output),
    callsSection(document, output),
    replaySection(document, output),
  ]
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

function headerSection(document: RunDocument, header: RunHeader, output: Output): string[] {
  const row = (name: string, text: string) => `  ${output.style('dim', name.padEnd(10))}  ${printable(text)}`
  return [
    `${output.style('bold', printable(header.workflowId))}  ${printable(header.trigger)}`,
    row('file', header.file),
    row('deployment', document.deployment),
    row('outcome', document.outcome),
    row('decision', `${document.decision}: ${decisionWords[document.decision]}`),
    ...(document.lastGoodAgeSeconds === undefined
      ? []
      : [row('last good', `${document.lastGoodAgeSeconds} seconds before`)]),
    ...(document.denied ? [row('reason', document.denied.reason)] : []),
    row('took', `${Math.max(1, Math.round(document.durationMs))} ms`),
  ]
}

/** Nothing for a trigger with one workflow, of which the header tells. */
function stepsSection({ steps = [] }: RunDocument, output: Output): string[] {
  if (steps.length < 2) return []
  const ids = steps.map(({ workflow }) => printable(workflow))
  const width = Math.min(widestName, Math.max(...ids.map((id) => id.length)))
  return [
    output.style('bold', 'workflows'),
    ...steps.map((step, index) => {
      const text = step.skipped === undefined ? stepText(step) : `skipped: ${skippedWords[step.skipped]}`
      const line = `  ${index + 1}  ${ids[index]?.padEnd(width) ?? ''}  ${printable(text)}`
      return step.error ? output.style('red', line) : step.skipped ? output.style('dim', line) : line
    }),
  ]
}

const skippedWords = {
  'after-denial': 'a workflow before it denied access',
  'after-failure': 'a workflow before it failed and its failure policy is stop',
} as const satisfies Record<Step['skipped'] & string, string>

type Step = (RunDocument['steps'] & object)[number]

function stepText({ outcome, decision, durationMs = 0, error, ...step }: Step): string {
  const changes = tokenKinds.flatMap((token) => {
    const { added = [], changed = [], removed = [] } = step[token] ?? {}
    const claims = [
      ...added.map((claim) => `+${claim}`),
      ...changed.map((claim) => `~${claim}`),
      ...removed.map((claim) => `-${claim}`),
    ]
    return claims.length === 0 ? [] : [`${tokenKindLabel[token]}: ${claims.join(' ')}`]
  })
  const end = error ? error.message : changes.length === 0 ? 'no changes' : changes.join(', ')
  return `${outcome ?? ''}, ${decision ?? ''}, ${Math.max(1, Math.round(durationMs))} ms; ${end}`
}

function clashesSection({ clashes = [] }: RunDocument, output: Output): string[] {
  if (clashes.length === 0) return []
  return [
    output.style('bold', 'changed by more than one workflow; the last one counts'),
    ...clashes.map(({ token, claim, workflows }) =>
      output.style(
        'yellow',
        `  ${tokenKindLabel[token]}  ${printable(`${claim}: ${workflows.join(', then ')}`)}`,
      ),
    ),
  ]
}

function tokenSection(
  token: TokenKind,
  { before, after }: TokenDocument,
  document: RunDocument,
  output: Output,
): string[] {
  const refused = document.refused.filter((attempt) => attempt.token === token)
  const changes = after === null ? { added: [], changed: [], removed: [] } : claimChanges(before, after)
  const names = [
    ...changes.added,
    ...changes.changed,
    ...changes.removed,
    ...refused.map(({ claim }) => claim),
  ]
  const nameWidth = Math.min(widestName, Math.max(0, ...names.map((name) => printable(name).length)))
  const room = output.width - nameWidth - 6
  const line = (mark: string, name: string, text: string) =>
    `  ${mark} ${printable(name).padEnd(nameWidth)}  ${text}`
  return [
    `${output.style('bold', tokenKindLabel[token])}  ${sizeText(before, after, names.length - refused.length)}`,
    ...changes.added.map((name) => output.style('green', line('+', name, valueText(after?.[name], room)))),
    ...changes.changed.map((name) =>
      output.style('yellow', line('~', name, changeText(before[name], after?.[name], room))),
    ),
    ...changes.removed.map((name) => output.style('red', line('-', name, valueText(before[name], room)))),
    ...refused.map(({ claim, at }) =>
      output.style(
        'red',
        line('!', claim, `refused (reserved)${at ? ` at ${printable(formatLocation(location(at)))}` : ''}`),
      ),
    ),
  ]
}

function sizeText(
  before: TokenDocument['before'],
  after: TokenDocument['after'],
  changeCount: number,
): string {
  if (after === null) return 'not issued'
  const [from, to] = [jsonBytes(before), jsonBytes(after)]
  return changeCount === 0 ? `${from} bytes, unchanged` : `${from} → ${to} bytes`
}

function logSection({ log }: RunDocument, output: Output): string[] {
  if (log.length === 0) return []
  const colours = { debug: 'dim', info: 'cyan', warn: 'yellow', error: 'red' } as const
  return [
    output.style('bold', 'console'),
    ...log.map(({ level, text }) => {
      const indented = printable(text)
        .split('\n')
        .join(`\n${' '.repeat(9)}`)
      return `  ${output.style(colours[level], level.padEnd(5))}  ${indented}`
    }),
  ]
}

function callsSection({ calls }: RunDocument, output: Output): string[] {
  if (calls.length === 0) return []
  return [
    output.style('bold', 'outgoing calls'),
    ...calls.map(({ method, url, status, error, durationMs, answeredBy }) => {
      const answer = status === undefined ? `failed (${error?.code ?? 'no answer'})` : String(status)
      const by = answeredBy === undefined ? '' : `, answered by ${printable(answeredBy)}`
      const line = `  ${printable(method)} ${printable(url)} ${answer} ${durationMs} ms${by}`
      return error ? `${line}\n    ${printable(error.message)}` : line
    }),
  ]
}

function replaySection({ replay }: RunDocument, output: Output): string[] {
  if (!replay) return []
  if (replay.identical) return [output.style('green', 'replay: identical')]
  return [output.style('red', `replay: differs at ${printable(replay.difference ?? 'an unknown place')}`)]
}

function location({ file, line, column }: RunDocument['refused'][number]['at'] & object) {
  return { file, ...(line !== undefined && { line }), ...(column !== undefined && { column }) }
}
