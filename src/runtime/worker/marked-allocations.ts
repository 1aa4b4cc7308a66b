// quickjs-wasi hands texts, bytecode and arguments to the engine by writing them into memory that it has allocated there. The
// engine's own code marks what it writes (tracked-module/); what the library writes is marked when it is allocated, all of it.
import type { EngineMemory } from './engine-memory.ts'
import type { LibraryInternals } from './library-internals.ts'

export function markAllocations(library: Pick<LibraryInternals, 'exports'>, memory: EngineMemory): void {
  const { exports } = library
  library.exports = {
    ...exports,
    wasm_malloc(bytes) {
      const pointer = exports.wasm_malloc(bytes)
      memory.mark(pointer, bytes)
      return pointer
    },
  }
}
