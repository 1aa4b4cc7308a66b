// Lets the event loop go first: the threads that compute for it (libuv's pool, which signs tokens and hashes passwords, and the
// sandbox's threads) run at a lower priority. Every request passes through the event loop's one thread. On few cores the other threads
// would take turns with it, so requests would queue behind signatures, and cores would stand idle once those are done. With all cores
// busy this is worth 15 to 20 % of the refreshes (docs/decisions/0018). `settings.prioritizeEventLoop: false` switches it off.
// Works on Linux only: elsewhere a priority belongs to the whole process. Where the system refuses it, the server runs without it.
import { readdirSync, readFileSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'

/** Steps of niceness (sched(7)): the event loop gets three quarters of a core that both threads want. */
const steps = 5

const tasks = '/proc/self/task'
const poolThreadName = 'libuv-worker'

/** Lowers the priority of a thread of this process; 0 is the calling thread. */
export function lowerPriority(threadId = 0): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(threadId, Math.min(getPriority(process.pid) + steps, constants.priority.PRIORITY_LOW))
  } catch {
    // The system does not allow it. Only speed under load depends on it.
  }
}

/** Lowers the priority of libuv's pool. The pool starts all its threads when it is first used, as by reading the project: call this later. */
export function lowerPoolPriority(): void {
  for (const thread of poolThreads()) lowerPriority(thread)
}

/** Empty where the system does not list threads. */
function poolThreads(): number[] {
  try {
    return readdirSync(tasks)
      .filter((id) => readFileSync(`${tasks}/${id}/comm`, 'utf8').startsWith(poolThreadName))
      .map(Number)
  } catch {
    return []
  }
}
