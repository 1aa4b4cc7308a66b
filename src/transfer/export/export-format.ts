// The folder that `mintage export` writes and `mintage import mintage` reads: a project with `data/` beside it. `export.json` is written last, so
// a folder without it is not an export.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ConfigError } from '../../errors/index.ts'

export const manifestFile = 'export.json'
export const secretsFile = 'secrets.env'
export const dataFiles = {
  catalog: 'data/catalog.json',
  organizations: 'data/organizations.ndjson',
  users: 'data/users.ndjson',
  invitations: 'data/invitations.ndjson',
  subscribers: 'data/subscribers.ndjson',
  apiKeys: 'data/api-keys.ndjson',
  brandings: 'data/brandings.ndjson',
  agreements: 'data/agreements.ndjson',
} as const

/** Raised when a reader of before would misread the folder. */
const formatVersion = 1

export const manifestSchema = z.object({
  format: z.literal('mintage-export'),
  version: z.literal(formatVersion),
  exportedAt: z.string(),
  /** Of the server that the database was last started with. */
  issuer: z.string(),
  hasSecrets: z.boolean(),
  /** Every file but this one, by its path in the folder. */
  files: z.record(z.string(), z.object({ bytes: z.int(), sha256: z.string() })),
})
export type Manifest = z.output<typeof manifestSchema>

export function manifestText(manifest: Omit<Manifest, 'format' | 'version'>): string {
  const whole: Manifest = { format: 'mintage-export', version: formatVersion, ...manifest }
  return `${JSON.stringify(whole, null, 2)}\n`
}

/** Undefined when the folder has none, or one of something else. */
export async function manifestIn(folder: string): Promise<Manifest | undefined> {
  const text = await readFile(join(folder, manifestFile), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    const read = manifestSchema.safeParse(JSON.parse(text))
    return read.success ? read.data : undefined
  } catch {
    return undefined
  }
}

/** Throws ConfigError `file_unreadable` when the folder is not a whole export of this version. */
export async function wholeExport(folder: string): Promise<Manifest> {
  const manifest = await manifestIn(folder)
  if (manifest === undefined)
    throw new ConfigError('file_unreadable', `${folder} is not an export that this Mintage can read.`, {
      hint: `Name the folder that mintage export wrote: it holds ${manifestFile}, of version ${String(formatVersion)} of the format.`,
    })
  // The rest of the folder is a project, and may be edited.
  const ofData = Object.keys(manifest.files).filter((name) => name.startsWith('data/'))
  for (const name of new Set([...Object.values(dataFiles), ...ofData])) {
    const written = manifest.files[name]?.sha256
    if (written !== undefined && (await sha256Of(join(folder, name)).catch(() => undefined)) === written)
      continue
    throw new ConfigError(
      'file_unreadable',
      `${name} of the export is missing, or was changed since it was written.`,
      {
        hint: 'Copy the folder again. Users and organizations that you edited by hand come in with mintage import kinde --from FOLDER/data.',
      },
    )
  }
  return manifest
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array)
  return hash.digest('hex')
}
