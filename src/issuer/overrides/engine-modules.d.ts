// What internals.ts uses of the engine's insides, typed by hand: the package ships no types for them.
declare module 'oidc-provider/lib/helpers/weak_cache.js' {
  import type { KoaContextWithOIDC, Provider } from 'oidc-provider'

  interface ProviderInternals {
    readonly grantTypeHandlers: Map<string, (ctx: KoaContextWithOIDC) => Promise<void>>
    readonly grantTypeParams: Map<string | undefined, Set<string>>
    readonly grantTypeDupes: Map<string, Set<string>>
  }

  export default function instance(provider: Provider): ProviderInternals
}
