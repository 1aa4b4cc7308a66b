// An application as the engine wants its clients (RFC 7591 §2).
import type { ClientMetadata } from 'oidc-provider'
import type { ApplicationRecord, ApplicationType } from '../store/index.ts'
import { clientExtension, clientExtensionName } from './client-extension.ts'

const deviceCode = 'urn:ietf:params:oauth:grant-type:device_code'

/** A regular application may also ask for tokens of its own: Kinde's SDKs call the management API so. */
const grantTypes = {
  reg: ['authorization_code', 'refresh_token', 'client_credentials'],
  spa: ['authorization_code', 'refresh_token'],
  m2m: ['client_credentials'],
  device: [deviceCode, 'refresh_token'],
} as const satisfies Record<ApplicationType, readonly string[]>

export function clientMetadata(application: ApplicationRecord): ClientMetadata {
  const { type, authMethod } = application
  const hasBrowser = type === 'reg' || type === 'spa'
  return {
    client_id: application.clientId,
    client_name: application.name,
    ...(application.clientSecret !== null && { client_secret: application.clientSecret }),
    ...(application.jwks && { jwks: { keys: [...application.jwks.keys] } }),
    grant_types: [...grantTypes[type]],
    response_types: hasBrowser ? ['code'] : [],
    redirect_uris: hasBrowser ? exactUris(application.redirectUris) : [],
    post_logout_redirect_uris: [...application.logoutUris],
    token_endpoint_auth_method: authMethod,
    id_token_signed_response_alg: application.signingAlgorithm,
    dpop_bound_access_tokens: application.isDpopRequired,
    [clientExtensionName]: clientExtension(application),
    ...(application.backchannelLogoutUri !== null && {
      backchannel_logout_uri: application.backchannelLogoutUri,
      backchannel_logout_session_required: true,
    }),
  }
}

/** The engine checks these as URIs; one with `*` is matched by our own rule (C§1) and stands here as the host that it covers. */
function exactUris(uris: readonly string[]): string[] {
  return uris.map((uri) => uri.replace('*', 'wildcard'))
}
