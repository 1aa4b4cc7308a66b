// The playground as an OpenID client: openid-client over the issuer's endpoints, which it reaches in process. Its checks are those
// that any application should make: state, nonce, PKCE, the issuer of the answer, and the ID token's signature.
import {
  allowInsecureRequests,
  AuthorizationResponseError,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  calculatePKCECodeChallenge,
  ClientError,
  ClientSecretPost,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  ResponseBodyError,
  type Configuration,
  type TokenEndpointResponse,
  type TokenEndpointResponseHelpers,
} from 'openid-client'
import { z } from 'zod'
import type { ApplicationRecord } from '../store/index.ts'
import type { OAuthFailure, PendingSignIn, ReceivedTokens } from './browser-session.ts'

export const callbackPath = '/playground/callback'

export interface ClientDeps {
  /** Without a trailing slash. */
  readonly issuer: string
  /** The issuer's endpoints, in process. */
  readonly handle: (request: Request) => Promise<Response>
}

export interface SignInRequest {
  /** `none` asks without a page, `create` for the sign-up page. */
  readonly prompt?: 'none' | 'create' | 'login'
  readonly organizationCode?: string
}

/** Everything the browser needs to be sent on its way, and what to remember until it is back. */
export interface StartedSignIn {
  readonly url: URL
  readonly pending: Omit<PendingSignIn, 'startedAtMs'>
}

/** Tokens, or the OAuth error that the issuer answered with. */
export type TokenAnswer = ReceivedTokens | { readonly failure: OAuthFailure }

export class PlaygroundClient {
  readonly #deps: ClientDeps
  readonly #application: ApplicationRecord
  #discovered: Promise<Configuration> | undefined

  constructor(application: ApplicationRecord, deps: ClientDeps) {
    this.#application = application
    this.#deps = deps
  }

  async start({ prompt, organizationCode }: SignInRequest): Promise<StartedSignIn> {
    const pending = { state: randomState(), nonce: randomNonce(), codeVerifier: randomPKCECodeVerifier() }
    const url = buildAuthorizationUrl(await this.#configuration(), {
      redirect_uri: `${this.#deps.issuer}${callbackPath}`,
      scope: 'openid profile email offline',
      code_challenge: await calculatePKCECodeChallenge(pending.codeVerifier),
      code_challenge_method: 'S256',
      state: pending.state,
      nonce: pending.nonce,
      ...(prompt && { prompt }),
      ...(organizationCode !== undefined && { org_code: organizationCode }),
    })
    return { url, pending }
  }

  /** `search` is the query that the browser came back with. */
  async finish(
    search: string,
    { state, nonce, codeVerifier }: Omit<PendingSignIn, 'startedAtMs'>,
  ): Promise<TokenAnswer> {
    return answered(async () => {
      const url = new URL(`${this.#deps.issuer}${callbackPath}${search}`)
      return authorizationCodeGrant(await this.#configuration(), url, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: codeVerifier,
        idTokenExpected: true,
      })
    })
  }

  /** The tokens that came before fill in what a refresh does not repeat. */
  async refresh(before: ReceivedTokens): Promise<TokenAnswer> {
    const { refreshToken } = before
    if (refreshToken === undefined) {
      return { failure: { code: 'no_refresh_token', description: 'The issuer gave no refresh token.' } }
    }
    return answered(async () => refreshTokenGrant(await this.#configuration(), refreshToken), before)
  }

  async signOutUrl(tokens: ReceivedTokens | undefined): Promise<URL> {
    return buildEndSessionUrl(await this.#configuration(), {
      post_logout_redirect_uri: `${this.#deps.issuer}/playground`,
      ...(tokens && { id_token_hint: tokens.idToken }),
    })
  }

  /** Kept once it succeeded. */
  async #configuration(): Promise<Configuration> {
    this.#discovered ??= this.#discover()
    try {
      return await this.#discovered
    } catch (error) {
      this.#discovered = undefined
      throw error
    }
  }

  #discover(): Promise<Configuration> {
    const { clientId, clientSecret } = this.#application
    const { issuer, handle } = this.#deps
    return discovery(
      new URL(issuer),
      clientId,
      undefined,
      clientSecret === null ? None() : ClientSecretPost(clientSecret),
      {
        [customFetch]: async (url, options) =>
          handle(new Request(url, { ...options, body: options.body ?? null })),
        // The issuer of a developer's machine has no TLS, and nothing leaves the process.
        execute: [enableNonRepudiationChecks, ...(issuer.startsWith('http:') ? [allowInsecureRequests] : [])],
      },
    )
  }
}

type TokenResponse = TokenEndpointResponse & TokenEndpointResponseHelpers

async function answered(ask: () => Promise<TokenResponse>, before?: ReceivedTokens): Promise<TokenAnswer> {
  try {
    const response = await ask()
    const claims = response.claims()
    const name = claims?.['name'] ?? claims?.['email']
    return {
      accessToken: response.access_token,
      idToken: response.id_token ?? before?.idToken ?? '',
      refreshToken: response.refresh_token ?? before?.refreshToken,
      subject: claims?.sub ?? before?.subject ?? '',
      account: typeof name === 'string' && name !== '' ? name : (before?.account ?? claims?.sub ?? ''),
    }
  } catch (error) {
    const failure = await failureOf(error)
    if (failure === undefined) throw error
    return { failure }
  }
}

const errorBody = z.object({ error: z.string(), error_description: z.string().optional() })

/** The OAuth error that the issuer answered with. openid-client reads it only from a 4xx; a failed workflow is a 500. */
async function failureOf(error: unknown): Promise<OAuthFailure | undefined> {
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    return oauthFailure(error)
  }
  if (!(error instanceof ClientError) || !(error.cause instanceof Response)) return undefined
  const body: unknown = await error.cause.json().catch(() => undefined)
  const parsed = errorBody.safeParse(body)
  return parsed.success ? oauthFailure(parsed.data) : undefined
}

interface WireError {
  readonly error: string
  readonly error_description?: string | undefined
}

function oauthFailure({ error, error_description }: WireError): OAuthFailure {
  return { code: error, ...(error_description !== undefined && { description: error_description }) }
}
