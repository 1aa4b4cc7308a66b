// The WebAssembly binaries of the engine and its extensions, compiled once for a pool; a compiled module is handed to each thread
// without being compiled again.
import { trackedBinaries } from './tracked-binaries.ts'
import { wasmPageBytes } from './tracked-module/index.ts'

/** Extra memory above the guest's own limit, for the engine's stack, its tables and its native copies of strings. */
const nativeHeadroomBytes = 32 * 1024 * 1024

/** Not `WebAssembly.Module`: the package's types reach this file, and a project without the library of browsers has no such name. */
interface CompiledModule {
  readonly [Symbol.toStringTag]: 'WebAssembly.Module'
}

export interface EngineBinaries {
  readonly engine: CompiledModule
  readonly extensions: readonly { readonly name: string; readonly wasm: CompiledModule }[]
  /** How much memory an engine begins with, and how much it may get, in WebAssembly's pages. */
  readonly memory: { readonly pages: number; readonly mostPages: number }
}

/** Reads and compiles the binaries; memory can never grow past `memoryBytes` and some headroom. Throws SandboxError `internal`. */
export async function loadEngineBinaries(memoryBytes: number): Promise<EngineBinaries> {
  const { engine, memoryPages, extensions } = await trackedBinaries()
  const [engineModule, ...extensionModules] = await Promise.all([
    WebAssembly.compile(engine),
    ...extensions.map(async ({ name, binary }) => ({ name, wasm: await WebAssembly.compile(binary) })),
  ])
  const mostPages = Math.ceil((memoryBytes + nativeHeadroomBytes) / wasmPageBytes)
  return {
    engine: engineModule,
    extensions: extensionModules,
    memory: { pages: memoryPages, mostPages },
  }
}
