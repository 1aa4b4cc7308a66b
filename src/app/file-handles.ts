// Says when the process runs out of file handles. Nothing else does: libuv then takes each new connection and closes it again, so that
// clients see resets and the server sees nothing.
import { closeSync, openSync } from 'node:fs'
import type { Logger } from '../telemetry/index.ts'

const everyMs = 1_000

/** The limit of this process (`ulimit -n`), and that of the whole machine. */
const exhausted: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE'])

/** One record when handles run out, one when there are some again. Returns how to stop. */
export function watchFileHandles(log: Logger): () => void {
  let sinceMs: number | undefined
  const timer = setInterval(() => {
    const reason = reasonOfRefusal()
    if (reason !== undefined && sinceMs === undefined) {
      sinceMs = Date.now()
      log.error('file_handles_exhausted', { reason, remedy: 'raise the limit (ulimit -n, LimitNOFILE)' })
    }
    if (reason === undefined && sinceMs !== undefined) {
      log.info('file_handles_available', { afterMs: Date.now() - sinceMs })
      sinceMs = undefined
    }
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}

function reasonOfRefusal(): string | undefined {
  try {
    closeSync(openSync('/dev/null', 'r'))
    return undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    return exhausted.has(code) ? code : undefined
  }
}
