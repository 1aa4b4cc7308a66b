// Backup and restore of the database that a server's settings name.
import { backUp, openStore, restoreBackup, type BackupProgress, type BackupSummary } from '../store/index.ts'
import { ensureDataFolder } from './data-folder.ts'
import { existingLocation } from './existing-store.ts'
import { existingMasterKey } from './master-key.ts'
import { publishedInStore } from './published-records.ts'
import type { ServerSettings } from './server-settings.ts'
import { storeLocation } from './store-location.ts'

interface BackupOptions {
  readonly file: string
  readonly overwrite: boolean
  readonly onProgress: (progress: BackupProgress) => void
}

type Place = Pick<ServerSettings, 'databaseUrl' | 'dataDir' | 'masterKey'>

/** Needs no master key: what is sealed under it stays so. Throws what backUp throws, and ConfigError `file_unreadable`. */
export async function backUpDatabase(place: Place, options: BackupOptions): Promise<BackupSummary> {
  return backUp({ location: existingLocation(place), nowMs: Date.now(), ...options })
}

export interface RestoredDatabase {
  readonly summary: BackupSummary
  /** What was restored of the ids, secrets and passwords that Mintage publishes: production does not start with it. */
  readonly published: readonly string[]
}

/** Needs the master key of the backup, so that what is restored can be used. Throws what restoreBackup and existingMasterKey throw. */
export async function restoreDatabase(place: Place, options: BackupOptions): Promise<RestoredDatabase> {
  const masterKey = await existingMasterKey(place)
  if (place.databaseUrl === undefined) await ensureDataFolder(place.dataDir)
  const location = storeLocation(place)
  const summary = await restoreBackup({ location, masterKey, nowMs: Date.now(), ...options })
  const store = await openStore({ location, masterKey })
  try {
    return { summary, published: await publishedInStore(store) }
  } finally {
    await store.close()
  }
}
