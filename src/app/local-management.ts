// The operations of the management API beside the database, without a server: for the command line of an operator, who has the master key.
import { randomBytes } from 'node:crypto'
import type { Caller, ManagementDeps } from '../management/index.ts'
import type { Store } from '../store/index.ts'
import { openExistingStore } from './existing-store.ts'
import type { ServerSettings } from './server-settings.ts'

export interface LocalManagement {
  readonly deps: ManagementDeps
  readonly caller: Caller
  readonly store: Store
  close(): Promise<void>
}

/** Throws what openExistingStore throws. */
export async function openLocalManagement(
  settings: Pick<ServerSettings, 'databaseUrl' | 'dataDir' | 'masterKey'>,
): Promise<LocalManagement> {
  const store = await openExistingStore(settings)
  return {
    store,
    caller: { clientId: null, organizationCode: null },
    deps: {
      store,
      // No request comes over a wire here, so there is no token to judge and no address to name.
      verifyAccessToken: () => Promise.resolve(undefined),
      issuerUrl: '',
      nowMs: () => store.nowMs(),
      random: randomBytes,
    },
    close: () => store.close(),
  }
}
