// Users, organizations and memberships: what is unique, what goes along with what, what a page is.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DirectoryChange } from '../directory-store.ts'
import { ConflictError } from '../store-error.ts'
import type { NewDatabase } from './contract-database.ts'
import { aMembership, anIdentity, anOrganization, aPermission, aRole, aUser } from './samples.ts'

export function directoryContract(newDatabase: NewDatabase): void {
  describe('directory', () => {
    test('gives records back as they were put', async (t) => {
      const { directory } = await (await newDatabase(t)).open()
      const user = aUser('kp_1', { providedId: 'crm-7', isSuspended: true, lastSignedInAtMs: 5 })
      const identity = anIdentity('kp_1', 'Ada@Example.com')
      const password = { userId: 'kp_1', hash: '$argon2id$…', isTemporary: true, updatedAtMs: 4 }
      const organization = anOrganization('org_1', { handle: 'acme', isDefault: true })
      const membership = aMembership('org_1', 'kp_1', { roleIds: ['r1', 'r2'], permissionIds: ['p1'] })
      await directory.apply([
        { kind: 'put-permission', permission: aPermission('p1') },
        { kind: 'put-role', role: aRole('r1') },
        { kind: 'put-role', role: aRole('r2') },
        { kind: 'put-user', user },
        { kind: 'put-identity', identity },
        { kind: 'put-password', password },
        { kind: 'put-organization', organization },
        { kind: 'put-membership', membership },
      ])
      assert.deepEqual(await directory.user('kp_1'), user)
      assert.deepEqual(await directory.userByProvidedId('crm-7'), user)
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
      const { directory } = await (await newDatabase(t)).open()
      await directory.apply([
        { kind: 'put-user', user: aUser('kp_1', { providedId: 'crm-7' }) },
        { kind: 'put-identity', identity: anIdentity('kp_1', 'ada@example.com') },
        { kind: 'put-organization', organization: anOrganization('org_1', { handle: 'acme' }) },
        { kind: 'put-role', role: aRole('r1', { key: 'admin' }) },
      ])
      const taken: [DirectoryChange, string, string[]][] = [
        [
          {
            kind: 'put-identity',
            identity: { ...anIdentity('kp_2', 'ada@example.com'), id: 'identity_other' },
          },
          'identities',
          ['type', 'normalized'],
        ],
        [{ kind: 'put-user', user: aUser('kp_3', { providedId: 'crm-7' }) }, 'users', ['provided_id']],
        [
          { kind: 'put-organization', organization: anOrganization('org_2', { handle: 'acme' }) },
          'organizations',
          ['handle'],
        ],
        [{ kind: 'put-role', role: aRole('r2', { key: 'admin' }) }, 'roles', ['key']],
      ]
      for (const [change, table, fields] of taken) {
        await assert.rejects(
          directory.apply([{ kind: 'put-user', user: aUser('kp_2') }, change]),
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
      const { directory } = await (await newDatabase(t)).open()
      await assert.rejects(
        directory.apply([{ kind: 'put-identity', identity: anIdentity('kp_9', 'a@example.com') }]),
        { code: 'store_conflict', message: 'A record that the change refers to does not exist.' },
      )
    })

    test('takes everything of a user along with the user, and of an organization with it', async (t) => {
      const { directory, oneTimeTokens } = await (await newDatabase(t)).open()
      const user = { context: 'usr', id: 'kp_1' } as const
      const organization = { context: 'org', id: 'org_1' } as const
      const all: DirectoryChange[] = [
        { kind: 'put-user', user: aUser('kp_1') },
        { kind: 'put-identity', identity: anIdentity('kp_1', 'ada@example.com') },
        { kind: 'put-password', password: { userId: 'kp_1', hash: 'x', isTemporary: false, updatedAtMs: 1 } },
        { kind: 'put-organization', organization: anOrganization('org_1') },
        { kind: 'put-membership', membership: aMembership('org_1', 'kp_1') },
        { kind: 'set-property', owner: user, key: 'plan', value: 'gold' },
        { kind: 'set-flag', owner: user, key: 'beta', value: true },
        { kind: 'set-property', owner: organization, key: 'plan', value: 'gold' },
      ]
      await directory.apply(all)
      const token = {
        kind: 'password-reset',
        idHash: 'h',
        userId: 'kp_1',
        details: {},
        expiresAtMs: 9,
      } as const
      await oneTimeTokens.put(token)
      await directory.apply([{ kind: 'delete-user', userId: 'kp_1' }])
      assert.deepEqual(await directory.identities('kp_1'), [])
      assert.equal(await directory.password('kp_1'), undefined)
      assert.equal(await directory.membership('org_1', 'kp_1'), undefined)
      assert.deepEqual(await directory.propertyValues(user), {})
      assert.deepEqual(await directory.flagOverrides(user), {})
      assert.equal(await oneTimeTokens.peek('password-reset', 'h', 1), undefined)
      assert.deepEqual(await directory.propertyValues(organization), { plan: 'gold' })

      await directory.apply(all)
      await directory.apply([{ kind: 'delete-organization', code: 'org_1' }])
      assert.equal(await directory.membership('org_1', 'kp_1'), undefined)
      assert.deepEqual(await directory.propertyValues(organization), {})
      assert.notEqual(await directory.user('kp_1'), undefined)
    })

    test('a role or permission that is deleted is held by nobody any more', async (t) => {
      const { directory } = await (await newDatabase(t)).open()
      await directory.apply([
        { kind: 'put-permission', permission: aPermission('p1') },
        { kind: 'put-role', role: aRole('r1', { permissionIds: ['p1'] }) },
        { kind: 'put-role', role: aRole('r2') },
        { kind: 'put-user', user: aUser('kp_1') },
        { kind: 'put-organization', organization: anOrganization('org_1') },
        {
          kind: 'put-membership',
          membership: aMembership('org_1', 'kp_1', { roleIds: ['r1', 'r2'], permissionIds: ['p1'] }),
        },
      ])
      await directory.apply([
        { kind: 'delete-role', roleId: 'r2' },
        { kind: 'delete-permission', permissionId: 'p1' },
      ])
      const membership = await directory.membership('org_1', 'kp_1')
      assert.deepEqual([membership?.roleIds, membership?.permissionIds], [['r1'], []])
      assert.deepEqual((await directory.catalog()).roles, [aRole('r1')])
    })

    test('counts sign-ins at once without losing one, and a user written back keeps the counts', async (t) => {
      const { directory } = await (await newDatabase(t)).open()
      const user = aUser('kp_1')
      await directory.apply([{ kind: 'put-user', user }])
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          directory.apply([{ kind: 'count-sign-in', userId: 'kp_1', succeeded: index % 4 !== 0, atMs: 77 }]),
        ),
      )
      await directory.apply([{ kind: 'put-user', user: { ...user, firstName: 'Augusta' } }])
      const stored = await directory.user('kp_1')
      assert.deepEqual(
        [stored?.firstName, stored?.totalSignIns, stored?.failedSignIns, stored?.lastSignedInAtMs],
        ['Augusta', 15, 5, 77],
      )
    })

    test('pages hold every record once, in one order, and the last has no cursor', async (t) => {
      const { directory } = await (await newDatabase(t)).open()
      const ids = Array.from({ length: 7 }, (_, index) => `kp_${index}`)
      await directory.apply([
        { kind: 'put-organization', organization: anOrganization('org_1') },
        ...ids.flatMap((id): DirectoryChange[] => [
          { kind: 'put-user', user: aUser(id) },
          { kind: 'put-identity', identity: anIdentity(id, `${id}@example.com`) },
          { kind: 'put-membership', membership: aMembership('org_1', id) },
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
      const { directory } = await (await newDatabase(t)).open()
      const ids = Array.from({ length: 5_000 }, (_, index) => `kp_${String(index).padStart(5, '0')}`)
      await directory.apply(
        ids.flatMap((id): DirectoryChange[] => [
          { kind: 'put-user', user: aUser(id) },
          { kind: 'put-identity', identity: anIdentity(id, `${id}@example.com`) },
        ]),
      )
      assert.equal((await directory.identities('kp_04999')).length, 1)
    })
  })
}
