// Which program a start reads. As it is written it is 1,400 files, ours and our packages', and finding, reading and linking them is half
// of a start; kept as one script (keep-program.ts) it is a handful. The script counts while each file that went into it, and each that
// came out, is what it was; so nobody who edits a file, ours or a package's, runs anything else than what they wrote.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isUnchanged, type KeptFile } from './kept-file.ts'

/** In the checkout, beside the code that Node has compiled (bin/mintage.js): who can write here can write the program as well. */
export const programFolder = 'node_modules/.cache/mintage/program'

/** Says what the kept program was made of. Written last. */
export const manifestName = 'manifest.json'

export interface ProgramManifest {
  /** Where the program begins; like the files', its path is relative to the checkout. */
  readonly entry: string
  readonly files: readonly KeptFile[]
}

/** The absolute path of the kept program's entry, or undefined when there is none that may be used. */
export function keptProgram(checkout: string): string | undefined {
  try {
    const text = readFileSync(join(checkout, programFolder, manifestName), 'utf8')
    const { entry, files }: ProgramManifest = JSON.parse(text)
    return files.every((file) => isUnchanged(checkout, file)) ? join(checkout, entry) : undefined
  } catch {
    return undefined
  }
}
