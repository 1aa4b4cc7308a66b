export { blockBytes, overhangBytes } from './marked-function.ts'
export { trackedImports, trackedModule, wasmPageBytes, type TrackedModule } from './tracked-module.ts'
