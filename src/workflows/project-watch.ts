// Watches a project folder while it is edited, and has the change handled: once for a burst of events, because an editor
// saves by several, one handling at a time, and again for what changed during it. Dependencies and hidden folders are not
// watched, nor is what Mintage keeps in one. It does not know what handling means.
import { sep } from 'node:path'
import { watchFolders } from './folder-watch.ts'

export interface ProjectWatch {
  /** Handles nothing more; resolves when the handling that is under way has ended. */
  close(): Promise<void>
}

export interface ProjectWatchOptions {
  /** Gets the changed files, relative to the folder. Must not reject. */
  readonly onChange: (files: readonly string[]) => Promise<void>
  /** The watch itself failed, as when the system has no more watches to give; nothing is watched any more. */
  readonly onError: (error: unknown) => void
  /** How long nothing must have changed before a change is handled. */
  readonly settleMs?: number
}

export function watchProject(dir: string, options: ProjectWatchOptions): ProjectWatch {
  const { onChange, onError, settleMs = 50 } = options
  const changed = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let handling: Promise<void> | undefined
  let closed = false

  const watcher = watchFolders(dir, {
    isIgnored,
    onEvent(file) {
      changed.add(file)
      clearTimeout(timer)
      timer = setTimeout(handle, settleMs)
    },
    onError(error) {
      void close()
      onError(error)
    },
  })

  function handle(): void {
    if (closed || handling !== undefined || changed.size === 0) return
    const files = [...changed].toSorted()
    changed.clear()
    handling = onChange(files).finally(() => {
      handling = undefined
      handle()
    })
  }

  async function close(): Promise<void> {
    closed = true
    clearTimeout(timer)
    watcher.close()
    await handling
  }

  return { close }
}

function isIgnored(path: string): boolean {
  return path.split(sep).some((part) => part === 'node_modules' || (part.startsWith('.') && part.length > 1))
}
