// The types of a project's workflows, judged by the project's own TypeScript: its version and its tsconfig.json are what the author's
// editor uses. It runs as a process of its own, with nothing of our environment, and changes nothing (docs/decisions/0049).
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { WorkflowError, type SourceLocation } from '../errors/index.ts'
import type { WorkflowDeployment } from './deployment.ts'
import { projectPath } from './project-boundary.ts'
import { isTypeScript, withTypeScript } from './project-typescript.ts'

export interface TypeProblem {
  /** `TS2322` */
  readonly code: string
  readonly message: string
  readonly at: SourceLocation & { readonly line: number; readonly column: number }
}

export type TypeCheck =
  | { readonly kind: 'checked'; readonly problems: readonly TypeProblem[] }
  /** The project has no TypeScript. */
  | { readonly kind: 'no-compiler' }
  /** The compiler did not get as far as the types: an unknown option in tsconfig.json, say. */
  | { readonly kind: 'failed'; readonly reason: string }

type Checked = Pick<WorkflowDeployment, 'bundle'>

const mostFailures = 20

/** What is wrong where types have to be right: `type_errors` for each one, `types_not_checked` when there is no answer. Empty when they are. */
export function typeFailures(check: TypeCheck): readonly WorkflowError[] {
  if (check.kind !== 'checked') {
    const why = check.kind === 'failed' ? check.reason : 'the project has no TypeScript.'
    return [new WorkflowError('types_not_checked', `--strict-types could not check the types: ${why}`)]
  }
  const { problems } = check
  const more = problems.length - mostFailures
  return [
    ...problems
      .slice(0, mostFailures)
      .map(({ code, message, at }) => new WorkflowError('type_errors', `${code}: ${message}`, { at })),
    ...(more > 0 ? [new WorkflowError('type_errors', `And ${String(more)} more type errors.`)] : []),
  ]
}

/** Resolves also when the compiler cannot run; rejects when `signal` is aborted. */
export async function checkTypes(
  dir: string,
  deployments: readonly Checked[],
  signal?: AbortSignal,
): Promise<TypeCheck> {
  const entries = deployments.map(({ bundle }) => bundle.entry).filter(isTypeScript)
  try {
    const printed = await withTypeScript(dir, entries, async ({ typescript, folder }) =>
      entries.length === 0 ? '' : compile(await compilerOf(typescript), folder, dir, signal),
    )
    if (printed === undefined) return { kind: 'no-compiler' }
    return judged(printed, dir, new Set(deployments.flatMap(({ bundle }) => bundle.inputs)))
  } catch (error) {
    signal?.throwIfAborted()
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) }
  }
}

const packageSchema = z.looseObject({ bin: z.looseObject({ tsc: z.string() }) })

async function compilerOf(typescript: string): Promise<string> {
  const { bin } = packageSchema.parse(JSON.parse(await readFile(join(typescript, 'package.json'), 'utf8')))
  return join(typescript, bin.tsc)
}

/** What the compiler prints: nothing when the types are right. */
async function compile(
  compiler: string,
  folder: string,
  cwd: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const child = spawn(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], {
    cwd,
    // It is code of the project: our secrets are not for it.
    env: {},
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal && { signal }),
  })
  const ended = Promise.withResolvers<number | null>()
  child.on('error', ended.reject).on('close', ended.resolve)
  const [printed, complaints, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    ended.promise,
  ])
  return code === 0 ? '' : printed + complaints
}

/** The global that workflows have without an import; a project need not declare it. */
const ownGlobal = /^Cannot find name 'kinde'/

function judged(printed: string, dir: string, inputs: ReadonlySet<string>): TypeCheck {
  const lines = printed.split('\n').filter((line) => line.trim() !== '')
  const complaints = lines.flatMap((line) => {
    const [, file, row, column, code = '', message = ''] =
      /^(?:(.+)\((\d+),(\d+)\): )?error (TS\d+): (.*)$/.exec(line.trimEnd()) ?? []
    return code === '' ? [] : [{ file, row: Number(row), column: Number(column), code, message }]
  })
  if (complaints.length === 0 && lines.length > 0) {
    return { kind: 'failed', reason: lines[0] ?? '' }
  }
  const unplaced = complaints.find(({ file }) => file === undefined || file.endsWith('.json'))
  if (unplaced) return { kind: 'failed', reason: `${unplaced.code}: ${unplaced.message}` }
  return {
    kind: 'checked',
    problems: complaints.flatMap(({ file = '', row, column, code, message }) => {
      const path = projectPath(dir, resolve(dir, file))
      const isOurs = inputs.has(path) && !path.split('/').includes('node_modules')
      return isOurs && !ownGlobal.test(message)
        ? [{ code, message, at: { file: path, line: row, column } }]
        : []
    }),
  }
}
