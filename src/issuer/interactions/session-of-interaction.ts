// An interaction of a signed-in user is worth something only in the session that it began in: the user may have signed out meanwhile, or
// in as another user, in another tab. A step for the account of a session that has ended must not be taken.
import type { Interaction, KoaContextWithOIDC, Provider } from 'oidc-provider'

export async function isInItsSession(
  ctx: KoaContextWithOIDC,
  { session: began, result }: Interaction,
  provider: Provider,
): Promise<boolean> {
  const { uid, accountId } = await provider.Session.get(ctx)
  const isSame = began?.uid === undefined || (began.uid === uid && began.accountId === accountId)
  const signedInAs = result?.login?.accountId
  return isSame && (signedInAs === undefined || accountId === undefined || accountId === signedInAs)
}
