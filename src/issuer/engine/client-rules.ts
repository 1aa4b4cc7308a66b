// Where our rules about clients are not the engine's: redirect URIs may have one `*` in the leftmost label (C§1), and a client is
// also found by the array in which our ID tokens name their audience.
import type { Client, Provider } from 'oidc-provider'
import { redirectUriMatches } from '../../oauth/index.ts'
import { extensionOf } from '../client-extension.ts'

export function useOurClientRules(provider: Provider): void {
  const { Client } = provider
  const { prototype }: { prototype: { redirectUriAllowed(uri: string): boolean } } = Client
  prototype.redirectUriAllowed = function (this: Client, uri: string) {
    return extensionOf(this).redirectUris.some((registered) => redirectUriMatches(registered, uri))
  }
  const engineFind = Client.find.bind(Client)
  Client.find = async (id: unknown) => {
    const only: unknown = Array.isArray(id) && id.length === 1 ? id[0] : id
    return typeof only === 'string' ? engineFind(only) : undefined
  }
}
