// A folder with all folders above it, as `mkdir -p` makes them. Node's own recursive mkdir never ends where the system answers ENOENT below a
// folder that exists, as Linux does for /proc: it makes the parent, which is there, and tries again without end.
import { mkdir, mkdtemp, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ConfigError } from '../errors/index.ts'
import { fileReason } from './file-reason.ts'

/** Resolves when the folder exists. `mode` is that of each folder which it makes. Throws ConfigError `file_unreadable`. */
export async function makeFolder(path: string, mode?: number): Promise<void> {
  try {
    await makeWithParents(path, mode)
  } catch (cause) {
    throw new ConfigError('file_unreadable', `The folder ${path} cannot be made: ${reasonOf(cause)}.`, {
      hint: 'Name a folder that you may write to.',
      cause,
    })
  }
}

async function makeWithParents(path: string, mode: number | undefined): Promise<void> {
  if (await isFolder(path)) return
  const parent = dirname(path)
  if (parent !== path) await makeWithParents(parent, mode)
  try {
    await mkdir(path, mode)
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!(await isFolder(path))) throw error
  }
}

/** A path that cannot be looked at is not one: making it fails with the reason. */
async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

/** A new folder among the temporary ones, which the caller removes. Throws ConfigError `file_unreadable`. */
export async function makeTemporaryFolder(prefix: string): Promise<string> {
  const parent = tmpdir()
  try {
    return await mkdtemp(join(parent, prefix))
  } catch (cause) {
    throw new ConfigError('file_unreadable', `No folder can be made in ${parent}: ${reasonOf(cause)}.`, {
      hint: 'Set TMPDIR to a folder that exists and that you may write to.',
      cause,
    })
  }
}

function reasonOf(cause: unknown): string {
  return fileReason(cause) ?? String(cause)
}
