// The database is loaded when it is opened: its query builder is most of what loads, and most importers of the
// store need only its vocabulary.
import type { backUp as BackUp, restoreBackup as RestoreBackup } from './back-up.ts'
import type { openStore as OpenStore } from './open-store.ts'
import type { resealDatabase as ResealDatabase } from './re-seal.ts'

export const openStore: typeof OpenStore = async (options) =>
  (await import('./open-store.ts')).openStore(options)

export const backUp: typeof BackUp = async (options) => (await import('./back-up.ts')).backUp(options)

export const restoreBackup: typeof RestoreBackup = async (options) =>
  (await import('./back-up.ts')).restoreBackup(options)

export const resealDatabase: typeof ResealDatabase = async (options) =>
  (await import('./re-seal.ts')).resealDatabase(options)
