// The engine's binaries as they were shipped, and rewritten (tracked-module/). The hashes of what was shipped are pinned: an engine that
// changed is a new trust decision (assurance.md SC-01, SBX-82), taken by updating this table after the sandbox tests have run on it.
// Rewriting them takes a tenth of a second of the thread that serves, so what comes of it is kept.
import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SandboxError } from '../errors/index.ts'
import { keptText, type MadeText } from './kept-text.ts'
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
export async function trackedBinaries(): Promise<TrackedBinaries> {
  const text = await keptText('engine', rewrite)
  const [engine, ...extensions] = text.split('\n').map(parsed)
  if (engine === undefined) throw new SandboxError('internal', 'there is no engine')
  return { engine, extensions }
}

/** One line for each binary, the engine's first: its name, its pages of memory, its bytes. */
async function rewrite(): Promise<MadeText> {
  const shipped = ['quickjs.wasm', ...extensionNames.map((name) => `${name}.so`)].map((file) => ({
    file,
    path: fileURLToPath(import.meta.resolve(`quickjs-wasi/${file}`)),
  }))
  const lines = shipped.map(({ file, path }) => {
    const { memoryPages, binary } = trackedModule(pinned(file, path))
    return [basename(file, '.so'), memoryPages, Buffer.from(binary).toString('base64')].join(' ')
  })
  const rewriting = fileURLToPath(new URL('tracked-module/', import.meta.url))
  const makers = (await readdir(rewriting)).map((name) => `${rewriting}${name}`)
  const files = [...shipped.map(({ path }) => path), ...makers, fileURLToPath(import.meta.url)]
  return { text: lines.join('\n'), files }
}

function parsed(line: string): NamedBinary {
  const [name = '', memoryPages = '', bytes = ''] = line.split(' ')
  return { name, memoryPages: Number(memoryPages), binary: new Uint8Array(Buffer.from(bytes, 'base64')) }
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
