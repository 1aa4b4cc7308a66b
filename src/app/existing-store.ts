// The database of a server that runs, or ran: for commands that look into it. They make neither a database nor a key.
import { existsSync } from 'node:fs'
import { withSessionEndNotices } from '../directory/index.ts'
import { ConfigError } from '../errors/index.ts'
import { openStore, type Store, type StoreOptions } from '../store/index.ts'
import { ensureDataFolder } from './data-folder.ts'
import { existingMasterKey, masterKey } from './master-key.ts'
import type { ServerSettings } from './server-settings.ts'
import { storeLocation } from './store-location.ts'

/** Throws ConfigError `file_unreadable`, and what openStore and existingMasterKey throw. */
export async function openExistingStore(
  settings: Pick<ServerSettings, 'databaseUrl' | 'dataDir' | 'masterKey'>,
): Promise<Store> {
  const location = existingLocation(settings)
  return withSessionEndNotices(await openStore({ location, masterKey: await existingMasterKey(settings) }))
}

/** A new embedded database with a key of its own, as the first start makes them. Throws what openStore and masterKey throw. */
export async function openNewStore(
  settings: Pick<ServerSettings, 'databaseUrl' | 'dataDir' | 'masterKey'>,
): Promise<Store> {
  await ensureDataFolder(settings.dataDir)
  const { bytes } = await masterKey({ ...settings, isProduction: false }, () => {})
  return openStore({ location: storeLocation(settings), masterKey: bytes })
}

/** Throws ConfigError `file_unreadable`. */
export function existingLocation(
  settings: Pick<ServerSettings, 'databaseUrl' | 'dataDir'>,
): StoreOptions['location'] {
  const location = storeLocation(settings)
  if (location.kind === 'sqlite' && !existsSync(location.file)) {
    throw new ConfigError('file_unreadable', `There is no database in ${settings.dataDir}.`, {
      hint: 'Name the data folder of the server with --data-dir, or its Postgres with --database-url.',
    })
  }
  return location
}
