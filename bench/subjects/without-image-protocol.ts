// What the bench's own worker threads are asked and answer (ours-without-image.ts and without-image-thread.ts).
import type { EngineBinaries } from '../../src/runtime/engine-binaries.ts'

export interface ThreadSetup {
  readonly parts: EngineBinaries
  readonly prelude: string
}

export type ToThread =
  | { readonly kind: 'prepare'; readonly workload: string; readonly code: string; readonly mountJson: string }
  | { readonly kind: 'run'; readonly id: number; readonly workload: string; readonly input: string }

export type FromThread =
  | { readonly kind: 'prepared' }
  | { readonly kind: 'ended'; readonly id: number; readonly claims: string }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
