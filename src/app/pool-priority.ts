// Node's pool threads sign tokens and hash passwords; nothing of Node's says which threads they are.
import { readdirSync, readFileSync } from 'node:fs'
import { giveWay } from '../runtime/index.ts'

const tasks = '/proc/self/task'
const poolThreadName = 'libuv-worker'

/** The pool starts all its threads when it is first used, as by reading the project: call it afterwards. */
export function lowerPoolPriority(): void {
  for (const thread of poolThreads()) giveWay(thread)
}

/** None where threads cannot be listed. */
function poolThreads(): number[] {
  try {
    return readdirSync(tasks)
      .filter((id) => readFileSync(`${tasks}/${id}/comm`, 'utf8').startsWith(poolThreadName))
      .map(Number)
  } catch {
    return []
  }
}
