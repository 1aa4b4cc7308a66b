// How the engine is set up. Everything that is not here is its default; everything here says why.
import {
  errors,
  type ClaimsParameter,
  type Client,
  type Configuration,
  type KoaContextWithOIDC,
} from 'oidc-provider'
import { findAccount } from './account.ts'
import { ArtifactAdapter } from './artifact-adapter.ts'
import { extraParameters, offlineSpellingParameter } from './kinde/authorization-parameters.ts'
import { ClientAdapter, type ClientAdapterDeps } from './clients/client-adapter.ts'
import { extensionOf } from './request/client-extension.ts'
import { fromEngineTime } from './overrides/engine-clock.ts'
import { formAction, hiddenField } from './overrides/engine-html.ts'
import { engineKeys } from './overrides/engine-keys.ts'
import { existingGrant } from './grants/existing-grant.ts'
import { mintOnRefresh, type MintOnRefreshDeps } from './grants/mint-on-refresh.ts'
import { interactionPrompts, type PromptsDeps } from './interactions/prompts.ts'
import type { ProviderPages, UserCodeProblem } from './interactions/engine-pages.ts'
import { keptSeconds } from './interactions/expired-sign-in.ts'
import { interactionPath, type Site } from '../sign-in/index.ts'
import { requestState } from './request/request-state.ts'
import { routes } from './request/routes.ts'
import { parseSessionFacts } from './request/sign-in-facts.ts'
import type { StrangersRecordsDeps } from './strangers-records.ts'

import { matchesOne, personScopes } from '../oauth/index.ts'
import { clientConfiguration } from './clients/client-configuration.ts'
import { assertClientAssertion, clockToleranceSeconds } from './clients/client-assertion.ts'
import { accessTokenType, typeConflict } from '../keys/index.ts'
import type { ApplicationRecord, ArtifactStore, DirectoryStore, Store } from '../store/index.ts'

export interface ConfigurationDeps
  extends PromptsDeps, MintOnRefreshDeps, ClientAdapterDeps, StrangersRecordsDeps {
  readonly issuer: string
  /** Undefined for the main domain. */
  readonly customDomain: string | undefined
  readonly artifacts: ArtifactStore
  readonly commit: Store['commit']
  readonly directory: DirectoryStore
  readonly application: (clientId: string) => Promise<ApplicationRecord>
  readonly fetch: typeof fetch
  readonly site: Site
  /** After this long everybody signs in anew, however busy the session. */
  readonly sessionMaximumSeconds: number
  readonly cookieKeys: readonly string[]
  readonly pages: ProviderPages
}

const minuteSeconds = 60
const daySeconds = 86_400

export function providerConfiguration(deps: ConfigurationDeps): Configuration {
  const isSecure = deps.issuer.startsWith('https:')
  const cookie = { httpOnly: true, sameSite: 'lax', signed: true, secure: isSecure, path: '/' } as const
  return {
    adapter: (model: string) =>
      model === 'Client' ? new ClientAdapter(deps) : new ArtifactAdapter(model, deps),
    findAccount: (_, userId, token) => findAccount(userId, token, deps.directory),
    loadExistingGrant: existingGrant,
    jwks: engineKeys,
    routes: { ...routes },
    cookies: {
      // `__Host-` binds the cookie to this very host (BR-02); browsers take it only over https.
      names: {
        session: isSecure ? '__Host-mintage_session' : 'mintage_session',
        interaction: 'mintage_interaction',
        resume: 'mintage_resume',
      },
      keys: [...deps.cookieKeys],
      long: cookie,
      short: { httpOnly: true, sameSite: 'lax', signed: true, secure: isSecure },
    },
    scopes: [...personScopes, 'offline_access'],
    // What is in a token is the decision's; the engine's own idea of claims is reduced to the subject.
    claims: { openid: ['sub'], profile: [], email: [], phone: [] },
    conformIdTokenClaims: false,
    discovery: {
      // OIDC Prompt Create §4.1.
      prompt_values_supported: [
        'none',
        'login',
        'select_account',
        ...(deps.isSignUpAllowed ? ['create'] : []),
      ],
      // RFC 8414 §2; a token of type Bearer stands for its application (kinde/bearer-introspection.ts).
      introspection_endpoint_auth_methods_supported: [...clientConfiguration.clientAuthMethods, 'Bearer'],
      revocation_endpoint_auth_methods_supported: [...clientConfiguration.clientAuthMethods],
      ui_locales_supported: [...deps.site.languages],
    },
    ...clientConfiguration,
    extraParams: {
      ...Object.fromEntries([...extraParameters, offlineSpellingParameter].map((name) => [name, null])),
      audience: (_, value, client) => assertAudience(value, client, deps),
    },
    // Addresses that applications register: those of back-channel logout.
    fetch: deps.fetch,
    // OIDC Core §3.1.2.1: redirect_uri is required. The engine's own list holds a placeholder (clients/client-metadata.ts).
    allowOmittingSingleRegisteredRedirectUri: false,
    pkce: { required: (_, client) => extensionOf(client).isPkceRequired },
    clientBasedCORS: (_, origin, client) => matchesOne(origin, extensionOf(client).origins),
    // FAPI 2 §5.3.2.1, note 3.
    clockTolerance: clockToleranceSeconds,
    assertJwtClientAuthClaimsAndHeader: (ctx, claims) => assertClientAssertion(ctx, claims, deps),
    interactions: {
      policy: interactionPrompts(deps),
      url: (_, { uid }) => `${interactionPath}/${uid}`,
    },
    features: {
      ...clientConfiguration.features,
      deviceFlow: {
        enabled: true,
        mask: '****-****',
        userCodeInputSource: (ctx, form, _out, error) =>
          deps.pages.enterUserCode(ctx, xsrfOf(form), formAction(form), userCodeProblem(error)),
        userCodeConfirmSource: (ctx, form, client, _info, userCode) =>
          deps.pages.confirmDevice(ctx, xsrfOf(form), formAction(form), client, userCode),
        successSource: (ctx) => deps.pages.deviceDone(ctx),
      },
      introspection: {
        enabled: true,
        // A client learns of its own tokens; an API's machine client of those meant for it is a matter of the API's own.
        allowedPolicy: (_, client, token) =>
          token.clientId === client.clientId || client.clientAuthMethod !== 'none',
      },
      revocation: { enabled: true, allowedPolicy: (_, client, token) => mayRevoke(client, token.clientId) },
      userinfo: { enabled: true },
      claimsParameter: { enabled: true, assertClaimsParameter },
      resourceIndicators: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => deps.pages.signOut(ctx, xsrfOf(form), formAction(form)),
        postLogoutSuccessSource: (ctx) => deps.pages.signedOut(ctx),
      },
    },
    renderError: (ctx, out, error) => deps.pages.error(ctx, out, error),
    // `offline` is Kinde's word and needs no consent (C§1).
    issueRefreshToken: (_, client, code) =>
      client.grantTypeAllowed('refresh_token') && code.scopes.has('offline'),
    rotateRefreshToken: (ctx) => mintOnRefresh(ctx, deps),
    // A refresh token has a lifetime of its own; a sign-out ends it (overrides/session-end.ts).
    expiresWithSession: () => false,
    ttl: {
      AccessToken: (_, __, client) => lifetimesOf(client).accessToken,
      AuthorizationCode: minuteSeconds,
      ClientCredentials: (_, __, client) => lifetimesOf(client).accessToken,
      DeviceCode: 10 * minuteSeconds,
      // The absolute end of a family of refresh tokens (RT-06).
      Grant: 365 * daySeconds,
      IdToken: (_, __, client) => lifetimesOf(client).idToken,
      Interaction: keptSeconds,
      RefreshToken: (_, __, client) => lifetimesOf(client).refreshToken,
      Session: (ctx, session) => sessionSeconds(ctx, session.loginTs, deps),
    },
  }
}

function lifetimesOf(client: Client | undefined) {
  if (!client) throw new Error('a token without a client')
  return extensionOf(client).lifetimes
}

/** Since it was last used (C§3): as its organizations say, else the application that uses it now. Never beyond the maximum since the person signed in. */
function sessionSeconds(
  ctx: KoaContextWithOIDC,
  signedInAtSeconds: number | undefined,
  { sessionMaximumSeconds, nowMs }: Pick<ConfigurationDeps, 'sessionMaximumSeconds' | 'nowMs'>,
): number {
  const { client } = ctx.oidc
  const { life } = parseSessionFacts(requestState(ctx).facts.get('Session'))
  const ofApplication = client ? extensionOf(client).lifetimes.session : daySeconds
  const unused = life?.unusedSeconds ?? ofApplication
  const nowSeconds = Math.floor(nowMs() / 1_000)
  const signedInAt = signedInAtSeconds === undefined ? nowSeconds : fromEngineTime(signedInAtSeconds, nowMs)
  const left = signedInAt + sessionMaximumSeconds - nowSeconds
  // The engine takes no lifetime of nothing: where the maximum was made shorter meanwhile, this is the last request.
  return Math.max(1, Math.min(unused, left))
}

/**
 * OIDC Core §5.5.1.1: an essential `acr` with values that cannot be met is a failed authentication. Our tokens have no `acr`; without
 * this the engine would show the sign-in page again and again.
 */
async function assertClaimsParameter(
  _: KoaContextWithOIDC,
  { id_token: idToken }: ClaimsParameter,
): Promise<void> {
  const acr = idToken?.['acr']
  if (acr?.essential === true && (acr.value !== undefined || acr.values !== undefined))
    throw new errors.CustomOIDCProviderError(
      'unmet_authentication_requirements',
      'the requested authentication context cannot be met',
    )
}

/** RFC 8707 §2, by Kinde's parameter: each audience is an API that this application was given. */
async function assertAudience(
  value: string | undefined,
  client: Client,
  { directory, application }: ConfigurationDeps,
): Promise<void> {
  if (!value) return
  const { apis } = await directory.catalog()
  const { apis: given } = await application(client.clientId)
  for (const audience of value.split(' ')) {
    const api = apis.find((known) => known.audience === audience)
    if (!api || !given.some(({ apiId }) => apiId === api.id))
      throw new errors.InvalidTarget('the requested audience is not an API of this application')
  }
  if (accessTokenType(value.split(' '), apis) === 'conflict') throw new errors.InvalidTarget(typeConflict)
}

/** RFC 7009 §2.1: a client revokes its own tokens, and gets an error when it is wrong; an unauthenticated one learns nothing. */
function mayRevoke(client: Client, ownerId: string | undefined): boolean {
  if (ownerId === client.clientId) return true
  if (client.clientAuthMethod === 'none') return false
  throw new errors.InvalidRequest('the token is not one of this client')
}

/** The engine hands over a ready form. Ours has the same token in it. */
function xsrfOf(form: string): string {
  return hiddenField(form, 'xsrf') ?? ''
}

function userCodeProblem(error: unknown): UserCodeProblem | undefined {
  if (!(error instanceof Error)) return undefined
  const userCode: unknown = Reflect.get(error, 'userCode')
  return { name: error.name, ...(typeof userCode === 'string' && { userCode }) }
}
