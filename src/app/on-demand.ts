// A server, and what works on its database, is loaded when it is opened: most commands are done sooner than it loads.
import type { backUpDatabase as BackUpDatabase, restoreDatabase as RestoreDatabase } from './backup.ts'
import type { openLocalManagement as OpenLocalManagement } from './local-management.ts'
import type { openServer as OpenServer } from './open-server.ts'
import type { planServer as PlanServer } from './plan-server.ts'
import type { rotateMasterKey as RotateMasterKey } from './rotate-master-key.ts'

export const openServer: typeof OpenServer = async (settings, listeners) =>
  (await import('./open-server.ts')).openServer(settings, listeners)

export const planServer: typeof PlanServer = async (settings) =>
  (await import('./plan-server.ts')).planServer(settings)

export const openLocalManagement: typeof OpenLocalManagement = async (settings) =>
  (await import('./local-management.ts')).openLocalManagement(settings)

export const backUpDatabase: typeof BackUpDatabase = async (place, options) =>
  (await import('./backup.ts')).backUpDatabase(place, options)

export const restoreDatabase: typeof RestoreDatabase = async (place, options) =>
  (await import('./backup.ts')).restoreDatabase(place, options)

export const rotateMasterKey: typeof RotateMasterKey = async (...given) =>
  (await import('./rotate-master-key.ts')).rotateMasterKey(...given)
