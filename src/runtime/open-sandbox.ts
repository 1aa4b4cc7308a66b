// Opens the sandbox: what all its threads are made of is made once, then the pool starts them.
import { loadEngineBinaries } from './engine-binaries.ts'
import { openHostCalls } from './host-calls/index.ts'
import { defaultLimits } from './limits.ts'
import { Pool } from './pool.ts'
import { sandboxScript } from './sandbox-scripts.ts'
import type { SandboxOptions } from './sandbox-options.ts'
import type { Sandbox } from './sandbox.ts'
import type { ThreadOptions } from './thread.ts'

/** What every thread of a sandbox is made of. Throws SandboxError `internal`. */
export async function readThreadOptions({
  memoryBytes = defaultLimits.memoryBytes,
  prioritizeEventLoop = true,
  keepsProcessAlive = true,
}: Pick<
  SandboxOptions,
  'memoryBytes' | 'prioritizeEventLoop' | 'keepsProcessAlive'
>): Promise<ThreadOptions> {
  const [parts, prelude, streams, script] = await Promise.all([
    loadEngineBinaries(memoryBytes),
    sandboxScript('prelude'),
    sandboxScript('streams'),
    sandboxScript('worker'),
  ])
  const { runningTimeMs } = defaultLimits
  return {
    script,
    parts,
    prelude,
    streams,
    memoryBytes,
    runningTimeMs,
    prioritizeEventLoop,
    keepsProcessAlive,
  }
}

/** Given what its threads are made of, it starts them at once. Rejects with SandboxError when no thread starts. */
export async function openSandbox(options: SandboxOptions = {}, threads?: ThreadOptions): Promise<Sandbox> {
  const threadOptions = threads ?? (await readThreadOptions(options))
  const pool = new Pool(options, threadOptions, openHostCalls(options.hostCalls ?? {}))
  await pool.ready()
  return pool
}
