// What quickjs-wasi keeps private and an engine needs all the same: running one job instead of all (a guest that queues a
// job in each job would never come back), calling without reading the exception (its `message` may be a getter of the
// guest), setting the memory limit of one run, malloc for giving the heap its room, and the memory itself, into which a text
// is written without a copy in between. Check them when the library is updated.
import type { JSValueHandle } from 'quickjs-wasi'
import type { LibraryImports } from './bounded-library.ts'

export interface LibraryInternals extends LibraryImports {
  exports: {
    qjs_is_job_pending(): number
    qjs_execute_pending_job(): number
    qjs_is_exception(value: number): number
    readonly memory: { readonly buffer: ArrayBuffer }
    qjs_set_memory_limit(bytes: number): void
    qjs_get_runtime_ptr(): number
    malloc(bytes: number): number
    wasm_malloc(bytes: number): number
    wasm_free(pointer: number): void
    qjs_new_string(pointer: number, bytes: number): number
    free(pointer: number): void
  }
  callFunctionRaw(fn: JSValueHandle, self: JSValueHandle, ...parameters: JSValueHandle[]): JSValueHandle
}
