// Watches a folder and all below it, one watch for each folder. Node's own recursive watch follows files, and loses one that an editor
// replaces: the second save by rename is not reported. A folder's watch reports its names, whatever file is behind them.
import { lstatSync, readdirSync, watch, type FSWatcher } from 'node:fs'
import { join, sep } from 'node:path'

export interface FolderWatch {
  close(): void
}

export interface FolderWatchOptions {
  /** Asked for the path of each file and folder, relative to the top. */
  readonly isIgnored: (path: string) => boolean
  readonly onEvent: (path: string) => void
  /** The system has no more watches to give, or something like it. */
  readonly onError: (error: unknown) => void
}

export function watchFolders(top: string, { isIgnored, onEvent, onError }: FolderWatchOptions): FolderWatch {
  const watchers = new Map<string, FSWatcher>()
  open('')

  /** What was made inside before the watch began is found by the listing; its caller hears of the folder itself in any case. */
  function open(folder: string): void {
    try {
      const watcher = watch(join(top, folder), (_, name) => noticed(folder, name ?? ''))
      watcher.on('error', (error) => failed(folder, error))
      watchers.set(folder, watcher)
      for (const entry of readdirSync(join(top, folder), { withFileTypes: true })) {
        const path = join(folder, entry.name)
        if (entry.isDirectory() && !isIgnored(path)) open(path)
      }
    } catch (error) {
      failed(folder, error)
    }
  }

  function noticed(folder: string, name: string): void {
    const path = join(folder, name)
    if (isIgnored(path)) return
    // A folder that came, went, or was replaced by another one.
    if (watchers.has(path) && path !== '') closeBelow(path)
    if (path !== folder) openIfFolder(path)
    onEvent(path)
  }

  function openIfFolder(path: string): void {
    if (isFolder(join(top, path))) open(path)
  }

  function closeBelow(folder: string): void {
    for (const [path, watcher] of watchers) {
      if (path !== folder && !path.startsWith(folder + sep)) continue
      watcher.close()
      watchers.delete(path)
    }
  }

  /** A folder below the top may go at any moment. Reported later, because the caller does not hold this watch yet. */
  function failed(folder: string, error: unknown): void {
    closeBelow(folder)
    if (folder === '' || !isGone(error)) setImmediate(onError, error)
  }

  return {
    close() {
      for (const watcher of watchers.values()) watcher.close()
      watchers.clear()
    },
  }
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function isGone(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR', 'EPERM'].includes(String(error.code))
  )
}
