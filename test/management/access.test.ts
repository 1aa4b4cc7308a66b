// Who may call what: every operation of the management API against every kind of token (AD-02), made from the declarations, so
// that an operation without a row cannot exist; and that a request can set nothing but what is declared (AD-03).
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { z } from 'zod'
import { operations } from '../../src/management/operations.ts'
import { issuerUrl, nowMs, openManagementWorld } from '../harness/management-world.ts'

const world = await openManagementWorld({ after })
const everyScope = operations.flatMap(({ scope }) => scope ?? [])

async function answered(method: string, path: string, authorization: string | undefined) {
  const response = await world.handle(
    new Request(`${issuerUrl}/api/v1${path}`, {
      method,
      ...(authorization !== undefined && { headers: { authorization } }),
    }),
  )
  const json: unknown = await response.json()
  return {
    status: response.status,
    challenge: response.headers.get('www-authenticate'),
    error: z.object({ errors: z.array(z.object({ code: z.string(), message: z.string() })) }).safeParse(json)
      .data?.errors[0],
  }
}

const bearer = async (...given: Parameters<typeof world.token>) => `Bearer ${await world.token(...given)}`
const badToken = { code: 'TOKEN_INVALID', challenge: 'Bearer error="invalid_token"' } as const

describe('who may call (AD-02)', () => {
  for (const { method, path, operationId, scope } of operations) {
    if (scope === null) continue
    const concrete = path.replaceAll(/\{[^}]+\}/g, 'none')
    const call = (authorization: string | undefined) =>
      answered(method.toUpperCase(), concrete, authorization)

    test(`${operationId}: ${method.toUpperCase()} ${path} needs a machine's live token for this API with ${scope}`, async () => {
      const others = everyScope.filter((other) => other !== scope)
      const rows = [
        [undefined, { code: 'INVALID_CREDENTIALS', challenge: 'Bearer' }],
        ['', badToken],
        ['Bearer', badToken],
        ['Bearer x.y.z', badToken],
        [`Basic ${await world.token()}`, badToken],
        [`${await bearer()}, ${await bearer()}`, badToken],
        [`Bearer ${'a'.repeat(12_000)}`, badToken],
        [await bearer({ sub: 'kp_ada' }), badToken],
        [await bearer({ aud: [`${issuerUrl}/api/v1`, 'https://api.example.com'] }), badToken],
        [await bearer({}, nowMs - 1_000), badToken],
        [
          await bearer({ scp: others }),
          {
            code: 'INSUFFICIENT_SCOPE',
            challenge: `Bearer error="insufficient_scope", scope="${scope}"`,
          },
        ],
      ] as const
      for (const [authorization, expected] of rows) {
        const { status, challenge, error } = await call(authorization)
        assert.deepEqual({ code: error?.code, challenge }, expected)
        assert.equal(status, 403)
        if (error?.code === 'INSUFFICIENT_SCOPE')
          assert.equal(error.message, `This operation needs the scope ${scope}.`)
      }
      const allowed = await call(await bearer({ scp: [scope] }))
      assert.notEqual(allowed.status, 403)
      assert.ok(allowed.status < 500)
    })
  }

  test('one operation is public, and takes no token at all', async () => {
    const publicOnes = operations.filter(({ scope }) => scope === null)
    assert.deepEqual(
      publicOnes.map(({ operationId }) => operationId),
      ['verifyApiKey'],
    )
    const request = new Request(`${issuerUrl}/api/v1/api_keys/verify`, {
      method: 'POST',
      body: '{"api_key":"x"}',
    })
    assert.equal((await world.handle(request)).status, 200)
  })

  test('the name of the scheme is case-insensitive (RFC 9110 §11.1)', async () => {
    assert.equal((await answered('GET', '/users', `BEARER ${await world.token()}`)).status, 200)
  })

  test('a token in the query or in a cookie is ignored (AD-04)', async () => {
    const token = await world.token()
    assert.equal((await answered('GET', `/users?access_token=${token}`, undefined)).status, 403)
    const withCookie = new Request(`${issuerUrl}/api/v1/users`, { headers: { cookie: `token=${token}` } })
    assert.equal((await world.handle(withCookie)).status, 403)
  })
})

test('the routes of the app are those of the declarations and the document, and nothing else answers', async () => {
  assert.equal(new Set(operations.map(({ operationId }) => operationId)).size, operations.length)
  for (const path of ['/none', '/user/', '/users/a/b/c/d', '/%2fuser', '/user%00']) {
    const { status, json } = await world.call(`GET ${path}`)
    assert.equal(status, 404, path)
    const errors = { code: 'ROUTE_NOT_FOUND', message: 'The requested API route does not exist' }
    assert.deepEqual(json, { errors }, path)
  }
})

describe('what a request may set (AD-03)', () => {
  const bodies: readonly (readonly [string, object])[] = [
    ['POST /user', { profile: { given_name: 'Eve' } }],
    ['PATCH /user?id=kp_bob', { given_name: 'Bob' }],
    ['PATCH /users/kp_bob/properties', { properties: {} }],
    ['PATCH /organizations/org_engines/properties', { properties: {} }],
    ['PUT /users/kp_bob/password', { hashed_password: 'x' }],
    ['POST /organization', { name: 'Acme' }],
    ['PATCH /organization/org_engines', { name: 'Acme' }],
    ['POST /users/kp_bob/identities', { type: 'phone', value: '+447700900001' }],
    ['PATCH /identities/identity_3', { is_primary: true }],
    ['PUT /organizations/org_engines/mfa', { enabled_factors: [] }],
    ['PATCH /organizations/org_engines/sessions', { authenticated_session_lifetime: 60 }],
    ['POST /feature_flags', { name: 'A', key: 'a', type: 'str', default_value: 'b' }],
    ['PATCH /environment/feature_flags/theme', { value: 'b' }],
    ['POST /connections', { name: 'a', display_name: 'A', strategy: 'oauth2:google' }],
    ['PATCH /connections/conn_1', { name: 'a' }],
    ['PUT /connections/conn_1', { name: 'a' }],
    ['POST /apis', { name: 'Looms', audience: 'https://looms.example.com' }],
    ['POST /apis/api_1/scopes', { key: 'read:looms' }],
    ['PATCH /apis/api_1/scopes/scope_1', { description: 'x' }],
    ['PATCH /apis/api_1/applications', { applications: [{ id: 'x' }] }],
    ['POST /applications', { name: 'Looms', type: 'spa' }],
    ['PATCH /applications/app_1', { name: 'Looms' }],
    ['PATCH /applications/app_1/tokens', { access_token_lifetime: 60 }],
    ['PUT /applications/app_1/properties/region', { value: 'eu' }],
    ['POST /applications/app_2/auth_redirect_urls', { urls: [] }],
    ['PUT /applications/app_2/auth_redirect_urls', { urls: [] }],
    ['POST /applications/app_2/auth_logout_urls', { urls: [] }],
    ['PUT /applications/app_2/auth_logout_urls', { urls: [] }],
    ['POST /organization/org_engines/invites', { email: 'eve@example.com', roles: [] }],
    ['POST /environment_variables', { key: 'A', value: 'b' }],
    ['POST /billing/agreements', { customer_id: 'org_engines', plan_code: 'pro' }],
    [
      'POST /billing/meter_usage',
      { customer_agreement_id: 'a', billing_feature_code: 'seats', meter_value: '1' },
    ],
    ['PATCH /mintage/branding', { theme_code: 'dark' }],
    ['POST /webhooks', { endpoint: 'https://example.com', event_types: ['user.created'], name: 'A' }],
    ['PATCH /webhooks/webhook_1', { name: 'A' }],
    ['POST /mintage/deployments', { deployment: {} }],
    ['POST /mintage/deployments/dep_1/canary', { percent: 5 }],
    ['POST /mintage/deployments/dep_1/shadow', { percent: 5 }],
    ['POST /mintage/rehearsals', { deployment_id: 'dep_1' }],
    ['POST /mintage/deployments/dep_1/preview', { is_renewed: true }],
    ['POST /mintage/replays', { last: 1 }],
    ['POST /organizations/org_engines/users', { users: [{ id: 'kp_bob' }] }],
    ['PATCH /organizations/org_engines/users', { users: [{ id: 'kp_bob' }] }],
    ['POST /organizations/org_engines/users/kp_bob/roles', { role_id: 'role_admin' }],
    ['POST /organizations/org_engines/users/kp_bob/permissions', { permission_id: 'perm_read' }],
    [
      'POST /properties',
      {
        key: 'x',
        name: 'X',
        type: 'single_line_text',
        context: 'usr',
        is_private: false,
        category_id: 'category_1',
      },
    ],
    ['PUT /properties/prop_plan', { name: 'X', is_private: false, category_id: 'category_1' }],
    ['POST /property_categories', { name: 'X', context: 'usr' }],
    ['PUT /property_categories/category_1', { name: 'X' }],
    ['PATCH /business', { phone: '1' }],
    ['PUT /mfa', { policy: 'off', enabled_factors: [] }],
    ['POST /api_keys', { name: 'X', type: 'environment', api_id: 'api_1' }],
    ['POST /api_keys/verify', { api_key: 'x' }],
    ['POST /roles', { key: 'x' }],
    ['PATCH /roles/role_admin', { key: 'x', name: 'X' }],
    ['PATCH /roles/role_admin/permissions', { permissions: [{ id: 'perm_read' }] }],
    ['PATCH /roles/role_admin/system_permissions', { system_permissions: [{ id: 'perm_read' }] }],
    ['POST /roles/role_admin/scopes', { scope_id: 'scope_1' }],
    ['POST /permissions', { key: 'x' }],
    ['PATCH /permissions/perm_read', { key: 'x' }],
  ]
  for (const [request, body] of bodies) {
    test(`${request} refuses every field that it does not declare`, async () => {
      for (const field of ['id', 'is_admin', 'tenant_id', 'createdAtMs', '__proto__', 'constructor']) {
        const text = JSON.stringify(body).replace(/^\{/, `{"${field}":"x",`)
        const { status, json } = await world.call(request, text)
        assert.equal(status, 400, field)
        assert.match(JSON.stringify(json), /INVALID_REQUEST/)
        assert.ok(JSON.stringify(json).includes(field), JSON.stringify(json))
      }
    })
  }

  test('nested fields as well', async () => {
    for (const body of [
      { profile: { given_name: 'Eve', is_suspended: true } },
      { identities: [{ type: 'email', details: { email: 'eve@example.com' }, userId: 'kp_ada' }] },
      { identities: [{ type: 'email', details: { email: 'eve@example.com', isVerified: true } }] },
    ]) {
      assert.equal((await world.call('POST /user', body)).status, 400)
    }
    const member = { users: [{ id: 'kp_bob', joinedAtMs: 1 }] }
    assert.equal((await world.call('POST /organizations/org_engines/users', member)).status, 400)
  })

  test('every operation with a body is among these', () => {
    const withBody = operations
      // Fields of multipart/form-data: test/management/branding.test.ts.
      .filter(({ body, isMultipart }) => body !== undefined && !isMultipart)
      .map(({ method, path }) => `${method.toUpperCase()} ${path}`)
    const covered = bodies.map(([request]) =>
      request
        .replace(/\?.*/, '')
        .replace('kp_bob', '{user_id}')
        .replace('org_engines', '{org_code}')
        .replace('identity_3', '{identity_id}')
        .replace('dep_1', '{deployment_id}')
        .replace('/theme', '/{feature_flag_key}')
        .replace('conn_1', '{connection_id}')
        .replace('api_1', '{api_id}')
        .replace('scope_1', '{scope_id}')
        .replace('app_1', '{application_id}')
        .replace('app_2', '{app_id}')
        .replace('/region', '/{property_key}')
        .replace('prop_plan', '{property_id}')
        .replace('category_1', '{category_id}')
        .replace('role_admin', '{role_id}')
        .replace('perm_read', '{permission_id}')
        .replace('webhook_1', '{webhook_id}'),
    )
    assert.deepEqual(
      withBody.toSorted(),
      [...covered, 'PATCH /environment_variables/{variable_id}'].toSorted(),
    )
  })
})
