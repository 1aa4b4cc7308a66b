// One recorded invocation in words, in the same form as `mintage run` tells a run: for `mintage logs show` and for the terminal of
// `mintage dev`.
import type { StoredInvocation } from '../store/index.ts'
import { invocationDocumentSchema } from '../tokens/index.ts'
import { errorText } from './error-text.ts'
import { printable, type Output } from './output.ts'
import { runReport } from './run-report.ts'

/** What is common to a record that is being written and one that was read. */
export type ReportedInvocation = Omit<StoredInvocation, 'sequence'>

export function invocationReport(invocation: ReportedInvocation, output: Output): string {
  const document = invocationDocumentSchema.parse(invocation.document)
  const { at } = document.error ?? {}
  const report = runReport(
    document,
    { workflowId: document.workflow.id, trigger: document.workflow.trigger, file: document.workflow.file },
    output,
  )
  const error =
    document.error &&
    errorText(
      {
        ...document.error,
        at: at && {
          file: at.file,
          ...(at.line !== undefined && { line: at.line }),
          ...(at.column !== undefined && { column: at.column }),
        },
      },
      undefined,
      output.style,
    )
  return [`${output.style('dim', invocationLine(invocation))}\n${report}`, ...(error ? [error] : [])].join(
    '\n\n',
  )
}

/** One line: when, what became of it, how long it took, which it is, whose tokens they were, and what served. */
export function invocationLine(invocation: ReportedInvocation): string {
  const { startedAtMs, decision, durationMs, id, outcome, origin, clientId, userId } = invocation
  const { organizationCode, deploymentId } = invocation
  return printable(
    [
      new Date(startedAtMs).toISOString(),
      decision.padEnd('issue-defaults'.length),
      `${Math.max(1, Math.round(durationMs))} ms`.padStart(8),
      id,
      outcome,
      origin,
      `client=${clientId}`,
      ...(userId === null ? [] : [`user=${userId}`]),
      ...(organizationCode === null ? [] : [`org=${organizationCode}`]),
      `deployment=${deploymentId}`,
    ].join('  '),
  ).replaceAll('\n', '\\n')
}

/** Names the columns of invocationLine(). */
export function invocationHeader(output: Output): string {
  const columns = [
    'started (UTC)'.padEnd(24),
    'decision'.padEnd('issue-defaults'.length),
    'took'.padStart(8),
    'invocation'.padEnd(40),
    'outcome  origin  client  user  organization  deployment',
  ]
  return output.style('dim', columns.join('  '))
}
