// The only file that reaches into the engine. oidc-provider has no public way to put something around a grant type, and we need
// one: what a token request writes has to be one transaction (token-unit.ts), and a refresh token may be answered by the grace
// (refresh-grace.ts). The handlers themselves stay the library's. It can go when the library lets a grant be wrapped.
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import instance from 'oidc-provider/lib/helpers/weak_cache.js'

type GrantHandler = (ctx: KoaContextWithOIDC) => Promise<void>

/** Puts `wrap` around the library's handler; `extraParams` are let through to it, each possibly given more than once. */
export function wrapGrantType(
  provider: Provider,
  name: string,
  wrap: (handler: GrantHandler) => GrantHandler,
  extraParams: readonly string[] = [],
): void {
  const { grantTypeHandlers, grantTypeParams } = instance(provider)
  const handler = grantTypeHandlers.get(name)
  if (!handler) throw new Error(`the engine has no grant type ${name}`)
  const params = new Set([...(grantTypeParams.get(name) ?? []), ...extraParams])
  provider.registerGrantType(name, wrap(handler), params, new Set(extraParams))
}
