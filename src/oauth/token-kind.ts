// The tokens that a workflow may shape, by the names that Kinde's bindings give them (C§6.2).

export const tokenKinds = ['accessToken', 'idToken', 'm2mToken'] as const
export type TokenKind = (typeof tokenKinds)[number]

export const tokenKindLabel = {
  accessToken: 'access token',
  idToken: 'ID token',
  m2mToken: 'M2M token',
} as const satisfies Record<TokenKind, string>
