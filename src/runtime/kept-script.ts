// A script that was made of many files, kept with the code that Node has compiled (bin/mintage.js says where, and why there) and used
// again while each of the files is what it was, byte for byte. Making one starts esbuild and takes a tenth of a second, reading it
// back a hundredth. Where no compiled code is kept, neither is this.
import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { getCompileCacheDir } from 'node:module'
import { join } from 'node:path'
import * as z from 'zod'

export interface MadeScript {
  readonly text: string
  /** Absolute paths of everything that went into it. */
  readonly files: readonly string[]
}

const keptSchema = z.strictObject({
  files: z.array(z.strictObject({ path: z.string(), sha256: z.string() })).min(1),
  text: z.string().min(1),
  sha256: z.string(),
})

export async function keptScript(
  name: string,
  make: () => Promise<MadeScript>,
  folder = getCompileCacheDir(),
): Promise<string> {
  if (folder === undefined) return (await make()).text
  const file = join(folder, `${name}.json`)
  const kept = await read(file)
  if (kept !== undefined) return kept
  const made = await make()
  await keep(file, made)
  return made.text
}

/** Undefined when there is none, when it was cut short, and when a file has changed or is gone. */
async function read(file: string): Promise<string | undefined> {
  try {
    const { files, text, sha256 } = keptSchema.parse(JSON.parse(await readFile(file, 'utf8')))
    const isCurrent =
      hash('sha256', text) === sha256 && files.every((one) => sha256Of(one.path) === one.sha256)
    return isCurrent ? text : undefined
  } catch {
    return undefined
  }
}

/** In one step, so that another process reads the whole or nothing. A folder that takes no file costs time, and nothing else. */
async function keep(file: string, { text, files }: MadeScript): Promise<void> {
  const unfinished = `${file}.${process.pid}`
  try {
    const described = files.map((path) => ({ path, sha256: sha256Of(path) }))
    await writeFile(unfinished, JSON.stringify({ files: described, text, sha256: hash('sha256', text) }))
    await rename(unfinished, file)
  } catch {
    await rm(unfinished, { force: true }).catch(() => {})
  }
}

/** Two hundred small files: reading them one after the other takes less than asking for them all. */
function sha256Of(path: string): string {
  return hash('sha256', readFileSync(path))
}
