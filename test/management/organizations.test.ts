// Organizations through the management API: what is set is what is read back, and what cannot be is refused by name.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { z } from 'zod'
import { openManagementWorld } from '../harness/management-world.ts'

const world = await openManagementWorld({ after })
after(() => assert.deepEqual(world.defects, []))
const { call, store } = world

async function ok(request: string, body?: unknown): Promise<Record<string, unknown>> {
  const { status, json } = await call(request, body)
  assert.equal(status, 200, `${request}: ${JSON.stringify(json)}`)
  return z.record(z.string(), z.unknown()).parse(json)
}

const errors = z.object({ errors: z.array(z.object({ code: z.string(), message: z.string() })) })

async function refusal(request: string, body?: unknown): Promise<[status: number, text: string]> {
  const { status, json } = await call(request, body)
  return [
    status,
    errors
      .parse(json)
      .errors.map(({ code, message }) => `${code}: ${message}`)
      .join('\n'),
  ]
}

const organization = () => ok('GET /organization?code=org_weaving')

describe('PATCH /organization/{org_code}', () => {
  test('changes the given fields and leaves the others', async () => {
    await ok('PATCH /organization/org_weaving', {
      name: ' Weavers ',
      external_id: 'w-1',
      handle: 'weave',
      is_auto_membership_enabled: true,
    })
    const expected = {
      name: 'Weavers',
      external_id: 'w-1',
      handle: 'weave',
      is_auto_membership_enabled: true,
    }
    assert.partialDeepStrictEqual(await organization(), expected)
    await ok('PATCH /organization/org_weaving', { name: 'Weaving' })
    assert.partialDeepStrictEqual(await organization(), { ...expected, name: 'Weaving' })
    const [record] = await store.audit.list({ event: 'management.updateOrganization', limit: 1 })
    assert.deepEqual(record?.details, {
      org_code: 'org_weaving',
      before: { name: 'Weavers' },
      after: { name: 'Weaving' },
    })
  })

  test('refuses a name that is not one, and an unknown organization', async () => {
    assert.match((await refusal('PATCH /organization/org_weaving', { name: ' ' }))[1], /body\.name/)
    assert.match(
      (await refusal('PATCH /organization/org_none', { name: 'X' })).join(' '),
      /^404 ORGANIZATION_NOT_FOUND/,
    )
  })
})

test('DELETE /organization/{org_code}/handle removes the handle, also a second time', async () => {
  await ok('PATCH /organization/org_weaving', { handle: 'weave' })
  for (let time = 0; time < 2; time++) {
    await ok('DELETE /organization/org_weaving/handle')
    assert.equal((await organization())['handle'], null)
  }
})

test('PUT /organizations/{org_code}/properties/{property_key} sets one value and refuses an unknown property', async () => {
  await ok('PUT /organizations/org_weaving/properties/industry?value=textiles')
  assert.deepEqual(await store.directory.propertyValues({ context: 'org', id: 'org_weaving' }), {
    industry: 'textiles',
  })
  const path = '/organizations/org_weaving/properties'
  assert.match((await refusal(`PUT ${path}/plan?value=x`))[1], /^PROPERTY_NOT_FOUND/)
  assert.match((await refusal(`PUT ${path}/industry`))[1], /^INVALID_REQUEST: value/)
})

describe('feature flags of an organization', () => {
  const path = '/organizations/org_weaving/feature_flags'
  const flags = async () => (await ok(`GET ${path}`))['feature_flags']

  test('are set as text of the type of the flag, and read back as text', async () => {
    await ok(`PATCH ${path}/theme?value=pink`)
    await ok(`PATCH ${path}/limit?value=-7`)
    assert.deepEqual(await flags(), {
      limit: { type: 'int', value: '-7' },
      theme: { type: 'str', value: 'pink' },
    })
    assert.deepEqual(await store.directory.flagOverrides({ context: 'org', id: 'org_weaving' }), {
      limit: -7,
      theme: 'pink',
    })
    await ok(`DELETE ${path}/limit`)
    await ok(`DELETE ${path}/limit`)
    assert.deepEqual(await flags(), { theme: { type: 'str', value: 'pink' } })
    await ok(`DELETE ${path}`)
    assert.deepEqual(await flags(), {})
  })

  test('are refused when the value has another type, the flag is unknown or its level does not allow it', async () => {
    for (const value of ['7.5', '2147483648', 'seven', '1e3'])
      assert.match(
        (await refusal(`PATCH ${path}/limit?value=${value}`))[1],
        /^INVALID_REQUEST: value: expected an integer/,
      )
    assert.match((await refusal(`PATCH ${path}/beta?value=true`))[1], /allow_override_level env/)
    for (const method of ['PATCH', 'DELETE'])
      assert.match((await refusal(`${method} ${path}/none?value=x`)).join(' '), /^404 FEATURE_FLAG_NOT_FOUND/)
  })
})

test('answers that a member has no second factor, and removes nothing', async () => {
  const path = '/organizations/org_engines/users/kp_ada/mfa'
  assert.equal((await ok(`GET ${path}`))['mfa'], null)
  await ok(`DELETE ${path}`)
  assert.match((await refusal(`DELETE ${path}/mfa_1`)).join(' '), /^404 FACTOR_NOT_FOUND/)
  assert.match(
    (await refusal('GET /organizations/org_engines/users/kp_bob/mfa')).join(' '),
    /^404 MEMBERSHIP_NOT_FOUND/,
  )
})

describe('who may join an organization', () => {
  const set = (body: object) => ok('PATCH /organization/org_weaving', body)

  test('has two names for one switch, which must not contradict each other', async () => {
    await set({ is_allow_registrations: true })
    assert.partialDeepStrictEqual(await organization(), {
      is_allow_registrations: true,
      is_auto_membership_enabled: true,
    })
    const both = { is_allow_registrations: true, is_auto_membership_enabled: false }
    assert.match((await refusal('PATCH /organization/org_weaving', both))[1], /is_allow_registrations/)
    await set({ is_auto_membership_enabled: false })
    assert.equal((await organization())['is_allow_registrations'], false)
  })

  test('takes domains in each spelling of Kinde and keeps the plain one', async () => {
    const given = ['Acme.com', '@acme.com', 'https://looms.example', 'bücher.example']
    await set({ allowed_domains: given, is_auto_join_domain_list: true })
    assert.deepEqual((await organization())['allowed_domains'], [
      'acme.com',
      'looms.example',
      'xn--bcher-kva.example',
    ])
    for (const domain of ['ada@acme.com', 'acme.com/path', 'acme.com:8080', '', '[::1]', 'a b'])
      assert.match(
        (await refusal('PATCH /organization/org_weaving', { allowed_domains: [domain] }))[1],
        /body\.allowed_domains\.0: expected a domain/,
        domain,
      )
    await set({ allowed_domains: [] })
    assert.deepEqual((await organization())['allowed_domains'], [])
  })
})

test('suspends an organization with the time of it, and not the default one', async () => {
  await ok('PATCH /organization/org_weaving', { is_suspended: true })
  const suspended = await organization()
  assert.equal(suspended['is_suspended'], true)
  assert.match(String(suspended['suspended_on']), /^\d{4}-\d\d-\d\dT/)
  await ok('PATCH /organization/org_weaving', { is_suspended: true })
  assert.equal((await organization())['suspended_on'], suspended['suspended_on'])
  await ok('PATCH /organization/org_weaving', { is_suspended: false })
  assert.partialDeepStrictEqual(await organization(), { is_suspended: false, suspended_on: null })

  await store.commit([{ kind: 'update-organization', code: 'org_weaving', set: { isDefault: true } }])
  assert.match(
    (await refusal('PATCH /organization/org_weaving', { is_suspended: true }))[1],
    /default organization/,
  )
  await store.commit([{ kind: 'update-organization', code: 'org_weaving', set: { isDefault: false } }])
})

test('POST /organization gives a new organization its feature flags, or is refused whole', async () => {
  const { organization: made } = await ok('POST /organization', {
    name: 'Mills',
    is_allow_registrations: true,
    feature_flags: { theme: 'pink', limit: '9' },
  })
  const { code } = z.object({ code: z.string() }).parse(made)
  assert.deepEqual((await ok(`GET /organizations/${code}/feature_flags`))['feature_flags'], {
    limit: { type: 'int', value: '9' },
    theme: { type: 'str', value: 'pink' },
  })
  for (const [flags, problem] of [
    [{ none: 'x' }, /FEATURE_FLAG_NOT_FOUND/],
    [{ limit: 'x' }, /feature_flags\.limit: expected an integer/],
    [{ beta: 'true' }, /feature_flags\.beta: the flag has allow_override_level env/],
  ] as const)
    assert.match((await refusal('POST /organization', { name: 'X', feature_flags: flags }))[1], problem)
})

describe('members by what they hold', () => {
  const users = '/organizations/org_engines/users'
  const ids = async (query: string) => {
    const { organization_users } = await ok(`GET ${users}${query}`)
    return z
      .array(z.object({ id: z.string() }))
      .parse(organization_users)
      .map(({ id }) => id)
  }

  test('are filtered by roles and permissions that all have to match', async () => {
    await ok(`POST ${users}`, { users: [{ id: 'kp_bob', roles: ['member'], permissions: [] }] })
    assert.deepEqual(await ids(''), ['kp_ada', 'kp_bob'])
    assert.deepEqual(await ids('?roles=member'), ['kp_ada', 'kp_bob'])
    assert.deepEqual(await ids('?roles=member,admin'), ['kp_ada'])
    assert.deepEqual(await ids('?permissions=reports:read'), ['kp_ada', 'kp_bob'], 'by a role')
    assert.deepEqual(await ids('?permissions=extra'), ['kp_ada'], 'directly')
    assert.deepEqual(await ids('?permissions=extra&roles=member'), ['kp_ada'])
    assert.deepEqual(await ids('?roles=unheard-of'), [])
  })

  test('are listed and counted by role', async () => {
    const path = '/organizations/org_engines/roles/role_member/users'
    const first = await ok(`GET ${path}?page_size=1`)
    assert.deepEqual(first['users'], [{ id: 'kp_ada' }])
    const second = await ok(`GET ${path}?page_size=1&next_token=${String(first['next_token'])}`)
    assert.deepEqual([second['users'], second['next_token']], [[{ id: 'kp_bob' }], null])
    assert.equal((await ok(`GET ${path}/count`))['count'], 2)
    assert.match(
      (await refusal('GET /organizations/org_engines/roles/role_none/users/count')).join(' '),
      /^404 ROLE_NOT_FOUND/,
    )
  })
})

test('gives and takes scopes of APIs of a member; giving twice is giving once', async () => {
  const member = '/organizations/org_engines/users/kp_ada'
  const path = `${member}/apis/api_looms/scopes/scope_read`
  const held = () => store.directory.memberApiScopes({ organizationCode: 'org_engines', userId: 'kp_ada' })
  await ok(`POST ${path}`)
  await ok(`POST ${path}`)
  assert.deepEqual(await held(), [{ apiId: 'api_looms', scopeId: 'scope_read' }])
  await ok(`DELETE ${path}`)
  assert.deepEqual(await held(), [])
  assert.match((await refusal(`DELETE ${path}`)).join(' '), /^404 API_SCOPE_NOT_FOUND/)
  const [api] = (await store.directory.catalog()).apis
  assert.ok(api)
  await store.commit([
    {
      kind: 'put-api',
      api: { ...api, id: 'api_mgmt', audience: 'https://id.example.com/api', isManagementApi: true },
    },
  ])
  assert.match(
    (await refusal(`POST ${member}/apis/api_mgmt/scopes/scope_read`))[1],
    /INVALID_REQUEST: api_id: users cannot have scopes of the management API/,
  )
  for (const method of ['POST', 'DELETE']) {
    const refused = (rest: string) => refusal(`${method} ${member}/apis/${rest}`)
    assert.match((await refused('api_none/scopes/scope_read')).join(' '), /^404 API_NOT_FOUND/)
    assert.match((await refused('api_looms/scopes/scope_none')).join(' '), /^404 API_SCOPE_NOT_FOUND/)
  }
})

test('keeps which second factors members may use, and refuses unknown ones', async () => {
  const path = 'PUT /organizations/org_weaving/mfa'
  await ok(path, { enabled_factors: ['mfa:sms', 'mfa:email'] })
  assert.deepEqual((await store.directory.organization('org_weaving'))?.settings.mfa, {
    enabledFactors: ['mfa:email', 'mfa:sms'],
    isRecoveryCodesEnabled: true,
  })
  assert.match((await refusal(path, { enabled_factors: ['mfa:carrier-pigeon'] }))[1], /enabled_factors\.0/)
})

test('keeps how long sessions live, and refuses a switch without its value', async () => {
  const path = 'PATCH /organizations/org_weaving/sessions'
  assert.match(
    (await refusal(path, { is_use_org_authenticated_session_lifetime: true }))[1],
    /INVALID_REQUEST: authenticated_session_lifetime/,
  )
  assert.match(
    (await refusal(path, { is_use_org_sso_session_policy: true }))[1],
    /INVALID_REQUEST: sso_session_persistence_mode/,
  )
  await ok(path, { authenticated_session_lifetime: 600 })
  await ok(path, {
    is_use_org_authenticated_session_lifetime: true,
    is_use_org_sso_session_policy: true,
    sso_session_persistence_mode: 'non_persistent',
  })
  await ok(path, { is_use_org_sso_session_policy: false })
  assert.deepEqual((await store.directory.organization('org_weaving'))?.settings.sessions, {
    isPersistenceOwn: false,
    persistence: 'non_persistent',
    isLifetimeOwn: true,
    lifetimeSeconds: 600,
  })
  assert.match(
    (await refusal(path, { authenticated_session_lifetime: 0 }))[1],
    /authenticated_session_lifetime/,
  )
})

test('has a sender for its mails, and takes it away by null', async () => {
  const sender = { sender_name: 'Weavers', sender_email: 'hello@weaving.example' }
  await ok('PATCH /organization/org_weaving', sender)
  assert.partialDeepStrictEqual(await organization(), sender)
  await ok('PATCH /organization/org_weaving', { sender_email: null })
  assert.partialDeepStrictEqual(await organization(), { sender_name: 'Weavers', sender_email: null })
  assert.match(
    (await refusal('PATCH /organization/org_weaving', { sender_email: 'weaving.example' }))[1],
    /body\.sender_email: expected an email address/,
  )
})

test('refuses a machine of a suspended organization, also with a token from before', async () => {
  const [machine] = (await store.directory.catalog()).applications
  assert.ok(machine)
  const application = { ...machine, clientId: 'machine_weaving', organizationCode: 'org_weaving' }
  await store.commit([{ kind: 'put-application', application }])
  const token = await world.token({ azp: 'machine_weaving', org_code: 'org_weaving' })
  const request = 'PATCH /organization/org_weaving'
  assert.equal((await call(request, { is_suspended: true }, token)).status, 200)
  const { status, json } = await call(request, { is_suspended: false }, token)
  assert.deepEqual([status, errors.parse(json).errors[0]?.code], [403, 'TOKEN_INVALID'])
  await ok(request, { is_suspended: false })
  assert.equal((await call('GET /organizations', undefined, token)).status, 200)
})

test('sets how an organization looks together with the rest, or nothing when the colours cannot be read', async () => {
  const look = { button_color: '#0b3d2e', button_text_color: '#ffffff', theme_code: 'light' }
  await ok('PATCH /organization/org_weaving', { name: 'Green weavers', ...look })
  assert.partialDeepStrictEqual(await organization(), {
    name: 'Green weavers',
    button_color: { raw: '#0b3d2e', hex: '#0b3d2e' },
    theme_code: 'light',
    color_scheme: 'light',
  })
  const unreadable = { name: 'Grey weavers', button_color: '#777777', button_text_color: '#888888' }
  assert.match((await refusal('PATCH /organization/org_weaving', unreadable))[1], /button/)
  assert.equal((await organization())['name'], 'Green weavers')

  const { organization: made } = await ok('POST /organization', { name: 'Blue mills', ...look })
  const { code } = z.object({ code: z.string() }).parse(made)
  assert.partialDeepStrictEqual(await ok(`GET /organization?code=${code}`), {
    button_text_color: { raw: '#ffffff' },
  })
  const [record] = await store.audit.list({ event: 'management.createOrganization', limit: 1 })
  assert.partialDeepStrictEqual(record?.details, { after: { name: 'Blue mills', themeCode: 'light' } })
})
