// DECIDE for a sign-in: once for each authorization request, when everything else is settled and before the code is issued. The
// decision is laid beside the code (or the device code) that the engine is about to write, and dies with it.
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { ApplicationRecord } from '../../store/index.ts'
import { authUrlParams } from '../kinde/auth-url-params.ts'
import { offlineSpellingParameter } from '../kinde/authorization-parameters.ts'
import { fromEngineTime } from '../overrides/engine-clock.ts'
import { accessRoleMissing } from '../grants/token-refusal.ts'
import { mintUserTokens, type MintUserDeps } from '../grants/mint-user-tokens.ts'
import type { Refusal } from '../../sign-in/index.ts'
import { requestState } from '../request/request-state.ts'
import { parseSessionFacts, previewResult, withLastGood, type TokenFacts } from '../request/sign-in-facts.ts'

export interface SignInDeps extends MintUserDeps {
  readonly application: (clientId: string) => Promise<ApplicationRecord>
  readonly addressOf: (ctx: KoaContextWithOIDC) => string
}

/** Undefined when tokens may be issued. */
export async function decideSignIn(ctx: KoaContextWithOIDC, deps: SignInDeps): Promise<Refusal | undefined> {
  const state = requestState(ctx)
  state.refusal ??= decideOnce(ctx, deps)
  return state.refusal
}

async function decideOnce(ctx: KoaContextWithOIDC, deps: SignInDeps): Promise<Refusal | undefined> {
  const { client, grant, session, params, result } = ctx.oidc
  if (!client || !grant || !session?.accountId) throw new Error('a sign-in without its entities')
  const state = requestState(ctx)
  const isDevice = ctx.oidc.route !== 'authorization' && ctx.oidc.route !== 'resume'
  const facts = tokenFacts(ctx, deps)
  const authTime = session.authTime()
  const decision = await mintUserTokens(
    {
      application: await deps.application(client.clientId),
      userId: session.accountId,
      facts,
      origin: 'authorization_request',
      grantType: isDevice ? 'urn:ietf:params:oauth:grant-type:device_code' : 'authorization_code',
      isExistingSession: result?.login === undefined,
      scopes: grant.getOIDCScopeFiltered(ctx.oidc.requestParamOIDCScopes).split(' '),
      nonce: text(params?.['nonce']),
      sid: client.backchannelLogoutUri === undefined ? undefined : session.sidFor(client.clientId),
      authTimeSeconds:
        authTime === undefined ? facts.requestedAtSeconds : fromEngineTime(authTime, deps.nowMs),
      ip: deps.addressOf(ctx),
      userAgent: ctx.get('user-agent') || null,
    },
    deps,
  )
  switch (decision.kind) {
    case 'minted': {
      const { accessToken, idToken, lastGood } = decision
      const model = isDevice ? 'DeviceCode' : 'AuthorizationCode'
      state.facts.set(model, { ...withLastGood(facts, lastGood), decision: { accessToken, idToken } })
      return undefined
    }
    case 'denied':
      return { kind: 'denied', text: decision.reason, invocationId: decision.invocationId }
    case 'failed':
      return {
        kind: 'failed',
        text: `The workflow failed (${decision.failure.code}, ${decision.invocationId}).`,
        invocationId: decision.invocationId,
        failure: decision.failure,
      }
    case 'barred':
      return { kind: 'denied', text: accessRoleMissing, invocationId: '', isAccessRoleMissing: true }
    case 'gone':
      return { kind: 'denied', text: `The ${decision.what} is gone.`, invocationId: '' }
  }
}

function tokenFacts(ctx: KoaContextWithOIDC, deps: SignInDeps): TokenFacts {
  const state = requestState(ctx)
  const session = parseSessionFacts(state.facts.get('Session'))
  const params = ctx.oidc.params ?? {}
  const granted = previewResult.safeParse(ctx.oidc.result)
  return {
    connectionId: session.connectionId,
    identityId: session.identityId,
    organizationCode: state.organizationCode ?? null,
    audiences: (text(params['audience']) ?? '').split(' ').filter((audience) => audience !== ''),
    authUrlParams: authUrlParams(params),
    preview: granted.success ? granted.data.preview : null,
    requestedAtSeconds: Math.floor(deps.nowMs() / 1_000),
    requestedClaims: requestedClaims(ctx),
    offlineSpelling: params[offlineSpellingParameter] === 'offline_access' ? 'offline_access' : 'offline',
  }
}

/** In the ID token or at userinfo: we answer both with the same claims, as Kinde does. */
function requestedClaims({ oidc }: KoaContextWithOIDC): string[] {
  const { id_token: idToken = {}, userinfo = {} } = oidc.claims
  return [...new Set([...Object.keys(idToken), ...Object.keys(userinfo)])]
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
