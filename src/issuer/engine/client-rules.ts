// Where our rules about clients are not the engine's: redirect URIs may have one `*` in the leftmost label (C§1), a client is also
// found by the array in which our ID tokens name their audience, and one that asks for a grant type that is not its own is told so.
import { errors, type Client, type Provider } from 'oidc-provider'
import { redirectUriMatches } from '../../oauth/index.ts'
import { extensionOf } from '../client-extension.ts'
import type { ApplicationRecord, DirectoryStore } from '../../store/index.ts'
import { currentContext } from './current-context.ts'

export function useOurClientRules(provider: Provider, directory: DirectoryStore): void {
  const { Client } = provider
  const { prototype }: { prototype: Pick<Client, 'redirectUriAllowed' | 'grantTypeAllowed'> } = Client
  prototype.redirectUriAllowed = function (this: Client, uri: string) {
    return extensionOf(this).redirectUris.some((registered) => redirectUriMatches(registered, uri))
  }
  const engineGrantTypeAllowed = prototype.grantTypeAllowed
  prototype.grantTypeAllowed = function (this: Client, type: string) {
    const isAllowed = engineGrantTypeAllowed.call(this, type)
    const { oidc } = currentContext() ?? {}
    // RFC 6749 §5.2: unauthorized_client, where the engine has invalid_request.
    if (!isAllowed && oidc?.route === 'token' && oidc.params?.['grant_type'] === type)
      throw new errors.UnauthorizedClient('the grant type is not one of this application')
    return isAllowed
  }
  const engineFind = Client.find.bind(Client)
  // The engine hashes a client's metadata each time to find the one that it made of them before. An application's record stays the
  // same object until somebody changes it.
  const known = new WeakMap<ApplicationRecord, Client>()
  Client.find = async (id: unknown) => {
    const only: unknown = Array.isArray(id) && id.length === 1 ? id[0] : id
    const application = await findApplication(only, directory)
    if (!application) return undefined
    const client = known.get(application) ?? (await engineFind(application.clientId))
    if (client) known.set(application, client)
    return client
  }
}

async function findApplication(
  id: unknown,
  directory: DirectoryStore,
): Promise<ApplicationRecord | undefined> {
  const { applications } = await directory.catalog()
  return applications.find(({ clientId }) => clientId === id)
}
