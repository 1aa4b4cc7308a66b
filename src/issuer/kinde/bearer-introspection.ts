// Introspection that is authorized by an access token instead of client authentication: RFC 7662 §2.1 allows it, and it is Kinde's way
// (C§5). A machine's token stands for its application, which has authenticated, and learns of every token; a person's token learns of
// the tokens of its own application.
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { JsonObject } from '../../oauth/index.ts'
import type { ArtifactStore } from '../../store/index.ts'
import { hashOfArtifactId } from '../request/artifact-id.ts'
import type { StoredAccessToken } from '../request/stored-access-token.ts'
import { routes } from '../request/routes.ts'
import { readForm } from '../http/form-body.ts'

interface BearerIntrospectionDeps {
  /** Undefined for a token that is not ours, expired or revoked. */
  readonly findAccessToken: (token: string) => Promise<StoredAccessToken | undefined>
  readonly artifacts: Pick<ArtifactStore, 'find'>
  readonly nowMs: () => number
}

interface Introspected {
  readonly clientId: string
  readonly body: JsonObject
}

export function bearerIntrospection(deps: BearerIntrospectionDeps) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    const [, bearer] = /^Bearer +(\S+)$/i.exec(ctx.get('authorization')) ?? []
    if (ctx.path !== routes.introspection || ctx.method !== 'POST' || bearer === undefined) return next()
    ctx.set('cache-control', 'no-store')
    const asking = await deps.findAccessToken(bearer)
    // RFC 9449 §7.1: a token that is bound to a key proves nothing by itself.
    if (!asking || asking.claims['cnf'] !== undefined) return refuse(ctx)
    const token = (await readForm(ctx))?.get('token') ?? ''
    if (token === '') {
      ctx.status = 400
      ctx.body = { error: 'invalid_request', error_description: 'the parameter token is missing' }
      return
    }
    const found = (await accessToken(token, deps)) ?? (await refreshToken(token, deps))
    const maySee = found && (asking.subject === undefined || asking.clientId === found.clientId)
    ctx.body = maySee ? { ...found.body, active: true, client_id: found.clientId } : { active: false }
  }
}

function refuse(ctx: KoaContextWithOIDC): void {
  ctx.status = 401
  ctx.set('www-authenticate', 'Bearer error="invalid_token"')
  ctx.body = { error: 'invalid_token', error_description: 'the access token is invalid, expired or revoked' }
}

async function accessToken(
  token: string,
  { findAccessToken }: BearerIntrospectionDeps,
): Promise<Introspected | undefined> {
  const found = await findAccessToken(token)
  if (!found) return undefined
  const { claims, clientId, scopes } = found
  const type = claims['cnf'] === undefined ? 'Bearer' : 'DPoP'
  return { clientId, body: { ...claims, scope: scopes.join(' '), token_type: type } }
}

async function refreshToken(
  token: string,
  { artifacts, nowMs }: BearerIntrospectionDeps,
): Promise<Introspected | undefined> {
  const found = await artifacts.find('RefreshToken', hashOfArtifactId(token))
  if (!found || found.consumedAtMs !== null || found.grantId === null) return undefined
  if (found.expiresAtMs !== null && found.expiresAtMs <= nowMs()) return undefined
  if (!(await artifacts.find('Grant', hashOfArtifactId(found.grantId)))) return undefined
  const { clientId, accountId, scope = '', exp = null, iat = null } = found.payload
  if (typeof clientId !== 'string') return undefined
  return { clientId, body: { sub: accountId ?? null, scope, exp, iat } }
}
