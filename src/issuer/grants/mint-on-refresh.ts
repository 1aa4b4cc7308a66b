// The engine asks whether to rotate just before it uses up the old refresh token: the last moment at which a refusal costs nothing.
// So the workflow runs here. What was decided stays with the request, also when its commit has to be tried again.
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { ApplicationRecord, TokenSubject } from '../../store/index.ts'
import { fromEngineTime } from '../overrides/engine-clock.ts'
import { mintUserTokens, type MintUserDeps } from './mint-user-tokens.ts'
import { requestState, type RequestState } from '../request/request-state.ts'
import { parseTokenFacts, type TokenFacts } from '../request/sign-in-facts.ts'
import { tokenRefusal } from './token-refusal.ts'

export interface MintOnRefreshDeps extends MintUserDeps {
  readonly application: (clientId: string) => Promise<ApplicationRecord>
  readonly addressOf: (ctx: KoaContextWithOIDC) => string
}

/** Resolves to whether the engine rotates: not when a grace hands out the successor again. */
export async function mintOnRefresh(ctx: KoaContextWithOIDC, deps: MintOnRefreshDeps): Promise<boolean> {
  const state = requestState(ctx)
  const { RefreshToken: refreshToken, Client: client, Grant: grant } = ctx.oidc.entities
  if (!refreshToken || !client || !grant) throw new Error('a refresh without its entities')
  if (!state.minted) {
    const asked = ctx.oidc.params?.['scope'] ? ctx.oidc.requestParamScopes : refreshToken.scopes
    const userId = refreshToken.accountId ?? ''
    const facts = parseTokenFacts(state.facts.get('RefreshToken'))
    const decision = await mintUserTokens(
      {
        application: await deps.application(client.clientId),
        userId,
        facts,
        subject: await subjectAhead(state, userId, facts),
        origin: 'refresh_token_request',
        grantType: 'refresh_token',
        isExistingSession: true,
        scopes: grant.getOIDCScopeFiltered(asked).split(' '),
        // OIDC Core §12.2: a refreshed ID token SHOULD NOT have a nonce.
        nonce: undefined,
        sid: refreshToken.sid,
        authTimeSeconds: fromEngineTime(refreshToken.authTime ?? refreshToken.iiat ?? 0, deps.nowMs),
        ip: deps.addressOf(ctx),
        userAgent: ctx.get('user-agent') || null,
      },
      deps,
    )
    if (decision.kind !== 'minted') throw tokenRefusal(decision)
    state.minted = { ...decision, kind: 'user' }
  }
  return !state.isGrace
}

/** Read ahead, when that was of the same user in the same organization. */
async function subjectAhead(
  { subject }: RequestState,
  userId: string,
  { organizationCode }: TokenFacts,
): Promise<TokenSubject | undefined> {
  return subject?.userId === userId && subject.organizationCode === organizationCode
    ? subject.found
    : undefined
}
