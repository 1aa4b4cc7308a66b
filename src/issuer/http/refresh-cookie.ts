// The refresh token of a browser application as a cookie that scripts cannot read (docs/decisions/0023). Kinde's browser SDKs refresh
// that way at every issuer outside of Kinde's own domain: they send the cookie along, and look for a second one, `_kbrte`, which says
// that the first is there (C§2).
import { isIP } from 'node:net'
import type { Client, KoaContextWithOIDC, Provider } from 'oidc-provider'
import { matchesOne } from '../../oauth/index.ts'
import { extensionOf } from '../request/client-extension.ts'
import { routes } from '../request/routes.ts'

/** Scripts of the application read this one. It holds no secret. */
const markerName = '_kbrte'

/** Sent by a script of this application. Browsers set the header, and pages cannot: another site never passes. */
export function isFromPageOf(ctx: KoaContextWithOIDC, client: Client): boolean {
  const { isCookieRefresh, origins } = extensionOf(client)
  return isCookieRefresh && matchesOne(ctx.get('origin'), origins)
}

/** Where the engine ends a token: by revocation, and at a sign-out that names the application. */
export function clearRefreshCookies(provider: Provider): void {
  provider.on('grant.revoked', (ctx) => {
    const { client } = ctx.oidc
    if (client && isFromPageOf(ctx, client)) clearRefreshCookie(ctx, client)
  })
  provider.on('end_session.success', (ctx) => {
    const { client } = ctx.oidc
    if (client) clearRefreshCookie(ctx, client)
  })
}

export function refreshCookie(ctx: KoaContextWithOIDC, client: Client): string | undefined {
  return ctx.cookies.get(nameFor(ctx, client), { signed: false })
}

export function setRefreshCookie(ctx: KoaContextWithOIDC, client: Client, refreshToken: string): void {
  write(ctx, client, { refreshToken, marker: '1', origins: [ctx.get('origin')] })
}

/** Wherever the application's pages are: a sign-out does not say which of them it came from. */
export function clearRefreshCookie(ctx: KoaContextWithOIDC, client: Client): void {
  const { isCookieRefresh, origins } = extensionOf(client)
  if (isCookieRefresh) write(ctx, client, { refreshToken: null, marker: null, origins })
}

/** Those of all applications that the session was used by, in the browser that ends it. */
export async function clearCookiesOfSession(
  ctx: KoaContextWithOIDC,
  authorizations: Readonly<Record<string, unknown>> | undefined,
  provider: Provider,
): Promise<void> {
  const clientIds = Object.keys(authorizations ?? {})
  const clients = await Promise.all(clientIds.map((clientId) => provider.Client.find(clientId)))
  for (const client of clients) if (client) clearRefreshCookie(ctx, client)
}

interface Written {
  readonly refreshToken: string | null
  readonly marker: string | null
  readonly origins: readonly string[]
}

function write(ctx: KoaContextWithOIDC, client: Client, { refreshToken, marker, origins }: Written): void {
  const { secure } = ctx
  const maxAge = extensionOf(client).lifetimes.refreshToken * 1_000
  ctx.cookies.set(nameFor(ctx, client), refreshToken, {
    httpOnly: true,
    path: routes.token,
    // An application on another site gets its cookie back only with `none`, which browsers take only over https.
    sameSite: secure && !isSameSite(ctx) ? 'none' : 'lax',
    secure,
    maxAge,
    signed: false,
    overwrite: true,
  })
  const options = { httpOnly: false, path: '/', sameSite: 'lax', secure, maxAge, signed: false } as const
  for (const domain of new Set(origins.map((origin) => sharedDomain(ctx.hostname, new URL(origin).hostname))))
    ctx.cookies.set(markerName, marker, domain === undefined ? options : { ...options, domain })
}

/** One for each application, so that two in one browser do not take each other's token. */
function nameFor({ secure }: KoaContextWithOIDC, { clientId }: Client): string {
  return `${secure ? '__Secure-' : ''}refresh_token_${clientId}`
}

/** By what the browser says of the request (Fetch Metadata). */
function isSameSite(ctx: KoaContextWithOIDC): boolean {
  return ['same-origin', 'same-site'].includes(ctx.get('sec-fetch-site'))
}

/**
 * The domain that both hosts are below, so that a script on one reads what the other set. Undefined when they are one host or share
 * nothing. A domain under which strangers register, such as co.uk, is refused by the browser.
 */
function sharedDomain(issuerHost: string, applicationHost: string): string | undefined {
  if (issuerHost === applicationHost || isIP(issuerHost) !== 0) return undefined
  const issuerLabels = issuerHost.split('.').toReversed()
  const labels = applicationHost.split('.').toReversed()
  const apart = labels.findIndex((label, index) => label !== issuerLabels[index])
  const shared = apart === -1 ? labels : labels.slice(0, apart)
  return shared.length > 1 ? shared.toReversed().join('.') : undefined
}
