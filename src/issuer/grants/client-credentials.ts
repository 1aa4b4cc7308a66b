// grant_type=client_credentials: a machine's token for the APIs that its application was given (C§2, C§3.3). The workflow of
// `m2m:token_generation` shapes it, unless it is for the management API (C§6.4).
import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import { isSuspended, managementAudience } from '../../directory/index.ts'
import type { ApiRecord, ApplicationRecord, DirectoryStore, Store } from '../../store/index.ts'
import {
  machineMintRequest,
  machineScopes,
  withHasuraClaims,
  type MachineMintRequest,
  type Mint,
} from '../../tokens/index.ts'
import { requestState } from '../request/request-state.ts'
import { accessTokenType, typeConflict } from '../../keys/index.ts'
import { withFacts } from './attached-facts.ts'
import { tokenRefusal } from './token-refusal.ts'
import { inOneTransaction } from './token-unit.ts'

type GrantHandler = (ctx: KoaContextWithOIDC) => Promise<void>

export interface ClientCredentialsDeps {
  readonly issuer: string
  /** Undefined for the main domain. */
  readonly customDomain: string | undefined
  readonly commit: Store['commit']
  readonly directory: DirectoryStore
  readonly mint: Mint
  readonly application: (clientId: string) => Promise<ApplicationRecord>
  readonly addressOf: (ctx: KoaContextWithOIDC) => string
  readonly newJti: () => string
  readonly nowMs: () => number
}

export function clientCredentialsGrant(handler: GrantHandler, deps: ClientCredentialsDeps): GrantHandler {
  return async (ctx) => {
    const { client, params } = ctx.oidc
    if (!client || !params) throw new Error('a token request without its entities')
    const application = await deps.application(client.clientId)
    await refuseSuspended(application, deps)
    const catalog = await deps.directory.catalog()
    const requested = requestedApis(words(params['audience']), catalog.apis, application, deps)
    const audiences = requested.flatMap((api) => audiencesOf(api, deps))
    const type = accessTokenType(audiences, requested)
    if (type === 'conflict') throw new errors.InvalidTarget(typeConflict)
    const scopes = grantedScopes(words(params['scope']), requested, application)
    const asked = { application, audiences, scopes, type, ip: deps.addressOf(ctx) }
    const request = machineMintRequest(asked, catalog, deps)
    const m2mToken = requested.some(({ isManagementApi }) => isManagementApi)
      ? request.before.m2mToken
      : await shaped(request, deps.mint)
    requestState(ctx).minted = { kind: 'machine', m2mToken: withHasuraClaims(m2mToken, application) }
    params['scope'] = scopes.length > 0 ? scopes.join(' ') : undefined
    await inOneTransaction(ctx, handler, deps.commit, (changes) => withFacts(changes, requestState(ctx)))
    // RFC 6749 §5.1: what was granted. The engine knows no scopes of APIs and leaves them out.
    ctx.body = { ...bodyOf(ctx), scope: scopes.join(' ') }
  }
}

/** A suspended organization gets no tokens, its machines included. */
async function refuseSuspended(
  { organizationCode }: ApplicationRecord,
  { directory }: Pick<ClientCredentialsDeps, 'directory'>,
): Promise<void> {
  if (organizationCode === null) return
  const organization = await directory.organization(organizationCode)
  if (organization !== undefined && isSuspended(organization))
    throw new errors.UnauthorizedClient('the organization of the application is suspended')
}

function bodyOf({ body }: { readonly body: unknown }): object {
  return typeof body === 'object' && body !== null ? body : {}
}

async function shaped(request: MachineMintRequest, mint: Mint) {
  const decision = await mint.decide(request)
  if (decision.kind === 'issue') return decision.claims.m2mToken ?? request.before.m2mToken
  throw tokenRefusal(
    decision.kind === 'deny' ? { ...decision, kind: 'denied' } : { ...decision, kind: 'failed' },
  )
}

/** Each audience has to be an API that the application was given; asking for none is asking for its only one. */
function requestedApis(
  audiences: readonly string[],
  apis: readonly ApiRecord[],
  application: ApplicationRecord,
  deps: Pick<ClientCredentialsDeps, 'customDomain'>,
): readonly ApiRecord[] {
  const given = apis.filter(({ id }) => application.apis.some(({ apiId }) => apiId === id))
  if (audiences.length === 0) {
    if (given.length === 1) return given
    throw new errors.InvalidRequest('audience is required: name the API that the token is for')
  }
  return audiences.map((audience) => {
    const api = given.find((known) => spellingsOf(known, deps).includes(audience))
    // C§2: what Kinde answers for an API that the application was not given, or that is not there.
    if (!api)
      throw new errors.UnauthorizedClient('the application is not authorized for the requested audience')
    return api
  })
}

/** A page of Kinde's names the management API by the path of its first version (C§2). */
function spellingsOf(api: ApiRecord, deps: Pick<ClientCredentialsDeps, 'customDomain'>): readonly string[] {
  const audiences = audiencesOf(api, deps)
  return api.isManagementApi ? [...audiences, ...audiences.map((audience) => `${audience}/v1`)] : audiences
}

/** At a custom domain Kinde's SDKs name the management API by that domain, and look for this name in the token. */
function audiencesOf(
  { audience, isManagementApi }: ApiRecord,
  { customDomain }: Pick<ClientCredentialsDeps, 'customDomain'>,
): readonly string[] {
  return isManagementApi && customDomain !== undefined
    ? [audience, managementAudience(customDomain)]
    : [audience]
}

/** All that was granted on the APIs, or the part of it that was asked for. */
function grantedScopes(
  asked: readonly string[],
  apis: readonly ApiRecord[],
  application: ApplicationRecord,
): readonly string[] {
  const granted = machineScopes(apis, application)
  if (asked.length === 0) return granted
  const refused = asked.filter((scope) => !granted.includes(scope))
  if (refused.length > 0)
    throw new errors.InvalidScope('the application was not granted the requested scope', refused.join(' '))
  return asked
}

/** Joined by spaces, repeated, or empty (C§2). */
function words(value: unknown): string[] {
  const texts: unknown[] = Array.isArray(value) ? value : [value]
  return texts
    .flatMap((text) => (typeof text === 'string' ? text.split(' ') : []))
    .filter((word) => word !== '')
}
