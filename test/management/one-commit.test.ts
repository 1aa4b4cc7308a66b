// Every change is one commit: two requests at the same time never undo each other's work, and what cannot be written into the audit log does
// not happen. Over a real socket, on both databases.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { parseMintageYaml } from '../../src/config/index.ts'
import { applyMintageFile, systemPermissions } from '../../src/directory/index.ts'
import { operations } from '../../src/management/operations.ts'
import type { Store } from '../../src/store/index.ts'
import { imageFile, png } from '../harness/images.ts'
import { issuerUrl, nowMs, openManagementWorld } from '../harness/management-world.ts'
import { startPostgres } from '../harness/postgres.ts'
import { rawPostgres, rawSqlite, type RawDatabase } from '../harness/raw-database.ts'
import { aroundCalls } from '../reliability/faulty-store.ts'

const postgres = await startPostgres({ after })
// One database of each kind: making one on Postgres takes seconds, and each test has users of its own.
const databases: readonly (readonly [string, RawDatabase])[] = [
  ['SQLite', await rawSqlite({ after })],
  ['Postgres', await rawPostgres({ after }, postgres)],
]

/** Holds every commit until so many have come: then all of them have read, and none has written. */
class Meeting {
  #awaited = 0
  #come: (() => void)[] = []

  of(count: number): void {
    this.#awaited = count
  }

  decorate(store: Store): Store {
    return aroundCalls(store, async (name, call) => {
      if (name === 'commit') await this.#arrive()
      return call()
    })
  }

  #arrive(): Promise<void> {
    if (this.#awaited === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#come.push(resolve)
      if (this.#come.length < this.#awaited) return
      this.#awaited = 0
      for (const goOn of this.#come.splice(0)) goOn()
    })
  }
}

/** What they check is stored before it is judged, so that a server that is lost meanwhile leaves a trace; test/cli/deploy.test.ts has them. */
const inSteps = new Set(['createDeployment'])
/** `createReplay` runs invocations again and keeps nothing of that; `ResetOrgUserMFA` and `ResetUsersMFA` find no second factor, because Mintage has none; a verification is counted beside the commits (docs/decisions/0094). */
const changesNothing = new Set(['verifyApiKey', 'createReplay', 'ResetOrgUserMFA', 'ResetUsersMFA'])

const ready = (id: string) =>
  ({
    id,
    createdAtMs: 1,
    checkedAtMs: 1,
    author: 'machine',
    origin: 'deploy',
    isDraft: false,
    state: 'ready',
    summary: {},
    buildLog: '',
  }) as const

const orders = {
  id: 'api_orders',
  name: 'Orders',
  audience: 'https://orders.example.com',
  isManagementApi: false,
  accessTokenType: 'JWT',
  scopes: [{ id: 'scope_orders', key: 'read:orders', description: null }],
} as const
const hook = {
  id: 'webhook_1',
  name: 'Hook',
  endpoint: 'https://hooks.example.com/canary',
  description: null,
  eventTypes: ['user.created'],
  createdAtMs: 1,
}

/** A delivery of that webhook. */
async function oneDead({ webhooks }: Store) {
  const from = (await webhooks.queue(hook.id))?.sequence ?? 0
  const about = { webhookId: hook.id, eventId: 'event_1', eventType: 'user.created', sequence: 1 }
  const tried = { attempts: 10, lastAtMs: 1, nextAtMs: null, status: 500, error: 'x' }
  const deliveries = [{ id: 'msg_1', ...about, state: 'dead', ...tried } as const]
  return { webhookId: hook.id, from, to: from, deliveries, failingSinceMs: null, disabledAtMs: null }
}
const plan = {
  id: 'plan_pro',
  code: 'pro',
  name: 'Pro',
  customer: 'organization',
  period: 'month',
  features: [
    {
      code: 'seats',
      name: 'Seats',
      priceName: 'Seats',
      fixedCharge: null,
      unitAmount: 500,
      min: null,
      max: 20,
    },
  ],
} as const
const agreement = {
  id: 'agreement_1',
  customer: { kind: 'organization', id: 'org_engines' },
  planCode: 'pro',
  planName: 'Pro',
  period: 'month',
  entitlements: plan.features.map((feature) => ({ id: 'entitlement_1', ...feature })),
  startedAtMs: nowMs,
  endedAtMs: null,
} as const
const invitation = (id: string) => ({
  id,
  code: 'inv_one',
  organizationCode: 'org_weaving',
  email: 'canary@example.com',
  normalized: 'canary@example.com',
  firstName: null,
  lastName: null,
  roleIds: [],
  isSent: false,
  createdAtMs: 1,
  expiresAtMs: nowMs + 1,
  revokedAtMs: null,
  acceptedAtMs: null,
  acceptedBy: null,
})

const sync = {
  id: 'api_key_1',
  hash: '0'.repeat(64),
  name: 'Sync',
  type: 'environment',
  apiId: 'api_orders',
  scopeIds: [],
  userId: null,
  organizationCode: null,
  prefix: 'k_live',
  suffix: 'abcd',
  createdAtMs: 1,
} as const

const hash = (name: string) =>
  `$argon2id$v=19$m=64,t=1,p=1$${Buffer.from('a salt of a test').toString('base64').replaceAll('=', '')}$${Buffer.from(name.padEnd(32, '.')).toString('base64').replaceAll('=', '')}`

const worlds = await Promise.all(
  databases.map(async ([name, database]) => {
    const meeting = new Meeting()
    const decorate = (store: Store) => meeting.decorate(store)
    const world = await openManagementWorld({ after }, decorate, database.location)
    return { ...world, name, database, meeting, token: await world.token() }
  }),
)

for (const { name, database, meeting, store, call, token } of worlds) {
  const { directory, audit } = store
  async function ok(request: string, body?: unknown): Promise<unknown> {
    const { status, json } = await call(request, body, token)
    assert.equal(status, 200, `${request}: ${JSON.stringify(json)}`)
    return json
  }

  let users = 0

  /** Grace, with an address of her own. */
  async function newUser(): Promise<{ readonly id: string; readonly email: string }> {
    users += 1
    const email = `grace-${String(users)}@example.com`
    const json = await ok('POST /user', {
      profile: { given_name: 'Grace', family_name: 'Hopper' },
      identities: [{ type: 'email', details: { email } }],
    })
    return { id: String(Object(json).id), email }
  }

  describe(`A2: on ${name}, two requests that have both read before either writes`, () => {
    test('suspends a user whose name is changed', async () => {
      const { id } = await newUser()
      meeting.of(2)
      await Promise.all([
        ok(`PATCH /user?id=${id}`, { is_suspended: true }),
        ok(`PATCH /user?id=${id}`, { given_name: 'Augusta' }),
      ])
      const user = await directory.user(id)
      assert.deepEqual([user?.isSuspended, user?.firstName, user?.lastName], [true, 'Augusta', 'Hopper'])
    })

    test('keeps the new password when a reset is requested', async () => {
      const { id } = await newUser()
      await ok(`PUT /users/${id}/password`, { hashed_password: hash('old') })
      meeting.of(2)
      await Promise.all([
        ok(`PUT /users/${id}/password`, { hashed_password: hash('new') }),
        ok(`PATCH /user?id=${id}`, { is_password_reset_requested: true }),
      ])
      assert.equal((await directory.password(id))?.hash, hash('new'))
    })

    test('changes one field twice: each audit record begins where the one before ended', async () => {
      const { id } = await newUser()
      meeting.of(2)
      await Promise.all(
        ['Augusta', 'Byron'].map((given) => ok(`PATCH /user?id=${id}`, { given_name: given })),
      )
      const [second, first] = await audit.list({ event: 'management.updateUser', userId: id, limit: 9 })
      assert.partialDeepStrictEqual(first?.details, { before: { firstName: 'Grace' } })
      assert.deepEqual(Object(second?.details['before']).firstName, Object(first?.details['after']).firstName)
    })

    test('gives a member two roles and a permission, and takes another one', async () => {
      const { id } = await newUser()
      await ok('POST /organizations/org_weaving/users', { users: [{ id, roles: [] }] })
      const path = `/organizations/org_weaving/users/${id}`
      await ok(`POST ${path}/permissions`, { permission_id: 'perm_extra' })
      meeting.of(4)
      await Promise.all([
        ok(`POST ${path}/roles`, { role_id: 'role_admin' }),
        ok(`POST ${path}/roles`, { role_id: 'role_member' }),
        ok(`POST ${path}/permissions`, { permission_id: 'perm_read' }),
        ok(`DELETE ${path}/permissions/perm_extra`),
      ])
      const member = await directory.membership('org_weaving', id)
      assert.deepEqual(
        [member?.roleIds.toSorted(), member?.permissionIds],
        [['role_admin', 'role_member'], ['perm_read']],
      )
    })

    test('adds a member once', async () => {
      const { id } = await newUser()
      meeting.of(2)
      const add = () => ok('POST /organizations/org_weaving/users', { users: [{ id }] })
      const added = await Promise.all([add(), add()])
      assert.deepEqual(added.map((json) => Object(json).users_added).flat(), [id])
    })

    test('changes the key and the value of one environment variable, and creates another', async () => {
      const { json } = await call('POST /environment_variables', { key: 'ONE', value: 'one' })
      const path = `/environment_variables/${String(Object(json).environment_variable.id)}`
      meeting.of(3)
      const created = call('POST /environment_variables', { key: 'OTHER', value: 'other' })
      await Promise.all([
        ok(`PATCH ${path}`, { key: 'RENAMED' }),
        ok(`PATCH ${path}`, { value: 'two', is_secret: true }),
      ])
      assert.equal((await created).status, 201)
      const { environmentVariables } = await directory.catalog()
      assert.deepEqual(
        environmentVariables
          .map(({ key, value, isSecret }) => `${key} ${value} ${String(isSecret)}`)
          .toSorted(),
        ['OTHER other false', 'RENAMED two true'],
      )
    })

    test('sets two values of properties, and one of them twice', async () => {
      const { id } = await newUser()
      await ok(`PATCH /users/${id}/properties`, { properties: { plan: 'premium' } })
      meeting.of(3)
      const set = (properties: object) => ok(`PATCH /users/${id}/properties`, { properties })
      await Promise.all([set({ plan: 'free' }), set({ plan: 'gold' }), set({ seats: 7 })])
      const values = await directory.propertyValues({ context: 'usr', id })
      assert.equal(values['seats'], '7')
      const rows = await audit.list({ event: 'management.UpdateUserProperties', userId: id, limit: 3 })
      const plans = rows.toReversed().filter(({ details }) => 'plan' in Object(details['after']))
      assert.deepEqual(
        plans.map(({ details }) => Object(details['before']).plan),
        ['premium', Object(plans[0]?.details['after']).plan],
      )
      assert.equal(values['plan'], Object(plans[1]?.details['after']).plan)
    })

    test('applies mintage.yaml beside a suspension', async () => {
      const { id, email } = await newUser()
      const file = parseMintageYaml(
        `users: [{ id: ${id}, email: ${email}, firstName: Augusta }]`,
        'mintage.yaml',
        () => undefined,
      )
      const deps = {
        store: meeting.decorate(store),
        issuer: issuerUrl,
        random: randomBytes,
        now: () => nowMs,
      }
      await applyMintageFile(
        parseMintageYaml('roles: {}', 'mintage.yaml', () => undefined),
        deps,
      )
      meeting.of(2)
      await Promise.all([applyMintageFile(file, deps), ok(`PATCH /user?id=${id}`, { is_suspended: true })])
      const user = await directory.user(id)
      assert.deepEqual([user?.isSuspended, user?.firstName], [true, 'Augusta'])
    })
  })

  describe(`A3: on ${name}, an operation of the management API`, () => {
    test('changes nothing and fails when the audit log takes no record, and leaves one record when it does', async () => {
      const made = await call('POST /environment_variables', { key: 'FIRST', value: 'canary-value' })
      const variable = String(Object(made.json).environment_variable.id)
      const member = '/organizations/org_engines/users/kp_ada'
      const application = await call('POST /applications', { name: 'Shuttle', type: 'reg' })
      const clientId = String(Object(application.json).application.id)
      const web = `/applications/${clientId}`
      const provider = { name: 'a', display_name: 'A', strategy: 'oauth2:google' }
      const connection = await call('POST /connections', provider)
      const google = `/connections/${String(Object(connection.json).connection.id)}`
      const looms = await call('POST /apis', { name: 'Looms', audience: 'https://looms.example.com' })
      const api = `/apis/${String(Object(looms.json).api.id)}`
      const scope = String(Object((await call(`POST ${api}/scopes`, { key: 'write:looms' })).json).scope.id)
      const systemPermissionId = systemPermissions[0]?.id
      await store.commit([
        { kind: 'put-api', api: orders },
        { kind: 'add-api-key', apiKey: sync },
        {
          kind: 'put-property-category',
          category: { id: 'category_1', name: 'Billing', context: 'usr' },
        },
        ...['dep_1', 'dep_2'].map(
          (id) => ({ kind: 'add-deployment', deployment: ready(id), content: '' }) as const,
        ),
        {
          kind: 'put-deployment-role',
          role: { id: 'live', deploymentId: 'dep_1', activationId: 'act_1', sinceMs: 1 },
        },
        {
          kind: 'put-deployment-role',
          role: { id: 'canary', deploymentId: 'dep_2', activationId: null, sinceMs: 1, percent: 5 },
        },
        { kind: 'add-invitation', invitation: invitation('invite_1') },
        { kind: 'put-billing-plan', plan },
        { kind: 'add-agreement', agreement, previousPlanCode: null },
        {
          kind: 'add-activation',
          activation: {
            id: 'act_1',
            atMs: 1,
            deploymentId: 'dep_1',
            previousId: null,
            author: '',
            how: 'start',
          },
        },
      ])
      await store.commit([{ kind: 'put-webhook', webhook: hook }])
      await store.webhooks.record(await oneDead(store))
      // In this order: the last ones delete what the others are about.
      const requests: readonly (readonly [operationId: string, request: string, body?: object])[] = [
        ['createUser', 'POST /user', { profile: { given_name: 'Grace' } }],
        ['updateUser', 'PATCH /user?id=kp_ada', { is_suspended: true, given_name: 'Augusta' }],
        ['UpdateUserProperties', 'PATCH /users/kp_ada/properties', { properties: { plan: null } }],
        [
          'CreateFeatureFlag',
          'POST /feature_flags',
          { name: 'Theme', key: 'colour', type: 'str', default_value: 'grey' },
        ],
        [
          'UpdateFeatureFlag',
          'PUT /feature_flags/colour?name=T&description=D&type=str&allow_override_level=usr&default_value=red',
        ],
        [
          'UpdateEnvironementFeatureFlagOverride',
          'PATCH /environment/feature_flags/colour',
          { value: 'pink' },
        ],
        ['DeleteEnvironementFeatureFlagOverride', 'DELETE /environment/feature_flags/colour'],
        ['DeleteEnvironementFeatureFlagOverrides', 'DELETE /environment/feature_flags'],
        ['UpdateUserFeatureFlagOverride', 'PATCH /users/kp_ada/feature_flags/theme?value=pink'],
        ['DeleteFeatureFlag', 'DELETE /feature_flags/colour'],
        ['UpdateUserProperty', 'PUT /users/kp_ada/properties/plan?value=gold'],
        ['CreateUserIdentity', 'POST /users/kp_ada/identities', { type: 'phone', value: '+447700900001' }],
        ['UpdateIdentity', 'PATCH /identities/identity_2', { is_primary: true }],
        ['DeleteIdentity', 'DELETE /identities/identity_2'],
        ['refreshUserClaims', 'POST /users/kp_ada/refresh_claims'],
        ['ResetUsersMFAAll', 'DELETE /users/kp_ada/mfa'],
        ['SetUserPassword', 'PUT /users/kp_ada/password', { hashed_password: hash('canary') }],
        ['DeleteUserSessions', 'DELETE /users/kp_ada/sessions'],
        [
          'createOrganization',
          'POST /organization',
          {
            name: 'Looms',
            is_create_billing_customer: true,
            billing_email: 'bills@looms.example',
            billing_plan_code: 'pro',
          },
        ],
        [
          'UpdateOrganizationProperties',
          'PATCH /organizations/org_engines/properties',
          { properties: { industry: 'steam' } },
        ],
        ['UpdateOrganizationProperty', 'PUT /organizations/org_engines/properties/industry?value=looms'],
        ['updateOrganization', 'PATCH /organization/org_engines', { name: 'Steam engines', handle: 'steam' }],
        ['DeleteOrganizationHandle', 'DELETE /organization/org_engines/handle'],
        [
          'UpdateOrganizationFeatureFlagOverride',
          'PATCH /organizations/org_engines/feature_flags/theme?value=pink',
        ],
        ['DeleteOrganizationFeatureFlagOverride', 'DELETE /organizations/org_engines/feature_flags/theme'],
        ['DeleteOrganizationFeatureFlagOverrides', 'DELETE /organizations/org_engines/feature_flags'],
        [
          'ReplaceOrganizationMFA',
          'PUT /organizations/org_engines/mfa',
          { enabled_factors: ['mfa:authenticator_app'] },
        ],
        [
          'UpdateOrganizationSessions',
          'PATCH /organizations/org_engines/sessions',
          { authenticated_session_lifetime: 60 },
        ],
        ['addOrganizationUserAPIScope', `POST ${member}/apis/api_looms/scopes/scope_read`],
        ['deleteOrganizationUserAPIScope', `DELETE ${member}/apis/api_looms/scopes/scope_read`],
        ['ResetOrgUserMFAAll', `DELETE ${member}/mfa`],
        ['AddLogo', 'PUT /environment/logos/dark', imageFile(png)],
        ['DeleteLogo', 'DELETE /environment/logos/dark'],
        ['AddOrganizationLogo', 'POST /organizations/org_engines/logos/light', imageFile(png)],
        ['DeleteOrganizationLogo', 'DELETE /organizations/org_engines/logos/light'],
        ['updateBranding', 'PATCH /mintage/branding', { link_color: '#064' }],
        [
          'putBrandingFile',
          'PUT /mintage/branding/files/favicon_fallback?org_code=org_engines',
          imageFile(png, 'file'),
        ],
        ['deleteBrandingFile', 'DELETE /mintage/branding/files/favicon_fallback?org_code=org_engines'],
        [
          'createMeterUsageRecord',
          'POST /billing/meter_usage',
          { customer_agreement_id: 'agreement_1', billing_feature_code: 'seats', meter_value: '3' },
        ],
        [
          'createBillingAgreement',
          'POST /billing/agreements',
          { customer_id: 'org_engines', plan_code: 'pro' },
        ],
        ['AddOrganizationUsers', 'POST /organizations/org_engines/users', { users: [{ id: 'kp_bob' }] }],
        [
          'UpdateOrganizationUsers',
          'PATCH /organizations/org_engines/users',
          { users: [{ id: 'kp_bob', roles: ['admin'] }] },
        ],
        ['DeleteOrganizationUserRole', `DELETE ${member}/roles/role_admin`],
        ['CreateOrganizationUserRole', `POST ${member}/roles`, { role_id: 'role_admin' }],
        ['DeleteOrganizationUserPermission', `DELETE ${member}/permissions/perm_extra`],
        ['CreateOrganizationUserPermission', `POST ${member}/permissions`, { permission_id: 'perm_read' }],
        ['RemoveOrganizationUser', `DELETE ${member}`],
        [
          'createOrganizationInvite',
          'POST /organization/org_weaving/invites',
          { email: 'canary@example.com', roles: ['admin'], send_email: true },
        ],
        ['deleteOrganizationInvite', 'DELETE /organization/org_weaving/invites/inv_one'],
        ['createEnvironmentVariable', 'POST /environment_variables', { key: 'TWO', value: 'canary-value' }],
        [
          'updateEnvironmentVariable',
          `PATCH /environment_variables/${variable}`,
          { key: 'THREE', value: 'canary-value-2' },
        ],
        ['deleteEnvironmentVariable', `DELETE /environment_variables/${variable}`],
        ['createApplication', 'POST /applications', { name: 'Looms', type: 'reg' }],
        ['updateApplication', `PATCH ${web}`, { name: 'Weaving' }],
        ['updateApplicationTokens', `PATCH ${web}/tokens`, { access_token_lifetime: 60 }],
        ['updateApplicationsProperty', `PUT ${web}/properties/region`, { value: 'eu' }],
        ['addRedirectCallbackURLs', `POST ${web}/auth_redirect_urls`, { urls: ['https://a.example.com/a'] }],
        [
          'replaceRedirectCallbackURLs',
          `PUT ${web}/auth_redirect_urls`,
          { urls: ['https://a.example.com/b'] },
        ],
        ['deleteCallbackURLs', `DELETE ${web}/auth_redirect_urls?urls=https://a.example.com/b`],
        ['addLogoutRedirectURLs', `POST ${web}/auth_logout_urls`, { urls: ['https://a.example.com/a'] }],
        ['replaceLogoutRedirectURLs', `PUT ${web}/auth_logout_urls`, { urls: ['https://a.example.com/b'] }],
        ['deleteLogoutURLs', `DELETE ${web}/auth_logout_urls?urls=https://a.example.com/b`],
        ['rotateClientSecret', `POST /mintage${web}/secret?keep_previous_hours=1`],
        ['AddApplicationAccessRole', `POST ${web}/access_roles/role_admin`],
        ['RemoveApplicationAccessRole', `DELETE ${web}/access_roles/role_admin`],
        [
          'CreateConnection',
          'POST /connections',
          { name: 'b', display_name: 'B', strategy: 'oauth2:google', options: { client_secret: 'canary' } },
        ],
        [
          'UpdateConnection',
          `PATCH ${google}`,
          { display_name: 'C', options: { client_secret: 'canary-2' } },
        ],
        ['ReplaceConnection', `PUT ${google}`, { options: { client_id: 'canary-3' } }],
        ['EnableConnection', `POST ${web}${google}`],
        ['RemoveConnection', `DELETE ${web}${google}`],
        ['EnableOrgConnection', `POST /organizations/org_weaving${google}`],
        ['RemoveOrgConnection', `DELETE /organizations/org_weaving${google}`],
        ['deleteConnection', `DELETE ${google}`],
        ['addAPIs', 'POST /apis', { name: 'Weaving', audience: 'https://weaving.example.com' }],
        ['addAPIScope', `POST ${api}/scopes`, { key: 'read:looms' }],
        ['updateAPIScope', `PATCH ${api}/scopes/${scope}`, { description: 'x' }],
        ['updateAPIApplications', `PATCH ${api}/applications`, { applications: [{ id: clientId }] }],
        ['addAPIApplicationScope', `POST ${api}/applications/${clientId}/scopes/${scope}`],
        ['deleteAPIApplicationScope', `DELETE ${api}/applications/${clientId}/scopes/${scope}`],
        ['deleteAPIScope', `DELETE ${api}/scopes/${scope}`],
        ['deleteAPI', `DELETE ${api}`],
        ['deleteApplication', `DELETE ${web}`],
        [
          'CreateWebHook',
          'POST /webhooks',
          { name: 'B', endpoint: hook.endpoint, event_types: ['user.created'] },
        ],
        ['UpdateWebHook', 'PATCH /webhooks/webhook_1', { name: 'C' }],
        ['redeliverWebhookDelivery', 'POST /mintage/webhook_deliveries/msg_1/redeliver'],
        ['resumeWebhookDeliveries', 'POST /mintage/webhooks/webhook_1/resume'],
        ['DeleteWebHook', 'DELETE /webhooks/webhook_1'],
        ['openPreview', 'POST /mintage/deployments/dep_2/preview', { is_renewed: false }],
        ['withdrawPreview', 'DELETE /mintage/deployments/dep_2/preview'],
        ['startShadow', 'POST /mintage/deployments/dep_2/shadow', { percent: 5 }],
        ['stopShadow', 'DELETE /mintage/shadow'],
        ['withdrawCanary', 'DELETE /mintage/canary'],
        ['startCanary', 'POST /mintage/deployments/dep_2/canary', { percent: 5 }],
        ['promoteCanary', 'POST /mintage/canary/promote'],
        ['createRehearsal', 'POST /mintage/rehearsals', { deployment_id: 'dep_2' }],
        ['activateDeployment', 'POST /mintage/deployments/dep_1/activate'],
        ['rollBackDeployment', 'POST /mintage/deployments/rollback'],
        ['createApiKey', 'POST /api_keys', { name: 'Sync', type: 'environment', api_id: 'api_orders' }],
        ['rotateApiKey', 'PUT /api_keys/api_key_1'],
        ['deleteApiKey', 'DELETE /api_keys/api_key_1'],
        ['CreateSubscriber', 'POST /subscribers?first_name=Eve&last_name=Byron&email=eve@example.com'],
        ['CreateCategory', 'POST /property_categories', { name: 'More', context: 'org' }],
        ['UpdateCategory', 'PUT /property_categories/category_1', { name: 'Plans' }],
        [
          'CreateProperty',
          'POST /properties',
          {
            key: 'size',
            name: 'Size',
            type: 'single_line_text',
            context: 'usr',
            is_private: true,
            category_id: 'category_1',
          },
        ],
        [
          'UpdateProperty',
          'PUT /properties/prop_plan',
          { name: 'Plan', is_private: true, category_id: 'category_1' },
        ],
        ['DeleteProperty', 'DELETE /properties/prop_plan'],
        ['updateBusiness', 'PATCH /business', { business_name: 'Looms', timezone_key: 'Europe/London' }],
        ['ReplaceMFA', 'PUT /mfa', { policy: 'optional', enabled_factors: ['mfa:email'] }],
        ['CreateRole', 'POST /roles', { key: 'owner' }],
        ['UpdateRoles', 'PATCH /roles/role_member', { key: 'member', name: 'Everyone' }],
        [
          'UpdateRolePermissions',
          'PATCH /roles/role_member/permissions',
          { permissions: [{ id: 'perm_write' }, { id: 'perm_extra' }] },
        ],
        ['RemoveRolePermission', 'DELETE /roles/role_member/permissions/perm_write'],
        [
          'UpdateRoleSystemPermissions',
          'PATCH /roles/role_member/system_permissions',
          { system_permissions: [{ id: systemPermissionId }] },
        ],
        ['AddRoleScope', 'POST /roles/role_member/scopes', { scope_id: 'scope_orders' }],
        ['DeleteRoleScope', 'DELETE /roles/role_member/scopes/scope_orders'],
        ['DeleteRole', 'DELETE /roles/role_member'],
        ['CreatePermission', 'POST /permissions', { key: 'reports:delete' }],
        ['UpdatePermissions', 'PATCH /permissions/perm_extra', { name: 'More' }],
        ['DeletePermission', 'DELETE /permissions/perm_extra'],
        ['deleteOrganization', 'DELETE /organization/org_engines'],
        ['deleteUser', 'DELETE /user?id=kp_ada'],
      ]
      assert.deepEqual(
        requests.map(([operationId]) => operationId).toSorted(),
        operations
          .filter(
            ({ method, operationId }) =>
              method !== 'get' && !inSteps.has(operationId) && !changesNothing.has(operationId),
          )
          .map(({ operationId }) => operationId)
          .toSorted(),
        'every operation that changes something is asked',
      )
      for (const [operationId, request, body] of requests) {
        const count = async () => (await audit.list({ limit: 1_000 })).length
        const [before, recordsBefore] = [await database.dump(), await count()]
        const allow = await database.refuseAudit()
        assert.equal((await call(request, body)).status, 503, request)
        await allow()
        assert.equal(await database.dump(), before, `${request} changed something`)

        assert.match(String((await call(request, body)).status), /^20[01]$/, request)
        assert.notEqual(await database.dump(), before, request)
        assert.equal(await count(), recordsBefore + 1, request)
        const [record] = await audit.list({ limit: 1 })
        assert.partialDeepStrictEqual(record, { event: `management.${operationId}`, clientId: 'machine' })
        const isAboutUser = /kp_|identity_|^POST \/user/.test(`${request}${JSON.stringify(body ?? '')}`)
        assert.equal(record?.userId !== null, isAboutUser, request)
        assert.doesNotMatch(JSON.stringify(record), /canary|\$argon2id/, request)
      }
    })

    test('records what changed of whom, before and after', async () => {
      const { id } = await newUser()
      await ok(`PATCH /user?id=${id}`, {
        given_name: 'Augusta',
        family_name: 'Hopper',
        is_suspended: true,
      })
      const [record] = await audit.list({ limit: 1 })
      assert.partialDeepStrictEqual(record, {
        userId: id,
        clientId: 'machine',
        event: 'management.updateUser',
      })
      assert.deepEqual(record?.details, {
        before: { firstName: 'Grace', isSuspended: false },
        after: { firstName: 'Augusta', isSuspended: true },
      })
    })
  })
}
