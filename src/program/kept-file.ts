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

/** A file that somebody may be editing. `bytes` gets what is described. */
export function describeFile(folder: string, path: string, bytes?: (read: Buffer) => void): KeptFile {
  const [, size, writtenMs, sha256] = describeOwnFile(folder, path, bytes)
  return [path, size, writtenMs !== null && Date.now() - writtenMs > youngMs ? writtenMs : null, sha256]
}

/** A file that nobody but us has written. */
export function describeOwnFile(folder: string, path: string, bytes?: (read: Buffer) => void): KeptFile {
  const file = resolve(folder, path)
  // In this order: a time from before the edit asks the bytes, one from after it would hide it.
  const { mtimeMs } = statSync(file)
  const read = readFileSync(file)
  bytes?.(read)
  return [path, read.length, mtimeMs, hash('sha256', read)]
}

export function isUnchanged(folder: string, [path, size, writtenMs, sha256]: KeptFile): boolean {
  const file = resolve(folder, path)
  const now = statSync(file, { throwIfNoEntry: false })
  return now?.size === size && (now.mtimeMs === writtenMs || hash('sha256', readFileSync(file)) === sha256)
}
