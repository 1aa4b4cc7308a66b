export { blockBytes, overhangBytes } from './marked-function.ts'
export { trackedImports, trackedModule, wasmPageBytes } from './tracked-module.ts'
