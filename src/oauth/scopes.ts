// The scopes of a person's tokens, in one spelling. Every endpoint that takes a scope takes it through here, so that what one endpoint
// tolerates no other refuses: clients repeat the scope of the sign-in when they refresh.

/** What a person's tokens can be granted (OIDC Core §5.4, C§1). `offline` is Kinde's name of `offline_access`. */
export const personScopes = ['openid', 'profile', 'email', 'phone', 'offline'] as const

export const offlineSpellings = ['offline', 'offline_access'] as const
/** How a client spells the scope that gives a refresh token. */
export type OfflineSpelling = (typeof offlineSpellings)[number]

/** `offline_access` is OIDC's name of Kinde's `offline`; both give a refresh token. */
export function scopeName(scope: string): string {
  return scope === 'offline_access' ? 'offline' : scope
}

export function isPersonScope(scope: string): boolean {
  const name = scopeName(scope)
  return personScopes.some((known) => known === name)
}

/** Undefined when the scopes do not ask for a refresh token. */
export function offlineSpellingOf(scopes: readonly string[]): OfflineSpelling | undefined {
  return offlineSpellings.find((spelling) => scopes.includes(spelling))
}

/** Granted scopes as the client spells them: some clients compare the answer with their request (RFC 6749 §5.1). */
export function spelledFor(scope: string, spelling: OfflineSpelling): string {
  return scopeWords(scope)
    .map((name) => (name === 'offline' ? spelling : name))
    .join(' ')
}

export function scopeWords(scope: string | null | undefined): string[] {
  return (scope ?? '').split(' ').filter((word) => word !== '')
}
