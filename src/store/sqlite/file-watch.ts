// Notices that the database's files are not the ones that were opened: a copy was moved in their place, or they were deleted. SQLite
// goes on with the old ones and would lose every write at the next start.
//
// Files are compared by their names and numbers and never opened: closing a handle on the main file would drop SQLite's locks on it
// (sqlite.org/howtocorrupt.html §2.2).
import type { BigIntStats } from 'node:fs'
import { stat } from 'node:fs/promises'

type Identity = Pick<BigIntStats, 'dev' | 'ino'>

export class FileWatch {
  readonly #opened: ReadonlyMap<string, Identity>

  private constructor(opened: ReadonlyMap<string, Identity>) {
    this.#opened = opened
  }

  /** The files have to exist: a -wal file does after the first write of a connection. */
  static async open(files: readonly string[]): Promise<FileWatch> {
    const entries = files.map(async (file) => [file, await stat(file, { bigint: true })] as const)
    return new FileWatch(new Map(await Promise.all(entries)))
  }

  /** False as long as another file, or none, has the name of one that was opened. */
  async isUnchanged(): Promise<boolean> {
    const same = await Promise.all(
      [...this.#opened].map(async ([file, { dev, ino }]) => {
        const now = await stat(file, { bigint: true }).catch(() => undefined)
        return now !== undefined && now.dev === dev && now.ino === ino
      }),
    )
    return same.every(Boolean)
  }
}
