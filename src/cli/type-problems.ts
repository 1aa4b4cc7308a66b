// What the project's TypeScript says of the workflows, in words: warnings, because a workflow with a wrong type may run all the same.
import { WorkflowError } from '../errors/index.ts'
import { checkTypes, type ProjectStatus, type TypeCheck } from '../workflows/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import type { Command, CommandOption } from './command.ts'
import { warningText } from './error-text.ts'
import type { Output, Paint } from './output.ts'

const mostShown = 20

/** `warn`: type errors are shown. `strict`: they stop the command. */
export type TypesMode = 'off' | 'warn' | 'strict'

export const typesOptions: readonly CommandOption[] = [
  { name: 'strict-types', summary: 'Fail on type errors; the project needs TypeScript.' },
  { name: 'no-types', summary: 'Do not check types with the project’s TypeScript.' },
]

/** Throws ConfigError `usage`. */
export function givenTypesMode(command: Command, given: CommandArguments): TypesMode {
  if (given.has('strict-types') && given.has('no-types'))
    throw usage(command, '--strict-types and --no-types exclude each other.')
  return given.has('no-types') ? 'off' : given.has('strict-types') ? 'strict' : 'warn'
}

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

/** What types are checked of. */
type CheckedWorkflows = Parameters<typeof checkTypes>[1]

/** What is wrong with the types of these workflows, as warnings. Throws WorkflowError `type_errors`, `types_not_checked` when types are to be strict. */
export async function reportTypes(
  dir: string,
  deployments: CheckedWorkflows,
  mode: TypesMode,
  output: Output,
): Promise<void> {
  if (mode === 'off') return
  const check = await checkTypes(dir, deployments)
  const text = typeProblemsText(check, output.styleError)
  if (text !== '') output.printError(text)
  if (mode === 'warn') return
  if (check.kind !== 'checked') {
    const message =
      '--strict-types could not check the types: the project’s TypeScript is missing or does not run.'
    throw new WorkflowError('types_not_checked', message)
  }
  if (check.problems.length > 0) {
    throw new WorkflowError('type_errors', `Type errors: ${String(check.problems.length)}.`)
  }
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
