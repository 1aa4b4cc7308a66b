// The project's mintage.yaml. A project may do without one: then the directory is what the management API makes it, and every
// setting has its default. In development the playground is there, and people may sign up, so that a project can be tried at once.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  defaultFileRunSettings,
  parseMintageYaml,
  readMintageFile,
  readRunSettings,
  type FileRunSettings,
  type MintageFile,
} from '../config/index.ts'

export const projectFileName = 'mintage.yaml'

const developmentFile = `
settings: { signUp: { isEmailProofRequired: false } }
applications:
  playground:
    name: Playground
    type: reg
    redirectUris: ['\${issuer}/playground/callback']
    logoutUris: ['\${issuer}/playground']
`

/** Throws MintageFileError, ConfigError `file_unreadable`. */
export async function readProjectFile(projectDir: string, isProduction: boolean): Promise<MintageFile> {
  const file = join(projectDir, projectFileName)
  if (existsSync(file)) return readMintageFile(file)
  return parseMintageYaml(isProduction ? '{}' : developmentFile, file)
}

export function hasProjectFile(projectDir: string): boolean {
  return existsSync(join(projectDir, projectFileName))
}

/** What of it shapes a run. Throws MintageFileError, ConfigError `file_unreadable`. */
export async function readProjectRunSettings(projectDir: string): Promise<FileRunSettings> {
  const file = join(projectDir, projectFileName)
  return existsSync(file) ? readRunSettings(file) : defaultFileRunSettings()
}
