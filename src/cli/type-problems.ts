// What the project's TypeScript says of the workflows, in words: warnings, because a workflow with a wrong type may run all the same.
import { checkTypes, type ProjectStatus, type TypeCheck } from '../workflows/index.ts'
import { warningText } from './error-text.ts'
import type { Output, Paint } from './output.ts'

const mostShown = 20

/** Empty when the types are right, or when the project has no TypeScript. */
export function typeProblemsText(check: TypeCheck, style: Paint): string {
  if (check.kind === 'no-compiler') return ''
  if (check.kind === 'failed') {
    const hint = 'Run the project’s TypeScript by hand: npx tsc --noEmit.'
    return warningText(
      { code: 'types_not_checked', message: `Types are not checked: ${check.reason}`, hint },
      style,
    )
  }
  const more = check.problems.length - mostShown
  return [
    ...check.problems.slice(0, mostShown).map((problem) => warningText(problem, style)),
    ...(more > 0 ? [style('yellow', `and ${String(more)} more type errors`)] : []),
  ].join('\n')
}

export interface FollowedTypes {
  /** Checks what is live now, in place of a check that is under way, and says what differs from the last one. */
  check(status: ProjectStatus): void
  stop(): void
}

export function followTypes(output: Output): FollowedTypes {
  let underWay = new AbortController()
  let shown = ''
  return {
    check({ dir, deployments }) {
      underWay.abort()
      underWay = new AbortController()
      const { signal } = underWay
      const show = (check: TypeCheck) => {
        const text = typeProblemsText(check, output.style)
        if (signal.aborted || text === shown) return
        output.print(`\n${text === '' ? output.style('green', 'the types are right again') : text}`)
        shown = text
      }
      // It rejects when it is aborted, and then nothing waits for it.
      checkTypes(dir, deployments, signal).then(show, () => {})
    },
    stop: () => underWay.abort(),
  }
}
