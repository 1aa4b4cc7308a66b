// Users, organizations and memberships: what is unique, what goes along with what, what a page is.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Change } from '../change.ts'
import { ConflictError } from '../store-error.ts'
import type { NewDatabase } from './contract-database.ts'
import { aMembership, anIdentity, anOrganization, aPermission, aRole, aUser } from './samples.ts'

export function directoryContract(newDatabase: NewDatabase): void {
  describe('directory', () => {
    test('gives records back as they were put', async (t) => {
      const { directory, commit } = await (await newDatabase(t)).open()
      const user = aUser('kp_1', { providedId: 'crm-7', isSuspended: true, lastSignedInAtMs: 5 })
      const identity = anIdentity('kp_1', 'Ada@Example.com', { connectionId: 'conn_1' })
      const password = { userId: 'kp_1', hash: '$argon2id$…', isTemporary: true, updatedAtMs: 4 }
      const settings = { suspendedAtMs: 6, allowedDomains: ['acme.com'] }
      const organization = anOrganization('org_1', { handle: 'acme', isDefault: true, settings })
      const membership = aMembership('org_1', 'kp_1', { roleIds: ['r1', 'r2'], permissionIds: ['p1'] })
      await commit([
        { kind: 'put-permission', permission: aPermission('p1') },
        { kind: 'put-role', role: aRole('r1') },
        { kind: 'put-role', role: aRole('r2') },
        { kind: 'add-user', user },
        { kind: 'add-identity', identity },
        { kind: 'add-password', password },
        { kind: 'add-organization', organization },
        { kind: 'add-membership', membership },
      ])
      assert.deepEqual(await directory.user('kp_1'), user)
      assert.deepEqual(await directory.userByProvidedId('crm-7'), user)
      assert.deepEqual(await directory.usersByProvidedId(['crm-8', 'crm-7']), [user])
      assert.deepEqual(await directory.usersByProvidedId([]), [])
      assert.deepEqual(await directory.identities('kp_1'), [identity])
      assert.deepEqual(await directory.identity('email', 'ada@example.com'), identity)
      assert.equal(await directory.identity('username', 'ada@example.com'), undefined)
      assert.deepEqual(await directory.password('kp_1'), password)
      assert.deepEqual(await directory.organization('org_1'), organization)
      assert.deepEqual(await directory.defaultOrganization(), organization)
      assert.deepEqual(await directory.organizationsOf('kp_1'), [organization])
      assert.deepEqual(await directory.membership('org_1', 'kp_1'), membership)
      assert.equal(await directory.user('kp_2'), undefined)
    })

    test('refuses what is taken, naming table and fields and no value, and makes none of the changes', async (t) => {
      const { directory, commit } = await (await newDatabase(t)).open()
      await commit([
        { kind: 'add-user', user: aUser('kp_1', { providedId: 'crm-7' }) },
        { kind: 'add-identity', identity: anIdentity('kp_1', 'ada@example.com') },
        { kind: 'add-organization', organization: anOrganization('org_1', { handle: 'acme' }) },
        { kind: 'put-role', role: aRole('r1', { key: 'admin' }) },
      ])
      const taken: [Change, string, string[]][] = [
        [
          {
            kind: 'add-identity',
            identity: { ...anIdentity('kp_2', 'ada@example.com'), id: 'identity_other' },
          },
          'identities',
          ['type', 'normalized'],
        ],
        [{ kind: 'add-user', user: aUser('kp_3', { providedId: 'crm-7' }) }, 'users', ['provided_id']],
        [
          { kind: 'add-organization', organization: anOrganization('org_2', { handle: 'acme' }) },
          'organizations',
          ['handle'],
        ],
        [{ kind: 'put-role', role: aRole('r2', { key: 'admin' }) }, 'roles', ['key']],
      ]
      for (const [change, table, fields] of taken) {
        await assert.rejects(
          commit([{ kind: 'add-user', user: aUser('kp_2') }, change]),
          (error: unknown) => {
            assert.ok(error instanceof ConflictError)
            assert.equal(error.code, 'store_conflict')
            assert.deepEqual([error.table, error.fields], [table, fields])
            assert.doesNotMatch(String(error.stack), /example\.com|crm-7|acme|admin/)
            return true
          },
        )
      }
      assert.equal(await directory.user('kp_2'), undefined)
    })

    test('refuses what refers to a record that is not there', async (t) => {
      const { commit } = await (await newDatabase(t)).open()
      await assert.rejects(
        commit([{ kind: 'add-identity', identity: anIdentity('kp_9', 'a@example.com') }]),
        { code: 'store_conflict', message: 'A record that the change refers to does not exist.' },
      )
    })

    test('takes everything of a user along with the user, and of an organization with it', async (t) => {
      const { directory, oneTimeTokens, commit } = await (await newDatabase(t)).open()
      const user = { context: 'usr', id: 'kp_1' } as const
      const organization = { context: 'org', id: 'org_1' } as const
      const all: Change[] = [
        { kind: 'add-user', user: aUser('kp_1') },
        { kind: 'add-identity', identity: anIdentity('kp_1', 'ada@example.com') },
        { kind: 'add-password', password: { userId: 'kp_1', hash: 'x', isTemporary: false, updatedAtMs: 1 } },
        { kind: 'add-organization', organization: anOrganization('org_1') },
        { kind: 'add-membership', membership: aMembership('org_1', 'kp_1') },
        { kind: 'set-property', owner: user, key: 'plan', value: 'gold' },
        { kind: 'set-flag', owner: user, key: 'beta', value: true },
        { kind: 'set-property', owner: organization, key: 'plan', value: 'gold' },
      ]
      await commit(all)
      const token = {
        kind: 'password-reset',
        idHash: 'h',
        userId: 'kp_1',
        details: {},
        expiresAtMs: 9,
      } as const
      await commit([{ kind: 'add-one-time-token', token }])
      await commit([{ kind: 'delete-user', userId: 'kp_1' }])
      assert.deepEqual(await directory.identities('kp_1'), [])
      assert.equal(await directory.password('kp_1'), undefined)
      assert.equal(await directory.membership('org_1', 'kp_1'), undefined)
      assert.deepEqual(await directory.propertyValues(user), {})
      assert.deepEqual(await directory.flagOverrides(user), {})
      assert.equal(await oneTimeTokens.peek('password-reset', 'h', 1), undefined)
      assert.deepEqual(await directory.propertyValues(organization), { plan: 'gold' })

      await commit(all.filter(({ kind }) => kind !== 'add-organization'))
      await commit([{ kind: 'delete-organization', code: 'org_1' }])
      assert.equal(await directory.membership('org_1', 'kp_1'), undefined)
      assert.deepEqual(await directory.propertyValues(organization), {})
      assert.notEqual(await directory.user('kp_1'), undefined)
    })

    test('a role or permission that is deleted is taken from every user', async (t) => {
      const { directory, commit } = await (await newDatabase(t)).open()
      await commit([
        { kind: 'put-permission', permission: aPermission('p1') },
        { kind: 'put-role', role: aRole('r1', { permissionIds: ['p1'] }) },
        { kind: 'put-role', role: aRole('r2') },
        { kind: 'add-user', user: aUser('kp_1') },
        { kind: 'add-organization', organization: anOrganization('org_1') },
        {
          kind: 'add-membership',
          membership: aMembership('org_1', 'kp_1', { roleIds: ['r1', 'r2'], permissionIds: ['p1'] }),
        },
      ])
      await commit([
        { kind: 'delete-role', roleId: 'r2' },
        { kind: 'delete-permission', permissionId: 'p1' },
      ])
      const membership = await directory.membership('org_1', 'kp_1')
      assert.deepEqual([membership?.roleIds, membership?.permissionIds], [['r1'], []])
      assert.deepEqual((await directory.catalog()).roles, [aRole('r1')])
    })

    test('pages the holders of a role by user, each with every organization', async (t) => {
      const { directory, commit } = await (await newDatabase(t)).open()
      const member = (code: string, user: string, roleIds: string[]) =>
        ({ kind: 'add-membership', membership: aMembership(code, user, { roleIds }) }) as const
      await commit([
        ...['r1', 'r2'].map((id) => ({ kind: 'put-role', role: aRole(id) }) as const),
        ...['kp_1', 'kp_2', 'kp_3'].map((id) => ({ kind: 'add-user', user: aUser(id) }) as const),
        ...['org_1', 'org_2'].map(
          (code) => ({ kind: 'add-organization', organization: anOrganization(code) }) as const,
        ),
        member('org_2', 'kp_2', ['r1']),
        member('org_1', 'kp_2', ['r1', 'r2']),
        member('org_1', 'kp_3', ['r1']),
        member('org_1', 'kp_1', ['r2']),
      ])
      assert.deepEqual(await directory.roleHolders('r1', { size: 1 }), {
        items: [{ userId: 'kp_2', organizationCodes: ['org_1', 'org_2'] }],
        nextCursor: 'kp_2',
      })
      const { items: last } = await directory.roleHolders('r1', { size: 1, cursor: 'kp_2' })
      assert.deepEqual(last, [{ userId: 'kp_3', organizationCodes: ['org_1'] }])
    })

    test('counts sign-ins at once without losing one', async (t) => {
      const { directory, commit } = await (await newDatabase(t)).open()
      const user = aUser('kp_1')
      await commit([{ kind: 'add-user', user }])
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          commit([{ kind: 'count-sign-in', userId: 'kp_1', succeeded: index % 4 !== 0, atMs: 77 }]),
        ),
      )
      await commit([{ kind: 'update-user', userId: 'kp_1', set: { firstName: 'Augusta' } }])
      const stored = await directory.user('kp_1')
      assert.deepEqual(
        [stored?.firstName, stored?.totalSignIns, stored?.failedSignIns, stored?.lastSignedInAtMs],
        ['Augusta', 15, 5, 77],
      )
    })

    test('pages hold every record once, in one order, and the last has no cursor', async (t) => {
      const { directory, commit } = await (await newDatabase(t)).open()
      const ids = Array.from({ length: 7 }, (_, index) => `kp_${index}`)
      await commit([
        { kind: 'add-organization', organization: anOrganization('org_1') },
        ...ids.flatMap((id): Change[] => [
          { kind: 'add-user', user: aUser(id) },
          { kind: 'add-identity', identity: anIdentity(id, `${id}@example.com`) },
          { kind: 'add-membership', membership: aMembership('org_1', id) },
        ]),
      ])
      const sizes: number[] = []
      const seen: string[] = []
      const members: string[] = []
      for (let cursor: string | undefined = ''; cursor !== undefined;) {
        const page = await directory.users({ size: 3, cursor })
        const memberPage = await directory.members('org_1', { size: 3, cursor })
        sizes.push(page.items.length)
        seen.push(...page.items.map(({ id }) => id))
        members.push(...memberPage.items.map(({ userId }) => userId))
        cursor = page.nextCursor
      }
      assert.deepEqual(sizes, [3, 3, 1])
      assert.deepEqual(seen, ids)
      assert.deepEqual(members, ids)
      assert.equal((await directory.users({ size: 7 })).nextCursor, undefined)
      const byEmail = await directory.users({ size: 3 }, { email: 'kp_4@example.com' })
      assert.deepEqual(
        byEmail.items.map(({ id }) => id),
        ['kp_4'],
      )
    })

    test('takes 10,000 changes at once', async (t) => {
      const { directory, commit } = await (await newDatabase(t)).open()
      const ids = Array.from({ length: 5_000 }, (_, index) => `kp_${String(index).padStart(5, '0')}`)
      await commit(
        ids.flatMap((id): Change[] => [
          { kind: 'add-user', user: aUser(id) },
          { kind: 'add-identity', identity: anIdentity(id, `${id}@example.com`) },
        ]),
      )
      assert.equal((await directory.identities('kp_04999')).length, 1)
    })
  })
}
