// The project's own TypeScript, with a configuration for its workflows: the options of its tsconfig.json, in a folder that is removed
// afterwards (docs/decisions/0049). Both the check of types and the types for consumers go by it.
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeFolder } from '../files/index.ts'

export interface ProjectTypeScript {
  /** Folder of the package `typescript`. */
  readonly typescript: string
  /** Holds the `tsconfig.json` of the workflows. */
  readonly folder: string
}

/** Whether a file is TypeScript by its name. */
export function isTypeScript(file: string): boolean {
  return /\.[cm]?tsx?$/.test(file)
}

/** Undefined when the project has no TypeScript. */
export async function withTypeScript<Result>(
  dir: string,
  entries: readonly string[],
  use: (found: ProjectTypeScript) => Promise<Result>,
): Promise<Result | undefined> {
  const modules = await foldersAbove(dir, 'node_modules/typescript/package.json')
  if (modules === undefined) return undefined
  // Where packages keep their caches. Types that tsconfig.json names are looked for from here upwards.
  const caches = join(modules, 'node_modules/.cache/mintage')
  await makeFolder(caches)
  const folder = await mkdtemp(join(caches, 'types-'))
  try {
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(await configuration(dir, entries)))
    return await use({ typescript: join(modules, 'node_modules/typescript'), folder })
  } finally {
    await rm(folder, { recursive: true, force: true })
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
      ...(entries.some((entry) => !isTypeScript(entry)) && { allowJs: true }),
      declaration: false,
      declarationMap: false,
      emitDeclarationOnly: false,
    },
  }
}
