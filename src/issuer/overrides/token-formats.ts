// The texts of the tokens. The engine decides when a token is issued and to whom. What it says is the decision's
// (request/minted-tokens.ts), or the engine's for a logout token; keys/token-signer.ts makes the signature in every case. So an access
// token is a JWT with Kinde's claims (C§3) and still one of the engine's own
// artifacts: userinfo, introspection and revocation find it by its `jti`.
import type { Client, KoaContextWithOIDC, Provider } from 'oidc-provider'
import { accessTokenHash, accessTokenType, type TokenSigner } from '../../keys/index.ts'
import type { JsonObject } from '../../oauth/index.ts'
import type {
  AccessTokenType,
  ApplicationRecord,
  DirectoryStore,
  SigningAlgorithm,
} from '../../store/index.ts'
import { decidedTokens } from '../request/decided-tokens.ts'
import { stampedClaims, type MintedTokens } from '../request/minted-tokens.ts'
import { requestState } from '../request/request-state.ts'
import { currentContext } from './current-context.ts'
import { toEngineTime, withTimes } from './engine-clock.ts'

export interface FormatDeps {
  readonly signer: TokenSigner
  readonly nowMs: () => number
  readonly directory: Pick<DirectoryStore, 'catalog'>
  readonly application: (clientId: string) => Promise<ApplicationRecord>
}

interface IssuedToken {
  readonly payload: Record<string, unknown>
}

/** A model of the engine as far as its text is ours: the static and the instance side. */
interface TokenModel {
  find(value: unknown, options?: object): Promise<unknown>
  readonly prototype: {
    generateTokenId(): string
    getValueAndPayload(): Promise<{ value: string; payload: Record<string, unknown> }>
  }
}

interface TokenInstance {
  readonly clientId?: string
  readonly jkt?: string
}

export function useMintedTokens(provider: Provider, deps: FormatDeps): void {
  signAccessTokens(modelOf(provider.AccessToken), deps, (minted) =>
    minted.kind === 'user' ? minted.accessToken : undefined,
  )
  signAccessTokens(modelOf(provider.ClientCredentials), deps, (minted) =>
    minted.kind === 'machine' ? minted.m2mToken : undefined,
  )
  signIdTokens(provider, deps)
}

function signAccessTokens(
  Model: TokenModel,
  deps: FormatDeps,
  claimsOf: (minted: MintedTokens) => JsonObject | undefined,
): void {
  const { prototype } = Model
  const engineTokenId = prototype.generateTokenId
  const engineValue = prototype.getValueAndPayload
  const engineFind = Model.find

  prototype.generateTokenId = function () {
    engineTokenId.call(this) // settles the format, by which the engine keeps the token's record
    const { jti } = claimsInHand(claimsOf)
    if (typeof jti !== 'string') throw new Error('the decision has no jti')
    return jti
  }

  prototype.getValueAndPayload = async function (this: TokenInstance) {
    const { payload }: IssuedToken = await engineValue.call(this)
    const claims = claimsInHand(claimsOf)
    const { signingAlgorithm } = await deps.application(String(this.clientId))
    const stamped = stampedClaims(claims, Math.floor(deps.nowMs() / 1_000))
    // RFC 9449 §6.1: the client that presents the token must hold the key.
    const confirmed = this.jkt === undefined ? stamped : { ...stamped, cnf: { jkt: this.jkt } }
    const value = await deps.signer.sign(confirmed, await typeOf(claims, deps), signingAlgorithm)
    requestState(contextInHand()).accessTokenText = value
    const { iat, exp } = stamped
    return { value, payload: { ...payload, ...withTimes({ iat, exp }, toEngineTime, deps.nowMs) } }
  }

  // What comes in is the JWT. A bare jti is not accepted as a token, because it stands in logs and in the invocation.
  Model.find = async function (value, options) {
    if (typeof value !== 'string') return undefined
    const { verifiedToken } = requestState(contextInHand())
    if (verifiedToken !== undefined && value === verifiedToken.jti)
      return engineFind.call(Model, value, options)
    const claims = await deps.signer.verifyAccessToken(value)
    return claims?.jti === undefined ? undefined : engineFind.call(Model, claims.jti, options)
  }
}

/** The APIs may have changed since the sign-in: where they want different types by now, the stricter one fails at the others only. */
async function typeOf({ aud }: JsonObject, { directory }: FormatDeps): Promise<AccessTokenType> {
  const { apis } = await directory.catalog()
  const audiences = [aud].flat().filter((audience) => typeof audience === 'string')
  const type = accessTokenType(audiences, apis)
  return type === 'conflict' ? 'at+jwt' : type
}

interface IdTokenInstance {
  readonly client: { readonly clientId: string }
  payload(): Promise<JsonObject>
}

function signIdTokens(provider: Provider, deps: FormatDeps): void {
  const { IdToken } = provider
  // ID token hints, at the authorization endpoint and at sign-out. The engine has no key and one `typ` for all (decisions 0020, 0056).
  IdToken.validate = async (token: string, client: Client) => {
    const { protectedHeader: header, payload } = await deps.signer.verifyIdTokenHint(token, client.clientId)
    return { header, payload }
  }
  const { prototype }: { prototype: { issue(options: { use: string }): Promise<string> } } = IdToken
  prototype.issue = async function (this: IdTokenInstance, { use }) {
    if (use === 'logout') return logoutToken(this, provider.issuer, deps)
    // Signed answers of userinfo, introspection and authorization are switched off (provider-configuration.ts).
    if (use !== 'idtoken') throw new Error(`the engine asked for a signature for ${use}`)
    const state = requestState(contextInHand())
    const { accessTokenText } = state
    const minted = decidedTokens(state)
    if (minted?.kind !== 'user' || accessTokenText === undefined)
      throw new Error('an ID token was asked for without a decision')
    const { signingAlgorithm } = await deps.application(this.client.clientId)
    return deps.signer.sign(
      withAccessTokenHash(
        stampedClaims(minted.idToken, Math.floor(deps.nowMs() / 1_000)),
        accessTokenText,
        signingAlgorithm,
      ),
      'JWT',
      signingAlgorithm,
    )
  }
}

/** OIDC Back-Channel Logout §2.4 recommends two minutes at most. */
const logoutTokenSeconds = 120

/** OIDC Back-Channel Logout §2.4. `sub`, `sid`, `jti` and `events` are the engine's. */
async function logoutToken(
  token: IdTokenInstance,
  issuer: string,
  { signer, nowMs, application }: FormatDeps,
): Promise<string> {
  const { clientId } = token.client
  const { signingAlgorithm } = await application(clientId)
  const iat = Math.floor(nowMs() / 1_000)
  const claims = {
    ...(await token.payload()),
    iss: issuer,
    aud: clientId,
    iat,
    exp: iat + logoutTokenSeconds,
  }
  return signer.sign(claims, 'logout+jwt', signingAlgorithm)
}

function withAccessTokenHash(
  claims: JsonObject,
  accessToken: string,
  algorithm: SigningAlgorithm,
): JsonObject {
  return { at_hash: accessTokenHash(accessToken, algorithm), ...claims }
}

function claimsInHand(claimsOf: (minted: MintedTokens) => JsonObject | undefined): JsonObject {
  const minted = decidedTokens(requestState(contextInHand()))
  const claims = minted && claimsOf(minted)
  // Fails closed: a token without a decision is never signed (INV-8).
  if (!claims) throw new Error('a token was asked for without a decision')
  return claims
}

function contextInHand(): KoaContextWithOIDC {
  const context = currentContext()
  if (!context) throw new Error('a token was asked for outside a request')
  return context
}

/** The package's types describe these classes as abstract data; the methods are there (lib/models/access_token.js). */
function modelOf(model: unknown): TokenModel {
  if (!isTokenModel(model)) throw new Error('the engine has other token models than expected')
  return model
}

function isTokenModel(model: unknown): model is TokenModel {
  if (typeof model !== 'function') return false
  const prototype: unknown = model.prototype
  return (
    'find' in model &&
    typeof prototype === 'object' &&
    prototype !== null &&
    'generateTokenId' in prototype &&
    'getValueAndPayload' in prototype
  )
}
