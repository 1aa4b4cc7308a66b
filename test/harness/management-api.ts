// Plays the management API and its token endpoint (C§2, C§8), for one user: real RS256 tokens, a real key set, and no
// answer without a token of its own. It knows only what workflows of the examples and of C§6.13 ask for.
import { exportJWK, generateKeyPair, jwtVerify, SignJWT, type CryptoKey } from 'jose'
import {
  startHttpServer,
  type Lifetime,
  type LocalServer,
  type ReceivedRequest,
  type ServerAnswer,
} from './http-server.ts'

export const m2mClient = { id: 'workflow_client', secret: 'anExampleSecretOfFortyAlphanumericSigns01' }

/** The environment variables that createKindeAPI reads (C§6.7). */
export const m2mEnvironment = {
  KINDE_WF_M2M_CLIENT_ID: { value: m2mClient.id, isSecret: false },
  KINDE_WF_M2M_CLIENT_SECRET: { value: m2mClient.secret, isSecret: true },
}

export interface ManagementApi extends LocalServer {
  /** Requests to the token endpoint. */
  readonly tokenRequests: readonly ReceivedRequest[]
  /** Requests below /api/v1. */
  readonly apiRequests: readonly ReceivedRequest[]
}

export interface ManagementApiOptions {
  /** The first answers of the API wait until so many requests have arrived: calls made one by one never get them. */
  readonly meetingOf?: number
  readonly port?: number
}

const kid = 'key-of-the-test'

/** Making a key takes longer than a test should; a token is still good for one server alone, by its issuer. */
const keyPair = generateKeyPair('RS256', { extractable: true })

export async function startManagementApi(
  lifetime: Lifetime,
  { meetingOf = 1, port = 0 }: ManagementApiOptions = {},
): Promise<ManagementApi> {
  const { publicKey, privateKey } = await keyPair
  const keySet = { keys: [{ ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' }] }
  const tokenRequests: ReceivedRequest[] = []
  const apiRequests: ReceivedRequest[] = []
  const meeting = Promise.withResolvers<void>()

  const server: LocalServer = await startHttpServer(lifetime, answer, port)
  return { ...server, tokenRequests, apiRequests }

  async function answer(request: ReceivedRequest): Promise<ServerAnswer> {
    const { pathname } = request.url
    if (pathname === '/.well-known/jwks.json' || pathname === '/.well-known/jwks') return { json: keySet }
    if (pathname === '/oauth2/token') {
      tokenRequests.push(request)
      return tokenAnswer(request, privateKey, server.origin)
    }
    apiRequests.push(request)
    if (apiRequests.length >= meetingOf) meeting.resolve()
    await meeting.promise
    const isAuthorized = await hasToken(request, publicKey, server.origin)
    return isAuthorized ? resource(request) : failure(403, 'TOKEN_INVALID', 'Missing or invalid access token')
  }
}

async function tokenAnswer(request: ReceivedRequest, key: CryptoKey, origin: string): Promise<ServerAnswer> {
  const form = new URLSearchParams(request.body)
  const isKnown = form.get('client_id') === m2mClient.id && form.get('client_secret') === m2mClient.secret
  if (!isKnown) return { status: 401, json: { error: 'invalid_client', error_description: 'Unknown client' } }
  if (form.get('grant_type') !== 'client_credentials')
    return { status: 400, json: { error: 'unsupported_grant_type' } }
  if (form.get('audience') !== `${origin}/api`) return { status: 400, json: { error: 'unauthorized_client' } }
  const token = await new SignJWT({
    azp: m2mClient.id,
    gty: ['client_credentials'],
    scope: '',
    scp: [],
    v: '2',
  })
    .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
    .setIssuer(origin)
    .setAudience([`${origin}/api`])
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(key)
  return { json: { access_token: token, expires_in: 3599, scope: '', token_type: 'bearer' } }
}

async function hasToken(request: ReceivedRequest, key: CryptoKey, origin: string): Promise<boolean> {
  const token = request.headers.authorization?.replace(/^Bearer /, '') ?? ''
  return jwtVerify(token, key, { issuer: origin, audience: `${origin}/api` }).then(
    () => true,
    () => false,
  )
}

function resource({ method, url, body }: ReceivedRequest): ServerAnswer {
  const { pathname } = url
  const path = `${method} ${pathname.replace('/api/v1', '')}`
  if (path === 'GET /user') return user(url.searchParams)
  if (path === 'GET /users/kp_ada/properties') return ok({ properties, next_token: null })
  if (path === 'GET /organizations/org_engines/users/kp_ada/roles') return ok({ roles, next_token: null })
  if (path === 'PATCH /users/kp_ada/properties') return ok({ received: body })
  if (path === 'POST /user') return { status: 201, json: { id: 'kp_ada', created: true, identities: [] } }
  return {
    status: 404,
    json: { errors: { code: 'ROUTE_NOT_FOUND', message: 'The requested API route does not exist' } },
  }
}

function user(query: URLSearchParams): ServerAnswer {
  if (query.get('id') !== 'kp_ada') return failure(404, 'USER_NOT_FOUND', 'There is no such user')
  const expanded = query.get('expand')?.split(',') ?? []
  return {
    json: {
      ...ada,
      ...(expanded.includes('organizations') && { organizations: ['org_engines', 'org_weaving'] }),
      ...(expanded.includes('identities') && {
        identities: [{ type: 'email', identity: 'ada@example.com' }],
      }),
    },
  }
}

/** Without `code` and `message`, unlike most reads (C§8). */
const ada = {
  id: 'kp_ada',
  provided_id: 'customer-1815',
  preferred_email: 'ada@example.com',
  first_name: 'Ada',
  last_name: 'Lovelace',
  is_suspended: false,
  total_sign_ins: 12,
  failed_sign_ins: 0,
  created_on: '2025-12-10T10:00:00Z',
}

const properties = [
  { id: 'prop_1', name: 'Plan', key: 'plan', description: 'What the customer pays for', value: 'premium' },
  { id: 'prop_2', name: 'Seats', key: 'seats', description: 'How many people may sign in', value: '25' },
]

const roles = [
  { id: 'role_1', key: 'admin', name: 'Administrator' },
  { id: 'role_2', key: 'editor', name: 'Editor' },
]

function ok(payload: object): ServerAnswer {
  return { json: { code: 'OK', message: 'Success', ...payload } }
}

function failure(status: number, code: string, message: string): ServerAnswer {
  return { status, json: { errors: [{ code, message }] } }
}
