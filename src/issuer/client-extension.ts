// What our own rules need of a client, beside the standard metadata: carried as one extra member of the engine's client, so that it
// is at hand where the engine asks a question and does not wait for an answer (lifetimes, PKCE, CORS).
import type { Client } from 'oidc-provider'
import type { ApplicationRecord, TokenLifetimes } from '../store/index.ts'

export const clientExtensionName = 'mintage_application'

export interface ClientExtension {
  readonly lifetimes: TokenLifetimes
  readonly isPkceRequired: boolean
  readonly corsOrigins: readonly string[]
  readonly redirectUris: readonly string[]
}

export function clientExtension(application: ApplicationRecord): ClientExtension {
  return {
    lifetimes: application.lifetimes,
    isPkceRequired: application.isPkceRequired || application.authMethod === 'none',
    corsOrigins: allowedOrigins(application),
    redirectUris: application.redirectUris,
  }
}

export function extensionOf(client: Client): ClientExtension {
  const extension = client[clientExtensionName]
  if (!isExtension(extension)) throw new Error(`client ${client.clientId} was not made from an application`)
  return extension
}

/** Origins of a browser that may call as this application: those of its redirect URIs and those listed for it. */
export function allowedOrigins({ corsOrigins, redirectUris, type }: ApplicationRecord): string[] {
  const own = type === 'spa' ? redirectUris.flatMap((uri) => URL.parse(uri)?.origin ?? []) : []
  return [...new Set([...corsOrigins, ...own])].filter((origin) => origin !== 'null')
}

function isExtension(value: unknown): value is ClientExtension {
  return typeof value === 'object' && value !== null && 'lifetimes' in value && 'redirectUris' in value
}
