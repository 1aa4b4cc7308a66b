// The same as ../../../../library, on the global `kinde` and without an import.
declare const kinde: {
  accessToken: { setCustomClaim(name: string, value: unknown): void }
}

export const workflowSettings = {
  id: 'smallerTokensBare',
  trigger: 'user:tokens_generation',
  bindings: { 'kinde.accessToken': {} },
}

export default async function shrinkTokens() {
  kinde.accessToken.setCustomClaim('permissions', [])
  // A claim that is set to undefined is removed; null would be kept as null.
  kinde.accessToken.setCustomClaim('feature_flags', undefined)
}
