// A text that was made of files, kept with the code that Node has compiled (bin/mintage.js says where, and why there) and used again
// while each of the files is what it was: the scripts of the threads, the engine's rewritten binaries. Making one takes a tenth of a
// second, reading it back a hundredth. Where no compiled code is kept, neither is this.
import { hash } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { getCompileCacheDir } from 'node:module'
import { join, relative } from 'node:path'
import * as z from 'zod'
import { describeFile, isUnchanged } from '../program/index.ts'

export interface MadeText {
  readonly text: string
  /** Absolute paths of everything that went into it. */
  readonly files: readonly string[]
}

const keptSchema = z.strictObject({
  /** Relative to the folder, so that a copied checkout asks for its own. */
  files: z.array(z.tuple([z.string(), z.number(), z.number().nullable(), z.string()])).min(1),
  text: z.string().min(1),
  sha256: z.string(),
})

export async function keptText(
  name: string,
  make: () => Promise<MadeText>,
  folder = getCompileCacheDir(),
): Promise<string> {
  if (folder === undefined) return (await make()).text
  const file = join(folder, `${name}.json`)
  const kept = await read(folder, file)
  if (kept !== undefined) return kept
  const made = await make()
  await keep(folder, file, made)
  return made.text
}

/** Undefined when there is none, when it was cut short, and when a file has changed or is gone. */
async function read(folder: string, file: string): Promise<string | undefined> {
  try {
    const { files, text, sha256 } = keptSchema.parse(JSON.parse(await readFile(file, 'utf8')))
    const isCurrent = hash('sha256', text) === sha256 && files.every((one) => isUnchanged(folder, one))
    return isCurrent ? text : undefined
  } catch {
    return undefined
  }
}

/**
 * In one step, so that another process reads the whole or nothing. A folder that takes no file costs time, and nothing else.
 * Nothing is kept of a file that was written just now: it may have been edited since it was read.
 */
async function keep(folder: string, file: string, { text, files }: MadeText): Promise<void> {
  const unfinished = `${file}.${process.pid}`
  try {
    const described = files.map((path) => describeFile(folder, relative(folder, path)))
    if (described.some(([, , writtenMs]) => writtenMs === null)) return
    await writeFile(unfinished, JSON.stringify({ files: described, text, sha256: hash('sha256', text) }))
    await rename(unfinished, file)
  } catch {
    await rm(unfinished, { force: true }).catch(() => {})
  }
}
