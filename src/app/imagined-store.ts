// A database for what writes nothing, where there is no database yet: it lies in a temporary folder and is deleted when it closes.
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { applyMintageFile } from '../directory/index.ts'
import { makeTemporaryFolder } from '../files/index.ts'
import { openStore, type Store } from '../store/index.ts'
import { readProjectFile } from './project-file.ts'
import type { ServerSettings } from './server-settings.ts'
import { storeLocation } from './store-location.ts'
import { usableFile } from './usable-file.ts'

/** Whether the settings name an embedded database that does not exist. */
export function isDatabaseMissing(settings: Pick<ServerSettings, 'databaseUrl' | 'dataDir'>): boolean {
  const location = storeLocation(settings)
  return location.kind === 'sqlite' && !existsSync(location.file)
}

/** An empty one. Throws ConfigError `file_unreadable`. */
export async function openImaginedStore(dataDir: string): Promise<Store> {
  const folder = await makeTemporaryFolder('mintage-plan-')
  const removed = () => rm(folder, { recursive: true, force: true })
  try {
    const location = { kind: 'sqlite', file: join(folder, 'plan.db') } as const
    const store = await openStore({ location, masterKey: randomBytes(32) })
    return {
      ...store,
      description: `${dataDir}, which holds no database yet`,
      async close() {
        await store.close()
        await removed()
      },
    }
  } catch (error) {
    await removed()
    throw error
  }
}

/** As the first start with this project makes it. Throws ConfigError `file_unreadable`, MintageFileError. */
export async function openImaginedStartedStore({
  dataDir,
  projectDir,
}: Pick<ServerSettings, 'dataDir' | 'projectDir'>): Promise<Store> {
  const file = await readProjectFile(projectDir, false)
  const store = await openImaginedStore(dataDir)
  try {
    const apply = {
      store,
      issuer: 'http://localhost:4000',
      random: randomBytes,
      now: () => store.nowMs(),
    }
    const { images } = await usableFile(file, { projectDir, isProduction: false }, apply)
    await applyMintageFile(file, { ...apply, images })
    return store
  } catch (error) {
    await store.close()
    throw error
  }
}
