// API keys over a real socket and database: what is shown once, who is let in by one, and what ends one.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { z } from 'zod'
import { asked } from '../harness/asked.ts'
import { issuerUrl, openManagementWorld } from '../harness/management-world.ts'

const world = await openManagementWorld({ after })
after(() => assert.deepEqual(world.defects, []))
const { store } = world
const api = (id: string, audience: string, scopes: readonly string[], isManagementApi = false) =>
  ({
    kind: 'put-api',
    api: {
      id,
      name: id,
      audience,
      isManagementApi,
      accessTokenType: 'JWT',
      scopes: scopes.map((key) => ({ id: `scope_${key}`, key, description: null })),
    },
  }) as const
await store.commit([
  api('api_orders', 'https://orders.example.com', ['read:orders', 'write:orders']),
  api('api_management', `${issuerUrl}/api`, ['read:users', 'read:organizations', 'create:api_keys'], true),
])

const { ok, refused } = asked(world.call)

const issued = z.object({ api_key: z.object({ id: z.string(), key: z.string() }) })
const environmentKey = { name: 'Sync', type: 'environment', api_id: 'api_orders' }
async function newKey(given: object = {}): Promise<{ readonly id: string; readonly key: string }> {
  return issued.parse(await ok('POST /api_keys', { ...environmentKey, ...given })).api_key
}
const verify = (api_key: string) => ok('POST /api_keys/verify', { api_key }, 'not-a-token')
async function isValid(key: string): Promise<unknown> {
  return (await verify(key))['is_valid']
}

describe('an API key', () => {
  test('is shown once, and stored, listed and logged without its value', async () => {
    const { id, key } = await newKey({ scope_ids: ['scope_read:orders', 'write:orders'] })
    assert.match(key, /^k_live_[A-Za-z0-9]{48}$/)
    assert.match(id, /^api_key_[0-9a-f]{32}$/)
    const shown = z.record(z.string(), z.unknown()).parse((await ok(`GET /api_keys/${id}`))['api_key'])
    assert.deepEqual(
      [shown['key_prefix'], shown['key_suffix'], shown['status'], shown['scopes'], shown['api_ids']],
      ['k_live', key.slice(-4), 'active', ['read:orders', 'write:orders'], ['api_orders']],
    )
    const everything = JSON.stringify([
      shown,
      await ok('GET /api_keys'),
      await store.audit.list({ limit: 50 }),
      await store.apiKeys.find(id),
      world.logLines,
    ])
    assert.ok(!everything.includes(key.slice(7)), 'its value is nowhere')
  })

  test('is verified without a token, with what it may do, and each verification is counted', async () => {
    const { id, key } = await newKey({ type: 'user', user_id: 'kp_ada', scope_ids: ['read:orders'] })
    const first = await verify(key)
    assert.deepEqual(
      { ...first, last_verified_on: undefined },
      {
        code: 'API_KEY_VERIFIED',
        message: 'API key verified',
        is_valid: true,
        key_id: id,
        status: 'active',
        scopes: ['read:orders'],
        org_code: null,
        user_id: 'kp_ada',
        last_verified_on: undefined,
        verification_count: 1,
      },
    )
    assert.equal((await verify(key))['verification_count'], 2)
    const record = await store.apiKeys.find(id)
    assert.deepEqual([record?.verificationCount, record?.lastVerifiedIp], [2, '127.0.0.1'])
  })

  test('tells nothing about values that no key has', async () => {
    const answers = await Promise.all(
      ['k_live_', 'x', `k_live_${'a'.repeat(48)}`, "' or 1=1 --"].map((value) => verify(value)),
    )
    for (const answer of answers)
      assert.deepEqual(
        [answer['is_valid'], answer['key_id'], answer['status'], answer['scopes']],
        [false, '', 'unknown', []],
      )
  })

  test('keeps its id when it is rotated, and the old value is dead', async () => {
    const old = await newKey()
    const { api_key: next } = issued.parse(await ok(`PUT /api_keys/${old.id}`))
    assert.equal(next.id, old.id)
    assert.deepEqual([await isValid(old.key), await isValid(next.key)], [false, true])
  })

  test('is revoked for good, and revoking it again changes nothing', async () => {
    const { id, key } = await newKey()
    await ok(`DELETE /api_keys/${id}`)
    await ok(`DELETE /api_keys/${id}`)
    const answer = await verify(key)
    assert.deepEqual([answer['is_valid'], answer['status'], answer['scopes']], [false, 'revoked', []])
    assert.match(await refused(`PUT /api_keys/${id}`), /^409 API_KEY_REVOKED/)
    assert.match(await refused('DELETE /api_keys/api_key_none'), /^404 API_KEY_NOT_FOUND/)
  })

  test('is listed by type, status, user and organization, page by page', async () => {
    const user = await newKey({ type: 'user', user_id: 'kp_bob' })
    const one = await newKey({ type: 'organization', org_code: 'org_weaving' })
    const two = await newKey({ type: 'organization', org_code: 'org_weaving' })
    await ok(`DELETE /api_keys/${two.id}`)
    const page = z.object({ has_more: z.boolean(), api_keys: z.array(z.object({ id: z.string() })) })
    const ids = async (query: string) =>
      page.parse(await ok(`GET /api_keys?${query}`)).api_keys.map(({ id }) => id)
    assert.deepEqual(await ids('user_id=kp_bob'), [user.id])
    assert.deepEqual(await ids('org_code=org_weaving&key_type=organization'), [one.id, two.id].toSorted())
    assert.deepEqual(await ids('org_code=org_weaving&status=active'), [one.id])
    assert.deepEqual(await ids('org_code=org_weaving&status=revoked'), [two.id])
    const [first = '', second] = [one.id, two.id].toSorted()
    const paged = page.parse(await ok('GET /api_keys?org_code=org_weaving&page_size=1'))
    assert.deepEqual([paged.has_more, paged.api_keys[0]?.id], [true, first])
    assert.deepEqual(await ids(`org_code=org_weaving&starting_after=${first}`), [second])
  })

  test('belongs to what its type says, and to an API and scopes that exist', async () => {
    for (const [given, expected] of [
      [{ type: 'user' }, /^400 INVALID_REQUEST: user_id: needed/],
      [{ type: 'organization', user_id: 'kp_ada' }, /^400 INVALID_REQUEST: user_id: not allowed/],
      [{ type: 'environment', org_code: 'org_engines' }, /^400 INVALID_REQUEST: org_code: not allowed/],
      [{ type: 'user', user_id: 'org_engines' }, /^404 USER_NOT_FOUND/],
      [{ type: 'organization', org_code: 'kp_ada' }, /^404 ORGANIZATION_NOT_FOUND/],
      [{ api_id: 'scope_read:orders' }, /^404 API_NOT_FOUND/],
      [{ scope_ids: ['scope_read:users'] }, /^404 API_SCOPE_NOT_FOUND/],
    ] as const)
      assert.match(await refused('POST /api_keys', { ...environmentKey, ...given }), expected)
  })

  test('is inactive while its user or its organization is suspended', async () => {
    const ofUser = await newKey({ type: 'user', user_id: 'kp_ada' })
    const ofOrganization = await newKey({ type: 'organization', org_code: 'org_weaving' })
    await ok('PATCH /user?id=kp_ada', { is_suspended: true })
    await ok('PATCH /organization/org_weaving', { is_suspended: true })
    for (const { key } of [ofUser, ofOrganization]) {
      const answer = await verify(key)
      assert.deepEqual([answer['is_valid'], answer['status']], [false, 'inactive'])
    }
    await ok('PATCH /user?id=kp_ada', { is_suspended: false })
    await ok('PATCH /organization/org_weaving', { is_suspended: false })
    assert.deepEqual([await isValid(ofUser.key), await isValid(ofOrganization.key)], [true, true])
  })

  test('ends with its user, its organization and its API, in their commit', async () => {
    await store.commit([api('api_bills', 'https://bills.example.com', [])])
    const created = z
      .object({ id: z.string() })
      .parse(await ok('POST /user', { profile: { given_name: 'Eve' } }))
    const { organization } = z
      .object({ organization: z.object({ code: z.string() }) })
      .parse(await ok('POST /organization', { name: 'Looms' }))
    const keys = [
      await newKey({ type: 'user', user_id: created.id }),
      await newKey({ type: 'organization', org_code: organization.code }),
      await newKey({ api_id: 'api_bills' }),
    ]
    await ok(`DELETE /user?id=${created.id}`)
    await ok(`DELETE /organization/${organization.code}`)
    await store.commit([{ kind: 'delete-api', apiId: 'api_bills' }])
    for (const { id, key } of keys) {
      assert.equal(await isValid(key), false)
      assert.equal(await store.apiKeys.find(id), undefined)
    }
  })
})

describe('an API key for the management API', () => {
  const forManagement = (given: object = {}) =>
    newKey({ api_id: 'api_management', scope_ids: ['read:users'], ...given })

  test('lets its holder in with its scopes, and is named in the audit log', async () => {
    const { id, key } = await forManagement({ scope_ids: ['read:users', 'create:api_keys'] })
    await ok('GET /users', undefined, key)
    assert.match(
      await refused('GET /organizations', undefined, key),
      /^403 INSUFFICIENT_SCOPE: This operation needs the scope read:organizations/,
    )
    await ok('POST /api_keys', environmentKey, key)
    const [record] = await store.audit.list({ event: 'management.createApiKey', limit: 1 })
    assert.equal(record?.clientId, id)
  })

  test('of an organization reaches that organization only', async () => {
    const { key } = await forManagement({
      type: 'organization',
      org_code: 'org_engines',
      scope_ids: ['read:users', 'read:organizations'],
    })
    const users = await ok('GET /users', undefined, key)
    assert.deepEqual(z.array(z.object({ id: z.string() })).parse(users['users']), [{ id: 'kp_ada' }])
    assert.match(
      await refused('GET /organization?code=org_weaving', undefined, key),
      /^403 ORGANIZATION_BOUND/,
    )
  })

  test('is never a user’s, and a user’s key for another API is refused', async () => {
    const given = { ...environmentKey, api_id: 'api_management', type: 'user', user_id: 'kp_ada' }
    assert.match(await refused('POST /api_keys', given), /^400 INVALID_REQUEST: type: /)
    const user = await newKey({ type: 'user', user_id: 'kp_ada', scope_ids: ['read:orders'] })
    const foreign = await newKey({ scope_ids: ['read:orders'] })
    // Written by hand: not even such a row lets a user in.
    const forged = {
      id: 'api_key_forged',
      hash: 'f'.repeat(64),
      name: 'Forged',
      type: 'user',
      apiId: 'api_management',
      scopeIds: ['scope_read:users'],
      userId: 'kp_ada',
      organizationCode: null,
      prefix: 'k_live',
      suffix: 'xxxx',
      createdAtMs: 1,
    } as const
    await store.commit([{ kind: 'add-api-key', apiKey: forged }])
    for (const { key } of [user, foreign, { key: `k_live_${'a'.repeat(48)}` }])
      assert.match(await refused('GET /users', undefined, key), /^403 TOKEN_INVALID/)
    assert.match(await refused('PUT /api_keys/api_key_forged'), /^400 INVALID_REQUEST: type: /)
  })

  test('has no scope that its maker lacks', async () => {
    const limited = await world.token({ scp: ['create:api_keys', 'update:api_keys'] })
    const given = { ...environmentKey, api_id: 'api_management', scope_ids: ['read:users'] }
    assert.match(await refused('POST /api_keys', given, limited), /^403 INSUFFICIENT_SCOPE: .* read:users/)
    const { id } = await forManagement()
    assert.match(await refused(`PUT /api_keys/${id}`, undefined, limited), /^403 INSUFFICIENT_SCOPE/)
  })

  test('is dead at once when it is rotated or revoked', async () => {
    const { id, key } = await forManagement()
    const next = issued.parse(await ok(`PUT /api_keys/${id}`)).api_key.key
    assert.match(await refused('GET /users', undefined, key), /^403 TOKEN_INVALID/)
    await ok('GET /users', undefined, next)
    await ok(`DELETE /api_keys/${id}`)
    assert.match(await refused('GET /users', undefined, next), /^403 TOKEN_INVALID/)
  })
})
