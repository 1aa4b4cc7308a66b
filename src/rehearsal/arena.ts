// The sandbox of a rehearsal: threads of its own, so that a candidate that computes forever or breaks its engine costs no real sign-in
// its turn. It has no network; closed-calls.ts answers.
import { availableParallelism } from 'node:os'
import { openSandbox, type Sandbox } from '../runtime/index.ts'

/** The event loop needs a processor, too. */
const threads = Math.min(4, Math.max(1, availableParallelism() - 1))

/** Rejects with SandboxError when no thread starts. */
export function openArena(memoryBytes: number): Promise<Sandbox> {
  return openSandbox({ threads, memoryBytes })
}
