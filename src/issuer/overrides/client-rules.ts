// Where our rules about clients are not the engine's: registered addresses are compared by our rule (oauth/redirect-uri.ts), a client is also
// found by the array in which our ID tokens name their audience, one that asks for a grant type that is not its own gets that error, and a
// secret that was rotated is accepted for as long as the operator said.
import { errors, type Client, type Provider } from 'oidc-provider'
import { extensionOf } from '../request/client-extension.ts'
import { matchesOne } from '../../oauth/index.ts'
import type { ApplicationRecord } from '../../store/index.ts'
import type { FindApplication } from '../../sign-in/index.ts'
import { currentContext } from './current-context.ts'

interface ClientRules extends Pick<
  Client,
  'redirectUriAllowed' | 'postLogoutRedirectUriAllowed' | 'grantTypeAllowed'
> {
  compareClientSecret(this: Pick<Client, 'clientSecret'>, actual: string): boolean | Promise<boolean>
}

export interface ClientRulesDeps {
  readonly findApplication: FindApplication
  readonly nowMs: () => number
}

export function useOurClientRules(provider: Provider, { findApplication, nowMs }: ClientRulesDeps): void {
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
  const applicationOf = new WeakMap<Client, ApplicationRecord>()
  const engineCompare = prototype.compareClientSecret
  prototype.compareClientSecret = async function (this: Client, actual: string) {
    const { previousClientSecret: previous, previousSecretUntilMs: untilMs } = applicationOf.get(this) ?? {}
    const isCurrent = await engineCompare.call(this, actual)
    if (typeof previous !== 'string' || typeof untilMs !== 'number' || untilMs <= nowMs()) return isCurrent
    // In constant time, as the engine compares the other one.
    return (await engineCompare.call({ clientSecret: previous }, actual)) || isCurrent
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
    if (client) {
      known.set(application, client)
      applicationOf.set(client, application)
    }
    return client
  }
}
