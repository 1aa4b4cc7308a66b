// The project's mintage.yaml. A project may do without one: then the directory is what the management API makes it, and every
// setting has its default.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseMintageYaml, readMintageFile, type MintageFile } from '../config/index.ts'

export const projectFileName = 'mintage.yaml'

/** Throws MintageFileError, ConfigError `file_unreadable`. */
export async function readProjectFile(projectDir: string): Promise<MintageFile> {
  const file = join(projectDir, projectFileName)
  return existsSync(file) ? readMintageFile(file) : parseMintageYaml('{}', file)
}
