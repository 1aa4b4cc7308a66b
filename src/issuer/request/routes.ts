// Kinde's paths (C§1, C§2, C§5). None of Kinde's SDKs reads discovery: these are a promise.
export const routes = {
  authorization: '/oauth2/auth',
  token: '/oauth2/token',
  userinfo: '/oauth2/v2/user_profile',
  introspection: '/oauth2/introspect',
  revocation: '/oauth2/revoke',
  end_session: '/logout',
  jwks: '/.well-known/jwks',
  device_authorization: '/oauth2/device/auth',
  code_verification: '/device',
  pushed_authorization_request: '/oauth2/par',
} as const
