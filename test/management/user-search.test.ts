// Finding users: GET /search/users, and the filters of GET /users. How the database finds them is in src/store/contract/user-search.ts.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { z } from 'zod'
import { aUser } from '../../src/store/contract/samples.ts'
import { nowMs, openManagementWorld } from '../harness/management-world.ts'

const world = await openManagementWorld({ after })
after(() => assert.deepEqual(world.defects, []))
const { commit } = world.store

const found = z.looseObject({ results: z.array(z.looseObject({ id: z.string() })) })
const listed = z.looseObject({
  users: z.array(z.looseObject({ id: z.string() })),
  next_token: z.string().nullable(),
})

async function answer(path: string, token?: string): Promise<unknown> {
  const { status, json } = await world.call(`GET ${path}`, undefined, token)
  assert.equal(status, 200, `${path}: ${JSON.stringify(json)}`)
  return json
}

async function search(query: string, token?: string): Promise<string[]> {
  return found.parse(await answer(`/search/users?${query}`, token)).results.map(({ id }) => id)
}

async function refusal(path: string): Promise<string> {
  const { status, json } = await world.call(`GET ${path}`)
  return `${String(status)} ${JSON.stringify(json)}`
}

before(async () => {
  const people = [
    ['kp_c', 'Charles', 'Babbage', 'charles@example.com'],
    ['kp_d', 'Dorothea', 'Adams', 'd.adams@example.org'],
    ['kp_e', 'Élodie', 'van der Berg', 'elodie@example.org'],
  ] as const
  for (const [id, firstName, lastName, value] of people) {
    await commit([
      {
        kind: 'add-user',
        user: aUser(id, {
          firstName,
          lastName,
          preferredEmail: value,
          createdAtMs: nowMs,
          updatedAtMs: nowMs,
        }),
      },
    ])
    await world.call(`POST /users/${id}/identities`, { type: 'email', value })
  }
  await world.call('POST /users/kp_c/identities', { type: 'phone', value: '+447700900123' })
  await world.call('PATCH /users/kp_c/properties', { properties: { plan: 'gold', seats: 5 } })
  await world.call('PATCH /users/kp_d/properties', { properties: { plan: 'gold', seats: 7 } })
  await commit([
    { kind: 'count-sign-in', userId: 'kp_c', succeeded: true, atMs: Date.UTC(2026, 0, 10) },
    { kind: 'count-sign-in', userId: 'kp_d', succeeded: true, atMs: Date.UTC(2026, 0, 20) },
    { kind: 'count-sign-in', userId: 'kp_ada', succeeded: true, atMs: Date.UTC(2026, 0, 15) },
  ])
})

describe('GET /search/users', () => {
  const rows = [
    ['query=ada', ['kp_ada', 'kp_d']],
    ['query=ADA%20LOVE', ['kp_ada']],
    ['query=van%20%20der', ['kp_e']],
    ['query=Ch', ['kp_c']],
    ['query=D.Adams@EXAMPLE', ['kp_d']],
    ['query=%2B44%207700', ['kp_c']],
    ['query=447700', ['kp_c']],
    ['query=babb', ['kp_c']],
    ['query=nobody', []],
    ['query=*&properties[plan]=gold', ['kp_c', 'kp_d']],
    ['properties[plan]=gold&properties[seats]=7', ['kp_d']],
    ['properties[plan][]=premium&properties[plan][]=gold', ['kp_ada', 'kp_c', 'kp_d']],
    ['query=ada&properties[plan]=gold', ['kp_d']],
    ['', ['kp_ada', 'kp_bob', 'kp_c', 'kp_d', 'kp_e']],
    ['page_size=2', ['kp_ada', 'kp_bob']],
    ['page_size=2&starting_after=kp_bob', ['kp_c', 'kp_d']],
    ['page_size=2&ending_before=kp_d', ['kp_bob', 'kp_c']],
  ] as const
  for (const [query, ids] of rows) {
    test(`finds ${ids.join(', ') || 'no user'} by "${query}"`, async () => {
      assert.deepEqual(await search(query), ids)
    })
  }

  test('tells of each user what it is asked to', async () => {
    const query = 'query=char&expand=identities,organizations,properties'
    assert.partialDeepStrictEqual(await answer(`/search/users?${query}`), {
      code: 'OK',
      results: [
        {
          id: 'kp_c',
          email: 'charles@example.com',
          username: null,
          last_signed_in: '2026-01-10T00:00:00.000Z',
          organizations: [],
          properties: { plan: 'gold', seats: '5' },
        },
      ],
    })
  })

  test('finds users by scopes of APIs that they have themselves or by a role, and answers with them', async () => {
    const member = { organizationCode: 'org_engines', userId: 'kp_ada' }
    const [role] = (await world.store.directory.catalog()).roles.filter(({ id }) => id === 'role_member')
    assert.ok(role)
    const weaver = { organizationCode: 'org_weaving', userId: 'kp_c', permissionIds: [], joinedAtMs: nowMs }
    await commit([
      { kind: 'add-member-api-scope', ...member, apiId: 'api_looms', scopeId: 'scope_read' },
      { kind: 'put-role', role: { ...role, scopeIds: ['scope_read'] } },
      { kind: 'add-membership', membership: { ...weaver, roleIds: ['role_member'] } },
    ])
    const held = (org_code: string) => [{ org_code, scope: 'read:looms', api_id: 'api_looms' }]
    const scopesOf = async (query: string, token?: string) =>
      found
        .parse(await answer(`/search/users?${query}`, token))
        .results.map((one) => [one.id, one['api_scopes']])
    const both = [
      ['kp_ada', held('org_engines')],
      ['kp_c', held('org_weaving')],
    ]
    assert.deepEqual(await scopesOf('api_scopes=read:looms'), both)
    assert.deepEqual(await scopesOf('api_scopes=read:looms,none'), [])
    assert.deepEqual(await scopesOf('query=charles&expand=api_scopes'), both.slice(1))
    assert.deepEqual(await scopesOf('query=ada'), [
      ['kp_ada', undefined],
      ['kp_d', undefined],
    ])
    const bound = await world.token({ org_code: 'org_engines' })
    assert.deepEqual(await scopesOf('api_scopes=read:looms', bound), both.slice(0, 1))
    await commit([
      { kind: 'put-role', role },
      { kind: 'delete-membership', organizationCode: 'org_weaving', userId: 'kp_c' },
    ])
  })

  test('finds members only for a machine of one organization', async () => {
    const token = await world.token({ org_code: 'org_engines' })
    for (const query of ['', 'query=ad', 'properties[plan]=gold&properties[plan]=premium'])
      assert.deepEqual(await search(query, token), ['kp_ada'])
    assert.deepEqual(await search('query=charles', token), [])
  })

  for (const [query, said] of [
    ['properties[none]=1', /^400 .*PROPERTY_NOT_FOUND/],
    ['properties[industry]=1', /^400 .*PROPERTY_NOT_FOUND/],
    ['properties=gold', /^400 .*properties/],
    ['api_scopes=a,b,c,d,e,f', /^400 .*api_scopes: at most 5 scopes/],
    ['starting_after=a&ending_before=b', /^400 .*not both/],
    ['query[a]=b', /^400 .*query/],
    ['page_size=501', /^400 .*page_size/],
    [`properties[plan]=${'a&properties[plan]='.repeat(10)}`, /^400 .*at most 10 values/],
  ] as const) {
    test(`refuses "${query.slice(0, 60)}"`, async () => {
      assert.match(await refusal(`/search/users?${query}`), said)
    })
  }
})

describe('GET /users', () => {
  const all = async (query: string, token?: string) => {
    const ids: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const more = next === '' ? '' : `&next_token=${encodeURIComponent(next)}`
      const page: z.output<typeof listed> = listed.parse(await answer(`/users?${query}${more}`, token))
      ids.push(...page.users.map(({ id }) => id))
      next = page.next_token
    }
    return ids
  }

  for (const [query, ids] of [
    ['has_organization=true', ['kp_ada']],
    ['has_organization=false&page_size=1', ['kp_bob', 'kp_c', 'kp_d', 'kp_e']],
    ['active_since=2026-01-15T00:00:00Z', ['kp_ada', 'kp_d']],
    ['active_since=2026-01-01&page_size=1', ['kp_c', 'kp_ada', 'kp_d']],
    ['active_since=2026-01-01&has_organization=false&page_size=1', ['kp_c', 'kp_d']],
    ['user_id=kp_ada,kp_bob,kp_d&active_since=2026-01-16', ['kp_d']],
    ['user_id=kp_ada,kp_bob&has_organization=true', ['kp_ada']],
  ] as const) {
    test(`lists ${ids.join(', ')} by "${query}"`, async () => {
      assert.deepEqual(await all(query), ids)
    })
  }

  test('filters members for a machine of one organization', async () => {
    const token = await world.token({ org_code: 'org_engines' })
    assert.deepEqual(await all('active_since=2026-01-01&page_size=1', token), ['kp_ada'])
    assert.deepEqual(await all('has_organization=false', token), [])
  })

  test('refuses a filter that is not a value of its kind', async () => {
    assert.match(await refusal('/users?has_organization=maybe'), /^400 .*has_organization/)
    assert.match(await refusal('/users?active_since=yesterday'), /^400 .*active_since: expected a time/)
    assert.match(await refusal('/users?active_since=2026-13-45'), /^400 .*active_since/)
  })
})
