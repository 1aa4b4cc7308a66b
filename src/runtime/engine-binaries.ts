// The WebAssembly binaries of the engine and its extensions, read and compiled once for a pool; a compiled module is
// handed to each thread without being compiled again. Their hashes are pinned: an engine that changed is a new trust
// decision (assurance.md SC-01, SBX-82), taken by updating this table after the sandbox tests have run on it.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { SandboxError } from '../errors/index.ts'
import { trackedModule, wasmPageBytes } from './tracked-module/index.ts'

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

/** Extra memory above the guest's own limit, for the engine's stack, its tables and its native copies of strings. */
const nativeHeadroomBytes = 32 * 1024 * 1024

export interface EngineBinaries {
  readonly engine: WebAssembly.Module
  readonly extensions: readonly { readonly name: string; readonly wasm: WebAssembly.Module }[]
  /** How much memory an engine begins with, and how much it may get, in WebAssembly's pages. */
  readonly memory: { readonly pages: number; readonly mostPages: number }
}

/** Reads, checks and compiles the binaries; memory can never grow past `memoryBytes` and some headroom. */
export async function loadEngineBinaries(memoryBytes: number): Promise<EngineBinaries> {
  const engine = trackedModule(await pinned('quickjs.wasm'))
  const [engineModule, ...extensionModules] = await Promise.all([
    WebAssembly.compile(engine.binary),
    ...extensionNames.map(async (name) =>
      WebAssembly.compile(trackedModule(await pinned(`${name}.so`)).binary),
    ),
  ])
  const extensions = extensionNames.map((name, index) => {
    const wasm = extensionModules[index]
    if (wasm === undefined) throw new Error(`extension ${name} was not compiled`)
    return { name, wasm }
  })
  const mostPages = Math.ceil((memoryBytes + nativeHeadroomBytes) / wasmPageBytes)
  return { engine: engineModule, extensions, memory: { pages: engine.memoryPages, mostPages } }
}

async function pinned(file: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(await readFile(new URL(import.meta.resolve(`quickjs-wasi/${file}`))))
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if (pinnedSha256[file] !== sha256) {
    throw new SandboxError(
      'internal',
      `the engine binary ${file} is not the one that this version was tested with`,
      {
        hint: 'run npm ci; after a deliberate update of quickjs-wasi, run the sandbox tests and pin the new hash',
      },
    )
  }
  return bytes
}
