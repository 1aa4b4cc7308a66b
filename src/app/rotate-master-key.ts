// Rotation of the master key: which key is the new one, and where it lies. The new key is on the disk before the database is sealed under
// it, and the old one stays, so a process that is killed at any moment leaves a database that one of the two opens. The same command
// finishes the work.
import { existsSync } from 'node:fs'
import { link, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError } from '../errors/index.ts'
import { resealDatabase, type Resealed } from '../store/index.ts'
import { existingLocation } from './existing-store.ts'
import { existingMasterKey, makeKeyFile, masterKeyFile, readKeyFile, syncFolderOf } from './master-key.ts'
import type { ServerSettings } from './server-settings.ts'

export interface MasterKeyRotation extends Resealed {
  /** Holds the new key. */
  readonly keyFile: string
  /** Holds the old key; undefined when MINTAGE_MASTER_KEY gave it. */
  readonly oldKeyFile?: string
}

interface RotationOptions {
  /** Where the new key is written when MINTAGE_MASTER_KEY gives the old one. A key that the file holds already is taken. */
  readonly newKeyFile: string | undefined
  readonly nowMs: number
}

/**
 * Throws ConfigError `usage`, `file_unreadable`, `database_in_use`, `master_key_missing`, `master_key_invalid`, `master_key_wrong`,
 * `schema_mismatch`, StoreError `store_unavailable`.
 */
export async function rotateMasterKey(
  place: Pick<ServerSettings, 'databaseUrl' | 'dataDir' | 'masterKey'>,
  { newKeyFile, nowMs }: RotationOptions,
): Promise<MasterKeyRotation> {
  const location = existingLocation(place)
  const from = await existingMasterKey(place)
  const current = join(place.dataDir, masterKeyFile)
  const next = fileOfNewKey(place.masterKey !== undefined, newKeyFile, current)
  if (!existsSync(next)) await makeKeyFile(next)
  const to = await readKeyFile(next)
  if (Buffer.from(from).equals(to)) {
    throw new ConfigError('usage', `${next} holds the master key that is in use.`, {
      hint: 'Name a file that does not exist, or one with another key.',
    })
  }
  const resealed = await resealDatabase({ location, from, to, nowMs })
  if (place.masterKey !== undefined) return { ...resealed, keyFile: next }
  const oldKeyFile = `${current}.until-${new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-')}`
  await link(current, oldKeyFile)
  await rename(next, current)
  await syncFolderOf(current)
  return { ...resealed, keyFile: current, oldKeyFile }
}

function fileOfNewKey(isGiven: boolean, newKeyFile: string | undefined, current: string): string {
  if (!isGiven && newKeyFile === undefined) return `${current}.next`
  if (isGiven && newKeyFile !== undefined) return newKeyFile
  throw isGiven
    ? new ConfigError('usage', 'MINTAGE_MASTER_KEY gives the master key, so the new one needs a place.', {
        hint: 'Name a file for it with --new-key-file.',
      })
    : new ConfigError(
        'usage',
        `--new-key-file is for a key that MINTAGE_MASTER_KEY gives; this one is ${current}.`,
        {
          hint: 'Leave it out: the new key takes the place of the old one.',
        },
      )
}
