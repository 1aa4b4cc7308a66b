// How users are found when their ids are not known: the same on both databases, whose ideas of letters and of order differ.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Change } from '../change.ts'
import type { UserFilter, UserSearch } from '../directory-store.ts'
import type { NewDatabase } from './contract-database.ts'
import { aMembership, anApi, anIdentity, anOrganization, aRole, aUser } from './samples.ts'

export function userSearchContract(newDatabase: NewDatabase): void {
  test('users are found by how something begins, by properties, and by when they signed in', async (t) => {
    const { directory, commit } = await (await newDatabase(t)).open()
    const people = [
      ['kp_1', 'Ada', 'Lovelace', ['London']],
      ['kp_2', null, 'adams', ['Sydney', '7']],
      ['kp_3', 'Zoë', 'Ångström', ['x'.repeat(5_000)]],
    ] as const
    await commit([
      { kind: 'add-organization', organization: anOrganization('org_1') },
      ...people.flatMap(([id, firstName, lastName, [city, seats = null]]): Change[] => [
        { kind: 'add-user', user: aUser(id, { firstName, lastName }) },
        { kind: 'add-identity', identity: anIdentity(id, `${id}@example.com`) },
        { kind: 'set-property', owner: { context: 'usr', id }, key: 'city', value: city },
        { kind: 'set-property', owner: { context: 'usr', id }, key: 'seats', value: seats },
      ]),
      { kind: 'add-membership', membership: aMembership('org_1', 'kp_2') },
      { kind: 'count-sign-in', userId: 'kp_2', succeeded: true, atMs: 20 },
      { kind: 'count-sign-in', userId: 'kp_1', succeeded: true, atMs: 30 },
    ])
    const page = { size: 9, from: undefined, isBackwards: false }
    const search = async (given: Partial<UserSearch>, place = {}) => {
      const all = { properties: [], organizationCode: null }
      const users = await directory.searchUsers({ ...all, ...given }, { ...page, ...place })
      return users.map(({ id }) => id)
    }
    const named = (name: string) => ({ text: { identifiers: [], name } })
    const ofCity = (...values: string[]) => ({ properties: [{ key: 'city', values }] })
    assert.deepEqual(await search(named('ada')), ['kp_1', 'kp_2'])
    assert.deepEqual(await search(named('ada'), { isBackwards: true, size: 1 }), ['kp_2'])
    assert.deepEqual(await search(named('ada l')), ['kp_1'])
    assert.deepEqual(await search(named('zoë Å')), ['kp_3'])
    assert.deepEqual(await search({ ...named('ada'), organizationCode: 'org_1' }), ['kp_2'])
    const address = { identifiers: [{ type: 'email', beginning: 'kp_3@' }] } as const
    assert.deepEqual(await search({ text: address }), ['kp_3'])
    assert.deepEqual(await search(ofCity('London', 'Sydney', 'x'.repeat(4_999))), ['kp_1', 'kp_2'])
    assert.deepEqual(await search(ofCity('x'.repeat(5_000))), ['kp_3'])
    const both = [...ofCity('Sydney', 'London').properties, { key: 'seats', values: ['7'] }]
    assert.deepEqual(await search({ properties: both }), ['kp_2'])
    assert.deepEqual(await search({}, { from: 'kp_1', size: 1 }), ['kp_2'])
    assert.deepEqual(await search({ organizationCode: 'org_1' }), ['kp_2'])

    const scope = { apiId: 'api_1', scopeId: 'scope_1' }
    const key = { organizationCode: 'org_1', userId: 'kp_2' }
    await commit([
      { kind: 'put-api', api: anApi('api_1') },
      { kind: 'put-role', role: aRole('r1', { scopeIds: ['scope_1'] }) },
      { kind: 'add-organization', organization: anOrganization('org_2') },
      ...['kp_1', 'kp_2'].map((userId) => {
        const roleIds = userId === 'kp_1' ? ['r1'] : []
        return { kind: 'add-membership', membership: aMembership('org_2', userId, { roleIds }) } as const
      }),
      { kind: 'add-member-api-scope', ...key, ...scope },
      { kind: 'add-member-api-scope', ...key, ...scope, scopeId: 'scope_2' },
    ])
    const scope1 = { scopeIds: ['scope_1'], roleIds: ['r1'] }
    const scope2 = { scopeIds: ['scope_2'], roleIds: [] }
    assert.deepEqual(await search({ scopes: [scope1] }), ['kp_1', 'kp_2'])
    assert.deepEqual(await search({ scopes: [scope1] }, { from: 'kp_1', size: 1 }), ['kp_2'])
    assert.deepEqual(await search({ scopes: [scope1], organizationCode: 'org_2' }), ['kp_1'])
    assert.deepEqual(await search({ scopes: [scope1, scope2] }), ['kp_2'])
    assert.deepEqual(await search({ scopes: [scope2, scope1], organizationCode: 'org_2' }), [])
    assert.deepEqual(await search({ scopes: [{ scopeIds: [], roleIds: [] }] }), [])
    assert.deepEqual(await search({ ...named('ada'), scopes: [scope2] }), ['kp_2'])
    assert.deepEqual(await search({ ...ofCity('London', 'Sydney'), scopes: [scope2] }), ['kp_2'])
    const held = await directory.heldScopesOf(['kp_1', 'kp_2', 'kp_3'])
    assert.deepEqual(
      held
        .map((one) => `${one.organizationCode} ${one.userId} ${'scopeId' in one ? one.scopeId : one.roleId}`)
        .toSorted(),
      ['org_1 kp_2 scope_1', 'org_1 kp_2 scope_2', 'org_2 kp_1 r1'],
    )

    await commit([{ kind: 'delete-organization', code: 'org_2' }])

    const filtered = async (filter: UserFilter, cursor?: string) => {
      const { items, nextCursor } = await directory.filteredUsers(
        { size: 1, ...(cursor !== undefined && { cursor }) },
        filter,
      )
      return { ids: items.map(({ id }) => id), nextCursor }
    }
    const first = await filtered({ activeSinceMs: 20 })
    assert.deepEqual(first.ids, ['kp_2'])
    assert.deepEqual(await filtered({ activeSinceMs: 20 }, first.nextCursor), {
      ids: ['kp_1'],
      nextCursor: undefined,
    })
    assert.deepEqual((await filtered({ hasOrganization: true })).ids, ['kp_2'])
    assert.deepEqual((await filtered({ hasOrganization: false }, 'kp_1')).ids, ['kp_3'])
  })
}
