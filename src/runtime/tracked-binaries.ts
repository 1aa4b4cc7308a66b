// The engine's binaries, rewritten so that they mark what they write (tracked-module/). A package ships them rewritten, as files
// beside this one; a checkout rewrites the ones of quickjs-wasi at each start. Both forms are pinned by hash: an engine that changed,
// and a rewriter that changed, is a new trust decision (SC-01, SBX-82), taken by updating this table after the
// sandbox tests have run on it (docs/decisions/0058).
import { hash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SandboxError } from '../errors/index.ts'
import { makeFolder } from '../files/index.ts'
import { trackedModule } from './tracked-module/index.ts'

interface PinnedBinary {
  readonly file: string
  /** SHA-256 of the file of quickjs-wasi. */
  readonly original: string
  /** SHA-256 of what the rewriting makes of it. */
  readonly tracked: string
}

const engine: PinnedBinary = {
  file: 'quickjs.wasm',
  original: 'd4c9375f2b1ca4dc95f72c8aa2982a7a9951ac8011490d79c6582df732b4bbd9',
  tracked: '103b598d57ce60e0d573b5d03535384cd675386521256c22cc6b22afd9cc8a0a',
}

/** How much memory the engine begins with, in WebAssembly's pages: its binary declared it, and is given its memory instead. */
const engineMemoryPages = 18

/** In load order: the order decides where their functions land in the engine's table, and images rely on it. */
const extensions: readonly PinnedBinary[] = [
  {
    file: 'url.so',
    original: 'af780a79f1fb131b5e6fa1d6fedc481e265420cf2f254fe966255230f4c1bc62',
    tracked: '436d9a35577a64510f00af9eb4308c7f6853619b5c0ac5a60018c34eb9686e04',
  },
  {
    file: 'encoding.so',
    original: 'd501aa2a8410ee07c196103f0d169b226ec61c922883713510fd723fe14036c3',
    tracked: 'eb9257bde7d3d4d20f490c1a621b59839e583cd20f2214c69065c74edbcd378c',
  },
  {
    file: 'headers.so',
    original: '42c847104d6aa8d4666fa41bb74d324c2ee9a4d15c2492fca013b1631232b011',
    tracked: 'e979ec5b6991656745b6e6f0d5c56ae8bfacca80ea56e490a4eac993d965a3d1',
  },
  {
    file: 'crypto.so',
    original: 'fa26b6fafda251c3b1442dcc4c876b3ac73689639519f4ddfc2c410ebdb5b7c2',
    tracked: 'b2b7248dc04de11ab501c9836970446bde0fe19f67b60954e1b3015334dfb39e',
  },
  {
    file: 'structured-clone.so',
    original: '0ac5a36c0545c659ba6f9f8de5af11862df84546d151d0f15ec5184c95fd6cb3',
    tracked: 'e3426bc87478835c4a3d5ade4108e49e6e5de6d0643a4609c1c5ee39479cd6a8',
  },
]

interface TrackedBinaries {
  readonly engine: Uint8Array<ArrayBuffer>
  readonly memoryPages: number
  readonly extensions: readonly { readonly name: string; readonly binary: Uint8Array<ArrayBuffer> }[]
}

/** Where a package has the rewritten binaries: a checkout has no such folder. */
const shippedFolder = fileURLToPath(new URL('engine/', import.meta.url))

/** Throws SandboxError `internal` for a binary that is not the pinned one. */
export async function trackedBinaries(folder: string = shippedFolder): Promise<TrackedBinaries> {
  const [first, ...others] = await Promise.all([engine, ...extensions].map((one) => read(one, folder)))
  if (first === undefined) throw new SandboxError('internal', 'the engine has no binary')
  return {
    engine: first,
    memoryPages: engineMemoryPages,
    extensions: extensions.flatMap(({ file }, index) => {
      const binary = others[index]
      return binary === undefined ? [] : [{ name: file.replace(/\.so$/, ''), binary }]
    }),
  }
}

/**
 * Writes the rewritten binaries into a folder, which it makes: what a package ships as `engine/` beside this module. Returns the
 * SHA-256 of each file by its name. Throws SandboxError `internal` when the binaries of quickjs-wasi, or what became of them, are not
 * the pinned ones.
 */
export async function writeTrackedBinaries(folder: string): Promise<Readonly<Record<string, string>>> {
  await makeFolder(folder)
  const hashes: Record<string, string> = {}
  for (const one of [engine, ...extensions]) {
    await writeFile(join(folder, one.file), await rewritten(one))
    hashes[one.file] = one.tracked
  }
  return hashes
}

async function read(one: PinnedBinary, folder: string): Promise<Uint8Array<ArrayBuffer>> {
  const shipped = await readFile(join(folder, one.file)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  return shipped === undefined
    ? rewritten(one)
    : pinned(new Uint8Array(shipped), one.tracked, `${one.file} of this package`)
}

async function rewritten({ file, original, tracked }: PinnedBinary): Promise<Uint8Array<ArrayBuffer>> {
  const path = fileURLToPath(import.meta.resolve(`quickjs-wasi/${file}`))
  const source = pinned(new Uint8Array(await readFile(path)), original, `${file} of quickjs-wasi`)
  return pinned(trackedModule(source).binary, tracked, `the rewritten ${file}`)
}

function pinned(bytes: Uint8Array<ArrayBuffer>, sha256: string, what: string): Uint8Array<ArrayBuffer> {
  if (hash('sha256', bytes) === sha256) return bytes
  throw new SandboxError(
    'internal',
    `the engine binary ${what} is not the one that this version was tested with`,
    {
      hint: 'install again (in a checkout: npm ci); after a deliberate update of quickjs-wasi or of the rewriting, run the sandbox tests and pin the new hash in src/runtime/tracked-binaries.ts',
    },
  )
}
