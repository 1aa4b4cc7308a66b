// The types of a project's workflows, judged by the project's own TypeScript: its version and its tsconfig.json are what the author's
// editor uses. It runs as a process of its own, with nothing of our environment, and changes nothing (docs/decisions/0049).
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import type { SourceLocation } from '../errors/index.ts'
import type { WorkflowDeployment } from './deployment.ts'
import { projectPath } from './project-boundary.ts'

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

/** Resolves also when the compiler cannot run; rejects when `signal` is aborted. */
export async function checkTypes(
  dir: string,
  deployments: readonly Checked[],
  signal?: AbortSignal,
): Promise<TypeCheck> {
  const modules = await foldersAbove(dir, 'node_modules/typescript/package.json')
  if (modules === undefined) return { kind: 'no-compiler' }
  const entries = deployments.map(({ bundle }) => bundle.entry).filter((file) => /\.[cm]?tsx?$/.test(file))
  if (entries.length === 0) return { kind: 'checked', problems: [] }
  try {
    const typescript = join(modules, 'node_modules/typescript')
    // Where packages keep their caches. Types that tsconfig.json names are looked for from here upwards.
    const caches = join(modules, 'node_modules/.cache/mintage')
    await mkdir(caches, { recursive: true })
    const folder = await mkdtemp(join(caches, 'types-'))
    try {
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(await configuration(dir, entries)))
      const printed = await compile(await compilerOf(typescript), folder, dir, signal)
      return judged(printed, dir, new Set(deployments.flatMap(({ bundle }) => bundle.inputs)))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  } catch (error) {
    signal?.throwIfAborted()
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) }
  }
}

/** The nearest folder that has this file below it. */
async function foldersAbove(start: string, file: string): Promise<string | undefined> {
  for (let folder = start; ; folder = dirname(folder)) {
    if (await isThere(join(folder, file))) return folder
    if (dirname(folder) === folder) return undefined
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

const packageSchema = z.looseObject({ bin: z.looseObject({ tsc: z.string() }) })

async function compilerOf(typescript: string): Promise<string> {
  const { bin } = packageSchema.parse(JSON.parse(await readFile(join(typescript, 'package.json'), 'utf8')))
  return join(typescript, bin.tsc)
}

/** What an author without a tsconfig.json means. */
const usualOptions = {
  target: 'es2022',
  lib: ['es2022', 'dom'],
  module: 'esnext',
  moduleResolution: 'bundler',
  resolveJsonModule: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  types: [],
}

/** The options of the project's tsconfig.json, for the workflows, what they import, and the declarations of the project. */
async function configuration(dir: string, entries: readonly string[]): Promise<object> {
  const own = join(dir, 'tsconfig.json')
  const hasOwn = await isThere(own)
  return {
    ...(hasOwn && { extends: own }),
    files: entries.map((entry) => join(dir, entry)),
    include: [join(dir, '**/*.d.ts')],
    references: [],
    compilerOptions: {
      ...(!hasOwn && usualOptions),
      noEmit: true,
      composite: false,
      incremental: false,
      declaration: false,
      declarationMap: false,
      emitDeclarationOnly: false,
    },
  }
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
