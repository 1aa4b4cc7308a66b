// The engine's binaries as they were shipped, and rewritten (tracked-module/). The hashes of what was shipped are pinned: an engine that
// changed is a new trust decision (assurance.md SC-01, SBX-82), taken by updating this table after the sandbox tests have run on it.
import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { SandboxError } from '../errors/index.ts'
import { trackedModule, type TrackedModule } from './tracked-module/index.ts'

/** In load order: the order decides where their functions land in the engine's table, and images rely on it. */
const extensionNames = ['url', 'encoding', 'headers', 'crypto', 'structured-clone'] as const

const pinnedSha256: Readonly<Record<string, string>> = {
  'quickjs.wasm': 'd4c9375f2b1ca4dc95f72c8aa2982a7a9951ac8011490d79c6582df732b4bbd9',
  'url.so': 'af780a79f1fb131b5e6fa1d6fedc481e265420cf2f254fe966255230f4c1bc62',
  'encoding.so': 'd501aa2a8410ee07c196103f0d169b226ec61c922883713510fd723fe14036c3',
  'headers.so': '42c847104d6aa8d4666fa41bb74d324c2ee9a4d15c2492fca013b1631232b011',
  'crypto.so': 'fa26b6fafda251c3b1442dcc4c876b3ac73689639519f4ddfc2c410ebdb5b7c2',
  'structured-clone.so': '0ac5a36c0545c659ba6f9f8de5af11862df84546d151d0f15ec5184c95fd6cb3',
}

interface NamedBinary extends TrackedModule {
  readonly name: string
}

interface TrackedBinaries {
  readonly engine: TrackedModule
  readonly extensions: readonly NamedBinary[]
}

/** Throws SandboxError `internal` for a binary that is not the pinned one. */
export function trackedBinaries(): TrackedBinaries {
  const extensions = extensionNames.map((name) => ({ name, ...tracked(`${name}.so`) }))
  return { engine: tracked('quickjs.wasm'), extensions }
}

function tracked(file: string): TrackedModule {
  return trackedModule(pinned(file, fileURLToPath(import.meta.resolve(`quickjs-wasi/${file}`))))
}

function pinned(file: string, path: string): Uint8Array {
  const bytes = readFileSync(path)
  if (pinnedSha256[file] === hash('sha256', bytes)) return bytes
  throw new SandboxError(
    'internal',
    `the engine binary ${file} is not the one that this version was tested with`,
    {
      hint: 'run npm ci; after a deliberate update of quickjs-wasi, run the sandbox tests and pin the new hash',
    },
  )
}
