// The management API on a real server and socket, over a real database, with tokens that are really signed and really verified: a
// world of a few users and organizations for the tests of test/management. What the issuer does with a token is played by a verifier
// of its own here; test/management/socket.test.ts has the whole server.
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, jwtVerify, SignJWT, type JWTPayload } from 'jose'
import { z } from 'zod'
import { identifierOf } from '../../src/directory/index.ts'
import { clientProblems } from '../../src/issuer/index.ts'
import { fetchHandler, startServer, trustedProxies } from '../../src/http/index.ts'
import { withoutDeployments } from './without-deployments.ts'
import { managementApi, type AccessTokenFacts } from '../../src/management/index.ts'
import { managementScopes } from '../../src/oauth/index.ts'
import { anIdentity, anOrganization, aUser } from '../../src/store/contract/samples.ts'
import {
  defaultTokenLifetimes,
  openStore,
  type Change,
  type FeatureFlagRecord,
  type FlagType,
  type IdentityType,
  type PropertyContext,
  type Store,
  type StoreOptions,
} from '../../src/store/index.ts'
import { egressPolicy } from '../../src/net/index.ts'
import { openLogger } from '../../src/telemetry/index.ts'
import type { Lifetime } from './http-server.ts'

export const issuerUrl = 'https://id.example.com'
export const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5)

/** Making a key takes longer than a test should. */
const keyPair = generateKeyPair('RS256', { extractable: true })

export interface ManagementWorld {
  readonly store: Store
  /** Sends a request for the issuer's address through the socket. */
  readonly handle: (request: Request) => Promise<Response>
  /** The same routes in process, as a workflow reaches them. */
  readonly handleInProcess: (request: Request) => Promise<Response>
  /** Of 127.0.0.1. */
  readonly port: number
  readonly logLines: readonly string[]
  /** What the API called a defect; the world's end asserts that there was none. */
  readonly defects: unknown[]
  /** A machine's token with every scope, unless the claims say otherwise. */
  token(claims?: JWTPayload, expiresAtMs?: number): Promise<string>
  /** `GET /user?id=…`, with a machine's token. */
  call(
    request: string,
    body?: unknown,
    token?: string,
  ): Promise<{ readonly status: number; readonly json: unknown }>
  jwks(): Promise<object>
}

/** `decorate` stands between the API and the database, which is a new SQLite file unless `location` says otherwise. */
export async function openManagementWorld(
  lifetime: Lifetime,
  decorate: (store: Store) => Store = (store) => store,
  location?: StoreOptions['location'],
): Promise<ManagementWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'mintage-management-'))
  const store = await openStore({
    location: location ?? { kind: 'sqlite', file: join(folder, 'mintage.db') },
    masterKey: randomBytes(32),
  })
  const logLines: string[] = []
  const log = openLogger({ level: 'debug', format: 'json', write: (line) => void logLines.push(line) })
  const server = await startServer({ port: 0, host: '127.0.0.1', log })
  lifetime.after(async () => {
    await server.close()
    await store.close()
    await rm(folder, { recursive: true, force: true })
  })
  await store.commit(inhabitants())
  const { publicKey, privateKey } = await keyPair
  const defects: unknown[] = []
  const management = managementApi({
    deployments: withoutDeployments,
    egress: egressPolicy([]),
    store: decorate(store),
    refusedParts: (application) => Promise.resolve(clientProblems([application], issuerUrl)),
    tokenLifetimes: defaultTokenLifetimes,
    issuerUrl,
    invitationDays: 7,
    nowMs: () => nowMs,
    requestsPerMinute: 1_000_000,
    random: randomBytes,
    verifyAccessToken,
    onDefect: (error) => {
      defects.push(error)
      log.error('request_failed', { error })
    },
  })
  const onDefect = (error: unknown) => defects.push(error)
  server.serve({
    origin: new URL(issuerUrl),
    proxies: trustedProxies([]),
    routes: [{ path: '/api', handler: fetchHandler(management.app, { ...management.body, onDefect }) }],
  })
  const handle = async (request: Request) => {
    const { pathname, search } = new URL(request.url)
    return fetch(new Request(`http://127.0.0.1:${server.port}${pathname}${search}`, request))
  }

  async function verifyAccessToken(token: string): Promise<AccessTokenFacts | undefined> {
    try {
      const { payload } = await jwtVerify(token, publicKey, {
        issuer: issuerUrl,
        algorithms: ['RS256'],
        currentDate: new Date(nowMs),
      })
      const { azp, aud, scp, sub, org_code: organizationCode = null } = tokenClaims.parse(payload)
      return { clientId: azp, subject: sub, audiences: aud, scopes: scp, organizationCode }
    } catch {
      return undefined
    }
  }

  async function token(claims: JWTPayload = {}, expiresAtMs = nowMs + 3_600_000): Promise<string> {
    return new SignJWT({
      aud: [`${issuerUrl}/api`],
      azp: 'machine',
      gty: ['client_credentials'],
      scp: [...managementScopes],
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', kid: 'key' })
      .setIssuer(issuerUrl)
      .setExpirationTime(new Date(expiresAtMs))
      .sign(privateKey)
  }

  async function call(request: string, body?: unknown, given?: string) {
    const [method = '', path = ''] = request.split(' ')
    const response = await handle(
      new Request(`${issuerUrl}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${given ?? (await token())}`,
          ...(!(body instanceof FormData) && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && {
          body: typeof body === 'string' || body instanceof FormData ? body : JSON.stringify(body),
        }),
      }),
    )
    const json: unknown = response.status === 204 ? null : await response.json()
    return { status: response.status, json }
  }

  const jwks = async () => ({
    keys: [{ ...(await exportJWK(publicKey)), kid: 'key', use: 'sig', alg: 'RS256' }],
  })
  const { port } = server
  const handleInProcess = (request: Request) => server.handle(request)
  return { store, handle, handleInProcess, port, logLines, defects, token, call, jwks }
}

const tokenClaims = z.object({
  azp: z.string(),
  aud: z.array(z.string()),
  scp: z.array(z.string()),
  sub: z.string().optional(),
  org_code: z.string().optional(),
})

/** Ada, who belongs to Engines as an admin and has one permission besides, and Bob, who belongs to nobody. */
function inhabitants(): Change[] {
  return [
    permission('perm_read', 'reports:read'),
    permission('perm_write', 'reports:write'),
    permission('perm_extra', 'extra'),
    {
      kind: 'put-role',
      role: {
        id: 'role_admin',
        key: 'admin',
        name: 'Administrator',
        description: null,
        permissionIds: ['perm_read', 'perm_write'],
        isDefault: false,
        scopeIds: [],
        systemPermissions: [],
        assignmentPermissionId: null,
      },
    },
    {
      kind: 'put-role',
      role: {
        id: 'role_member',
        key: 'member',
        name: 'Member',
        description: 'Whoever joins',
        permissionIds: ['perm_read'],
        isDefault: true,
        scopeIds: [],
        systemPermissions: [],
        assignmentPermissionId: null,
      },
    },
    flag('theme', 'str', 'usr'),
    flag('limit', 'int', 'org'),
    flag('beta', 'bool', 'env'),
    {
      kind: 'put-api',
      api: {
        id: 'api_looms',
        name: 'Looms',
        audience: 'https://looms.example',
        isManagementApi: false,
        accessTokenType: 'JWT',
        scopes: [{ id: 'scope_read', key: 'read:looms', description: null }],
      },
    },
    property('prop_plan', 'plan', 'usr'),
    property('prop_seats', 'seats', 'usr'),
    property('prop_region', 'region', 'app'),
    property('prop_industry', 'industry', 'org'),
    user('kp_ada', 'Ada', 'Lovelace'),
    identity('identity_1', 'kp_ada', 'email', 'Ada@example.com'),
    identity('identity_2', 'kp_ada', 'username', 'ada'),
    user('kp_bob', 'Bob', null),
    identity('identity_3', 'kp_bob', 'email', 'bob@example.com'),
    organization('org_engines', 'Engines'),
    organization('org_weaving', 'Weaving'),
    {
      kind: 'add-membership',
      membership: {
        organizationCode: 'org_engines',
        userId: 'kp_ada',
        roleIds: ['role_admin', 'role_member'],
        permissionIds: ['perm_extra'],
        joinedAtMs: nowMs,
      },
    },
    { kind: 'set-property', owner: { context: 'usr', id: 'kp_ada' }, key: 'plan', value: 'premium' },
    machineApplication(),
  ]
}

function permission(id: string, key: string): Change {
  return { kind: 'put-permission', permission: { id, key, name: `May ${key}`, description: null } }
}

function property(id: string, key: string, context: PropertyContext): Change {
  return {
    kind: 'put-property',
    property: {
      id,
      key,
      name: `The ${key}`,
      description: null,
      type: 'single_line_text',
      context,
      isPrivate: false,
      categoryId: null,
    },
  }
}

function flag(
  key: string,
  type: FlagType,
  allowOverrideLevel: FeatureFlagRecord['allowOverrideLevel'],
): Change {
  const defaultValue = { str: 'blue', int: 1, bool: false, json: null }[type]
  return {
    kind: 'put-feature-flag',
    flag: { id: `flag_${key}`, key, name: key, description: null, type, defaultValue, allowOverrideLevel },
  }
}

function user(id: string, firstName: string, lastName: string | null): Change {
  return {
    kind: 'add-user',
    user: aUser(id, {
      firstName,
      lastName,
      preferredEmail: `${firstName.toLowerCase()}@example.com`,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    }),
  }
}

function identity(id: string, userId: string, type: IdentityType, value: string): Change {
  const identifier = identifierOf(type, value)
  if (identifier === undefined) throw new Error(`${value} is no ${type}`)
  return {
    kind: 'add-identity',
    identity: anIdentity(userId, value, { ...identifier, id, createdAtMs: nowMs }),
  }
}

function organization(code: string, name: string): Change {
  return {
    kind: 'add-organization',
    organization: anOrganization(code, { name, createdAtMs: nowMs }),
  }
}

function machineApplication(): Change {
  return {
    kind: 'put-application',
    application: {
      clientId: 'machine',
      name: 'Machine',
      type: 'm2m',
      clientSecret: 'anExampleSecretOfFortyAlphanumericSigns01',
      authMethod: 'client_secret_post',
      jwks: null,
      redirectUris: [],
      logoutUris: [],
      backchannelLogoutUri: null,
      corsOrigins: [],
      homepageUri: null,
      loginUri: null,
      lifetimes: { accessToken: 3_600, idToken: 3_600, refreshToken: 3_600, session: 3_600 },
      customization: { accessToken: [], idToken: [], properties: [] },
      signingAlgorithm: 'RS256',
      isPkceRequired: false,
      isDpopRequired: false,
      isParRequired: false,
      isCookieRefresh: false,
      apis: [],
      organizationCode: null,
      properties: { region: 'eu' },
      createdAtMs: nowMs,
    },
  }
}
