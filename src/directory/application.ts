// Applications as they begin, and what each type may do (C§2, C§8). A confidential one is on a server and keeps a secret; a public one
// is in a browser or on a device, and proves by PKCE that it began what it ends.
import {
  defaultTokenLifetimes,
  type ApplicationRecord,
  type ApplicationType,
  type Catalog,
  type TokenLifetimes,
} from '../store/index.ts'
import { newClientSecret, type RandomBytes } from './ids.ts'

interface TypeRules {
  readonly isConfidential: boolean
  readonly grantTypes: readonly string[]
}

const typeRules = {
  reg: { isConfidential: true, grantTypes: ['authorization_code', 'refresh_token'] },
  spa: { isConfidential: false, grantTypes: ['authorization_code', 'refresh_token'] },
  m2m: { isConfidential: true, grantTypes: ['client_credentials'] },
  device: {
    isConfidential: false,
    grantTypes: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
  },
} as const satisfies Record<ApplicationType, TypeRules>

export function grantTypesOf(type: ApplicationType): readonly string[] {
  return typeRules[type].grantTypes
}

export function isConfidential(type: ApplicationType): boolean {
  return typeRules[type].isConfidential
}

export interface ApplicationStart {
  readonly clientId: string
  readonly name: string
  readonly type: ApplicationType
  /** Those of the environment. */
  readonly lifetimes?: TokenLifetimes
}

/** PKCE is asked of every type; only `reg` may be told to do without (AS-04). */
export function newApplication(
  { clientId, name, type, lifetimes = defaultTokenLifetimes }: ApplicationStart,
  { random, now }: { readonly random: RandomBytes; readonly now: () => number },
): ApplicationRecord {
  const hasSecret = isConfidential(type)
  return {
    clientId,
    name,
    type,
    clientSecret: hasSecret ? newClientSecret(random) : null,
    authMethod: hasSecret ? 'client_secret_post' : 'none',
    jwks: null,
    redirectUris: [],
    logoutUris: [],
    backchannelLogoutUri: null,
    corsOrigins: [],
    homepageUri: null,
    loginUri: null,
    lifetimes,
    customization: { accessToken: [], idToken: [], properties: [] },
    signingAlgorithm: 'RS256',
    isPkceRequired: true,
    isDpopRequired: false,
    apis: [],
    organizationCode: null,
    properties: {},
    createdAtMs: now(),
  }
}

export function findApplication({ applications }: Catalog, clientId: string): ApplicationRecord | undefined {
  return applications.find((application) => application.clientId === clientId)
}
