// Whether a file is what it was when something was made of it. Its length and its time tell, as they tell make and git: asking the bytes
// of 1,400 files takes as long as reading them does. The bytes decide where the time cannot: for a file that was written just before, when
// one more edit would not show, and for one whose time is another, as in a copied checkout or one out of an image.
import { hash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'

/** Path relative to a folder; length in bytes; when it was written in milliseconds since the epoch, null when that cannot tell; SHA-256. */
export type KeptFile = readonly [path: string, size: number, writtenMs: number | null, sha256: string]

/** Clocks of file systems tick in steps of up to two seconds. */
const youngMs = 2_000

/** A file that somebody may be editing; `bytes` is what was read of it just now. Its time counts once it is old enough to tell. */
export function describeFile(
  folder: string,
  path: string,
  bytes: Buffer = readFileSync(resolve(folder, path)),
): KeptFile {
  const { mtimeMs } = statSync(resolve(folder, path))
  return [path, bytes.length, Date.now() - mtimeMs > youngMs ? mtimeMs : null, hash('sha256', bytes)]
}

/** A file that nobody but us has written. */
export function describeOwnFile(folder: string, path: string): KeptFile {
  const bytes = readFileSync(resolve(folder, path))
  return [path, bytes.length, statSync(resolve(folder, path)).mtimeMs, hash('sha256', bytes)]
}

export function isUnchanged(folder: string, [path, size, writtenMs, sha256]: KeptFile): boolean {
  const file = resolve(folder, path)
  const now = statSync(file, { throwIfNoEntry: false })
  return now?.size === size && (now.mtimeMs === writtenMs || hash('sha256', readFileSync(file)) === sha256)
}
