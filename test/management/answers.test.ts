// What the operations answer and change, over a real database. Every answer is parsed by the schema that its operation declares.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { z } from 'zod'
import { passwordHasher } from '../../src/directory/index.ts'
import { operations } from '../../src/management/operations.ts'
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
    assert.deepEqual(await refusal('GET /organizations?sort=name_asc'), [
      '400 NOT_SUPPORTED: "sort" is not supported by Mintage.',
    ])
  })

  test('POST /organization creates one, and refuses what Mintage cannot honour', async () => {
    const created = await ok('POST /organization', { name: ' Acme ', external_id: 'acme-1' })
    const { organization } = z.object({ organization: z.object({ code: z.string() }) }).parse(created)
    assert.match(organization.code, /^org_[0-9a-f]+$/)
    assert.equal((await directory.organization(organization.code))?.name, 'Acme')
    assert.deepEqual(
      await refusal('POST /organization', {
        name: 'x',
        is_create_billing_customer: true,
        billing_email: 'a',
      }),
      [
        '400 NOT_SUPPORTED: "is_create_billing_customer" is not supported by Mintage.',
        '400 NOT_SUPPORTED: "billing_email" is not supported by Mintage.',
      ],
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
  for (const customer of ['kp_ada', 'org_engines']) {
    test(`the customer ${customer} exists and has nothing`, async () => {
      assert.deepEqual(await ok(`GET /billing/entitlements?customer_id=${customer}&expand=plans`), {
        ...envelope,
        has_more: false,
        entitlements: [],
        plans: [],
      })
      assert.deepEqual(await ok(`GET /billing/agreements?customer_id=${customer}`), {
        ...envelope,
        has_more: false,
        agreements: [],
      })
    })
  }

  test('a customer that does not exist is an error', async () => {
    for (const path of ['entitlements', 'agreements']) {
      assert.deepEqual(await refusal(`GET /billing/${path}?customer_id=customer_1`), [
        '404 CUSTOMER_NOT_FOUND: There is no user and no organization with this customer id.',
      ])
    }
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
