// What our own rules need of a client, beside the standard metadata: carried as one extra member of the engine's client, so that it
// is at hand where the engine asks a question and does not wait for an answer (lifetimes, PKCE, CORS).
import type { Client } from 'oidc-provider'
import { originsOf } from '../../directory/index.ts'
import type { ApplicationRecord, TokenLifetimes } from '../../store/index.ts'

export const clientExtensionName = 'mintage_application'

export interface ClientExtension {
  readonly lifetimes: TokenLifetimes
  readonly isPkceRequired: boolean
  readonly origins: readonly string[]
  readonly isCookieRefresh: boolean
  readonly redirectUris: readonly string[]
  readonly logoutUris: readonly string[]
}

export function clientExtension(application: ApplicationRecord): ClientExtension {
  return {
    lifetimes: application.lifetimes,
    isPkceRequired: application.isPkceRequired || application.authMethod === 'none',
    origins: originsOf(application),
    isCookieRefresh: application.isCookieRefresh,
    redirectUris: application.redirectUris,
    logoutUris: application.logoutUris,
  }
}

export function extensionOf(client: Client): ClientExtension {
  const extension = client[clientExtensionName]
  if (!isExtension(extension)) throw new Error(`client ${client.clientId} was not made from an application`)
  return extension
}

function isExtension(value: unknown): value is ClientExtension {
  return typeof value === 'object' && value !== null && 'lifetimes' in value && 'redirectUris' in value
}
