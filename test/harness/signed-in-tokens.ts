// The tokens of the web application, by plain requests: for tests that are about something else than how they are got.
import { z } from 'zod'
import { redirectUri, webClient } from './directory-fixture.ts'
import type { UserAgent } from './user-agent.ts'
import { signIn } from './visitor.ts'

export interface TokenAnswer {
  readonly status: number
  readonly body: {
    readonly access_token?: string | undefined
    readonly id_token?: string | undefined
    readonly refresh_token?: string | undefined
    readonly error?: string | undefined
    readonly error_description?: string | undefined
  }
}

export interface SignedInTokens {
  readonly accessToken: string
  readonly idToken: string
  readonly refreshToken: string
}

const tokenBody = z.looseObject({
  access_token: z.string().optional(),
  id_token: z.string().optional(),
  refresh_token: z.string().optional(),
  error: z.string().optional(),
  error_description: z.string().optional(),
})

/** What the web application opens in a browser; `changes` replace parameters, and remove them when undefined. */
export function authorizationUrl(
  issuer: string,
  changes: Readonly<Record<string, string | undefined>> = {},
): string {
  const params = {
    response_type: 'code',
    client_id: webClient.id,
    redirect_uri: redirectUri,
    scope: 'openid profile email offline',
    state: 'state-of-the-application',
    ...changes,
  }
  const given = Object.entries(params).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  )
  return `${issuer}/oauth2/auth?${new URLSearchParams(given).toString()}`
}

/** A request of the web application to the token endpoint. */
export async function requestTokens(
  issuer: string,
  form: Readonly<Record<string, string>>,
): Promise<TokenAnswer> {
  const response = await fetch(`${issuer}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: webClient.id, client_secret: webClient.secret, ...form }),
  })
  return { status: response.status, body: tokenBody.parse(await response.json()) }
}

export function redeemCode(issuer: string, callback: URL): Promise<TokenAnswer> {
  const code = callback.searchParams.get('code') ?? ''
  return requestTokens(issuer, { grant_type: 'authorization_code', code, redirect_uri: redirectUri })
}

export function refreshTokens(issuer: string, refreshToken: string): Promise<TokenAnswer> {
  return requestTokens(issuer, { grant_type: 'refresh_token', refresh_token: refreshToken })
}

/** Signs Ada in and redeems the code; fails with the error when there is one. */
export async function signedInTokens(
  issuer: string,
  agent: UserAgent,
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<SignedInTokens> {
  return tokensOf(await redeemCode(issuer, await signIn(agent, authorizationUrl(issuer, changes))))
}

export function tokensOf({ status, body }: TokenAnswer): SignedInTokens {
  const { access_token: accessToken, id_token: idToken, refresh_token: refreshToken } = body
  if (status !== 200 || !accessToken || !idToken || !refreshToken)
    throw new Error(`no tokens but ${String(status)}: ${JSON.stringify(body)}`)
  return { accessToken, idToken, refreshToken }
}
