// The folder of `mintage export`: Kinde's shapes for organizations and users, with Mintage's own records beside them.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ConfigError } from '../errors/index.ts'
import type { ImportSource } from './entries.ts'
import { dataFiles, manifestText, secretsFile, wholeExport } from './export/export-format.ts'
import { readSecretLines } from './export/secret-lines.ts'
import { entriesOf, kindeOrganization } from './kinde-export.ts'
import { kindeUser } from './kinde-user.ts'
import { fileOfLines } from './lines.ts'
import { ownCatalogSchema } from './own-catalog.ts'

/** `variable`: of this process; it goes before secrets.env. Throws ConfigError `file_unreadable`. */
export async function openMintageExport(
  folder: string,
  variable: (name: string) => string | undefined,
): Promise<ImportSource> {
  const manifest = await wholeExport(folder)
  const secrets = await secretsOf(folder)
  const fileOf = (name: string) => fileOfLines(join(folder, name), name)
  const users = await fileOf(dataFiles.users)
  const organizations = await fileOf(dataFiles.organizations)
  const catalog = ownCatalogSchema.safeParse(
    JSON.parse(await readFile(join(folder, dataFiles.catalog), 'utf8')),
  )
  if (!catalog.success)
    throw new ConfigError('file_unreadable', `${dataFiles.catalog}: ${z.prettifyError(catalog.error)}`, {
      hint: 'Export again with this version of Mintage.',
    })
  let bytesRead = 0
  return {
    fingerprint: createHash('sha256').update(manifestText(manifest)).digest('hex'),
    organizations: () => entriesOf(organizations, kindeOrganization),
    users: (after) => entriesOf(users, kindeUser, after, (bytes) => (bytesRead += bytes)),
    progress: () => (users.bytes === 0 ? undefined : Math.min(1, bytesRead / users.bytes)),
    own: {
      catalog: catalog.data,
      issuer: manifest.issuer,
      secret: (name) => variable(name) ?? secrets.get(name),
      lines: fileOf,
      file: (name) => readFile(join(folder, name)),
    },
  }
}

async function secretsOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(folder, secretsFile), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw new ConfigError('file_unreadable', `${secretsFile} of the export cannot be read.`, { cause: error })
  })
  return readSecretLines(text)
}
