// The key under which secrets and signing keys are encrypted at rest. Production is given one; a developer's first start makes one
// beside the database, readable only by its owner. Anyone who has this key and the database has everything.
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, open, readFile, stat, unlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ConfigError } from '../errors/index.ts'
import type { ServerSettings } from './server-settings.ts'
import { storeLocation } from './store-location.ts'

const keyBytes = 32
export const masterKeyFile = 'master.key'

export interface MasterKey {
  readonly bytes: Uint8Array
  /** The file that was made for it just now. */
  readonly madeFile?: string
}

type KeySettings = Pick<ServerSettings, 'masterKey' | 'isProduction' | 'dataDir' | 'databaseUrl'>

/**
 * The key of a server. `warn` gets what is insecure and is accepted outside of production.
 * Throws ConfigError `master_key_missing`, `master_key_invalid`, `setting_insecure`. The data folder must exist.
 */
export async function masterKey(
  settings: KeySettings,
  warn: (event: string, fields: Readonly<Record<string, string>>) => void,
): Promise<MasterKey> {
  const { masterKey: given, isProduction, dataDir } = settings
  const file = join(dataDir, masterKeyFile)
  if (given !== undefined) {
    const bytes = parseMasterKey(given, 'MINTAGE_MASTER_KEY')
    if (isProduction) await refuseReadableCopy(file, bytes)
    return { bytes }
  }
  if (isProduction) {
    throw new ConfigError(
      'master_key_missing',
      'Production mode needs a master key: MINTAGE_MASTER_KEY is not set.',
      {
        hint: 'Make one with `openssl rand -base64 32` and keep it as safe as the database: without it nothing can be read.',
      },
    )
  }
  const isNew = !existsSync(file)
  if (isNew) {
    refuseKeyBesideDatabase(file, settings)
    await makeKeyFile(file)
  } else {
    const mode = await modeForOthers(file)
    if (mode !== undefined) warn('master_key_readable_by_others', { file, mode, remedy: `chmod 600 ${file}` })
  }
  const bytes = await readKeyFile(file)
  return { bytes, ...(isNew && { madeFile: file }) }
}

/**
 * What to throw when the database does not open: when it turned out to be older than the key that was made for it, the key is
 * removed again, because it would be taken for the right one.
 */
export async function openingFailedWith({ madeFile }: MasterKey, error: unknown): Promise<unknown> {
  const isForeign = error instanceof ConfigError && error.code === 'master_key_wrong'
  if (madeFile === undefined || !isForeign) return error
  await unlink(madeFile)
  return keyOfDatabaseMissing('The database is encrypted', madeFile)
}

/** The key of an embedded database was made before it, so one without its key has lost it. */
function refuseKeyBesideDatabase(keyFile: string, settings: KeySettings): void {
  const location = storeLocation(settings)
  // The key is looked for again: another process that starts at the same time makes it first.
  if (location.kind === 'sqlite' && existsSync(location.file) && !existsSync(keyFile))
    throw keyOfDatabaseMissing(`The database ${location.file} is encrypted`, keyFile)
}

function keyOfDatabaseMissing(what: string, keyFile: string): ConfigError {
  return new ConfigError(
    'master_key_missing',
    `${what} under a master key that is not here: MINTAGE_MASTER_KEY is not set, and there is no ${keyFile}.`,
    {
      hint: 'Restore that file from your copy, or set MINTAGE_MASTER_KEY to the key that the database was made with. To begin anew without its data, move the database away.',
    },
  )
}

/** In production a copy of the key in use, in the data folder, is as good as the key. */
async function refuseReadableCopy(file: string, key: Uint8Array): Promise<void> {
  const mode = existsSync(file) ? await modeForOthers(file) : undefined
  if (mode === undefined) return
  const copy = Buffer.from((await readFile(file, 'utf8')).trim(), 'base64')
  if (!copy.equals(key)) return
  throw new ConfigError(
    'setting_insecure',
    `Other users of this machine can read the master key in ${file} (its mode is ${mode}).`,
    { hint: `Run: chmod 600 ${file}` },
  )
}

/** The mode of a file that others than its owner can read or write. Windows has no such modes. */
async function modeForOthers(file: string): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined
  const mode = (await stat(file)).mode & 0o777
  return (mode & 0o077) === 0 ? undefined : mode.toString(8)
}

/** The key of a database that exists already; none is made. Throws ConfigError `master_key_missing`, `master_key_invalid`. */
export async function existingMasterKey({
  masterKey: given,
  dataDir,
}: Pick<ServerSettings, 'masterKey' | 'dataDir'>): Promise<Uint8Array> {
  if (given !== undefined) return parseMasterKey(given, 'MINTAGE_MASTER_KEY')
  const file = join(dataDir, masterKeyFile)
  if (existsSync(file)) return readKeyFile(file)
  throw new ConfigError('master_key_missing', `MINTAGE_MASTER_KEY is not set, and there is no ${file}.`, {
    hint: 'Give the key that the server runs with, or name its data folder with --data-dir.',
  })
}

/** Complete or not at all, and the first one stays: two processes that start at once must end up with the same key. */
export async function makeKeyFile(file: string): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, `${randomBytes(keyBytes).toString('base64')}\n`, {
    mode: 0o600,
    flag: 'wx',
    flush: true,
  })
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await unlink(draft)
  await syncFolderOf(file)
}

/** Names of files survive a power cut only when their folder was written. Windows keeps them by itself and opens no folders. */
export async function syncFolderOf(file: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(dirname(file))
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Throws ConfigError `master_key_invalid`. */
export async function readKeyFile(file: string): Promise<Uint8Array> {
  return parseMasterKey((await readFile(file, 'utf8')).trim(), file)
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
