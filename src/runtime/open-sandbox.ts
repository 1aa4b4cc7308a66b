// Opens the sandbox: what all its threads are made of is made once, then the pool starts them.
import { loadEngineBinaries } from './engine-binaries.ts'
import { guestScript } from './guest-script.ts'
import { openHostCalls } from './host-calls/index.ts'
import { defaultLimits } from './limits.ts'
import { Pool } from './pool.ts'
import type { SandboxOptions } from './sandbox-options.ts'
import type { Sandbox } from './sandbox.ts'
import { workerScript } from './worker-script.ts'

/** Rejects with SandboxError when no thread starts. */
export async function openSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const memoryBytes = options.memoryBytes ?? defaultLimits.memoryBytes
  const [parts, prelude, script] = await Promise.all([
    loadEngineBinaries(memoryBytes),
    guestScript(),
    workerScript(),
  ])
  const { runningTimeMs } = defaultLimits
  const threadOptions = { script, parts, prelude, memoryBytes, runningTimeMs }
  const pool = new Pool(options, threadOptions, openHostCalls(options.hostCalls ?? {}))
  await pool.ready()
  return pool
}
