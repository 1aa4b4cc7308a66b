// A relying party that is not ours, and the browser of its user. openid-client checks iss, state, nonce, PKCE, times and signatures,
// and throws for each that is wrong: whatever a test does with it is a check of us.
import { decodeJwt, type JWTPayload } from 'jose'
import * as client from 'openid-client'
import { ada, redirectUri, webClient } from './directory-fixture.ts'
import type { TestIssuer } from './issuer.ts'
import { userAgent, type PageShown, type UserAgent } from './user-agent.ts'

export const allScopes = 'openid profile email offline'

export interface SignInGiven {
  readonly params?: Readonly<Record<string, string>>
  readonly agent?: UserAgent
  readonly person?: { readonly email: string; readonly password: string }
  readonly maxAge?: number
  readonly dpop?: client.DPoPHandle
}

export type Tokens = client.TokenEndpointResponse & client.TokenEndpointResponseHelpers

export interface SignedIn {
  readonly tokens: Tokens
  readonly accessToken: JWTPayload
  readonly idToken: JWTPayload
  readonly agent: UserAgent
}

/** Without a client: the confidential web application, which sends its secret in the body. */
export async function relyingParty(
  issuer: Pick<TestIssuer, 'url'>,
  clientId: string = webClient.id,
  authentication: client.ClientAuth = client.ClientSecretPost(webClient.secret),
  metadata: Partial<client.ClientMetadata> = {},
): Promise<client.Configuration> {
  const configuration = await client.discovery(new URL(issuer.url), clientId, metadata, authentication, {
    execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
  })
  return configuration
}

export interface AuthorizationRequest {
  readonly url: URL
  readonly checks: client.AuthorizationCodeGrantChecks
}

export async function authorizationRequest(
  rp: client.Configuration,
  { params = {}, maxAge, dpop }: SignInGiven = {},
): Promise<AuthorizationRequest> {
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
    idTokenExpected: true,
    ...(maxAge !== undefined && { maxAge }),
  }
  const url = client.buildAuthorizationUrl(rp, {
    redirect_uri: redirectUri,
    scope: allScopes,
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    ...(maxAge !== undefined && { max_age: String(maxAge) }),
    ...(dpop && { dpop_jkt: await dpop.calculateThumbprint() }),
    ...params,
  })
  return { url, checks }
}

/** Opens the address and signs in if it is asked to; where the browser leaves for the application. */
export async function visit(
  url: URL,
  agent: UserAgent,
  person: NonNullable<SignInGiven['person']> = ada,
): Promise<URL> {
  const first = await agent.get(url.href)
  const last = isSignIn(first)
    ? await agent.submit(first, '/sign-in', { identifier: person.email, password: person.password })
    : first
  if (last.location === undefined) throw new Error(`${last.status} ${last.url}: ${textOf(last)}`)
  return new URL(last.location)
}

export function isSignIn(page: PageShown): boolean {
  return /action="[^"]*\/sign-in"/.test(page.text)
}

export function textOf(page: PageShown): string {
  return page.text
    .replace(/<(style|head)[^>]*>.*?<\/\1>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

/** The whole sign-in: authorization request, pages, code exchange. */
export async function signIn(
  issuer: Pick<TestIssuer, 'url'>,
  rp: client.Configuration,
  given: SignInGiven = {},
): Promise<SignedIn> {
  const agent = given.agent ?? userAgent(issuer.url)
  const { url, checks } = await authorizationRequest(rp, given)
  const callback = await visit(url, agent, given.person)
  const tokens = await client.authorizationCodeGrant(
    rp,
    callback,
    checks,
    {},
    given.dpop && { DPoP: given.dpop },
  )
  return { tokens, agent, ...decoded(tokens) }
}

/** A refresh by openid-client, with the token of the sign-in before. */
export async function refresh(
  rp: client.Configuration,
  { tokens }: Pick<SignedIn, 'tokens'>,
  dpop?: client.DPoPHandle,
): Promise<Omit<SignedIn, 'agent'>> {
  const next = await client.refreshTokenGrant(rp, refreshTokenOf(tokens), {}, dpop && { DPoP: dpop })
  return { tokens: next, ...decoded(next) }
}

export function refreshTokenOf(tokens: client.TokenEndpointResponse): string {
  if (tokens.refresh_token === undefined) throw new Error('there is no refresh token')
  return tokens.refresh_token
}

function decoded(tokens: client.TokenEndpointResponse): Pick<SignedIn, 'accessToken' | 'idToken'> {
  return { accessToken: decodeJwt(tokens.access_token), idToken: decodeJwt(tokens.id_token ?? '') }
}
