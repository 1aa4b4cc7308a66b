// The part of the WebAssembly interface that the runtime uses: Node has it at run time, its types do not, and the
// browser library that declares it would bring `window` and `document` along.

declare namespace WebAssembly {
  interface Module {
    readonly [Symbol.toStringTag]: 'WebAssembly.Module'
  }
  class RuntimeError extends Error {}
  function compile(bytes: Uint8Array<ArrayBuffer>): Promise<Module>
}
