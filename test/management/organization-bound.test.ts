// A machine that is bound to one organization (docs/decisions/0024): every operation against it, made from the declarations, and the
// whole server with real tokens.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import { z } from 'zod'
import { operations } from '../../src/management/operations.ts'
import { imageFile, png } from '../harness/images.ts'
import { machine, machineToken, managementProject } from '../harness/management-project.ts'
import { openManagementWorld } from '../harness/management-world.ts'
import { openTestServer } from '../harness/running-server.ts'

const world = await openManagementWorld({ after })
const catalog = await world.store.directory.catalog()
const [unbound] = catalog.applications
assert.ok(unbound)
await world.store.commit([
  {
    kind: 'put-application',
    application: { ...unbound, clientId: 'machine_engines', organizationCode: 'org_engines' },
  },
])

const errorsSchema = z.object({ errors: z.array(z.object({ code: z.string() })) })

/** A good body for those operations that are judged after it was parsed. */
const bodies: Readonly<Record<string, object>> = {
  updateOrganization: { name: 'Engines' },
  createOrganizationInvite: { email: 'eve@example.com', roles: [] },
  ReplaceOrganizationMFA: { enabled_factors: [] },
  UpdateOrganizationSessions: { authenticated_session_lifetime: 60 },
  AddOrganizationLogo: imageFile(png),
  UpdateOrganizationProperties: { properties: { industry: 'steam' } },
  UpdateOrganizationUsers: { users: [{ id: 'kp_ada', roles: ['admin'] }] },
  CreateOrganizationUserRole: { role_id: 'role_admin' },
  CreateOrganizationUserPermission: { permission_id: 'perm_read' },
}

async function codeOf(request: string, token: string, body?: object): Promise<string> {
  const { json } = await world.call(request, body, token)
  return errorsSchema.safeParse(json).data?.errors[0]?.code ?? 'OK'
}

describe('A4: every operation, for a machine of one organization', () => {
  const boundToken = () => world.token({ azp: 'machine_engines' })
  const period = 'date_time_from=2026-01-01T00:00:00Z&date_time_to=2026-01-02T00:00:00Z'
  for (const { method, path, organizationBound, operationId } of operations) {
    const request = (code: string, user: string) =>
      `${method.toUpperCase()} ${path}?code=${code}&customer_id=${code}&id=${user}&value=1&${period}`
        .replace(/\{(?:org_code|organization_code)\}/, code)
        .replace('{user_id}', user)
        .replaceAll(/\{[^}]+\}/g, 'none')

    if (organizationBound === 'refused') {
      test(`${operationId} is refused, whatever it is about`, async () => {
        for (const user of ['kp_ada', 'kp_bob', 'kp_none'])
          assert.equal(await codeOf(request('org_engines', user), await boundToken()), 'ORGANIZATION_BOUND')
      })
    } else if (organizationBound === 'its own organization') {
      test(`${operationId} is refused for another organization, there or not, and answers for its own`, async () => {
        const token = await boundToken()
        const body = bodies[operationId]
        for (const code of ['org_weaving', 'org_none', 'ORG_ENGINES'])
          assert.equal(await codeOf(request(code, 'kp_ada'), token, body), 'ORGANIZATION_BOUND')
        assert.notEqual(await codeOf(request('org_engines', 'kp_ada'), token, body), 'ORGANIZATION_BOUND')
        if (path.includes('{user_id}'))
          for (const user of ['kp_bob', 'kp_none'])
            assert.equal(await codeOf(request('org_engines', user), token, body), 'USER_NOT_FOUND')
      })
    }
  }

  test('the rest is narrowed, or the same for all', () => {
    const rest = operations
      .filter(({ organizationBound }) => !['refused', 'its own organization'].includes(organizationBound))
      .map(({ operationId }) => operationId)
    assert.deepEqual(rest.toSorted(), [
      'GetCategories',
      'GetEnvironementFeatureFlags',
      'GetPermissions',
      'GetProperties',
      'GetRole',
      'GetRolePermissions',
      'GetRoleScopes',
      'GetRoleSystemPermissions',
      'GetRoles',
      'GetSystemPermissions',
      'ReadLogo',
      'deleteBrandingFile',
      'getBranding',
      'getBusiness',
      'getEnvironment',
      'getIndustries',
      'getOrganizations',
      'getTimezones',
      'getUserData',
      'getUsers',
      'putBrandingFile',
      'searchUsers',
      'updateBranding',
      'verifyApiKey',
    ])
  })
})

const boundApplication = `  bound:
    type: m2m
    clientId: b2220000000000000000000000000002
    clientSecret: AMachineOfTheTestsOnlySecret000000000000002
    organization: b
    apis: [{ audience: '\${issuer}/api' }]
`
const people = `
organizations:
  a: { code: org_a }
  b: { code: org_b }
users:
  - { id: kp_in_a, email: a@example.com, organizations: { a: {} } }
  - { id: kp_in_b, email: b@example.com, organizations: { b: {} } }
  - { id: kp_in_both, email: both@example.com, organizations: { a: {}, b: {} } }
  - { id: kp_alone, email: alone@example.com }
`

const bound = {
  id: 'b2220000000000000000000000000002',
  secret: 'AMachineOfTheTestsOnlySecret000000000000002',
}
const usersSchema = z.object({
  users: z.array(z.object({ id: z.string(), organizations: z.array(z.string()).optional() })),
  next_token: z.string().nullable(),
})

async function serve(t: Parameters<typeof managementProject>[0]) {
  const projectDir = await managementProject(t, { applications: boundApplication, extra: people })
  const { server } = await openTestServer(t, {
    settings: { projectDir, isDemo: false, hasPlayground: false },
  })
  const { issuer, store } = server
  const get = async (path: string, token: string) => {
    const response = await fetch(`${issuer}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } })
    const json: unknown = await response.json()
    return { status: response.status, json }
  }
  return { issuer, store, get }
}

describe('A4: a machine whose application has `organization: b`', () => {
  test('lists and reads users of that organization alone, and of their organizations that one alone', async (t) => {
    const { issuer, get } = await serve(t)
    const token = await machineToken(issuer, `${issuer}/api`, bound)
    assert.equal(decodeJwt(token)['org_code'], 'org_b')

    const first = usersSchema.parse((await get('/users?page_size=1&expand=organizations', token)).json)
    const second = usersSchema.parse(
      (await get(`/users?page_size=1&next_token=${first.next_token ?? ''}`, token)).json,
    )
    assert.deepEqual([...first.users, ...second.users].map(({ id }) => id).toSorted(), [
      'kp_in_b',
      'kp_in_both',
    ])
    assert.equal(second.next_token, null)
    const filtered = `/users?user_id=kp_in_a,kp_in_both,kp_alone&email=a@example.com,b@example.com&expand=organizations`
    assert.deepEqual(
      usersSchema
        .parse((await get(filtered, token)).json)
        .users.map(({ id, organizations }) => [id, organizations]),
      [
        ['kp_in_both', ['org_b']],
        ['kp_in_b', ['org_b']],
      ],
    )
    const one = z.object({ organizations: z.array(z.string()) })
    assert.deepEqual(
      one.parse((await get('/user?id=kp_in_both&expand=organizations', token)).json).organizations,
      ['org_b'],
    )
    for (const id of ['kp_in_a', 'kp_alone', 'kp_none']) {
      const { status, json } = await get(`/user?id=${id}`, token)
      assert.deepEqual([status, errorsSchema.parse(json).errors[0]?.code], [404, 'USER_NOT_FOUND'])
    }
    const { organizations } = z
      .object({ organizations: z.array(z.object({ code: z.string() })) })
      .parse((await get('/organizations', token)).json)
    assert.deepEqual(
      organizations.map(({ code }) => code),
      ['org_b'],
    )
    assert.equal((await get('/organizations/org_a/users', token)).status, 403)
    assert.equal((await get('/organizations/org_b/users', token)).status, 200)
  })

  test('is bound from the moment its application is, and a token of another organization is refused', async (t) => {
    const { issuer, store, get } = await serve(t)
    const free = await machineToken(issuer)
    const ofB = await machineToken(issuer, `${issuer}/api`, bound)
    assert.equal(usersSchema.parse((await get('/users', free)).json).users.length, 4)

    const bind = async (clientId: string, organizationCode: string | null) => {
      const { applications } = await store.directory.catalog()
      const application = applications.find((one) => one.clientId === clientId)
      assert.ok(application)
      await store.commit([{ kind: 'put-application', application: { ...application, organizationCode } }])
    }
    await bind(machine.id, 'org_a')
    const ids = usersSchema.parse((await get('/users', free)).json).users.map(({ id }) => id)
    assert.deepEqual(ids.toSorted(), ['kp_in_a', 'kp_in_both'])

    await bind(bound.id, null)
    assert.equal(usersSchema.parse((await get('/users', ofB)).json).users.length, 2, 'by its org_code')
    await bind(bound.id, 'org_a')
    const refused = await get('/users', ofB)
    assert.deepEqual(
      [refused.status, errorsSchema.parse(refused.json).errors[0]?.code],
      [403, 'TOKEN_INVALID'],
    )
    await store.commit([{ kind: 'delete-application', clientId: machine.id }])
    const gone = await get('/users', free)
    assert.deepEqual([gone.status, errorsSchema.parse(gone.json).errors[0]?.code], [403, 'TOKEN_INVALID'])
  })
})
