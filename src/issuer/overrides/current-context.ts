// The Koa context of the request that is being answered, as the engine keeps it. The adapter and the token formats are called
// without it and need the facts of their request.
import { Provider, type KoaContextWithOIDC } from 'oidc-provider'

export function currentContext(): KoaContextWithOIDC | undefined {
  return Provider.ctx
}

/** Our handlers stand before the engine's own, which sets `oidc`: to them it is there once the engine has answered. */
export function isEngineContext(ctx: object): ctx is KoaContextWithOIDC {
  return 'req' in ctx && 'cookies' in ctx
}
