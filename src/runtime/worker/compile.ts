// Scripts become bytecode in an engine of their own, because the engines that run them cannot evaluate text.
import { CompileFlags, QuickJS } from 'quickjs-wasi'
import { EngineFailure } from './engine-failure.ts'
import { EngineMemory } from './engine-memory.ts'
import type { EngineParts } from './engine.ts'
import { stackLimitBytes } from './image.ts'

const compilerMemoryBytes = 48 * 1024 * 1024

interface CompileBounds {
  readonly shouldStop: () => boolean
  /** Surrounds the compiler's work. */
  readonly inside: <T>(compile: () => T) => T
}

/** For a script of our own. */
const unbounded: CompileBounds = { shouldStop: () => false, inside: (compile) => compile() }

/** Compiles a script to bytecode in an engine of its own, which is then dropped: a parser bomb takes nothing with it. */
export async function compileScript(
  parts: EngineParts,
  source: string,
  name: string,
  { shouldStop, inside }: CompileBounds = unbounded,
): Promise<Uint8Array> {
  using vm = await QuickJS.create({
    wasm: parts.engine,
    memoryLimit: compilerMemoryBytes,
    maxStackSize: stackLimitBytes,
    interruptHandler: shouldStop,
    wasi: new EngineMemory(parts.memory).importsWith({}),
  })
  try {
    // Positions stay, for stack traces; the source text would only make every image larger.
    return inside(() => vm.compile(source, name, 0, CompileFlags.STRIP_SOURCE))
  } catch (error) {
    throw new EngineFailure(
      'exception',
      error instanceof Error ? error.message : 'the script does not compile',
    )
  }
}
