// What the project's tsconfig.json says about the meaning of its code: path aliases, decorators, class fields, JSX. It is
// read here and handed to esbuild as data. esbuild would look for one itself, above the project as well, and follow
// `extends` wherever it leads; here neither leaves the project folder (SBX-50, docs/decisions/0045).
import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { TsconfigRaw } from 'esbuild'
import * as z from 'zod'
import { WorkflowError } from '../errors/index.ts'
import { isInside, projectPath, realPathInside } from './project-boundary.ts'

const fileName = 'tsconfig.json'
const largestBytes = 256 * 1024
const mostFiles = 32

const text = z.string().max(4_096)
/** The options that esbuild acts on; a value that TypeScript does not know is left out. */
const optionsSchema = z.object({
  baseUrl: text.optional().catch(undefined),
  paths: z.record(text, z.array(text).max(64)).optional().catch(undefined),
  alwaysStrict: z.boolean().optional().catch(undefined),
  strict: z.boolean().optional().catch(undefined),
  experimentalDecorators: z.boolean().optional().catch(undefined),
  useDefineForClassFields: z.boolean().optional().catch(undefined),
  verbatimModuleSyntax: z.boolean().optional().catch(undefined),
  target: text.optional().catch(undefined),
  jsx: z.enum(['preserve', 'react', 'react-jsx', 'react-jsxdev', 'react-native']).optional().catch(undefined),
  jsxFactory: text.optional().catch(undefined),
  jsxFragmentFactory: text.optional().catch(undefined),
  jsxImportSource: text.optional().catch(undefined),
})
type Options = z.infer<typeof optionsSchema>

const configSchema = z.object({
  extends: z.union([text, z.array(text).max(mostFiles)]).optional(),
  compilerOptions: optionsSchema.default({}),
})

export interface ProjectTsconfig {
  readonly raw: TsconfigRaw
  readonly warnings: readonly string[]
}

/** Of the nearest tsconfig.json from the folder of `file` up to `folder`. Throws WorkflowError `workflow_syntax`. */
export async function projectTsconfig(file: string, folder: string): Promise<ProjectTsconfig> {
  const found = await nearest(dirname(file), folder)
  if (found === undefined) return { raw: {}, warnings: [] }
  const reading: Reading = { folder, root: dirname(found), warnings: [], files: 0 }
  const { jsx, ...options } = await optionsOf(found, reading)
  // Markup that is left as it is would be a syntax error in the engine.
  const written = jsx === 'preserve' || jsx === 'react-native' ? 'react-jsx' : jsx
  const compilerOptions = Object.fromEntries(
    Object.entries({ ...options, jsx: written }).filter(([, value]) => value !== undefined),
  )
  return { raw: { compilerOptions }, warnings: reading.warnings }
}

interface Reading {
  readonly folder: string
  /** What `${configDir}` stands for: the folder of the file that the chain begins with. */
  readonly root: string
  readonly warnings: string[]
  files: number
}

async function nearest(start: string, folder: string): Promise<string | undefined> {
  for (let at = start; isInside(folder, at); at = dirname(at)) {
    const path = await fileInside(folder, join(at, fileName))
    if (path !== undefined || at === folder) return path
  }
  return undefined
}

/** The options of a file over those that it extends; its paths are absolute afterwards. */
async function optionsOf(path: string, reading: Reading): Promise<Options> {
  if (++reading.files > mostFiles) {
    const problem = `extends more than ${String(mostFiles)} files, or itself`
    throw unreadable(reading.folder, path, problem)
  }
  const config = await parsedFile(path, reading.folder)
  let options: Options = {}
  for (const base of [config.extends ?? []].flat()) {
    const found = await extended(base, path, reading.folder)
    if (found === undefined) {
      const name = projectPath(reading.folder, path)
      reading.warnings.push(
        `${name} extends "${base}", which is not inside the project folder: it is left out`,
      )
    } else options = { ...options, ...(await optionsOf(found, reading)) }
  }
  return { ...options, ...defined(absolute(config.compilerOptions, dirname(path), reading.root)) }
}

async function parsedFile(path: string, folder: string): Promise<z.infer<typeof configSchema>> {
  if ((await stat(path)).size > largestBytes) throw unreadable(folder, path, 'is too large')
  const json = withoutComments(await readFile(path, 'utf8'))
  try {
    return configSchema.parse(JSON.parse(json === '' ? '{}' : json))
  } catch (error) {
    const problem = error instanceof SyntaxError ? `is not JSON: ${error.message}` : 'has another shape'
    throw unreadable(folder, path, problem)
  }
}

function unreadable(folder: string, path: string, problem: string): WorkflowError {
  const file = projectPath(folder, path)
  return new WorkflowError('workflow_syntax', `${file} ${problem}`, {
    at: { file },
    hint: 'Correct the file; a workflow is built with the tsconfig.json of its project.',
  })
}

/** The file that `extends` names, as TypeScript finds it; undefined when it is not inside the project. */
async function extended(name: string, from: string, folder: string): Promise<string | undefined> {
  const places = /^\.{0,2}(?:\/|$)/.test(name)
    ? [resolve(dirname(from), name)]
    : foldersUpTo(dirname(from), folder).map((at) => join(at, 'node_modules', name))
  for (const place of places) {
    for (const candidate of [place, `${place}.json`, join(place, fileName)]) {
      const path = await fileInside(folder, candidate)
      if (path !== undefined) return path
    }
  }
  return undefined
}

function foldersUpTo(start: string, folder: string): string[] {
  const folders: string[] = []
  for (let at = start; isInside(folder, at); at = dirname(at)) {
    folders.push(at)
    if (at === folder) break
  }
  return folders
}

async function fileInside(folder: string, path: string): Promise<string | undefined> {
  if (!isInside(folder, path)) return undefined
  const place = await realPathInside(folder, path)
  if (typeof place === 'string') return undefined
  return (await stat(place.path)).isFile() ? place.path : undefined
}

function absolute(options: Options, here: string, root: string): Options {
  const { baseUrl, paths } = options
  const at = (start: string, path: string): string => resolve(start, path.replace(/^\$\{configDir\}/, root))
  const base = baseUrl === undefined ? undefined : at(here, baseUrl)
  const targets = (list: readonly string[]): string[] => list.map((target) => at(base ?? here, target))
  return {
    ...options,
    baseUrl: base,
    paths: paths && Object.fromEntries(Object.entries(paths).map(([name, list]) => [name, targets(list)])),
  }
}

function defined(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

/** JSON as tsconfig.json may have it, with comments and commas before closing brackets; every line stays where it is. */
function withoutComments(source: string): string {
  const blank = (found: string): string => (found.startsWith('"') ? found : found.replaceAll(/[^\n]/g, ' '))
  return source
    .replace(/^\uFEFF/, '')
    .replaceAll(/"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g, blank)
    .replaceAll(/"(?:[^"\\\n]|\\.)*"|,(?=\s*[}\]])/g, blank)
    .trim()
}
