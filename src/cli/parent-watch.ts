// A server that npm or the launcher (bin/mintage.js) started ends when they do: otherwise `npm start`, killed, would leave a process that
// holds the port. A server that a shell or a service manager started stays, as with nohup.
import { readFileSync } from 'node:fs'
import type { Starters } from '../config/index.ts'

const everyMs = 500
const shells: ReadonlySet<string> = new Set(['sh', 'ash', 'bash', 'busybox', 'dash', 'zsh'])

interface ProcessEntry {
  readonly name: string
  readonly parent: number
}

/** Calls `onEnd` once, when a program that started this process has ended; does nothing when none did. Returns how to stop watching. */
export function watchParent(starters: Starters, onEnd: () => void): () => void {
  if (!starters.isLauncher && !starters.isNpm) return () => {}
  const before = parentPids(starters)
  const timer = setInterval(() => {
    if (parentPids(starters).every((pid, index) => pid === before[index])) return
    clearInterval(timer)
    onEnd()
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}

/** From the parent up to npm: npm starts a shell, which may start the launcher. A process that ended is replaced by another parent. */
function parentPids({ isLauncher, isNpm }: Starters): number[] {
  const pids = [process.ppid]
  const next = () => {
    const parent = processEntry(pids.at(-1) ?? 0)?.parent
    if (parent !== undefined) pids.push(parent)
  }
  if (!isNpm) return pids
  if (isLauncher) next()
  if (shells.has(processEntry(pids.at(-1) ?? 0)?.name ?? '')) next()
  return pids
}

/** proc(5): `pid (name) state ppid …`, only on Linux; elsewhere only the direct parent is watched. */
function processEntry(pid: number): ProcessEntry | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const end = stat.lastIndexOf(')')
    return { name: stat.slice(stat.indexOf('(') + 1, end), parent: Number(stat.slice(end + 1).split(' ')[2]) }
  } catch {
    return undefined
  }
}
