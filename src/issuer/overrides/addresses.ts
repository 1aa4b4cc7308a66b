// A resource that we serve at two addresses accepts a DPoP proof for the one that was called (RFC 9449 §4.3). The engine knows one.
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import { requestState } from '../request/request-state.ts'

interface EngineContext {
  readonly ctx: KoaContextWithOIDC
  urlFor(name: string, options?: object): string
  clientJwtAuthExpectedAudience(): Set<string>
}

export function useOurAddresses(provider: Provider): void {
  const prototype = contextPrototype(provider)
  const engineUrlFor = prototype.urlFor
  prototype.urlFor = function (this: EngineContext, name, options) {
    const { calledPath } = requestState(this.ctx)
    if (name === 'userinfo' && calledPath !== undefined) return new URL(calledPath, provider.issuer).href
    return engineUrlFor.call(this, name, options)
  }
  // The issuer, as FAPI 2 §5.3.2.1 and RFC 7523bis want it, or the token endpoint (RFC 7523 §3), which older libraries send.
  prototype.clientJwtAuthExpectedAudience = function (this: EngineContext) {
    return new Set([provider.issuer, this.urlFor('token')])
  }
}

/** The package's types leave this class out; it is there (lib/provider.js). */
function contextPrototype(provider: Provider): EngineContext {
  const Context: unknown = Reflect.get(provider, 'OIDCContext')
  const prototype: unknown = typeof Context === 'function' ? Context.prototype : undefined
  if (!isContext(prototype)) throw new Error('the engine has another context than expected')
  return prototype
}

function isContext(value: unknown): value is EngineContext {
  return (
    typeof value === 'object' &&
    value !== null &&
    'urlFor' in value &&
    'clientJwtAuthExpectedAudience' in value
  )
}
