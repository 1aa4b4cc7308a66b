// A machine's token before any workflow: what its application was given becomes default claims and the event. The same for a token request and
// for a rehearsal of one. Reads nothing and knows no protocol.
import { effectiveFlags, tokenProperties } from '../directory/index.ts'
import type { JsonObject } from '../oauth/index.ts'
import type {
  AccessTokenOptIn,
  AccessTokenType,
  ApiRecord,
  ApplicationRecord,
  Catalog,
} from '../store/index.ts'
import { m2mTokenEvent } from '../triggers/index.ts'
import { m2mTokenClaims, type M2mTokenFacts } from './m2m-claims.ts'
import type { MintRequest } from './mint.ts'
import type { TokenIdentity } from './user-mint-request.ts'

export interface MachineTokensRequest {
  readonly application: ApplicationRecord
  readonly audiences: readonly string[]
  readonly scopes: readonly string[]
  /** The header `typ` of the token. */
  readonly type: AccessTokenType
  readonly ip: string
}

export interface MachineMintRequest extends MintRequest {
  readonly before: ReturnType<typeof m2mTokenClaims>
}

export function machineMintRequest(
  { application, audiences, scopes, type, ip }: MachineTokensRequest,
  catalog: Catalog,
  { issuer, newJti, nowMs }: TokenIdentity,
): MachineMintRequest {
  const { claims, tokenBudget } = application
  const facts: M2mTokenFacts = {
    issuer,
    clientId: application.clientId,
    nowSeconds: Math.floor(nowMs() / 1_000),
    lifetimeSeconds: application.lifetimes.accessToken,
    jti: newJti(),
    audiences,
    type,
    scopes,
    organizationCode: application.organizationCode,
    optIns: optInClaims(catalog, application),
  }
  return {
    event: m2mTokenEvent({ ...facts, ip }),
    before: m2mTokenClaims(facts),
    claimsRules: claims ?? undefined,
    tokenBudget: tokenBudget ?? undefined,
  }
}

/** All scopes that the application was granted on the APIs. */
export function machineScopes(apis: readonly ApiRecord[], application: ApplicationRecord): readonly string[] {
  const granted = apis.flatMap((api) => {
    const scopeIds = new Set(application.apis.find(({ apiId }) => apiId === api.id)?.scopeIds)
    return api.scopes.filter(({ id }) => scopeIds.has(id)).map(({ key }) => key)
  })
  return [...new Set(granted)]
}

/** A machine has no user and no organization, so its flags are the environment's (C§3.3). */
function optInClaims(
  catalog: Catalog,
  { customization, properties }: ApplicationRecord,
): M2mTokenFacts['optIns'] {
  const isOn = (claim: AccessTokenOptIn) => customization.accessToken.includes(claim)
  return {
    ...(isOn('feature_flags') && { feature_flags: json(effectiveFlags(catalog)) }),
    ...(isOn('application_properties') && {
      application_properties: json(tokenProperties(catalog, 'app', properties, customization.properties)),
    }),
  }
}

function json(entries: Readonly<Record<string, object>>): JsonObject {
  return Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, { ...value }]))
}
