// What internals.ts and the contract test use of the engine's insides, typed by hand: the package ships no types for them.
declare module 'oidc-provider/lib/helpers/weak_cache.js' {
  import type { KoaContextWithOIDC, Provider } from 'oidc-provider'

  interface ProviderInternals {
    readonly grantTypeHandlers: Map<string, (ctx: KoaContextWithOIDC) => Promise<void>>
    readonly grantTypeParams: Map<string | undefined, Set<string>>
    readonly grantTypeDupes: Map<string, Set<string>>
  }

  export default function instance(provider: Provider): ProviderInternals
}

declare module 'oidc-provider/lib/response_modes/form_post.js' {
  import type { KoaContextWithOIDC } from 'oidc-provider'

  export default function formPost(
    ctx: KoaContextWithOIDC,
    action: string,
    inputs: Readonly<Record<string, string>>,
  ): void
}

declare module 'oidc-provider/lib/helpers/user_code_form.js' {
  export function input(action: string, csrfToken: string, code?: string, charset?: string): string
  export function confirm(action: string, csrfToken: string, code: string): string
}
