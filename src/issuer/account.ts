// A user as the engine knows one: an id that exists and may sign in. What the tokens say of the user is not the engine's business
// (engine/token-formats.ts), so `claims` has the subject alone.
import type { Account } from 'oidc-provider'
import type { DirectoryStore } from '../store/index.ts'

export async function findAccount(userId: string, directory: DirectoryStore): Promise<Account | undefined> {
  const user = await directory.user(userId)
  if (!user || user.isSuspended) return undefined
  return { accountId: user.id, claims: () => ({ sub: user.id }) }
}
