// Which events of a watch are changes of the project. Editors, sync tools and a log that is written into the folder touch files all the
// time; what counts is a file that a build may read, with another content than before.
import { createHash } from 'node:crypto'
import { lstat, readFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { bundledExtensions } from './bundle-inputs.ts'

const configurationFile = /^(?:kinde|package|package-lock|jsconfig|tsconfig(?:\..+)?)\.json$/

/** Whether a build may read this file, judged only by its name; data in JSON counts when `isRead` says so. */
export function mayBeSource(path: string, isRead: (path: string) => boolean): boolean {
  const extension = extname(path)
  if (extension === '.json') return configurationFile.test(basename(path)) || isRead(path)
  // A name without an extension may be a folder, with sources in it.
  return extension === '' || bundledExtensions.includes(extension)
}

export function isCode(path: string): boolean {
  return extname(path) !== '.json' && bundledExtensions.includes(extname(path))
}

export class ChangedContent {
  readonly #dir: string
  readonly #seen = new Map<string, string>()

  constructor(dir: string) {
    this.#dir = dir
  }

  /** Of these files, relative to the folder, those that are not as they were when this was asked before. The first time, all. */
  async among(paths: readonly string[]): Promise<readonly string[]> {
    const changed: string[] = []
    for (const path of paths) {
      const content = await contentOf(join(this.#dir, path))
      // A folder came, went, or was replaced by another one. Any other file without an extension is nothing that a build reads.
      const isFolder = extname(path) === '' && content.kind !== 'file'
      const isFile = extname(path) !== '' && content.text !== this.#seen.get(path)
      if (isFolder || isFile) changed.push(path)
      this.#seen.set(path, content.text)
    }
    return changed
  }
}

async function contentOf(path: string): Promise<{ kind: 'file' | 'folder' | 'missing'; text: string }> {
  try {
    if ((await lstat(path)).isDirectory()) return { kind: 'folder', text: 'folder' }
    return {
      kind: 'file',
      text: createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    }
  } catch {
    return { kind: 'missing', text: 'missing' }
  }
}
