// One domain of the issuer: its engine, set up and surrounded, as one handler for Node's HTTP. What is composed here is used nowhere
// else; the order of the handlers is the story of a request.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { checkPreviewPassword, type SessionEndNotice } from '../directory/index.ts'
import { accountSignInHref, comesFrom, formGuard, ofSite, signInPages } from '../sign-in/index.ts'
import { defaultInvitationDays } from '../store/index.ts'
import { openDomainEngine, type Domain } from './domain-engine.ts'
import { refreshAhead } from './grants/read-ahead.ts'
import { answerDefaults } from './http/answer-defaults.ts'
import { arrival } from './http/arrival.ts'
import { serveAssets } from './http/assets.ts'
import { serveBranding } from './http/branding-files.ts'
import { configuredHost } from './http/configured-host.ts'
import { crossOrigin } from './http/cross-origin.ts'
import { notifySessionEnd } from './http/end-session.ts'
import { errorTexts } from './http/error-texts.ts'
import { failedRequest } from './http/failed-request.ts'
import { engineFormsOnce } from './http/forms-once.ts'
import { onlyNavigations } from './http/navigation.ts'
import { strangersDoor } from './http/strangers-door.ts'
import { deviceSession } from './interactions/device-session.ts'
import { resumeOnce } from './interactions/resume-once.ts'
import { contextOf, signInEngine } from './interactions/sign-in-engine.ts'
import { successPage } from './interactions/success-page.ts'
import { userCodeTries } from './interactions/user-code-tries.ts'
import type { IssuerOptions } from './issuer-options.ts'
import { kindeAnswers } from './kinde/answers.ts'
import { bearerIntrospection } from './kinde/bearer-introspection.ts'
import { kindeLogout } from './kinde/logout.ts'
import { kindeRequests } from './kinde/requests.ts'
import { isEngineContext } from './overrides/current-context.ts'
import { engineForms } from './overrides/engine-forms.ts'
import { routes } from './request/routes.ts'
import { accessTokenFinder, type StoredAccessToken } from './request/stored-access-token.ts'
import type { SharedParts } from './shared-parts.ts'
import type { TokenSigner } from '../keys/index.ts'

export interface OpenDomain {
  readonly handler: (req: IncomingMessage, res: ServerResponse) => void
  readonly signer: TokenSigner
  /** Rejects when the application did not take it. */
  readonly notifySessionEnd: (notice: SessionEndNotice) => Promise<void>
  readonly findAccessToken: (token: string) => Promise<StoredAccessToken | undefined>
}

export function openDomain(domain: Domain, options: IssuerOptions, shared: SharedParts): OpenDomain {
  const { nowMs } = options
  const { issuer, customDomain } = domain
  const { store, keys, addressOf, strangers, confirmation, once } = shared
  const { artifacts, commit, directory } = store
  const { signer, provider, findApplication, application, reading, onBackchannelFailure } = openDomainEngine(
    domain,
    options,
    shared,
  )
  const findAccessToken = accessTokenFinder(signer, artifacts)
  const accounts = { ...shared.accounts, customDomain }
  const ends = { provider, onBackchannelFailure }
  const steps = { ...ends, issuer, once, nowMs, artifacts, findApplication }
  const engine = signInEngine(steps)
  const pages = signInPages({
    ...options,
    engine,
    guard: formGuard(shared.formSecret, issuer, engine.readForm),
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
    signer,
    findAccessToken,
    notifySessionEnd: (notice) => notifySessionEnd(notice, ends),
  }
}
