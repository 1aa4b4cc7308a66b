// A server's management API over HTTP, as a machine: a token first, then whatever is asked with it.
import { z } from 'zod'
import { isLoopback, parseIssuerUrl } from '../app/index.ts'
import type { ClientCredentials } from '../config/index.ts'
import { AppError, ConfigError, ServerError } from '../errors/index.ts'
import { openGuardedFetch } from '../net/index.ts'

export interface ServerSession {
  /** Its origin. */
  readonly where: string
  /** `path` begins with /api/v1. Rejects with AppError when there is no answer, or no token. */
  ask(path: string, init: RequestInit): Promise<ServerAnswer>
  close(): Promise<void>
}

export interface ServerAnswer {
  readonly status: number
  readonly headers: Headers
  /** Undefined when it is not JSON. */
  readonly json: unknown
}

export interface SessionOptions {
  readonly credentials: ClientCredentials
  readonly limits: { readonly callMs: number; readonly callBytes: number }
  /** What to check when the server gives no token. */
  readonly credentialsHint: string
}

/** Nothing is sent before the first question. Throws ConfigError. */
export function openServerSession(
  to: string,
  { credentials, limits, credentialsHint }: SessionOptions,
): ServerSession {
  const where = serverAddress(to)
  // The user names the server, which may be on this machine or in a private network.
  const outgoing = openGuardedFetch({ allow: [where], isLoopbackAllowed: true, limits })
  const send: Send = async (path, init) => {
    const response = await outgoing.fetch(`${where}${path}`, init).catch((cause: unknown) => {
      throw unreachable(where, cause)
    })
    return { status: response.status, headers: response.headers, json: parsedJson(await response.text()) }
  }
  const newToken = () => accessToken(credentials, where, send, credentialsHint)
  let token: Promise<string> | undefined
  return {
    where,
    async ask(path, init) {
      const sendWith = (bearer: string) =>
        send(path, {
          ...init,
          headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
        })
      const used = (token ??= newToken())
      const answer = await sendWith(await used)
      if (credentials.kind === 'token' || !isTokenRefused(answer)) return answer
      // It expired: a command that follows a log or waits for a rehearsal lives longer. The token is judged before anything is done.
      if (token === used) token = newToken()
      return sendWith(await token)
    },
    close: () => outgoing.close(),
  }
}

const tokenRefusal = z.object({ errors: z.tuple([z.object({ code: z.literal('TOKEN_INVALID') })]) })

function isTokenRefused({ status, json }: ServerAnswer): boolean {
  return status === 401 || (status === 403 && tokenRefusal.safeParse(json).success)
}

type Send = (path: string, init: RequestInit) => Promise<ServerAnswer>

/** An origin. Credentials go unencrypted only to this machine. Throws ConfigError `usage`. */
function serverAddress(text: string): string {
  const origin = parseIssuerUrl(text)
  const { protocol, hostname } = new URL(origin)
  if (protocol === 'https:' || isLoopback(hostname)) return origin
  throw new ConfigError('usage', `${origin} would get the credentials over an unencrypted connection.`, {
    hint: 'Write https://. Unencrypted connections are for this machine alone.',
  })
}

const tokenAnswer = z.object({ access_token: z.string().min(1) })
const discoveryAnswer = z.object({ issuer: z.string().min(1) })
const oauthError = z.object({ error: z.string(), error_description: z.string().optional() })

/** The audience is the issuer's own name, which a server behind another address does not share with --to. */
async function accessToken(
  credentials: ClientCredentials,
  where: string,
  send: Send,
  hint: string,
): Promise<string> {
  if (credentials.kind === 'token') return credentials.token
  const discovery = await send('/.well-known/openid-configuration', { method: 'GET' })
  const found = discoveryAnswer.safeParse(discovery.json)
  if (!found.success) throw notMintage(where, discovery.status)
  const answer = await send('/oauth2/token', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
      audience: `${found.data.issuer}/api`,
    }).toString(),
  })
  const token = tokenAnswer.safeParse(answer.json)
  if (token.success) return token.data.access_token
  const refused = oauthError.safeParse(answer.json)
  if (!refused.success || answer.status >= 500) throw notMintage(where, answer.status)
  const { error, error_description: description } = refused.data
  const why = description === undefined ? error : `${error}: ${description}`
  throw new ConfigError('credentials_refused', `${where} gives the machine no token (${why}).`, {
    hint,
  })
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function notMintage(where: string, status: number): ServerError {
  return new ServerError(
    'server_unreachable',
    `${where} answers with status ${status}, and not as a server of Mintage does.`,
  )
}

function unreachable(where: string, cause: unknown): ServerError {
  const why = cause instanceof AppError ? ` (${cause.message})` : ''
  return new ServerError('server_unreachable', `No server of Mintage answers at ${where}${why}.`, { cause })
}
