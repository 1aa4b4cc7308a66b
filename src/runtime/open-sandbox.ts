// Opens the sandbox: what all its threads are made of is made once, then the pool starts them.
import { loadEngineBinaries } from './engine-binaries.ts'
import { guestScript, streamsScript } from './guest-script.ts'
import { openHostCalls } from './host-calls/index.ts'
import { defaultLimits } from './limits.ts'
import { Pool } from './pool.ts'
import type { SandboxOptions } from './sandbox-options.ts'
import type { Sandbox } from './sandbox.ts'
import type { ThreadOptions } from './thread.ts'
import { workerScript } from './worker-script.ts'

/** What every thread of a sandbox is made of; `memoryBytes` is the most that any run may have. Throws SandboxError `internal`. */
export async function readThreadOptions(
  memoryBytes: number = defaultLimits.memoryBytes,
): Promise<ThreadOptions> {
  const [parts, prelude, streams, script] = await Promise.all([
    loadEngineBinaries(memoryBytes),
    guestScript(),
    streamsScript(),
    workerScript(),
  ])
  const { runningTimeMs } = defaultLimits
  return { script, parts, prelude, streams, memoryBytes, runningTimeMs }
}

/** Given what its threads are made of, it starts them at once. Rejects with SandboxError when no thread starts. */
export async function openSandbox(options: SandboxOptions = {}, threads?: ThreadOptions): Promise<Sandbox> {
  const threadOptions = threads ?? (await readThreadOptions(options.memoryBytes))
  const pool = new Pool(options, threadOptions, openHostCalls(options.hostCalls ?? {}))
  await pool.ready()
  return pool
}
