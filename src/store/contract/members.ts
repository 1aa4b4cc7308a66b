// Members of organizations: found by what they hold and by when they were active, and what they hold besides roles.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { listOrders, type HeldFilter, type ListOrder } from '../directory-store.ts'
import type { NewDatabase } from './contract-database.ts'
import { aMembership, anApi, anOrganization, aPermission, aRole, aUser } from './samples.ts'

export function membersContract(newDatabase: NewDatabase): void {
  describe('members', () => {
    test('finds members by what they hold, page by page', async (t) => {
      const { directory, commit } = await (await newDatabase(t)).open()
      await commit([
        ...['p1', 'p2'].map((id) => ({ kind: 'put-permission', permission: aPermission(id) }) as const),
        ...['r1', 'r2'].map((id) => ({ kind: 'put-role', role: aRole(id) }) as const),
        ...['org_1', 'org_2'].map(
          (code) => ({ kind: 'add-organization', organization: anOrganization(code) }) as const,
        ),
        ...['kp_1', 'kp_2', 'kp_3'].map((id) => ({ kind: 'add-user', user: aUser(id) }) as const),
        ...[
          aMembership('org_1', 'kp_1', { roleIds: ['r1', 'r2'] }),
          aMembership('org_1', 'kp_2', { roleIds: ['r1'], permissionIds: ['p1'] }),
          aMembership('org_1', 'kp_3', { permissionIds: ['p1', 'p2'] }),
          aMembership('org_2', 'kp_3', { roleIds: ['r1'] }),
        ].map((membership) => ({ kind: 'add-membership', membership }) as const),
      ])
      const first = await directory.membersWithRole('org_1', 'r1', { size: 1 })
      assert.deepEqual(first, { items: ['kp_1'], nextCursor: 'kp_1' })
      const next = { size: 1, cursor: first.nextCursor ?? '' }
      assert.deepEqual(await directory.membersWithRole('org_1', 'r1', next), { items: ['kp_2'] })
      assert.equal(await directory.countWithRole('org_1', 'r1'), 2)
      assert.equal(await directory.countWithRole('org_2', 'r2'), 0)
      const holding = async (...filters: HeldFilter[]) => {
        const { items } = await directory.members('org_1', { size: 9 }, filters)
        return items.map(({ userId }) => userId)
      }
      const r1 = { roleIds: ['r1'], permissionIds: [] }
      assert.deepEqual(await holding(r1), ['kp_1', 'kp_2'])
      assert.deepEqual(await holding(r1, { roleIds: ['r2'], permissionIds: [] }), ['kp_1'])
      const p1ByRoleOrDirectly = { roleIds: ['r2'], permissionIds: ['p1'] }
      assert.deepEqual(await holding(p1ByRoleOrDirectly), ['kp_1', 'kp_2', 'kp_3'])
      assert.deepEqual(await holding(r1, p1ByRoleOrDirectly), ['kp_1', 'kp_2'])
    })

    test('sorts members and organizations by name and address, also after changes, page by page', async (t) => {
      const { directory, commit } = await (await newDatabase(t)).open()
      const user = (id: string, firstName: string | null, preferredEmail: string | null) =>
        ({ kind: 'add-user', user: aUser(id, { firstName, lastName: null, preferredEmail }) }) as const
      const codes = ['org_1', 'org_2', 'org_3']
      await commit([
        { kind: 'put-role', role: aRole('r1') },
        ...codes.map((code, index) => {
          const name = ['weaving', 'Engines', 'Weaving'][index] ?? ''
          return { kind: 'add-organization', organization: anOrganization(code, { name }) } as const
        }),
        user('kp_1', 'bea', 'Z@x'),
        user('kp_2', 'Ada', null),
        user('kp_3', null, 'a@x'),
        user('kp_4', 'Bea', 'b@x'),
        ...['kp_1', 'kp_2', 'kp_3', 'kp_4'].map((id) => {
          const membership = aMembership('org_1', id, { roleIds: id === 'kp_3' ? [] : ['r1'] })
          return { kind: 'add-membership', membership } as const
        }),
        { kind: 'add-membership', membership: aMembership('org_2', 'kp_2') },
      ])
      const pages = async (order: ListOrder, filters: readonly HeldFilter[] = []) => {
        const found: string[] = []
        let cursor: string | undefined
        do {
          const page = await directory.members(
            'org_1',
            { size: 1, ...(cursor !== undefined && { cursor }) },
            filters,
            order,
          )
          found.push(...page.items.map(({ userId }) => userId.slice(-1)))
          cursor = page.nextCursor
        } while (cursor !== undefined)
        return found.join('')
      }
      assert.deepEqual(await Promise.all(listOrders.map((order) => pages(order))), [
        '3214',
        '4123',
        '2341',
        '1432',
      ])
      assert.equal(await pages('name_desc', [{ roleIds: ['r1'], permissionIds: [] }]), '412')
      assert.equal(await pages('name_desc', [{ roleIds: [], permissionIds: [] }]), '')
      await commit([
        { kind: 'update-user', userId: 'kp_2', set: { firstName: 'Zoe' } },
        { kind: 'update-user', userId: 'kp_3', set: { preferredEmail: 'zz@x' } },
        { kind: 'delete-membership', organizationCode: 'org_1', userId: 'kp_4' },
      ])
      assert.deepEqual([await pages('name_asc'), await pages('email_asc')], ['312', '213'])
      const byName = await directory.members('org_1', { size: 1 }, [], 'name_asc')
      const cursor = byName.nextCursor ?? ''
      await assert.rejects(directory.members('org_1', { size: 1, cursor }, [], 'email_asc'), RangeError)
      await assert.rejects(directory.organizations({ size: 1, cursor: 'org_1' }, 'name_asc'), RangeError)

      const organizations = async (order: ListOrder) => {
        const first = await directory.organizations({ size: 2 }, order)
        const next = await directory.organizations({ size: 2, cursor: first.nextCursor ?? '' }, order)
        return [...first.items, ...next.items].map(({ code }) => code.slice(-1)).join('')
      }
      assert.deepEqual(await Promise.all(listOrders.map(organizations)), ['213', '312', '123', '321'])
      await commit([{ kind: 'delete-user', userId: 'kp_2' }])
      assert.equal(await pages('name_asc'), '31')
    })

    test('counts the members with a role who were given a token in a period', async (t) => {
      const { activity, commit } = await (await newDatabase(t)).open()
      const hour = 3_600_000
      const note = (userId: string, ...hours: number[]) =>
        hours.map((at) => ({ kind: 'note-token', userId, atMs: at * hour }) as const)
      await commit([
        { kind: 'put-role', role: aRole('r1') },
        { kind: 'add-organization', organization: anOrganization('org_1') },
        ...['kp_1', 'kp_2', 'kp_3'].map((id) => ({ kind: 'add-user', user: aUser(id) }) as const),
        ...['kp_1', 'kp_2'].map(
          (userId) =>
            ({
              kind: 'add-membership',
              membership: aMembership('org_1', userId, { roleIds: ['r1'] }),
            }) as const,
        ),
        ...note('kp_1', 10.1, 10.2, 10.9),
        ...note('kp_2', 20.5),
        ...note('kp_3', 10.5),
      ])
      const active = (from: number, to: number) =>
        activity.activeWithRole('org_1', 'r1', { fromMs: from * hour, toMs: to * hour })
      assert.deepEqual(
        await Promise.all([
          active(0, 10),
          active(9, 10.1),
          active(10.9, 20),
          active(10.1, 20.5),
          active(20.6, 40),
        ]),
        [0, 1, 1, 2, 0],
      )
      await activity.prune(20 * hour)
      assert.equal(await active(0, 30), 1)
      await commit([{ kind: 'delete-user', userId: 'kp_2' }])
      assert.equal(await active(0, 30), 0)
    })

    test('keeps when a member last signed in to the organization until the membership ends', async (t) => {
      const { directory, commit } = await (await newDatabase(t)).open()
      const user = { userId: 'kp_1' } as const
      const noted = (organizationCode: string, atMs: number) =>
        commit([{ kind: 'note-organization-sign-in', organizationCode, ...user, atMs }])
      const times = async () =>
        (await directory.membershipKeysOf(['kp_1'])).map((one) => [
          one.organizationCode,
          one.lastSignedInAtMs,
        ])
      const membership = aMembership('org_1', 'kp_1')
      await commit([
        ...['org_1', 'org_2'].map(
          (code) => ({ kind: 'add-organization', organization: anOrganization(code) }) as const,
        ),
        { kind: 'add-user', user: aUser('kp_1') },
        { kind: 'add-membership', membership },
        { kind: 'add-membership', membership: aMembership('org_2', 'kp_1') },
      ])
      await noted('org_1', 5)
      await noted('org_1', 7)
      await noted('org_elsewhere', 9)
      assert.deepEqual(await times(), [
        ['org_1', 7],
        ['org_2', null],
      ])
      await commit([{ kind: 'delete-membership', organizationCode: 'org_1', ...user }])
      await noted('org_1', 11)
      await commit([{ kind: 'add-membership', membership }])
      assert.deepEqual(await times(), [
        ['org_1', null],
        ['org_2', null],
      ])
    })

    test('keeps the scopes of APIs of a member until the membership ends', async (t) => {
      const { directory, commit } = await (await newDatabase(t)).open()
      const key = { organizationCode: 'org_1', userId: 'kp_1' }
      const scope = { apiId: 'api_1', scopeId: 'scope_1' }
      await commit([
        { kind: 'put-api', api: anApi('api_1') },
        { kind: 'add-organization', organization: anOrganization('org_1') },
        { kind: 'add-user', user: aUser('kp_1') },
        { kind: 'add-membership', membership: aMembership('org_1', 'kp_1') },
        { kind: 'add-member-api-scope', ...key, ...scope },
        { kind: 'add-member-api-scope', ...key, ...scope },
      ])
      assert.deepEqual(await directory.memberApiScopes(key), [scope])
      await commit([{ kind: 'delete-member-api-scope', ...key, ...scope }])
      await assert.rejects(commit([{ kind: 'delete-member-api-scope', ...key, ...scope }]), {
        code: 'changed_meanwhile',
      })
      await commit([
        { kind: 'add-member-api-scope', ...key, ...scope },
        { kind: 'delete-membership', ...key },
        { kind: 'add-membership', membership: aMembership('org_1', 'kp_1') },
      ])
      assert.deepEqual(await directory.memberApiScopes(key), [])
    })
  })
}
