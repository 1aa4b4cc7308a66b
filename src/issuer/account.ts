// A user as the engine knows one: an id that exists and may sign in. What the tokens say of the user is not the engine's business
// (overrides/token-formats.ts), so `claims` has only the subject.
import type { Account } from 'oidc-provider'
import type { DirectoryStore } from '../store/index.ts'

/** `token`: for what the engine asks. On a refresh the mint reads the user afresh and refuses one that is gone. */
export async function findAccount(
  userId: string,
  token: { readonly kind?: string } | undefined,
  directory: DirectoryStore,
): Promise<Account | undefined> {
  if (token?.kind !== 'RefreshToken') {
    const user = await directory.user(userId)
    if (!user || user.isSuspended) return undefined
  }
  return { accountId: userId, claims: () => ({ sub: userId }) }
}
