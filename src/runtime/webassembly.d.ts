// The part of the WebAssembly interface that the runtime and its tests use: Node has it at run time, its types do not, and the
// browser library that declares it would bring `window` and `document` along.

declare namespace WebAssembly {
  interface Module {
    readonly [Symbol.toStringTag]: 'WebAssembly.Module'
  }
  class Memory {
    constructor(limits: { initial: number; maximum: number })
    readonly buffer: ArrayBuffer
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, unknown>>)
    readonly exports: Record<string, (...parameters: readonly (number | bigint)[]) => unknown>
  }
  class RuntimeError extends Error {}
  function validate(bytes: Uint8Array<ArrayBuffer>): boolean
  function compile(bytes: Uint8Array<ArrayBuffer>): Promise<Module>
}
