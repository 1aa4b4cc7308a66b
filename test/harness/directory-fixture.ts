// A small directory with everything that a token can show: two organizations, a user with roles and flags in the first of them, a
// confidential, a public and a machine application, an API.
import { randomBytes } from 'node:crypto'
import { passwordHasher } from '../../src/directory/index.ts'
import { anIdentity, anOrganization, aUser } from '../../src/store/contract/samples.ts'
import {
  defaultTokenLifetimes,
  type AccessTokenType,
  type ApplicationRecord,
  type Change,
  type UserRecord,
} from '../../src/store/index.ts'

const createdAtMs = 1_767_225_600_000

export const ada = {
  id: 'kp_00000000000000000000000000000ada',
  email: 'ada@example.com',
  password: 'correct horse battery staple',
} as const

export const engines = { code: 'org_00000000000e0001', name: 'Analytical Engines' } as const
export const weaving = { code: 'org_00000000000e0002', name: 'Weaving Mill' } as const
export const audience = 'https://api.example.com/v1'

export const redirectUri = 'http://127.0.0.1:9/callback'
export const logoutUri = 'http://127.0.0.1:9/signed-out'

export const webClient = { id: 'c0000000000000000000000000000001', secret: 'w'.repeat(48) } as const
export const spaClient = { id: 'c0000000000000000000000000000002' } as const
export const m2mClient = { id: 'c0000000000000000000000000000003', secret: 'm'.repeat(48) } as const
export const deviceClient = { id: 'c0000000000000000000000000000004' } as const
/** In a directory only with `otherApplication`. */
export const otherClient = { id: 'c00000000000000000000000000other', secret: 'o'.repeat(48) } as const

const application: ApplicationRecord = {
  clientId: webClient.id,
  name: 'Web application',
  type: 'reg',
  clientSecret: webClient.secret,
  authMethod: 'client_secret_post',
  jwks: null,
  redirectUris: [redirectUri],
  logoutUris: [logoutUri],
  backchannelLogoutUri: null,
  corsOrigins: [],
  homepageUri: null,
  loginUri: null,
  lifetimes: defaultTokenLifetimes,
  customization: {
    accessToken: ['roles', 'org_name', 'email', 'user_properties'],
    idToken: ['organizations'],
    properties: ['kp_usr_city'],
  },
  signingAlgorithm: 'RS256',
  isPkceRequired: false,
  isDpopRequired: false,
  isParRequired: false,
  isCookieRefresh: false,
  apis: [{ apiId: 'api_1', scopeIds: [] }],
  organizationCode: null,
  properties: {},
  createdAtMs,
}

export interface FixtureOptions {
  /** Ada belongs to the second organization, too. */
  readonly isInBoth?: boolean
  /** Changes of the web application. */
  readonly web?: Partial<ApplicationRecord>
  /** Of tokens for `audience`; the default of mintage.yaml when not given. */
  readonly accessTokenType?: AccessTokenType
  readonly spa?: Partial<ApplicationRecord>
  readonly m2m?: Partial<ApplicationRecord>
  readonly more?: readonly Change[]
}

/** One more application: the web application, but for these changes. */
export function anotherApplication(changes: Partial<ApplicationRecord>): Change {
  return { kind: 'put-application', application: { ...application, ...changes } }
}

/** The confidential application of someone else. */
export const otherApplication: Change = anotherApplication({
  clientId: otherClient.id,
  clientSecret: otherClient.secret,
  name: 'Other',
})

const hashes = new Map<string, Promise<string>>()

export async function directoryFixture(options: FixtureOptions = {}): Promise<Change[]> {
  const memberships = options.isInBoth ? [engines, weaving] : [engines]
  return [
    {
      kind: 'put-permission',
      permission: { id: 'perm_1', key: 'read:reports', name: 'Read reports', description: null },
    },
    {
      kind: 'put-permission',
      permission: { id: 'perm_2', key: 'write:reports', name: 'Write reports', description: null },
    },
    {
      kind: 'put-role',
      role: {
        id: 'role_1',
        key: 'admin',
        name: 'Administrator',
        description: null,
        permissionIds: ['perm_1', 'perm_2'],
        isDefault: false,
        scopeIds: [],
        systemPermissions: [],
        assignmentPermissionId: null,
      },
    },
    {
      kind: 'put-feature-flag',
      flag: {
        id: 'flag_1',
        key: 'theme',
        name: 'Theme',
        description: null,
        type: 'str',
        defaultValue: 'violet',
        allowOverrideLevel: 'usr',
      },
    },
    {
      kind: 'put-property',
      property: {
        id: 'prop_1',
        key: 'kp_usr_city',
        name: 'City',
        description: null,
        type: 'single_line_text',
        context: 'usr',
        isPrivate: false,
        categoryId: null,
      },
    },
    {
      kind: 'put-api',
      api: {
        id: 'api_1',
        name: 'Reports',
        audience,
        isManagementApi: false,
        accessTokenType: options.accessTokenType ?? 'JWT',
        scopes: [{ id: 'scope_1', key: 'read:all', description: null }],
      },
    },
    {
      kind: 'put-connection',
      connection: {
        id: 'conn_email',
        name: 'email',
        displayName: 'Email',
        kind: 'password',
        strategy: 'email:password',
        isEnabled: true,
      },
    },
    ...[engines, weaving].map(({ code, name }): Change => ({
      kind: 'add-organization',
      organization: anOrganization(code, { name, createdAtMs }),
    })),
    ...(await userChanges(ada, { firstName: 'Ada', lastName: 'Lovelace' })),
    ...memberships.map(({ code }): Change => ({
      kind: 'add-membership',
      membership: {
        organizationCode: code,
        userId: ada.id,
        roleIds: code === engines.code ? ['role_1'] : [],
        permissionIds: [],
        joinedAtMs: createdAtMs,
      },
    })),
    { kind: 'set-property', owner: { context: 'usr', id: ada.id }, key: 'kp_usr_city', value: 'London' },
    { kind: 'put-application', application: { ...application, ...options.web } },
    {
      kind: 'put-application',
      application: {
        ...application,
        clientId: spaClient.id,
        name: 'Single page',
        type: 'spa',
        clientSecret: null,
        authMethod: 'none',
        isPkceRequired: true,
        ...options.spa,
      },
    },
    {
      kind: 'put-application',
      application: {
        ...application,
        clientId: m2mClient.id,
        name: 'Machine',
        type: 'm2m',
        clientSecret: m2mClient.secret,
        redirectUris: [],
        logoutUris: [],
        apis: [{ apiId: 'api_1', scopeIds: ['scope_1'] }],
        ...options.m2m,
      },
    },
    {
      kind: 'put-application',
      application: {
        ...application,
        clientId: deviceClient.id,
        name: 'Television',
        type: 'device',
        clientSecret: null,
        authMethod: 'none',
        redirectUris: [],
        logoutUris: [],
      },
    },
    ...(options.more ?? []),
  ]
}

/** Ada's username, beside her address. */
export const adasUsername: Change = {
  kind: 'add-identity',
  identity: anIdentity(ada.id, 'ada', { type: 'username' }),
}

/** A user with an address and a password; the hash is made once in a process. */
export async function userChanges(
  { id, email, password }: { readonly id: string; readonly email: string; readonly password: string },
  names: Partial<Pick<UserRecord, 'firstName' | 'lastName'>> = {},
): Promise<Change[]> {
  const hash = await hashOf(password)
  return [
    {
      kind: 'add-user',
      user: aUser(id, {
        firstName: null,
        lastName: null,
        ...names,
        preferredEmail: email,
        createdAtMs,
        updatedAtMs: createdAtMs,
      }),
    },
    {
      kind: 'add-identity',
      identity: anIdentity(id, email, { id: `identity_${id.slice(3)}`, createdAtMs }),
    },
    { kind: 'add-password', password: { userId: id, hash, isTemporary: false, updatedAtMs: createdAtMs } },
  ]
}

function hashOf(password: string): Promise<string> {
  const known = hashes.get(password)
  if (known) return known
  const made = passwordHasher({ random: randomBytes })
    .hash(password)
    .then((hash) => hash ?? '')
  hashes.set(password, made)
  return made
}
