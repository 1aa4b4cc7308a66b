// The operations of a server's management API over HTTP: a token of the machine first, then each operation as its declaration says.
import { z } from 'zod'
import { readClientCredentials, type ClientCredentials } from '../config/index.ts'
import { AppError, ConfigError, ServerError } from '../errors/index.ts'
import { isLoopback, parseIssuerUrl } from '../app/index.ts'
import { openGuardedFetch } from '../net/index.ts'
import type { ManagementClient } from './management-client.ts'
import { refusal } from './management-refusal.ts'

/** A deployment is checked, and may be rehearsed, before the answer comes. */
const callLimits = { callMs: 300_000, callBytes: 64 * 1024 * 1024 }

/** Throws ConfigError. Nothing is sent before the first call. */
export function openRemoteManagement(to: string): ManagementClient {
  const where = serverAddress(to)
  const credentials = readClientCredentials()
  if (credentials === undefined) {
    throw new ConfigError('credentials_missing', `There are no credentials for ${where}.`, {
      hint: 'Set MINTAGE_CLIENT_ID and MINTAGE_CLIENT_SECRET to those of a machine application (type m2m), or MINTAGE_TOKEN.',
    })
  }
  // The user names the server, which may be on this machine or in a private network.
  const outgoing = openGuardedFetch({ allow: [where], isLoopbackAllowed: true, limits: callLimits })
  const send: Send = async (path, init) => {
    const response = await outgoing.fetch(`${where}${path}`, init).catch((cause: unknown) => {
      throw unreachable(where, cause)
    })
    return { status: response.status, text: await response.text() }
  }
  let token: Promise<string> | undefined
  return {
    where,
    async call(operation, { path = {}, query = {}, body } = {}) {
      token ??= accessToken(credentials, where, send)
      const answer = await send(`/api/v1${filled(operation.path, path)}${queryText(query)}`, {
        method: operation.method.toUpperCase(),
        headers: { authorization: `Bearer ${await token}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const json = parsedJson(answer.text)
      if (answer.status >= 400) throw refusedBy(json, answer.status, operation, where)
      const parsed = operation.answer.safeParse(json)
      if (parsed.success) return parsed.data
      throw new ServerError(
        'server_version',
        `${where} answers ${operation.operationId} in another form: it runs another version of Mintage, or another server answers there.`,
      )
    },
    beginWork: () => Promise.resolve(),
    close: () => outgoing.close(),
  }
}

type Send = (path: string, init: RequestInit) => Promise<{ readonly status: number; readonly text: string }>

/** An origin. Credentials go in the clear to this machine alone. Throws ConfigError `usage`. */
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
async function accessToken(credentials: ClientCredentials, where: string, send: Send): Promise<string> {
  if (credentials.kind === 'token') return credentials.token
  const discovery = await send('/.well-known/openid-configuration', { method: 'GET' })
  const found = discoveryAnswer.safeParse(parsedJson(discovery.text))
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
  const json = parsedJson(answer.text)
  const token = tokenAnswer.safeParse(json)
  if (token.success) return token.data.access_token
  const refused = oauthError.safeParse(json)
  if (!refused.success || answer.status >= 500) throw notMintage(where, answer.status)
  const { error, error_description: description } = refused.data
  const why = description === undefined ? error : `${error}: ${description}`
  throw new ConfigError('credentials_refused', `${where} gives the machine no token (${why}).`, {
    hint: 'Check MINTAGE_CLIENT_ID and MINTAGE_CLIENT_SECRET, and that apis of this application in mintage.yaml has the audience ${issuer}/api.',
  })
}

function filled(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''))
}

function queryText(query: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(query).toString()
  return text === '' ? '' : `?${text}`
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const problem = z.object({ code: z.string(), message: z.string() })
/** An unknown route answers with one problem rather than a list, as at Kinde. */
const errorAnswer = z.object({ errors: z.union([z.array(problem).min(1), problem]) })

function refusedBy(
  json: unknown,
  status: number,
  operation: { readonly method: string; readonly path: string; readonly scope: string | null },
  where: string,
): AppError {
  const parsed = errorAnswer.safeParse(json)
  return parsed.success ? refusal([parsed.data.errors].flat(), operation, where) : notMintage(where, status)
}

function notMintage(where: string, status: number): ServerError {
  return new ServerError(
    'server_unreachable',
    `${where} answers with status ${status}, and not as a server of Mintage does.`,
  )
}

function unreachable(where: string, cause: unknown): ServerError {
  const why = cause instanceof AppError ? ` (${cause.message})` : ''
  return new ServerError('server_unreachable', `No server answers at ${where}${why}.`, { cause })
}
