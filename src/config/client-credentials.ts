// What a command that calls a server takes from the environment of its process, because a secret belongs on no command line.
import { environmentVariable } from './environment.ts'

export type ClientCredentials =
  /** MINTAGE_TOKEN: an access token for the management API. */
  | { readonly kind: 'token'; readonly token: string }
  /** MINTAGE_CLIENT_ID and MINTAGE_CLIENT_SECRET: a machine application. */
  | { readonly kind: 'client'; readonly clientId: string; readonly clientSecret: string }

/** Of Kinde, from which `mintage import` reads: the variables of Kinde's own client (@kinde/management-api-js). */
export function readKindeCredentials(): ClientCredentials | undefined {
  const clientId = environmentVariable('KINDE_MANAGEMENT_CLIENT_ID')
  const clientSecret = environmentVariable('KINDE_MANAGEMENT_CLIENT_SECRET')
  if (clientId === undefined || clientSecret === undefined) return undefined
  return { kind: 'client', clientId, clientSecret }
}

/** Undefined when neither is set; a token wins. */
export function readClientCredentials(): ClientCredentials | undefined {
  const token = environmentVariable('MINTAGE_TOKEN')
  if (token !== undefined) return { kind: 'token', token }
  const clientId = environmentVariable('MINTAGE_CLIENT_ID')
  const clientSecret = environmentVariable('MINTAGE_CLIENT_SECRET')
  if (clientId === undefined || clientSecret === undefined) return undefined
  return { kind: 'client', clientId, clientSecret }
}
