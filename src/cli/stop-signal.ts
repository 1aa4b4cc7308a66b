// Ctrl+C, `kill`, and the end of npm or the launcher: the first asks a command to end in order, and from then on the system's own way
// holds, so that a second signal ends it at once.
import { readStarters } from '../config/index.ts'
import { watchParent } from './parent-watch.ts'

/** SIGTERM comes from an orchestrator, which may have to take the server out of a balancer first; the others wait for an end. */
export type StopReason = 'SIGINT' | 'SIGTERM' | 'parent-ended'

export interface Stopped {
  readonly signal: AbortSignal
  readonly when: Promise<StopReason>
}

export function untilStopped(): Stopped {
  const controller = new AbortController()
  const stopped = Promise.withResolvers<StopReason>()
  const stop = (reason: StopReason) => {
    process.off('SIGINT', stop).off('SIGTERM', stop)
    unwatch()
    controller.abort()
    stopped.resolve(reason)
  }
  // Node hands over the name of the signal.
  process.on('SIGINT', stop).on('SIGTERM', stop)
  const unwatch = watchParent(readStarters(), () => stop('parent-ended'))
  return { signal: controller.signal, when: stopped.promise }
}
