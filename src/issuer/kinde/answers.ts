// Answers in Kinde's shape, after the engine made them: the published keys, userinfo and introspection from the decision that minted
// the access token, and what the engine leaves out of the device flow's answer.
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { JsonObject, JsonValue } from '../../oauth/index.ts'
import { codeFactsInHand } from '../request/decided-tokens.ts'
import { fromEngineTime, withTimes } from '../overrides/engine-clock.ts'
import { requestState } from '../request/request-state.ts'
import { routes } from '../request/routes.ts'
import { spelledFor } from '../../oauth/index.ts'
import { parseAccessTokenFacts, parseOfflineSpelling } from '../request/sign-in-facts.ts'
import type { SigningKeys } from '../../keys/index.ts'

type Next = () => Promise<void>
type Answer = (ctx: KoaContextWithOIDC) => Promise<void> | void

const discoveryPaths = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']

/** Kinde's v1 has other names for the same facts (C§5). */
const userinfoV1 = '/oauth2/user_profile'

/** Of both tokens and userinfo (C§3): the engine, which makes neither, knows only `sub`. */
const supportedClaims = [
  ...['iss', 'sub', 'aud', 'azp', 'exp', 'iat', 'jti', 'sid', 'nonce', 'at_hash', 'auth_time', 'updated_at'],
  ...['name', 'given_name', 'family_name', 'picture', 'preferred_username'],
  ...['email', 'email_verified', 'phone_number', 'phone_number_verified', 'provided_id', 'rat'],
  ...['org_code', 'org_codes', 'permissions', 'feature_flags', 'roles'],
]

export function kindeAnswers(keys: SigningKeys, nowMs: () => number) {
  const answers: Readonly<Record<string, Answer>> = {
    [routes.jwks]: async (ctx) => {
      ctx.body = await keys.publicJwks()
      // RFC 7517 §8.5.2 has application/jwk-set+json, but Kinde sends this and the verifier in its Express SDK takes nothing else.
      ctx.type = 'application/json; charset=utf-8'
      // A minute: a new key is published before it signs, a retired one stays until its tokens have expired.
      ctx.set('cache-control', 'public, max-age=60')
    },
    ...Object.fromEntries(discoveryPaths.map((path) => [path, discovery])),
    [routes.token]: (ctx) => spellScope(ctx),
    [routes.userinfo]: (ctx) => userinfo(ctx),
    [routes.introspection]: (ctx) => introspection(ctx, nowMs),
    // RFC 7009 §2.2: clients ignore the body. oidc-client-ts refuses a text, simple-oauth2 everything that is not JSON.
    [routes.revocation]: (ctx) => {
      ctx.body = {}
    },
    [routes.device_authorization]: (ctx) => {
      ctx.body = { ...bodyOf(ctx), interval: 5 }
    },
  }
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    const isV1 = ctx.path === userinfoV1
    if (isV1) {
      requestState(ctx).calledPath = userinfoV1
      ctx.path = routes.userinfo
    }
    await next()
    // By then a path that is said in another way has its own name (kinde-requests.ts).
    if (ctx.status === 200 && ctx.method !== 'OPTIONS') await answers[ctx.path]?.(ctx)
    if (isV1 && ctx.status === 200) ctx.body = profileV1(bodyOf(ctx))
  }
}

function discovery(ctx: KoaContextWithOIDC): void {
  ctx.body = { ...bodyOf(ctx), claims_supported: supportedClaims }
}

/** The scope of a person's tokens, in the spelling of this request, or of the sign-in that it goes back to. */
function spellScope(ctx: KoaContextWithOIDC): void {
  const body = bodyOf(ctx)
  const { scope } = body
  const state = requestState(ctx)
  const facts = codeFactsInHand(state) ?? state.facts.get('RefreshToken')
  if (typeof scope !== 'string' || !facts) return
  const spelling = state.offlineSpelling ?? parseOfflineSpelling(facts)
  ctx.body = { ...body, scope: spelledFor(scope, spelling) }
}

/** The claims about the person as the ID token has them; what only makes it a token is left out (OIDC Core §5.3.2). */
const tokenOnly = new Set('at_hash aud auth_time azp c_hash exp iat iss jti nonce rat s_hash sid'.split(' '))

function userinfo(ctx: KoaContextWithOIDC): void {
  const facts = parseAccessTokenFacts(requestState(ctx).facts.get('AccessToken'))
  if (!facts) return
  const claims = Object.entries(facts.idToken).filter(([name]) => !tokenOnly.has(name))
  ctx.body = { ...Object.fromEntries(claims), ...bodyOf(ctx), id: facts.idToken['sub'] }
}

/** RFC 7662 §2.2, and what the token says itself: the claims of the decision. What the engine does not know is `undefined` to it. */
function introspection(ctx: KoaContextWithOIDC, nowMs: () => number): void {
  const body = withTimes(bodyOf(ctx), fromEngineTime, nowMs)
  const { verifiedToken } = requestState(ctx)
  if (body['active'] !== true) return
  const known = Object.entries(body).filter(([, value]) => value !== undefined)
  ctx.body = { ...verifiedToken, ...Object.fromEntries(known) }
}

function profileV1(claims: JsonObject): JsonObject {
  const names: readonly (readonly [string, JsonValue | undefined])[] = [
    ['id', claims['sub']],
    ['preferred_email', claims['email']],
    ['username', claims['preferred_username']],
    ['provided_id', claims['provided_id']],
    ['last_name', claims['family_name']],
    ['first_name', claims['given_name']],
    ['picture', claims['picture']],
  ]
  return Object.fromEntries(names.map(([name, value]) => [name, value ?? null]))
}

function bodyOf(ctx: KoaContextWithOIDC): JsonObject {
  const body: unknown = ctx.body
  return isObject(body) ? body : {}
}

function isObject(body: unknown): body is JsonObject {
  return typeof body === 'object' && body !== null && !Array.isArray(body) && !Buffer.isBuffer(body)
}
