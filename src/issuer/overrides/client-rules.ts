// Where our rules about clients are not the engine's: registered addresses are compared by our rule (oauth/redirect-uri.ts), a client is also
// found by the array in which our ID tokens name their audience, and one that asks for a grant type that is not its own gets that error.
import { errors, type Client, type Provider } from 'oidc-provider'
import { extensionOf } from '../request/client-extension.ts'
import { matchesOne } from '../../oauth/index.ts'
import type { ApplicationRecord } from '../../store/index.ts'
import type { FindApplication } from '../../sign-in/index.ts'
import { currentContext } from './current-context.ts'

type ClientRules = Pick<Client, 'redirectUriAllowed' | 'postLogoutRedirectUriAllowed' | 'grantTypeAllowed'>

export function useOurClientRules(provider: Provider, findApplication: FindApplication): void {
  const { Client } = provider
  const { prototype }: { prototype: ClientRules } = Client
  prototype.redirectUriAllowed = function (this: Client, uri: string) {
    return matchesOne(uri, extensionOf(this).redirectUris)
  }
  prototype.postLogoutRedirectUriAllowed = function (this: Client, uri: string) {
    return matchesOne(uri, extensionOf(this).logoutUris)
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
  // same object until it changes.
  const known = new WeakMap<ApplicationRecord, Client>()
  Client.find = async (id: unknown) => {
    const only: unknown = Array.isArray(id) && id.length === 1 ? id[0] : id
    const application = await findApplication(only)
    if (!application) return undefined
    const client = known.get(application) ?? (await engineFind(application.clientId))
    if (client) known.set(application, client)
    return client
  }
}
