export { isRemote, type RepositoryPlace } from './repository.ts'
export { syncRepository, type GitSyncDeps } from './sync.ts'
export { gitSyncSchema, listGitSyncs } from './sync-log.ts'
export { isSignedPush } from './webhook.ts'
