export { existingLocation, openExistingStore } from './existing-store.ts'
export { runSettings } from './served-project.ts'
export { parseIssuerUrl } from './issuer-url.ts'
export { demoUser } from './demo-user.ts'
export {
  backUpDatabase,
  openLocalManagement,
  openServer,
  planServer,
  restoreDatabase,
  rotateMasterKey,
} from './on-demand.ts'
export type { MissingDatabase } from './local-management.ts'
export type { RunningServer } from './open-server.ts'
export type { Forwarded } from './webhooks.ts'
export type { MasterKeyRotation } from './rotate-master-key.ts'
export type { ProjectChange } from './project-changes.ts'
export { hasProjectFile, projectFileName, readProjectFile, readProjectRunSettings } from './project-file.ts'
export { runLimits } from './run-limits.ts'
export type { ServerListeners } from './server-listeners.ts'
export { demoProjectDir, isLoopback, type ServerSettings } from './server-settings.ts'
