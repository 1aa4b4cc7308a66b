// What the operations answer and change, over a real database. Every answer is parsed by the schema that its operation declares.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { z } from 'zod'
import { passwordHasher } from '../../src/directory/index.ts'
import { operations } from '../../src/management/operations.ts'
import { aPlan } from '../../src/store/contract/samples.ts'
import { openManagementWorld } from '../harness/management-world.ts'
import { randomBytes } from 'node:crypto'

const world = await openManagementWorld({ after })
const { directory, artifacts, audit, commit } = world.store
const time = '2026-01-02T03:04:05.000Z'
const envelope = { code: 'OK', message: 'Success' }
after(() => assert.deepEqual(world.defects, []))

/** The answer of an operation, which must be the one that it declares. */
async function ok(request: string, body?: unknown): Promise<unknown> {
  const { status, json } = await world.call(request, body)
  const operation = operationOf(request)
  assert.equal(status, operation.status, JSON.stringify(json))
  return operation.answer.parse(json)
}

/** `status code: message` for each problem. */
async function refusal(request: string, body?: unknown): Promise<string[]> {
  const { status, json } = await world.call(request, body)
  const { errors } = z
    .strictObject({ errors: z.array(z.strictObject({ code: z.string(), message: z.string() })) })
    .parse(json)
  return errors.map(({ code, message }) => `${status} ${code}: ${message}`)
}

function operationOf(request: string) {
  const [method = '', path = ''] = request.replace(/\?.*/, '').split(' ')
  const found = operations.find(
    (operation) =>
      operation.method === method.toLowerCase() &&
      new RegExp(`^${operation.path.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(path),
  )
  if (found === undefined) throw new Error(`no operation answers ${request}`)
  return found
}

describe('users', () => {
  test('GET /user is the bare user, with what expand asks for', async () => {
    const user = {
      id: 'kp_ada',
      provided_id: null,
      preferred_email: 'ada@example.com',
      phone: null,
      username: 'ada',
      last_name: 'Lovelace',
      first_name: 'Ada',
      is_suspended: false,
      picture: null,
      total_sign_ins: 0,
      failed_sign_ins: 0,
      last_signed_in: null,
      created_on: time,
    }
    assert.deepEqual(await ok('GET /user?id=kp_ada'), user)
    assert.deepEqual(await ok('GET /user?id=kp_ada&expand=organizations,identities,billing,unheard_of'), {
      ...user,
      organizations: ['org_engines'],
      identities: [
        { type: 'email', identity: 'Ada@example.com' },
        { type: 'username', identity: 'ada' },
      ],
      billing: { customer_id: 'kp_ada' },
    })
  })

  test('a user that does not exist is 404, and an id is required', async () => {
    assert.deepEqual(await refusal('GET /user?id=kp_none'), [
      '404 USER_NOT_FOUND: There is no user with this id.',
    ])
    for (const path of ['/user', '/user?id=']) {
      assert.deepEqual(await refusal(`GET ${path}`), [
        '400 INVALID_REQUEST: id: Invalid input: expected string, received undefined',
      ])
    }
  })

  test('GET /users gives every user once, page by page', async () => {
    const ids: string[] = []
    let next: string | null = ''
    for (let page = 0; next !== null && page < 20; page += 1) {
      const answer = usersSchema.parse(await ok(`GET /users?page_size=1&next_token=${next}`))
      ids.push(...answer.users.map(({ id }) => id))
      next = answer.next_token === null ? null : encodeURIComponent(answer.next_token)
    }
    assert.ok(ids.includes('kp_ada') && ids.includes('kp_bob'))
    assert.equal(new Set(ids).size, ids.length)
  })

  for (const [query, ids] of [
    ['user_id=kp_bob', ['kp_bob']],
    ['user_id=kp_bob,kp_ada,kp_none', ['kp_bob', 'kp_ada']],
    ['email=ADA@example.com', ['kp_ada']],
    ['email=ada@example.com,%20bob@example.com', ['kp_ada', 'kp_bob']],
    ['username=ada', ['kp_ada']],
    ['username=ada&email=ada@example.com', ['kp_ada']],
    ['phone=%2B15550100', []],
    ['email=no-address', []],
  ] as const) {
    test(`GET /users?${query} finds ${ids.join(' and ') || 'no user'}`, async () => {
      const { users, next_token } = usersSchema.parse(await ok(`GET /users?${query}`))
      assert.deepEqual(
        users.map(({ id }) => id),
        ids,
      )
      assert.equal(next_token, null)
    })
  }

  test('POST /user creates user, identities and membership at once, and GET finds them', async () => {
    const created = await ok('POST /user', {
      profile: { given_name: 'Grace', family_name: 'Hopper', picture: 'https://example.com/grace.png' },
      organization_code: 'org_weaving',
      provided_id: 'customer-1906',
      identities: [
        { type: 'email', is_verified: true, details: { email: 'Grace@Example.com' } },
        { type: 'phone', details: { phone: '+447700900000', phone_country_id: 'gb' } },
        { type: 'username', details: { username: 'grace' } },
      ],
    })
    const { id, ...rest } = z.looseObject({ id: z.string().regex(/^kp_[0-9a-f]{32}$/) }).parse(created)
    assert.deepEqual(rest, {
      created: true,
      identities: ['email', 'phone', 'username'].map((type) => ({ type, result: { created: true } })),
    })
    const user = z.looseObject({}).parse(await ok(`GET /user?id=${id}&expand=organizations`))
    assert.equal(user['preferred_email'], 'Grace@Example.com')
    assert.equal(user['phone'], '+447700900000')
    assert.equal(user['provided_id'], 'customer-1906')
    assert.deepEqual(user['organizations'], ['org_weaving'])
    const membership = await directory.membership('org_weaving', id)
    assert.deepEqual(membership?.roleIds, ['role_member'], 'with the default roles')
    const identity = await directory.identity('email', 'grace@example.com')
    assert.deepEqual([identity?.userId, identity?.isVerified], [id, true])
  })

  test('POST /user with an address that is taken creates nothing', async () => {
    const before = usersSchema.parse(await ok('GET /users?page_size=500')).users.length
    const [problem = ''] = await refusal('POST /user', {
      identities: [
        { type: 'username', details: { username: 'somebody' } },
        { type: 'email', details: { email: 'ADA@example.com' } },
      ],
    })
    assert.match(problem, /^409 ALREADY_EXISTS: /)
    assert.equal(usersSchema.parse(await ok('GET /users?page_size=500')).users.length, before)
    assert.equal(await directory.identity('username', 'somebody'), undefined)
  })

  for (const [body, problem] of [
    [
      { identities: [{ type: 'email', details: { email: 'no-address' } }] },
      '400 INVALID_REQUEST: details.email of an identity is not one, such as ada@example.com.',
    ],
    [
      { identities: [{ type: 'phone', details: { email: 'x@example.com' } }] },
      '400 INVALID_REQUEST: details.phone of an identity is not one, such as +447700900000.',
    ],
    [
      { organization_code: 'org_none', provided_id: 'customer-1' },
      '404 ORGANIZATION_NOT_FOUND: There is no organization with this code.',
    ],
    [
      { profile: { picture: 'javascript:alert(1)' } },
      '400 INVALID_REQUEST: body.profile.picture: it must be an http or https address',
    ],
    [
      { profile: { given_name: 'Eve\u0007' } },
      '400 INVALID_REQUEST: body.profile.given_name: no control characters are allowed',
    ],
  ] as const) {
    test(`POST /user refuses ${JSON.stringify(body)}`, async () => {
      assert.deepEqual(await refusal('POST /user', body), [problem])
    })
  }

  test('PATCH /user changes what is named and nothing else', async () => {
    const answer = await ok('PATCH /user?id=kp_bob', { family_name: 'Builder', provided_id: 'b-1' })
    assert.deepEqual(answer, {
      id: 'kp_bob',
      given_name: 'Bob',
      family_name: 'Builder',
      email: 'bob@example.com',
      is_suspended: false,
      is_password_reset_requested: false,
      picture: null,
    })
    assert.equal((await directory.userByProvidedId('b-1'))?.firstName, 'Bob')
  })

  test('a suspended, a deleted and a user with another password is signed out everywhere (RT-05)', async () => {
    for (const [request, body] of [
      ['PATCH /user?id=kp_bob', { is_suspended: true }],
      ['PUT /users/kp_bob/password', { hashed_password: await argon2id('secret') }],
      ['DELETE /user?id=kp_bob', undefined],
    ] as const) {
      await commit([{ kind: 'put-artifact', artifact: sessionOf('kp_bob') }])
      assert.notEqual(await artifacts.find('Session', sessionHash), undefined)
      await ok(request, body)
      assert.equal(await artifacts.find('Session', sessionHash), undefined, request)
    }
    assert.deepEqual(await refusal('GET /user?id=kp_bob'), [
      '404 USER_NOT_FOUND: There is no user with this id.',
    ])
    assert.equal(await directory.identity('email', 'bob@example.com'), undefined)
  })
})

describe('properties', () => {
  const shown = (value: string | null) => [
    { id: 'prop_plan', name: 'The plan', description: null, key: 'plan', value },
    { id: 'prop_seats', name: 'The seats', description: null, key: 'seats', value: null },
  ]

  test('of a user are all of users, with values or null', async () => {
    assert.deepEqual(await ok('GET /users/kp_ada/properties'), {
      ...envelope,
      properties: shown('premium'),
      next_token: null,
    })
  })

  test('are set all or none; numbers and booleans become text, null takes a value away', async () => {
    assert.deepEqual(
      await refusal('PATCH /users/kp_ada/properties', {
        properties: { plan: 'free', none: 'x', region: 'x' },
      }),
      [
        '400 PROPERTY_NOT_FOUND: There is no property "none" in the context "usr".',
        '400 PROPERTY_NOT_FOUND: There is no property "region" in the context "usr".',
      ],
    )
    assert.equal((await directory.propertyValues({ context: 'usr', id: 'kp_ada' }))['plan'], 'premium')
    assert.deepEqual(
      await ok('PATCH /users/kp_ada/properties', { properties: { plan: true, seats: 25 } }),
      envelope,
    )
    assert.deepEqual(await directory.propertyValues({ context: 'usr', id: 'kp_ada' }), {
      plan: 'true',
      seats: '25',
    })
    await ok('PATCH /users/kp_ada/properties', { properties: { plan: 'premium', seats: null } })
    assert.deepEqual(await directory.propertyValues({ context: 'usr', id: 'kp_ada' }), { plan: 'premium' })
  })

  test('of an organization are read and set alike', async () => {
    const path = '/organizations/org_engines/properties'
    await ok(`PATCH ${path}`, { properties: { industry: 'steam' } })
    assert.deepEqual(await ok(`GET ${path}`), {
      ...envelope,
      properties: [
        { id: 'prop_industry', name: 'The industry', description: null, key: 'industry', value: 'steam' },
      ],
      next_token: null,
    })
  })

  test('of an application are by its client_id', async () => {
    assert.deepEqual(await ok('GET /applications/machine/properties'), {
      ...envelope,
      properties: [{ id: 'prop_region', name: 'The region', description: null, key: 'region', value: 'eu' }],
      next_token: null,
    })
    assert.deepEqual(await refusal('GET /applications/none/properties'), [
      '404 APPLICATION_NOT_FOUND: There is no application with this id.',
    ])
  })
})

describe('passwords and second factors', () => {
  test('PUT password keeps the hash, and whether it is for once', async () => {
    const hash = await argon2id('correct horse')
    const body = { hashed_password: hash, is_temporary_password: true }
    assert.deepEqual(await ok('PUT /users/kp_ada/password', body), envelope)
    const stored = await directory.password('kp_ada')
    assert.deepEqual([stored?.hash, stored?.isTemporary], [hash, true])
    await ok('PATCH /user?id=kp_ada', { is_password_reset_requested: false })
    assert.equal((await directory.password('kp_ada'))?.isTemporary, false)
  })

  test('a hash of another system is kept by its rule, one that cannot be checked is refused', async () => {
    await ok('PUT /users/kp_ada/password', {
      hashed_password: '$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0',
      hashing_method: 'wordpress',
    })
    const stored = await directory.password('kp_ada')
    const hasher = passwordHasher({ random: randomBytes })
    assert.equal(await hasher.verify('test12345', stored), 'match-weak')
    assert.deepEqual(
      await refusal('PUT /users/kp_ada/password', { hashed_password: '$6$x', hashing_method: 'crypt' }),
      ['400 NOT_SUPPORTED: Mintage cannot check hashes of the method crypt.'],
    )
    const [problem = ''] = await refusal('PUT /users/kp_ada/password', { hashed_password: 'plain text' })
    assert.match(
      problem,
      /^400 INVALID_REQUEST: without a hashing method the hash has to be bcrypt, or argon2id/,
    )
  })

  test('no user has a second factor', async () => {
    assert.deepEqual(await ok('GET /users/kp_ada/mfa'), { ...envelope, mfa: null })
    assert.deepEqual(await refusal('GET /users/kp_none/mfa'), [
      '404 USER_NOT_FOUND: There is no user with this id.',
    ])
  })
})

describe('organizations', () => {
  const engines = {
    code: 'org_engines',
    name: 'Engines',
    handle: null,
    is_default: false,
    external_id: null,
    is_auto_membership_enabled: false,
  }

  test('GET /organization is the bare organization, whose code is its own', async () => {
    const organization = z
      .looseObject({})
      .parse(await ok('GET /organization?code=org_engines&expand=billing'))
    assert.partialDeepStrictEqual(organization, {
      ...engines,
      created_on: time,
      logo: null,
      billing: { billing_customer_id: 'org_engines', agreements: [] },
    })
    assert.equal('billing' in z.looseObject({}).parse(await ok('GET /organization?code=org_engines')), false)
    assert.deepEqual(await refusal('GET /organization?code=org_none'), [
      '404 ORGANIZATION_NOT_FOUND: There is no organization with this code.',
    ])
  })

  test('GET /organizations pages', async () => {
    const schema = z.object({
      organizations: z.array(z.object({ code: z.string() })),
      next_token: z.string().nullable(),
    })
    const first = schema.parse(await ok('GET /organizations?page_size=1'))
    assert.deepEqual(first.organizations, [{ code: 'org_engines' }])
    const second = schema.parse(
      await ok(`GET /organizations?page_size=1&next_token=${encodeURIComponent(first.next_token ?? '')}`),
    )
    assert.deepEqual(second.organizations, [{ code: 'org_weaving' }])
    const sorted = schema.parse(await ok('GET /organizations?sort=name_desc&page_size=1'))
    assert.deepEqual(sorted.organizations, [{ code: 'org_weaving' }])
    const rest = `page_size=1&next_token=${encodeURIComponent(sorted.next_token ?? '')}`
    assert.deepEqual(await ok(`GET /organizations?sort=name_desc&${rest}`), {
      ...envelope,
      organizations: [{ ...engines, code: 'org_engines' }],
      next_token: null,
    })
    assert.deepEqual(await refusal(`GET /organizations?sort=email_desc&${rest}`), [
      '400 INVALID_REQUEST: next_token is not valid for this list',
    ])
    assert.match(String(await refusal('GET /organizations?sort=size')), /^400 INVALID_REQUEST: sort: /)
  })

  test('POST /organization creates one, and refuses what Mintage cannot honour', async () => {
    const created = await ok('POST /organization', { name: ' Acme ', external_id: 'acme-1' })
    const { organization } = z.object({ organization: z.object({ code: z.string() }) }).parse(created)
    assert.match(organization.code, /^org_[0-9a-f]+$/)
    assert.equal((await directory.organization(organization.code))?.name, 'Acme')
    assert.deepEqual(
      await refusal('POST /organization', {
        name: 'x',
        billing_email: 'a@example.com',
      }),
      ['400 INVALID_REQUEST: body.billing_email: it needs is_create_billing_customer, which is true.'],
    )
    assert.deepEqual(await refusal('POST /organization', { name: '  ' }), [
      '400 INVALID_REQUEST: body.name: is not a valid name',
    ])
  })

  test('GET /organizations/{org_code}/users gives the members with the keys of their roles', async () => {
    assert.deepEqual(await ok('GET /organizations/org_engines/users'), {
      ...envelope,
      organization_users: [
        {
          id: 'kp_ada',
          email: 'ada@example.com',
          full_name: 'Ada Lovelace',
          last_name: 'Lovelace',
          first_name: 'Ada',
          picture: null,
          joined_on: time,
          last_accessed_on: null,
          is_suspended: false,
          roles: ['admin', 'member'],
        },
      ],
      next_token: null,
    })
    assert.deepEqual(await refusal('GET /organizations/org_none/users'), [
      '404 ORGANIZATION_NOT_FOUND: There is no organization with this code.',
    ])
  })

  test('when a user last signed in to an organization is with the member and with the user', async () => {
    const atMs = Date.UTC(2026, 1, 3)
    const key = { organizationCode: 'org_engines', userId: 'kp_ada' }
    await commit([{ kind: 'note-organization-sign-in', ...key, atMs }])
    const members = z.looseObject({
      organization_users: z.array(z.looseObject({ last_accessed_on: z.string() })),
    })
    const shown = members.parse(await ok('GET /organizations/org_engines/users')).organization_users
    assert.deepEqual(
      shown.map((one) => one.last_accessed_on),
      ['2026-02-03T00:00:00.000Z'],
    )
    const users = z.looseObject({
      users: z.array(z.looseObject({ last_organization_sign_ins: z.unknown() })),
    })
    const [user] = users.parse(await ok('GET /users?user_id=kp_ada&expand=organizations')).users
    assert.deepEqual(user?.last_organization_sign_ins, [
      { org_code: 'org_engines', last_signed_in: '2026-02-03T00:00:00.000Z' },
    ])
  })

  test('a member’s roles, and permissions from roles and given directly', async () => {
    const path = '/organizations/org_engines/users/kp_ada'
    assert.deepEqual(await ok(`GET ${path}/roles`), {
      ...envelope,
      roles: [
        { id: 'role_admin', key: 'admin', name: 'Administrator' },
        { id: 'role_member', key: 'member', name: 'Member' },
      ],
      next_token: null,
    })
    const permissions = [
      ['perm_extra', 'extra', []],
      ['perm_read', 'reports:read', ['admin', 'member']],
      ['perm_write', 'reports:write', ['admin']],
    ] as const
    const plain = permissions.map(([id, key]) => ({ id, key, name: `May ${key}`, description: null }))
    assert.deepEqual(await ok(`GET ${path}/permissions`), { ...envelope, permissions: plain })
    assert.deepEqual(await ok(`GET ${path}/permissions?expand=roles`), {
      ...envelope,
      permissions: permissions.map(([, , roles], index) => ({
        ...plain[index],
        roles: roles.map((key) => ({ id: `role_${key}`, key })),
      })),
    })
  })

  test('what is missing is said: the organization, the user or the membership', async () => {
    for (const [path, problem] of [
      ['org_none/users/kp_ada', '404 ORGANIZATION_NOT_FOUND: There is no organization with this code.'],
      ['org_engines/users/kp_none', '404 USER_NOT_FOUND: There is no user with this id.'],
      ['org_weaving/users/kp_ada', '404 MEMBERSHIP_NOT_FOUND: The user does not belong to the organization.'],
    ] as const) {
      assert.deepEqual(await refusal(`GET /organizations/${path}/roles`), [problem])
      assert.deepEqual(await refusal(`GET /organizations/${path}/permissions`), [problem])
    }
  })
})

describe('roles and permissions', () => {
  test('are sorted and paged, and a token of another list is refused', async () => {
    const schema = z.object({
      roles: z.array(z.object({ key: z.string() })),
      next_token: z.string().nullable(),
    })
    const first = schema.parse(await ok('GET /roles?page_size=1&sort=key_desc'))
    assert.deepEqual(first.roles, [{ key: 'member' }])
    const second = schema.parse(
      await ok(`GET /roles?page_size=1&sort=key_desc&next_token=${first.next_token}`),
    )
    assert.deepEqual([second.roles, second.next_token], [[{ key: 'admin' }], null])
    assert.deepEqual(await refusal('GET /roles?next_token=x'), [
      '400 INVALID_REQUEST: next_token is not valid for this list',
    ])
    const permissions = z
      .object({ permissions: z.array(z.object({ id: z.string() })) })
      .parse(await ok('GET /permissions?sort=id_asc'))
    assert.deepEqual(
      permissions.permissions.map(({ id }) => id),
      ['perm_extra', 'perm_read', 'perm_write'],
    )
  })
})

describe('billing', () => {
  const none = { ...envelope, has_more: false }

  test('a customer that exists has nothing before it has a plan; one that does not exist is an error', async () => {
    for (const customer of ['kp_ada', 'org_weaving']) {
      assert.deepEqual(await ok(`GET /billing/entitlements?customer_id=${customer}&expand=plans`), {
        ...none,
        entitlements: [],
        plans: [],
      })
      assert.deepEqual(await ok(`GET /billing/agreements?customer_id=${customer}`), {
        ...none,
        agreements: [],
      })
    }
    const unknown = ['404 CUSTOMER_NOT_FOUND: There is no user and no organization with this customer id.']
    for (const path of ['entitlements', 'agreements'])
      assert.deepEqual(await refusal(`GET /billing/${path}?customer_id=customer_1`), unknown)
    const body = { customer_id: 'customer_1', plan_code: 'pro' }
    assert.deepEqual(await refusal('POST /billing/agreements', body), unknown)
  })

  const agreementsSchema = z.object({
    agreements: z.array(
      z.looseObject({ id: z.string(), entitlements: z.array(z.object({ entitlement_id: z.string() })) }),
    ),
  })
  const agreementOf = async (customer: string, rest = '') =>
    agreementsSchema.parse(await ok(`GET /billing/agreements?customer_id=${customer}${rest}`)).agreements

  test('an agreement gives what the plan has at that time, replaces the one before, and is read everywhere', async () => {
    const give = (plan_code: string) =>
      refusal('POST /billing/agreements', { customer_id: 'org_engines', plan_code })
    assert.deepEqual(await give('pro'), [
      '404 PLAN_NOT_FOUND: body.plan_code: there is no plan "pro", because mintage.yaml has no plans. Add it under billing.plans.',
    ])
    await commit([
      { kind: 'put-billing-plan', plan: aPlan('pro') },
      { kind: 'put-billing-plan', plan: { ...aPlan('solo'), customer: 'user', period: 'year' } },
    ])
    assert.match(
      String(await give('prp')),
      /404 PLAN_NOT_FOUND: .*Known are pro, solo; others are added under/,
    )
    assert.match(String(await give('solo')), /409 PLAN_NOT_FOR_CUSTOMER: .*of the kind user, and this one is/)
    const invoices = { customer_id: 'org_engines', plan_code: 'pro', is_invoice_now: true }
    assert.match(
      String(await refusal('POST /billing/agreements', invoices)),
      /400 NOT_SUPPORTED: body.is_inv/,
    )

    const customer = { is_create_billing_customer: true, billing_email: 'bills@acme.example' }
    const create = (body: object) => refusal('POST /organization', { name: 'Customer', ...body })
    assert.deepEqual(await create({ is_create_billing_customer: true }), [
      '400 INVALID_REQUEST: body.billing_email: it is required when is_create_billing_customer is true.',
    ])
    assert.deepEqual(await create({ billing_plan_code: 'pro' }), [
      '400 INVALID_REQUEST: body.billing_plan_code: it needs is_create_billing_customer, which is true.',
    ])
    assert.match(
      String(await create({ ...customer, billing_email: 'acme' })),
      /400 INVALID_REQUEST: body\.billing_email: expected an email address/,
    )
    assert.match(
      String(await create({ ...customer, billing_plan_code: 'prp' })),
      /404 PLAN_NOT_FOUND: body\.billing_plan_code: .*Known are pro, solo/,
    )
    assert.match(
      String(await create({ ...customer, billing_plan_code: 'solo' })),
      /409 PLAN_NOT_FOR_CUSTOMER: body\.billing_plan_code: .*of the kind user/,
    )
    const created = await ok('POST /organization', {
      name: 'Customer',
      ...customer,
      billing_plan_code: 'pro',
    })
    const { organization } = z
      .object({ organization: z.object({ code: z.string(), billing_customer_id: z.string() }) })
      .parse(created)
    assert.equal(organization.billing_customer_id, organization.code)
    const [own] = await agreementOf(organization.code)
    assert.partialDeepStrictEqual(own, { plan_code: 'pro', expires_on: null })
    assert.partialDeepStrictEqual(await ok(`GET /organization?code=${organization.code}&expand=billing`), {
      billing: {
        billing_customer_id: organization.code,
        billing_email: customer.billing_email,
        agreements: [{ plan_code: 'pro', agreement_id: own?.id }],
      },
    })
    await ok(`DELETE /organization/${organization.code}`)

    await ok('POST /billing/agreements', { customer_id: 'org_engines', plan_code: 'pro', is_prorate: false })
    const [first] = await agreementOf('org_engines')
    await ok('POST /billing/agreements', { customer_id: 'org_engines', plan_code: 'pro' })
    await commit([{ kind: 'put-billing-plan', plan: { ...aPlan('pro'), features: [] } }])
    const [second, ...others] = await agreementOf('org_engines')
    assert.notEqual(second?.id, first?.id)
    assert.deepEqual(others, [])
    assert.partialDeepStrictEqual(second, {
      plan_code: 'pro',
      expires_on: null,
      billing_group_id: null,
      current_period_start: time,
      current_period_end: '2026-02-02T03:04:05.000Z',
    })
    assert.deepEqual(await agreementOf('org_engines', '&feature_code=none'), [])
    assert.deepEqual(await agreementOf('org_engines', '&feature_code=seats'), [second])

    const ids = second?.entitlements.map(({ entitlement_id }) => entitlement_id) ?? []
    const [seats = '', calls = ''] = ids
    const prices = { fixed_charge: null, entitlement_limit_min: null }
    const listed = [
      {
        ...prices,
        id: seats,
        price_name: 'Seats',
        unit_amount: 500,
        feature_code: 'seats',
        feature_name: 'Seats',
        entitlement_limit_max: 20,
        entitlement_limit_min: 1,
      },
      {
        ...prices,
        id: calls,
        price_name: 'Calls',
        unit_amount: 1,
        feature_code: 'calls',
        feature_name: 'Calls',
        entitlement_limit_max: 999,
      },
    ].toSorted((a, b) => (a.id < b.id ? -1 : 1))
    const read = (rest: string) =>
      ok(`GET /billing/entitlements?customer_id=org_engines&max_value=999${rest}`)
    const plans = [{ code: 'pro', subscribed_on: time }]
    assert.deepEqual(await read('&page_size=1'), {
      ...envelope,
      has_more: true,
      entitlements: listed.slice(0, 1),
      plans,
    })
    const after = `&page_size=1&starting_after=${listed[0]?.id ?? ''}`
    assert.deepEqual(await read(after), { ...none, entitlements: listed.slice(1), plans })
    assert.partialDeepStrictEqual(await ok('GET /organization?code=org_engines&expand=billing'), {
      billing: {
        billing_customer_id: 'org_engines',
        agreements: [{ plan_code: 'pro', agreement_id: second?.id }],
      },
    })
  })

  test('usage is summed by feature and period, and refused where it cannot be counted', async () => {
    const made = await ok('POST /user', { profile: { given_name: 'Mary' } })
    const { id: mary } = z.looseObject({ id: z.string() }).parse(made)
    await ok('POST /billing/agreements', { customer_id: mary, plan_code: 'solo' })
    const [agreement] = await agreementOf(mary)
    const customer_agreement_id = agreement?.id ?? ''
    const used = { customer_agreement_id, billing_feature_code: 'calls', meter_value: '1.5' }
    await ok('POST /billing/meter_usage', used)
    await ok('POST /billing/meter_usage', { ...used, meter_usage_timestamp: '2026-01-02T14:04:06+11' })
    const usage = async (at = '') =>
      ok(`GET /mintage/billing_usage?customer_agreement_id=${customer_agreement_id}${at}`)
    assert.deepEqual(await usage(), {
      ...envelope,
      period_start: time,
      period_end: '2027-01-02T03:04:05.000Z',
      usage: [
        { feature_code: 'seats', feature_name: 'Seats', quantity: 0, entitlement_limit_max: 20 },
        { feature_code: 'calls', feature_name: 'Calls', quantity: 3, entitlement_limit_max: null },
      ],
    })
    await ok('POST /billing/meter_usage', { ...used, meter_value: '7', meter_type_code: 'absolute' })
    assert.match(JSON.stringify(await usage()), /"calls".*"quantity":7,/)
    assert.match(JSON.stringify(await usage('&at=2027-01-03T00:00:00Z')), /"calls".*"quantity":0,/)

    for (const [change, expected] of [
      [{ customer_agreement_id: 'agreement_none' }, /^404 AGREEMENT_NOT_FOUND: .*GET \/billing\/agreements/],
      [
        { billing_feature_code: 'cals' },
        /^404 ENTITLEMENT_NOT_FOUND: body.billing_feature_code: .*It has seats, calls\.$/,
      ],
      [{ meter_value: '-1' }, /^400 INVALID_REQUEST: body.meter_value: expected a number of at least 0/],
      [{ meter_value: '0.0001' }, /^400 INVALID_REQUEST: body.meter_value: /],
      [{ meter_value: 5 }, /^400 INVALID_REQUEST: body.meter_value: /],
      [
        { meter_value: '1000000000000' },
        /^400 INVALID_REQUEST: body.meter_value: the usage of a period is at most/,
      ],
      [
        { meter_usage_timestamp: 'yesterday' },
        /^400 INVALID_REQUEST: body.meter_usage_timestamp: expected a time/,
      ],
      [
        { meter_usage_timestamp: '2026-01-01T00:00:00Z' },
        /timestamp: the agreement began on 2026-01-02T03:04:05/,
      ],
      [
        { meter_usage_timestamp: '2026-01-03T00:00:00Z' },
        /timestamp: expected a time that is not in the future$/,
      ],
      [{ meter_type_code: 'sum' }, /^400 INVALID_REQUEST: body.meter_type_code: /],
    ] as const)
      assert.match(String(await refusal('POST /billing/meter_usage', { ...used, ...change })), expected)
    assert.match(JSON.stringify(await usage()), /"calls".*"quantity":7,/, 'what was refused counts nothing')
  })
})

describe('environment variables', () => {
  test('are created, read, changed and deleted; a secret value never comes out', async () => {
    const created = await ok('POST /environment_variables', {
      key: 'CRM_KEY',
      value: 's3cret',
      is_secret: true,
    })
    const { id } = z
      .object({ environment_variable: z.object({ id: z.string() }) })
      .parse(created).environment_variable
    const shown = { id, key: 'CRM_KEY', value: null, is_secret: true, created_on: time }
    assert.deepEqual(await ok('GET /environment_variables'), {
      ...envelope,
      has_more: false,
      environment_variables: [shown],
    })
    assert.deepEqual(await refusal(`PATCH /environment_variables/${id}`, { is_secret: false }), [
      '400 INVALID_REQUEST: A secret variable needs a new value to become readable.',
    ])
    await ok(`PATCH /environment_variables/${id}`, { is_secret: false, value: 'open' })
    assert.deepEqual(await ok(`GET /environment_variables/${id}`), {
      ...envelope,
      environment_variable: { ...shown, value: 'open', is_secret: false },
    })
    assert.deepEqual(await ok(`DELETE /environment_variables/${id}`), envelope)
    assert.deepEqual(await refusal(`GET /environment_variables/${id}`), [
      '404 ENVIRONMENT_VARIABLE_NOT_FOUND: There is no environment variable with this id.',
    ])
  })
})

test('every change is in the audit log with the machine that made it, and without what was sent', async () => {
  const [entry] = await audit.list({ event: 'management.SetUserPassword', limit: 1 })
  assert.partialDeepStrictEqual(entry, {
    clientId: 'machine',
    userId: 'kp_ada',
    details: { fields: ['password'], isTemporary: false },
  })
  assert.deepEqual(await audit.list({ event: 'management.getUserData', limit: 1 }), [])
})

const usersSchema = z.object({
  users: z.array(z.object({ id: z.string() })),
  next_token: z.string().nullable(),
})

const sessionHash = 'a'.repeat(64)

function sessionOf(accountId: string) {
  return {
    model: 'Session',
    idHash: sessionHash,
    payload: {},
    facts: null,
    grantId: null,
    uid: null,
    userCode: null,
    accountId,
    expiresAtMs: null,
  }
}

async function argon2id(password: string): Promise<string> {
  const hash = await passwordHasher({
    random: randomBytes,
    parameters: { memoryKib: 64, passes: 1, lanes: 1 },
  }).hash(password)
  return hash ?? ''
}
