// The protocol engine of one domain: an oidc-provider knows one issuer, so each domain has its own. It is set up, overridden
// and wrapped here; what stands around it is in domain.ts.
import { randomBytes } from 'node:crypto'
import type { EventEmitter } from 'node:events'
import { Provider, type KoaContextWithOIDC } from 'oidc-provider'
import { isStoreUnavailable } from '../errors/index.ts'
import { openTokenSigner, type TokenSigner } from '../keys/index.ts'
import { applicationFinder, type FindApplication } from '../sign-in/index.ts'
import type { ApplicationRecord } from '../store/index.ts'
import { clientCredentialsGrant } from './grants/client-credentials.ts'
import { codeGrant } from './grants/code-grant.ts'
import { cookieRefresh } from './grants/cookie-refresh.ts'
import type { ReadAheadDeps } from './grants/read-ahead.ts'
import { refreshTokenGrant } from './grants/refresh-token.ts'
import { WorkflowFailed } from './grants/token-refusal.ts'
import { isClientGone } from './http/client-gone.ts'
import type { SessionEndDeps } from './http/end-session.ts'
import { clearCookiesOfSession, clearRefreshCookies } from './http/refresh-cookie.ts'
import { enginePages } from './interactions/engine-pages.ts'
import type { IssuerOptions } from './issuer-options.ts'
import { adoptSignIns } from './overrides/adopt-sign-ins.ts'
import { successorOf } from './overrides/derived-successors.ts'
import { wrapGrantType } from './overrides/internals.ts'
import { overrideEngine } from './overrides/override-engine.ts'
import { providerConfiguration } from './provider-configuration.ts'
import type { ReusedArtifact } from './request/request-state.ts'
import { noteStoreFailure } from './request/store-failures.ts'
import type { SharedParts } from './shared-parts.ts'

/** One address of the issuer, and the others whose access tokens are taken there. */
export interface Domain {
  /** Without a trailing slash. */
  readonly issuer: string
  /** The same for a custom domain; undefined for the main one. */
  readonly customDomain: string | undefined
  /** Of all domains, this one included. */
  readonly issuers: readonly string[]
}

export interface DomainEngine extends SessionEndDeps {
  readonly signer: TokenSigner
  readonly findApplication: FindApplication
  readonly application: (clientId: string) => Promise<ApplicationRecord>
  /** Reads of a refresh that are begun ahead. */
  readonly reading: ReadAheadDeps
}

export function openDomainEngine(domain: Domain, options: IssuerOptions, shared: SharedParts): DomainEngine {
  const { nowMs } = options
  const { issuer, customDomain } = domain
  const { store, keys, addressOf, strangers, confirmation, outages, successorSecret, newJti } = shared
  const { artifacts, commit, directory, invitations } = store
  const signer = openTokenSigner(keys, domain, nowMs)
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
  const minting = { ...options, ...domain, directory, newJti, application, addressOf }

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
      cookieKeys: [shared.cookieSecret],
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
  const reading = { artifacts, directory, freshKeys: () => keys.publicJwks() }
  const onReuse =
    (what: 'code' | 'refresh_token') => async (ctx: KoaContextWithOIDC, reused: ReusedArtifact) => {
      const { clientId, accountId: userId } = reused
      const record = { atMs: nowMs(), event: `${what}.reused` as const, userId, clientId }
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
        customDomain,
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
  logFailures(provider, options.log)
  return { provider, signer, findApplication, application, reading, onBackchannelFailure }
}

function logFailures(provider: Provider, log: IssuerOptions['log']): void {
  provider.on('server_error', (ctx, error) => {
    // Of a store that is not watched here, such as the one that a workflow's variables come from.
    noteStoreFailure(error)
    // The record of the run tells of the first, failed-request.ts of the second; the third is not logged.
    if (error instanceof WorkflowFailed || isStoreUnavailable(error) || isClientGone(ctx)) return
    log('server_error', { path: ctx.path, error })
  })
  // Without a listener the framework prints a stack to the terminal.
  const framework: EventEmitter = provider
  framework.on('error', (error: unknown, ctx: KoaContextWithOIDC) => {
    if (!isClientGone(ctx)) log('request_failed', { path: ctx.path, error })
  })
}
