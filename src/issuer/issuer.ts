// The issuer: the engine, set up and surrounded, as one handler for Node's HTTP. What is composed here is used nowhere else; the
// order of the handlers is the story of a request.
import { randomBytes, randomUUIDv7 } from 'node:crypto'
import type { EventEmitter } from 'node:events'
import { Provider, type KoaContextWithOIDC } from 'oidc-provider'
import { checkPreviewPassword, passwordHasher } from '../directory/index.ts'
import { isStoreUnavailable } from '../errors/index.ts'
import { openSigningKeys, openTokenSigner } from '../keys/index.ts'
import { defaultInvitationDays, type ApplicationRecord } from '../store/index.ts'
import {
  accountSignInHref,
  applicationFinder,
  comesFrom,
  formGuard,
  ofSite,
  signInPages,
} from '../sign-in/index.ts'
import { adoptSignIns } from './overrides/adopt-sign-ins.ts'
import { isEngineContext } from './overrides/current-context.ts'
import { successorOf } from './overrides/derived-successors.ts'
import { wrapGrantType } from './overrides/internals.ts'
import { overrideEngine } from './overrides/override-engine.ts'
import { clientCredentialsGrant } from './grants/client-credentials.ts'
import { codeGrant } from './grants/code-grant.ts'
import { cookieRefresh } from './grants/cookie-refresh.ts'
import { refreshAhead } from './grants/read-ahead.ts'
import { refreshTokenGrant } from './grants/refresh-token.ts'
import { WorkflowFailed } from './grants/token-refusal.ts'
import { serveAssets } from './http/assets.ts'
import { serveBranding } from './http/branding-files.ts'
import { answerOnce } from './http/answer-once.ts'
import { arrival } from './http/arrival.ts'
import { answerDefaults } from './http/answer-defaults.ts'
import { isClientGone } from './http/client-gone.ts'
import { bearerIntrospection } from './kinde/bearer-introspection.ts'
import { configuredHost } from './http/configured-host.ts'
import { crossOrigin } from './http/cross-origin.ts'
import { engineForms } from './overrides/engine-forms.ts'
import { errorTexts } from './http/error-texts.ts'
import { failedRequest } from './http/failed-request.ts'
import { engineFormsOnce } from './http/forms-once.ts'
import { kindeAnswers } from './kinde/answers.ts'
import { kindeRequests } from './kinde/requests.ts'
import { deviceConfirmation } from './interactions/device-confirmation.ts'
import { deviceSession } from './interactions/device-session.ts'
import { enginePages } from './interactions/engine-pages.ts'
import { contextOf, signInEngine } from './interactions/sign-in-engine.ts'
import { routes } from './request/routes.ts'
import { onlyNavigations } from './http/navigation.ts'
import { strangersDoor } from './http/strangers-door.ts'
import { successPage } from './interactions/success-page.ts'
import type { Issuer, IssuerOptions } from './issuer-options.ts'
import { resumeOnce } from './interactions/resume-once.ts'
import { notifySessionEnd } from './http/end-session.ts'
import { kindeLogout } from './kinde/logout.ts'
import { userCodeTries } from './interactions/user-code-tries.ts'
import { Outages, watchedStore } from './request/outages.ts'
import { providerConfiguration } from './provider-configuration.ts'
import { clearCookiesOfSession, clearRefreshCookies } from './http/refresh-cookie.ts'
import type { ReusedArtifact } from './request/request-state.ts'
import { noteStoreFailure } from './request/store-failures.ts'
import { accessTokenFinder, verifiedAccessToken } from './request/stored-access-token.ts'
import { StrangersStorage } from './request/strangers-storage.ts'

export async function openIssuer(options: IssuerOptions): Promise<Issuer> {
  const { issuer, nowMs } = options
  const outages = new Outages(nowMs)
  const store = watchedStore(options.store, outages)
  const { artifacts, commit, directory, invitations } = store
  const keys = await openSigningKeys({
    store: store.signingKeys,
    nowMs,
    onUnreadable: (kid, error) => options.log('signing_key_unreadable', { kid, error }),
    onClockBehind: (kid, activeFromMs) =>
      options.log('signing_key_not_yet_active', { kid, activeFrom: new Date(activeFromMs).toISOString() }),
  })
  const signer = openTokenSigner(keys, issuer, nowMs)
  const findAccessToken = accessTokenFinder(signer, artifacts)
  const secret = (name: string) =>
    store.secrets.getOrCreate(name, () => randomBytes(32).toString('base64url'))
  const addressOf = (ctx: KoaContextWithOIDC) => options.addressOf(ctx.req)
  const findApplication = applicationFinder({
    issuer,
    name: options.site.name,
    directory,
    random: randomBytes,
    nowMs,
  })
  const application = async (clientId: string): Promise<ApplicationRecord> => {
    const found = await findApplication(clientId)
    if (!found) throw new Error(`application ${clientId} is gone`)
    return found
  }
  const minting = { ...options, directory, newJti: randomUUIDv7, application, addressOf }

  const confirmation = deviceConfirmation(await secret('form-token-key'))
  const strangers = new StrangersStorage(options.pendingSignIns, nowMs)
  const provider: Provider = new Provider(
    issuer,
    providerConfiguration({
      ...minting,
      artifacts,
      commit,
      invitations,
      strangers,
      findApplication,
      provider: () => provider,
      onRefusedPart: (clientId, { field, reason }) =>
        options.log('application_unusable', { clientId, field, reason }),
      cookieKeys: [await secret('cookie-key')],
      pages: enginePages({ directory, findApplication, confirmation }),
    }),
  )
  overrideEngine(provider, {
    signer,
    nowMs,
    directory,
    application,
    findApplication,
    commit,
    onSessionEnded: (ctx, authorizations) => clearCookiesOfSession(ctx, authorizations, provider),
  })
  const successorSecret = await secret('refresh-token-successor-key')
  const reading = { artifacts, directory, freshKeys: () => keys.publicJwks() }
  const onReuse =
    (what: 'code' | 'refresh_token') => async (ctx: KoaContextWithOIDC, reused: ReusedArtifact) => {
      const { clientId, accountId: userId } = reused
      const record = { atMs: nowMs(), event: `${what}.reused`, userId, clientId }
      await commit([{ kind: 'append-audit', record: { ...record, ip: addressOf(ctx), details: {} } }])
      options.log(`${what}_reused`, { clientId, userId })
    }
  for (const grantType of ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code']) {
    wrapGrantType(provider, grantType, (handler) =>
      cookieRefresh(codeGrant(handler, { commit, onReuse: onReuse('code') })),
    )
  }
  wrapGrantType(provider, 'refresh_token', (handler) =>
    cookieRefresh(
      refreshTokenGrant(handler, {
        ...reading,
        artifacts,
        commit,
        nowMs,
        graceMs: options.refreshGraceSeconds * 1_000,
        outages,
        successorOf: (refreshToken) => successorOf(refreshToken, successorSecret),
        onReuse: onReuse('refresh_token'),
      }),
    ),
  )
  clearRefreshCookies(provider)
  wrapGrantType(
    provider,
    'client_credentials',
    (handler) => clientCredentialsGrant(handler, { ...minting, commit }),
    ['audience'],
  )
  adoptSignIns(provider, (ctx) => strangers.giveSignInBack(addressOf(ctx)))
  const onBackchannelFailure = (clientId: string, error: unknown) =>
    options.log('backchannel_logout_failed', { clientId, error })
  provider.on('backchannel.error', (_ctx, error, { clientId }) => onBackchannelFailure(clientId, error))
  provider.on('server_error', (ctx, error) => {
    // Of a store that is not watched here, such as the one that a workflow's variables come from.
    noteStoreFailure(error)
    // The record of the run tells of the first, failed-request.ts of the second; the third is not logged.
    if (error instanceof WorkflowFailed || isStoreUnavailable(error) || isClientGone(ctx)) return
    options.log('server_error', { path: ctx.path, error })
  })
  // Without a listener the framework prints a stack to the terminal.
  const framework: EventEmitter = provider
  framework.on('error', (error: unknown, ctx: KoaContextWithOIDC) => {
    if (!isClientGone(ctx)) options.log('request_failed', { path: ctx.path, error })
  })

  const hasher = passwordHasher({
    random: randomBytes,
    onUnusable: (found) => options.log('password_hash_unusable', found),
  })
  const accounts = {
    store,
    hasher,
    passwordRules: options.passwordRules,
    random: randomBytes,
    now: nowMs,
    background: options.background,
    isEmailProofRequired: options.isEmailProofRequired,
    isSignUpAllowed: options.isSignUpAllowed,
    deviceSecret: await secret('device-token-key'),
  }
  const onStored = (ctx: KoaContextWithOIDC, bytes: number) => strangers.add(addressOf(ctx), bytes)
  const once = answerOnce({ artifacts, commit, secret: await secret('answer-key'), nowMs, onStored })
  const ends = { provider, onBackchannelFailure }
  const steps = { ...ends, issuer, once, nowMs, artifacts, findApplication }
  const engine = signInEngine(steps)
  const pages = signInPages({
    ...options,
    engine,
    guard: formGuard(await secret('form-token-key'), issuer, engine.readForm),
    commit,
    directory,
    application,
    findApplication,
    addressOf: (exchange) => addressOf(contextOf(exchange)),
    accountSignInHref: accountSignInHref(routes.authorization, issuer),
    signIn: accounts,
    signUp: accounts,
    changePassword: accounts,
    passwordReset: accounts,
    operations: { ...accounts, invitationDays: options.invitationDays ?? defaultInvitationDays },
    previews: { check: (attempt) => checkPreviewPassword(attempt, accounts) },
  })
  const handlers = [
    arrival(nowMs),
    ofSite(options.site, store),
    answerDefaults,
    failedRequest(options.log),
    errorTexts,
    refreshAhead(reading),
    comesFrom({ directory, findApplication }),
    configuredHost(issuer), // 1 we are who the configuration says, whatever the Host header claims
    serveAssets,
    serveBranding(store),
    onlyNavigations,
    strangersDoor({ provider, strangers, addressOf }),
    pages, // 2 the pages of a sign-in and of an account
    resumeOnce(steps),
    successPage({ findApplication }),
    engineFormsOnce(once),
    deviceSession(provider, confirmation),
    userCodeTries({ store, nowMs, addressOf }),
    engineForms,
    crossOrigin(directory),
    kindeAnswers(keys, nowMs), // 3 answers in Kinde's shape, made from what comes back
    kindeLogout({ ...ends, directory, commit }),
    bearerIntrospection({ findAccessToken, artifacts, nowMs }),
    kindeRequests(signer, options), // 4 requests in Kinde's spelling, before the engine sees them
  ]
  for (const handler of handlers)
    provider.use((ctx, next) => (isEngineContext(ctx) ? handler(ctx, next) : next()))

  const handle = provider.callback()
  return {
    handler: (req, res) => void handle(req, res),
    verifyAccessToken: async (token) => verifiedAccessToken(await findAccessToken(token)),
    notifySessionEnd: (notice) => notifySessionEnd(notice, ends),
    signer,
  }
}
