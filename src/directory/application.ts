// Applications as they begin (C§2, C§8). A confidential one is on a server and keeps a secret; a public one
// is in a browser or on a device, and proves by PKCE that it began what it ends.
import {
  defaultTokenLifetimes,
  type ApplicationRecord,
  type ApplicationType,
  type TokenLifetimes,
} from '../store/index.ts'
import { newClientSecret, type RandomBytes } from './ids.ts'

const confidentialTypes: ReadonlySet<ApplicationType> = new Set(['reg', 'm2m'])

export interface ApplicationStart {
  readonly clientId: string
  readonly name: string
  readonly type: ApplicationType
  /** Those of the environment. */
  readonly lifetimes?: TokenLifetimes
}

/**
 * Public clients must use PKCE, confidential ones may (RFC 9700 §2.1.1): Kinde's server SDKs send none. `requirePkce: true` demands it
 * of a confidential client, too.
 */
export function newApplication(
  { clientId, name, type, lifetimes = defaultTokenLifetimes }: ApplicationStart,
  { random, now }: { readonly random: RandomBytes; readonly now: () => number },
): ApplicationRecord {
  const hasSecret = confidentialTypes.has(type)
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
    claims: null,
    tokenBudget: null,
    signingAlgorithm: 'RS256',
    isPkceRequired: !hasSecret,
    isDpopRequired: false,
    isParRequired: false,
    isCookieRefresh: false,
    apis: [],
    organizationCode: null,
    properties: {},
    createdAtMs: now(),
  }
}
