// One QuickJS in WebAssembly: made from nothing, or restored from an image; called through its entry points; drained of
// its jobs one by one. Only this file and compile.ts know quickjs-wasi. It asks for no guest value but primitive strings and
// numbers: anything else (a property, a conversion) would run guest code outside of what the run accounts for. Claims are
// read where they lie, which runs none (plain-claims.ts).
import { Intrinsics, JSValueHandle, QuickJS, type QuickJSOptions, type Snapshot } from 'quickjs-wasi'
import type { Image } from '../protocol.ts'
import { boundLibrary } from './bounded-library.ts'
import { EngineFailure } from './engine-failure.ts'
import { EngineMemory, type EngineMemorySize } from './engine-memory.ts'
import { captureMemory, stackLimitBytes, wholeMemory } from './image.ts'
import type { LibraryInternals } from './library-internals.ts'
import { markAllocations } from './marked-allocations.ts'
import { JsonWriter } from './json-writer.ts'
import { claimsRootNames, readPlainClaims, type ClaimsBounds } from './plain-claims.ts'
import { guestEntryNames, type GuestEntryName } from './guest-entries.ts'
import { hostFunctions, type HostArgument } from './host-functions/index.ts'
import { closedHost, HostRefusal, type RunHost } from './run-host.ts'
import { wasiImports } from './wasi.ts'

export interface EngineParts {
  readonly engine: WebAssembly.Module
  readonly extensions: readonly { readonly name: string; readonly wasm: WebAssembly.Module }[]
  readonly memory: EngineMemorySize
}

/** No `eval` (code arrives as bytecode that we compiled) and nothing that shows when garbage is collected. */
const intrinsics = Intrinsics.ALL & ~Intrinsics.EVAL & ~Intrinsics.WEAK_REF
/** Longest string that a host function reads from the guest, in UTF-16 units. */
const longestArgument = 4 * 1024 * 1024
const longestStack = 8192
/** How the guest's entry points are called with `this` undefined: exported like them. */
const undefinedEntry = 'undefined'

export class Engine {
  /** Where host functions and system calls lead; set for the time of a run. */
  host: RunHost = closedHost
  readonly #vm: QuickJS
  readonly #internals: LibraryInternals
  readonly #memory: EngineMemory
  /** What the memory was put to last, and was at the beginning of the run. */
  #whole: Uint8Array | undefined
  #entries: Readonly<Record<string, number>> = {}
  #intact = true
  #roomBytes = 0

  private constructor(vm: QuickJS, memory: EngineMemory) {
    this.#vm = vm
    this.#internals = vm as unknown as LibraryInternals
    this.#memory = memory
    boundLibrary(this.#internals, memory, mostArguments)
    markAllocations(this.#internals, memory)
  }

  /** An engine with the prelude installed and its entry points known; `preludeBytecode` gives an object with `install`. */
  static async create(
    parts: EngineParts,
    host: RunHost,
    memoryBytes: number,
    preludeBytecode: Uint8Array,
  ): Promise<Engine> {
    const engine = await Engine.#open(parts, (options) => QuickJS.create(options), memoryBytes, host)
    const vm = engine.#vm
    const table = vm.newObject()
    for (const name of Object.keys(hostFunctions))
      table.setProp(name, vm.newFunction(name, engine.#hostFunction(name)))
    const install = vm.evalBytecode(preludeBytecode).getProp('install')
    const entries = vm.callFunction(install, vm.undefined, table)
    const handles: Record<string, number> = { [undefinedEntry]: vm.exportHandle(vm.undefined) }
    for (const name of guestEntryNames) handles[name] = vm.exportHandle(entries.getProp(name))
    const roots = entries.getProp('roots')
    for (const name of claimsRootNames) handles[name] = vm.exportHandle(roots.getProp(name))
    engine.#entries = handles
    return engine
  }

  /** An engine that stands ready with the image in its memory. */
  static async restore(parts: EngineParts, image: Image, memoryBytes: number): Promise<Engine> {
    const snapshot = { ...image, memory: wholeMemory(image) }
    const engine = await Engine.#open(
      parts,
      (options) => QuickJS.restore(snapshot, options),
      memoryBytes,
      closedHost,
    )
    for (const name of Object.keys(hostFunctions))
      engine.#vm.registerHostCallback(name, engine.#hostFunction(name))
    engine.#entries = image.entries
    // Setting the limits wrote to the memory; the image is put back so that all runs start from the same bytes.
    engine.restoreInPlace(image)
    return engine
  }

  static async #open(
    parts: EngineParts,
    make: (options: QuickJSOptions) => Promise<QuickJS>,
    memoryBytes: number,
    initialHost: RunHost,
  ): Promise<Engine> {
    const current: { engine?: Engine } = {}
    const host = () => current.engine?.host ?? initialHost
    const memory = new EngineMemory(parts.memory)
    const vm = await make({
      wasm: parts.engine,
      extensions: [...parts.extensions],
      intrinsics,
      memoryLimit: memoryBytes,
      maxStackSize: stackLimitBytes,
      timezoneOffset: 0,
      interruptHandler: () => host().shouldStop(),
      wasi: memory.importsWith(
        wasiImports(memory, {
          nowMs: () => host().nowMs(),
          fillRandom: (target) => host().fillRandom(target),
        }),
      ),
    })
    const engine = new Engine(vm, memory)
    engine.host = initialHost
    current.engine = engine
    return engine
  }

  /** False once the engine was interrupted, ran out of memory or trapped: it is not used again. */
  get isIntact(): boolean {
    return this.#intact
  }

  get memoryBytes(): number {
    return this.#memory.buffer.byteLength
  }

  set memoryLimit(bytes: number) {
    this.#internals.exports.qjs_set_memory_limit(bytes)
  }

  /** Whether the memory still has the image's size, so that the image can be put back in place. */
  fits(image: Image): boolean {
    return this.memoryBytes === image.memoryBytes
  }

  /** Makes the memory the image again, or another image of its size; with `isCareful` whatever was marked. */
  restoreInPlace(image: Image, isCareful = false): void {
    const whole = wholeMemory(image)
    if (this.#whole === whole && !isCareful) this.#memory.putBack(whole)
    else this.#memory.put(whole)
    this.#whole = whole
    this.#entries = image.entries
    this.#roomBytes = image.roomBytes
  }

  /** Calls an entry point of the guest; gives its string, or '' when it gives none. Throws EngineFailure. */
  call(entry: GuestEntryName, ...parameters: (string | number)[]): string {
    return this.#guarded(() => {
      const vm = this.#vm
      const handles = parameters.map((value) =>
        typeof value === 'string' ? this.#newString(value) : vm.newNumber(value),
      )
      return this.#callRaw(entry, handles)
    })
  }

  /** Evaluates bytecode that gives a function and calls the entry point with it. Throws EngineFailure. */
  callWithFunction(entry: GuestEntryName, bytecode: Uint8Array): string {
    return this.#guarded(() => {
      const factory = this.#vm.evalBytecode(bytecode)
      return this.#callRaw(entry, [factory])
    })
  }

  /** The claims as JSON if they are plain data within the bounds; no code of the guest runs. */
  plainClaims(bounds: ClaimsBounds): string | undefined {
    const runtimePointer = this.#internals.exports.qjs_get_runtime_ptr()
    const heap = { memory: this.#memory.buffer, runtimePointer, handles: this.#entries }
    return readPlainClaims(heap, bounds, writer)
  }

  /** Runs the queued jobs until none is left or the host says stop. Throws EngineFailure. */
  drain(): void {
    this.#guarded(() => {
      while (this.#internals.exports.qjs_is_job_pending() !== 0) {
        if (this.host.shouldStop()) return ''
        if (this.#internals.exports.qjs_execute_pending_job() < 0) throw this.#failure('a job failed')
      }
      return ''
    })
  }

  /** Gives the heap room before the image is taken: memory that grows during a run is not given back. */
  reserve(bytes: number): void {
    this.#roomBytes = bytes
    this.#internals.exports.free(this.#internals.exports.malloc(bytes))
    // Garbage of a run goes away with its memory: collecting it is worth its time only before the heap would grow.
    this.#vm.gcThreshold = this.#vm.getMemoryUsage().mallocSize + bytes
  }

  /** A copy of the memory, and the registers. */
  snapshot(): Snapshot {
    return this.#vm.snapshot()
  }

  /** The image of this engine as it stands. */
  capture(id: string, bundle: Uint8Array | undefined): Image {
    const { memory, ...registers } = this.snapshot()
    return {
      id,
      roomBytes: this.#roomBytes,
      ...captureMemory(memory),
      ...registers,
      entries: { ...this.#entries },
      ...(bundle === undefined ? {} : { bundle }),
    }
  }

  /** What the library's own does, with one copy of the text less. */
  #newString(text: string): JSValueHandle {
    if (!text.isWellFormed()) return this.#vm.newString(text)
    const { exports } = this.#internals
    const bytes = Buffer.byteLength(text)
    const pointer = exports.wasm_malloc(bytes)
    if (pointer === 0) throw new EngineFailure('exception', 'no memory for the text')
    Buffer.from(this.#memory.buffer).write(text, pointer)
    const handle = new JSValueHandle(this.#vm, exports.qjs_new_string(pointer, bytes))
    exports.wasm_free(pointer)
    return handle
  }

  #callRaw(entry: GuestEntryName, parameters: JSValueHandle[]): string {
    const result = this.#internals.callFunctionRaw(
      this.#entry(entry),
      this.#entry(undefinedEntry),
      ...parameters,
    )
    if (this.#internals.exports.qjs_is_exception(result.ptr) !== 0) {
      throw this.#failure('the engine gave up')
    }
    return result.isString ? result.toString() : ''
  }

  /** What the engine itself threw, with the place; `stack` is a getter, so the prelude reads it by the one that it kept. */
  #failure(message: string): EngineFailure {
    const exception = this.#vm.getException()
    if (!exception.isError || exception.isProxy) return new EngineFailure('exception', message)
    const stack = this.#internals.callFunctionRaw(
      this.#entry('stackOf'),
      this.#entry(undefinedEntry),
      exception,
    )
    const text = stack.isString && stack.length <= longestStack ? stack.toString() : ''
    return new EngineFailure('exception', message, text)
  }

  #entry(name: string): JSValueHandle {
    return this.#vm.importHandle(this.#entries[name] ?? 0)
  }

  #hostFunction(name: string) {
    const implementation = hostFunctions[name]
    if (implementation === undefined) throw new Error(`no host function ${name}`)
    return (...handles: JSValueHandle[]): JSValueHandle => {
      try {
        const result = implementation(this.host, ...handles.slice(0, mostArguments).map(readArgument))
        return typeof result === 'string' ? this.#vm.newString(result) : this.#vm.newNumber(result ?? 0)
      } catch (error) {
        throw error instanceof HostRefusal ? error : new HostRefusal('the host function failed')
      }
    }
  }

  #guarded(work: () => string): string {
    try {
      return work()
    } catch (error) {
      this.#intact = false
      if (error instanceof EngineFailure) throw error
      const trapped = error instanceof WebAssembly.RuntimeError || error instanceof RangeError
      throw new EngineFailure(
        trapped ? 'trap' : 'exception',
        error instanceof Error ? error.message : 'unknown',
      )
    }
  }
}

/** One for all engines of a thread: they take turns. */
const writer = new JsonWriter()
const mostArguments = 4

/** Primitive strings and numbers only; both are read without running guest code. */
function readArgument(handle: JSValueHandle): HostArgument {
  if (handle.isNumber) return handle.toNumber()
  if (!handle.isString) return undefined
  if (handle.length > longestArgument) throw new HostRefusal('the argument is too long')
  return handle.toString()
}
