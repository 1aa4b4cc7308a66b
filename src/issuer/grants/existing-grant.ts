// Applications are first-party, so users are not asked for consent: what is requested and allowed is granted. A session has one grant
// for each application; it is the family that a reused refresh token revokes, and its end is the absolute end of every refresh
// token made from it.
import type { Grant, KoaContextWithOIDC } from 'oidc-provider'

export async function existingGrant(ctx: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { provider, client, session, account } = ctx.oidc
  if (!client || !account) return undefined
  const known = await grantOfSession(ctx)
  const grant = known ?? new provider.Grant({ accountId: account.accountId, clientId: client.clientId })
  const granted = new Set(grant.getOIDCScope().split(' '))
  const asked = [...ctx.oidc.requestParamOIDCScopes]
  if (known && asked.every((scope) => granted.has(scope))) return grant
  grant.addOIDCScope(asked.join(' '))
  const grantId = await grant.save()
  session?.grantIdFor(client.clientId, grantId)
  return grant
}

async function grantOfSession(ctx: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { provider, client, session, account } = ctx.oidc
  const grantId = client && session?.grantIdFor(client.clientId)
  const grant = grantId === undefined ? undefined : await provider.Grant.find(grantId)
  return grant?.accountId === account?.accountId ? grant : undefined
}
