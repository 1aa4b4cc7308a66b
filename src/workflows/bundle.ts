// A workflow file with everything that it imports, as one CommonJS script and a source map. Of the project's configuration
// only tsconfig.json counts, read within the project folder (tsconfig.ts): no define, no plugin, no environment variable; and
// no code of the project runs while it is bundled (SBX-50). The same project gives the same bytes on every machine.
//
// esbuild with Kinde's own settings (C§6.9), except that nothing is minified, so that lines in errors stay readable.
import { realpath, stat } from 'node:fs/promises'
import { dirname, extname, join, resolve } from 'node:path'
import { build, stop, type BuildOptions, type Message, type Metafile, type TsconfigRaw } from 'esbuild'
import { z } from 'zod'
import { WorkflowError, type SourceLocation } from '../errors/index.ts'
import { bundleFileName, defaultLimits } from '../runtime/index.ts'
import { buildFailure } from './build-failure.ts'
import { displayedFile, isBuildFailure, messageLocation } from './build-message.ts'
import { bundledExtensions, bundleInputs } from './bundle-inputs.ts'
import { isCode } from './changed-content.ts'
import { markLines, type MarkedLine } from './line-marks.ts'
import { markLoops } from './loop-marks.ts'
import { isInside, packageOf, projectPath } from './project-boundary.ts'
import type { Project } from './project.ts'
import { projectTsconfig } from './tsconfig.ts'

export interface BuildWarning {
  readonly text: string
  readonly at?: SourceLocation
}

export interface Bundle {
  /** The script; it fills `module.exports` and may `require` url and util. */
  readonly code: string
  /** JSON text; its sources are among `inputs`. */
  readonly sourceMap: string
  /** Absolute: what `entry`, `inputs` and every location are relative to. */
  readonly folder: string
  readonly entry: string
  readonly inputs: readonly string[]
  readonly warnings: readonly BuildWarning[]
  /** By the number that a run logs when it executes one (line-marks.ts); only in a bundle that is marked. */
  readonly lines?: readonly MarkedLine[]
}

export interface BundleOptions {
  /** Without one, the folder above the file that holds a package.json takes its place, or else the file's own. */
  readonly project?: Pick<Project, 'dir'>
  readonly bundleBytes?: number
  /** For a run that measures coverage. */
  readonly marksLines?: boolean
}

/** Throws WorkflowError for everything that is wrong with the file or what it imports. */
export async function bundleWorkflow(file: string, options: BundleOptions = {}): Promise<Bundle> {
  const { path, folder } = await locateEntry(file, options.project?.dir)
  const entry = projectPath(folder, path)
  const tsconfig = await projectTsconfig(path, folder)
  const { code, sourceMap, metafile, warnings } = await runBuild(path, folder, entry, tsconfig.raw)

  const inputSizes = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs))
  refuseEmpty(entry, inputSizes)
  refuseTooLarge(entry, Buffer.byteLength(code), options.bundleBytes ?? defaultLimits.bundleBytes, inputSizes)
  const inputs = Object.keys(metafile.inputs)
    .filter((input) => !input.startsWith('(disabled):'))
    .map(displayedFile)
  const script = { code, sourceMap: cleanSourceMap(sourceMap, inputs) }
  const own = inputs.filter((input) => isCode(input) && packageOf(input) === undefined)
  const marked = options.marksLines === true ? markLines(script, new Set(own)) : undefined
  return {
    ...markLoops(marked ?? script),
    ...(marked && { lines: marked.lines }),
    folder,
    entry,
    inputs,
    warnings: [
      ...tsconfig.warnings.map((text) => ({ text })),
      ...warnings.map((message) => {
        const at = messageLocation(message)
        return { text: message.text, ...(at === undefined ? {} : { at }) }
      }),
    ],
  }
}

function buildOptions(path: string, folder: string, tsconfigRaw: TsconfigRaw) {
  return {
    entryPoints: [path],
    absWorkingDir: folder,
    outfile: join(folder, bundleFileName),
    write: false,
    metafile: true,
    bundle: true,
    format: 'cjs',
    // Not `neutral`: packages say what replaces a Node builtin in the "browser" field, and esbuild reads that only so.
    platform: 'browser',
    // Beside "browser", "import" or "require", and "default", which esbuild adds; a package's own order decides. "worker" is the
    // variant without a document; "node" would bring the builtins of Node.
    conditions: ['worker', 'module'],
    // What QuickJS-NG runs; newer syntax (decorators, `using`) is written out.
    target: 'es2025',
    treeShaking: true,
    charset: 'utf8',
    legalComments: 'none',
    sourcemap: 'external',
    sourcesContent: true,
    // Given, so that esbuild looks for no tsconfig.json, in the project or above it.
    tsconfigRaw,
    // A computed import() becomes a require, which the guest refuses by name: packages try for what is optional so.
    supported: { 'dynamic-import': false },
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'silent',
    logOverride: { 'unsupported-dynamic-import': 'warning', 'unsupported-require-call': 'warning' },
    plugins: [bundleInputs(folder)],
  } as const satisfies BuildOptions
}

interface BuildOutput {
  readonly code: string
  readonly sourceMap: string
  readonly metafile: Metafile
  readonly warnings: readonly Message[]
}

async function runBuild(
  path: string,
  folder: string,
  entry: string,
  tsconfigRaw: TsconfigRaw,
): Promise<BuildOutput> {
  const options = buildOptions(path, folder, tsconfigRaw)
  try {
    const { outputFiles, metafile, warnings } = await onceMoreIfLost(() => build(options))
    const textOf = (name: string) =>
      outputFiles.find((output) => output.path === join(folder, name))?.text ?? ''
    const [computed, others] = computedImports(warnings)
    if (computed[0] !== undefined)
      throw await buildFailure([computed[0], ...computed.slice(1)], entry, folder)
    return {
      code: textOf(bundleFileName),
      sourceMap: textOf(`${bundleFileName}.map`),
      metafile,
      warnings: others,
    }
  } catch (error) {
    if (error instanceof WorkflowError) throw error
    const [first, ...others] = isBuildFailure(error) ? error.errors : []
    if (first !== undefined) throw await buildFailure([first, ...others], entry, folder)
    throw new WorkflowError(
      'workflow_syntax',
      `${entry}, or a file that it imports, is more than the bundler can read`,
      { at: { file: entry }, hint: 'Look for code that is nested extremely deeply.', cause: error },
    )
  }
}

/** The computed import() of the author's own files, and all other warnings; a package's fails where it is called. */
function computedImports(warnings: readonly Message[]): [own: Message[], others: Message[]] {
  const isComputed = ({ id }: Message) => id === 'unsupported-dynamic-import'
  const isOwn = ({ location }: Message) => !/(?:^|\/)node_modules\//.test(location?.file ?? '')
  const own = warnings.filter((message) => isComputed(message) && isOwn(message))
  return [own, warnings.filter((message) => !isComputed(message))]
}

/**
 * esbuild is one process for all builds, and it dies of source that is nested a million deep, or when the machine is out
 * of memory. It does not come back by itself; a build that another one took along deserves a second try.
 */
async function onceMoreIfLost<Result>(attempt: () => Promise<Result>): Promise<Result> {
  try {
    return await attempt()
  } catch (error) {
    if (isBuildFailure(error)) throw error
    await stop()
  }
  try {
    return await attempt()
  } catch (error) {
    if (!isBuildFailure(error)) await stop()
    throw error
  }
}

async function locateEntry(
  file: string,
  projectDir: string | undefined,
): Promise<{ path: string; folder: string }> {
  const given = resolve(file)
  const path = await realpath(given).catch((cause: unknown) => {
    throw notAWorkflowFile(`There is no file ${file}`, 'Check the path.', cause)
  })
  if (!(await stat(path)).isFile())
    throw notAWorkflowFile(`${file} is not a file`, 'Name a workflow file, not its folder.')
  if (extname(path) === '.json' || !bundledExtensions.includes(extname(path))) {
    throw notAWorkflowFile(
      `${file} is not a TypeScript or JavaScript file`,
      'Name a file such as tokensWorkflow.ts.',
    )
  }
  const folder = await realpath(projectDir ?? (await enclosingFolder(dirname(given))))
  if (!isInside(folder, path)) {
    throw notAWorkflowFile(
      `${file} leads out of the project folder`,
      'Keep the file inside, and not as a link that leads out.',
    )
  }
  return { path, folder }
}

function notAWorkflowFile(message: string, hint: string, cause?: unknown): WorkflowError {
  return new WorkflowError('workflow_file_not_found', message, {
    hint,
    ...(cause === undefined ? {} : { cause }),
  })
}

async function enclosingFolder(start: string): Promise<string> {
  for (let folder = start; dirname(folder) !== folder; folder = dirname(folder)) {
    const info = await stat(join(folder, 'package.json')).catch(() => undefined)
    if (info !== undefined) return folder
  }
  return start
}

type InputSizes = readonly (readonly [name: string, size: { readonly bytesInOutput: number }])[]

function refuseEmpty(entry: string, inputSizes: InputSizes): void {
  if (inputSizes.some(([, { bytesInOutput }]) => bytesInOutput > 0)) return
  throw new WorkflowError('bundle_empty', `Missing output bundle: ${entry} holds no code`, {
    at: { file: entry },
    hint: 'Export workflowSettings and a default function.',
  })
}

function refuseTooLarge(entry: string, bytes: number, limit: number, inputSizes: InputSizes): void {
  if (bytes <= limit) return
  const largest = inputSizes
    .toSorted(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput)
    .slice(0, 3)
    .map(([name, { bytesInOutput }]) => `${displayedFile(name)} (${String(bytesInOutput)} bytes)`)
  throw new WorkflowError(
    'bundle_too_large',
    `The bundle of ${entry} has ${String(bytes)} bytes, ${String(bytes - limit)} more than the limit of ${String(limit)}; ` +
      `most of it is ${largest.join(', ')}`,
    { at: { file: entry }, hint: 'Import less, or raise limits.bundleBytes.' },
  )
}

const sourceMapSchema = z.looseObject({
  sources: z.array(z.string().nullable()),
  sourcesContent: z.array(z.string().nullable()),
})

/** Only inputs of the bundle are sources: whatever else a file smuggled in is not shown to anyone. */
function cleanSourceMap(text: string, inputs: readonly string[]): string {
  const map = sourceMapSchema.parse(JSON.parse(text))
  const known = new Set(inputs)
  const sources = map.sources.map((source) => (source === null ? null : displayedFile(source)))
  return JSON.stringify({
    ...map,
    sources: sources.map((source) => (source !== null && known.has(source) ? source : null)),
    sourcesContent: map.sourcesContent.map((content, index) =>
      known.has(sources[index] ?? '') ? content : null,
    ),
  })
}
