// The folder of the embedded database and the master key: readable only by its owner, and never in a repository.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError } from '../errors/index.ts'
import { makeFolder } from '../files/index.ts'

/** Throws ConfigError `file_unreadable`. */
export async function ensureDataFolder(dataDir: string): Promise<void> {
  try {
    await makeFolder(dataDir, 0o700)
    await writeFile(join(dataDir, '.gitignore'), '*\n')
  } catch (cause) {
    throw new ConfigError('file_unreadable', `The data folder ${dataDir} cannot be made or written.`, {
      hint: 'Choose another one with --data-dir, or correct its permissions.',
      cause,
    })
  }
}
