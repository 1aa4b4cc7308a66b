// The event loop goes first. Every request passes through its one thread, and on few cores the threads that compute for it would
// take turns with it: its work then queues behind theirs, and once they have ended, cores stand idle (docs/decisions/0018).
import { constants, getPriority, setPriority } from 'node:os'

/** Steps of niceness (sched(7)): of a core that both want, the event loop gets three quarters. */
const steps = 5

/**
 * Lets a thread give way to the process's first thread; without an id, the calling thread. On Linux alone: elsewhere a priority is
 * the whole process's. A machine that does not allow it runs as before.
 */
export function giveWay(threadId = 0): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(threadId, Math.min(getPriority(process.pid) + steps, constants.priority.PRIORITY_LOW))
  } catch {
    // Slower under load, and right all the same.
  }
}
