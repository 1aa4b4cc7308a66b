// What production asks of the project's mintage.yaml, before anything is opened.
import { join } from 'node:path'
import type { MintageFile } from '../config/index.ts'
import type { Logger } from '../telemetry/index.ts'
import { embeddedSecrets } from './embedded-secrets.ts'
import { refuseInsecureDomains } from './production-rules.ts'
import { projectFileName } from './project-file.ts'
import { refusePublishedInFile } from './published-records.ts'
import type { ServerSettings } from './server-settings.ts'

/** Rejects with ConfigError `setting_insecure`, and with MintageFileError. Warns of secrets in the file. Does nothing outside of production. */
export async function checkProductionFile(
  file: MintageFile,
  { isProduction, projectDir }: Pick<ServerSettings, 'isProduction' | 'projectDir'>,
  log: Logger,
): Promise<void> {
  if (!isProduction) return
  refuseInsecureDomains(file.settings.customDomains)
  await refusePublishedInFile(file, projectDir)
  const secrets = await embeddedSecrets(join(projectDir, projectFileName))
  if (secrets.length > 0)
    log.warn('secrets_in_project_file', { places: secrets, remedy: 'write ${env:NAME}' })
}
