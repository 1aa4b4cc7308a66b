// An application as the engine wants its clients (RFC 7591 §2). The engine judges a client as a whole and refuses every request of one
// with a part that it does not like. So it is given each part only when it accepts that part; redirect URIs and origins, about which
// our rules are others (overrides/client-rules.ts), it is not given at all.
import { errors, type ClientMetadata, type Provider } from 'oidc-provider'
import type { ApplicationRecord, ApplicationType } from '../../store/index.ts'
import { clientExtension, clientExtensionName } from '../request/client-extension.ts'

const deviceCode = 'urn:ietf:params:oauth:grant-type:device_code'

/** A regular application may also ask for tokens of its own: Kinde's SDKs call the management API so. */
const grantTypes = {
  reg: ['authorization_code', 'refresh_token', 'client_credentials'],
  spa: ['authorization_code', 'refresh_token'],
  m2m: ['client_credentials'],
  device: [deviceCode, 'refresh_token'],
} as const satisfies Record<ApplicationType, readonly string[]>

/** The engine demands that a client with authorization requests has one; it is never compared with anything. */
const redirectUriPlaceholder = 'https://redirect-uri.invalid/'

export interface RefusedPart {
  /** Undefined when it is not about one field: then the client cannot be used at all. */
  readonly field: keyof ApplicationRecord | undefined
  readonly reason: string
}

export interface UsableMetadata {
  /** Undefined when the engine refuses the client whatever is left out. */
  readonly metadata: ClientMetadata | undefined
  readonly refused: readonly RefusedPart[]
}

/** What the engine accepts of an application: a part that it refuses breaks nothing but itself. */
export function usableMetadata(
  application: ApplicationRecord,
  { Client }: Pick<Provider, 'Client'>,
): UsableMetadata {
  const refused: RefusedPart[] = []
  const isAccepted = (metadata: ClientMetadata, field?: keyof ApplicationRecord) => {
    const reason = refusalOf(metadata, Client)
    if (reason !== undefined) refused.push({ field, reason })
    return reason === undefined
  }
  const core = coreMetadata(application)
  if (!isAccepted(core)) return { metadata: undefined, refused }
  const keys = application.jwks?.keys.filter((key) => isAccepted({ ...core, jwks: { keys: [key] } }, 'jwks'))
  const logout = backchannelLogout(application)
  const isLogoutAccepted = logout && isAccepted({ ...core, ...logout }, 'backchannelLogoutUri')
  const metadata = { ...core, ...(keys && { jwks: { keys } }), ...(isLogoutAccepted && logout) }
  return { metadata, refused }
}

function refusalOf(metadata: ClientMetadata, Client: Provider['Client']): string | undefined {
  try {
    Reflect.construct(Client, [metadata])
    return undefined
  } catch (error) {
    if (error instanceof errors.InvalidClientMetadata) return error.error_description ?? error.message
    throw error
  }
}

function coreMetadata(application: ApplicationRecord): ClientMetadata {
  const { type } = application
  const hasAuthorizationRequests = type === 'reg' || type === 'spa'
  return {
    client_id: application.clientId,
    client_name: application.name,
    ...(application.clientSecret !== null && { client_secret: application.clientSecret }),
    // A client that authenticates by keys has to have a set of them, be it an empty one.
    ...(application.authMethod === 'private_key_jwt' && { jwks: { keys: [] } }),
    grant_types: [...grantTypes[type]],
    response_types: hasAuthorizationRequests ? ['code'] : [],
    redirect_uris: hasAuthorizationRequests ? [redirectUriPlaceholder] : [],
    token_endpoint_auth_method: application.authMethod,
    id_token_signed_response_alg: application.signingAlgorithm,
    dpop_bound_access_tokens: application.isDpopRequired,
    require_pushed_authorization_requests: application.isParRequired,
    [clientExtensionName]: clientExtension(application),
  }
}

function backchannelLogout({ backchannelLogoutUri }: ApplicationRecord): Partial<ClientMetadata> | undefined {
  if (backchannelLogoutUri === null) return undefined
  return { backchannel_logout_uri: backchannelLogoutUri, backchannel_logout_session_required: true }
}
