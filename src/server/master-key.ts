// The key under which secrets and signing keys are encrypted at rest. Production is given one; a developer's first start makes one
// beside the database, for its owner's eyes alone. Whoever has this key and the database has everything.
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError } from '../errors/index.ts'
import type { ServerSettings } from './server-settings.ts'

const keyBytes = 32
export const masterKeyFile = 'master.key'

/** Throws ConfigError `master_key_missing`, `master_key_invalid`. The data folder must exist. */
export async function masterKey({
  masterKey: given,
  isProduction,
  dataDir,
}: Pick<ServerSettings, 'masterKey' | 'isProduction' | 'dataDir'>): Promise<Uint8Array> {
  if (given !== undefined) return parseMasterKey(given, 'MINTAGE_MASTER_KEY')
  if (isProduction) {
    throw new ConfigError(
      'master_key_missing',
      'Production mode needs a master key: MINTAGE_MASTER_KEY is not set.',
      {
        hint: 'Make one with `openssl rand -base64 32` and keep it as safe as the database: without it nothing can be read.',
      },
    )
  }
  const file = join(dataDir, masterKeyFile)
  if (!existsSync(file)) await makeKeyFile(file)
  return parseMasterKey((await readFile(file, 'utf8')).trim(), file)
}

/** The key of a database that exists already; none is made. Throws ConfigError `master_key_missing`, `master_key_invalid`. */
export async function existingMasterKey({
  masterKey: given,
  dataDir,
}: Pick<ServerSettings, 'masterKey' | 'dataDir'>): Promise<Uint8Array> {
  if (given !== undefined) return parseMasterKey(given, 'MINTAGE_MASTER_KEY')
  const file = join(dataDir, masterKeyFile)
  if (existsSync(file)) return parseMasterKey((await readFile(file, 'utf8')).trim(), file)
  throw new ConfigError('master_key_missing', `MINTAGE_MASTER_KEY is not set, and there is no ${file}.`, {
    hint: 'Give the key that the server runs with, or name its data folder with --data-dir.',
  })
}

/** Complete or not at all, and the first one stays: two processes that start at once must end up with the same key. */
async function makeKeyFile(file: string): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, `${randomBytes(keyBytes).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await unlink(draft)
}

/** The value is a secret and is not repeated in the text. */
function parseMasterKey(text: string, where: string): Uint8Array {
  const isBase64 = /^[A-Za-z0-9+/_-]+={0,2}$/.test(text)
  const key = Buffer.from(text, 'base64')
  if (isBase64 && key.length === keyBytes) return key
  throw new ConfigError('master_key_invalid', `${where} is not 32 bytes as base64.`, {
    hint: 'Make one with `openssl rand -base64 32`; an existing database needs the one that it was made with.',
  })
}
