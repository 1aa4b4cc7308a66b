// What decides whether the engine takes a client. client-problems.ts asks by it before an application is written.
import type { Configuration } from 'oidc-provider'
import { clientAssertionAlgorithms } from '../../oauth/index.ts'
import { signingAlgorithms } from '../../store/index.ts'
import { clientExtensionName } from '../request/client-extension.ts'

export const clientConfiguration = {
  responseTypes: ['code'],
  clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
  enabledJWA: {
    idTokenSigningAlgValues: [...signingAlgorithms],
    clientAuthSigningAlgValues: [...clientAssertionAlgorithms],
    dPoPSigningAlgValues: ['ES256', 'EdDSA', 'RS256', 'PS256'],
  },
  extraClientMetadata: { properties: [clientExtensionName] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    dPoP: { enabled: true },
    backchannelLogout: { enabled: true },
  },
} satisfies Configuration
