// What a thread of the floor row without messages is given (floor.ts and image-thread.ts).
import type { EngineBinaries } from '../src/runtime/engine-binaries.ts'
import type { Workload } from './workloads.ts'

export interface ImageThreadSetup {
  readonly parts: EngineBinaries
  readonly prelude: string
  readonly streams: string
  readonly workload: Workload
}
