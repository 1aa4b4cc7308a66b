// The database of a server: the store, with what the project's file declares.
import { randomBytes } from 'node:crypto'
import type { MintageFile } from '../config/index.ts'
import { applyMintageFile, withSessionEndNotices, type ApplyDeps } from '../directory/index.ts'
import { openStore, type Store } from '../store/index.ts'
import type { Logger } from '../telemetry/index.ts'
import { openingFailedWith, type MasterKey } from './master-key.ts'
import { assertDatabaseOfDemo, checkPublished } from './published-records.ts'
import type { ServerSettings } from './server-settings.ts'
import { storeLocation } from './store-location.ts'
import { usableFile } from './usable-file.ts'

interface DirectoryParts {
  readonly settings: ServerSettings
  readonly key: MasterKey
  readonly issuer: string
  readonly log: Logger
  readonly opened: AsyncDisposableStack
  /** Called once the database is open, before anything of it is changed. */
  readonly onStore: (store: Store) => Promise<void>
  readonly onNoStore: (error: unknown) => void
}

/** The store with what the project's file declares, and what applying the file takes. */
export async function openDirectory(
  file: MintageFile,
  parts: DirectoryParts,
): Promise<ApplyDeps & { readonly store: Store }> {
  const { settings, key, issuer, log, opened } = parts
  const location = storeLocation(settings)
  const plain = await openStore({ location, masterKey: key.bytes, log: log.warn }).catch(
    async (error: unknown) => {
      const failure = await openingFailedWith(key, error)
      parts.onNoStore(failure)
      throw failure
    },
  )
  opened.defer(() => plain.close())
  const store = withSessionEndNotices(plain)
  await parts.onStore(store)
  const apply = { store, issuer, random: randomBytes, now: () => store.nowMs() }
  const { images } = await usableFile(file, settings, apply)
  if (settings.isDemo) await assertDatabaseOfDemo(store)
  await applyMintageFile(file, { ...apply, images })
  if (!settings.isDemo) await checkPublished(store, settings, log)
  return apply
}
