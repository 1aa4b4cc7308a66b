// The parts of the two packages that the benchmark uses. Declared here because the project is type-checked without them.

declare module 'isolated-vm' {
  interface Reference {
    apply(
      self: undefined,
      parameters: [string],
      options: { timeout: number; result: { promise: true } },
    ): Promise<unknown>
    release(): void
  }
  interface Context {
    readonly global: { getSync(name: string, options: { reference: true }): Reference }
    release(): void
  }
  interface Snapshot {
    readonly brand: unique symbol
  }
  interface Isolate {
    createContext(): Promise<Context>
    createContextSync(): Context
    dispose(): void
  }
  const ivm: {
    readonly Isolate: {
      new (options: { memoryLimit: number; snapshot: Snapshot }): Isolate
      createSnapshot(scripts: { code: string }[]): Snapshot
    }
  }
  export default ivm
  export type { Context, Isolate }
}

declare module 'run' {
  type RunResult =
    | { readonly status: 'completed'; readonly value: unknown }
    | { readonly status: 'interrupted' }
  interface Runner {
    run(options: {
      source: string
      hostFunctions?: Record<string, Record<string, () => Promise<unknown>>>
    }): Promise<RunResult>
  }
  export function createRunner(options: { limits: { timeoutMs: number; memoryLimitBytes: number } }): Runner
}
