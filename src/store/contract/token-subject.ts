// All that a mint needs, in one answer.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Change } from '../change.ts'
import type { NewDatabase } from './contract-database.ts'
import { aMembership, anIdentity, anOrganization, aPermission, aRole, aUser } from './samples.ts'

export function tokenSubjectContract(newDatabase: NewDatabase): void {
  describe('the subject of a token', () => {
    test('comes with its identities, organizations by name, membership, properties and flags', async (t) => {
      const { directory, commit } = await (await newDatabase(t)).open()
      const user = aUser('kp_1')
      const email = anIdentity('kp_1', 'ada@example.com')
      const phone = anIdentity('kp_1', '+441', { type: 'phone', isVerified: false, createdAtMs: 2_000 })
      const acme = anOrganization('org_2', { name: 'Acme' })
      const zeta = anOrganization('org_1', { name: 'Zeta' })
      const membership = aMembership('org_2', 'kp_1', { roleIds: ['r1'], permissionIds: ['p1', 'p2'] })
      await commit([
        { kind: 'put-permission', permission: aPermission('p1') },
        { kind: 'put-permission', permission: aPermission('p2') },
        { kind: 'put-role', role: aRole('r1') },
        { kind: 'add-user', user },
        { kind: 'add-user', user: aUser('kp_2') },
        { kind: 'add-identity', identity: email },
        { kind: 'add-identity', identity: phone },
        { kind: 'add-organization', organization: zeta },
        { kind: 'add-organization', organization: acme },
        { kind: 'add-organization', organization: anOrganization('org_3') },
        { kind: 'add-membership', membership },
        { kind: 'add-membership', membership: aMembership('org_1', 'kp_1') },
        { kind: 'add-membership', membership: aMembership('org_3', 'kp_2') },
        { kind: 'set-property', owner: { context: 'usr', id: 'kp_1' }, key: 'city', value: 'Köln "1"' },
        { kind: 'set-property', owner: { context: 'org', id: 'org_2' }, key: 'plan', value: 'gold' },
        { kind: 'set-property', owner: { context: 'org', id: 'org_3' }, key: 'plan', value: 'theirs' },
        { kind: 'set-flag', owner: { context: 'usr', id: 'kp_1' }, key: 'theme', value: { dark: true } },
        { kind: 'set-flag', owner: { context: 'org', id: 'org_2' }, key: 'seats', value: 5 },
      ])
      assert.deepEqual(await directory.tokenSubject('kp_1', 'org_2'), {
        user,
        identities: [email, phone],
        organizations: [acme, zeta],
        membership,
        userProperties: { city: 'Köln "1"' },
        organizationProperties: { plan: 'gold' },
        userFlags: { theme: { dark: true } },
        organizationFlags: { seats: 5 },
      })
    })

    test('tells nothing of an organization that the user does not belong to', async (t) => {
      const { directory, commit } = await (await newDatabase(t)).open()
      await commit([
        { kind: 'add-user', user: aUser('kp_1') },
        { kind: 'add-organization', organization: anOrganization('org_1') },
        { kind: 'set-property', owner: { context: 'org', id: 'org_1' }, key: 'plan', value: 'theirs' },
        { kind: 'set-flag', owner: { context: 'org', id: 'org_1' }, key: 'seats', value: 5 },
      ])
      for (const organization of ['org_1', 'org_none', null]) {
        const subject = await directory.tokenSubject('kp_1', organization)
        assert.equal(subject?.membership, null)
        assert.deepEqual([subject.organizationProperties, subject.organizationFlags], [{}, {}])
        assert.deepEqual(subject.organizations, [])
      }
      assert.equal(await directory.tokenSubject('kp_none', null), undefined)
    })

    test('is read of many users at once, in the order asked for', async (t) => {
      const { directory, commit } = await (await newDatabase(t)).open()
      await commit([
        { kind: 'add-user', user: aUser('kp_1') },
        { kind: 'add-user', user: aUser('kp_2') },
        { kind: 'add-organization', organization: anOrganization('org_1') },
        { kind: 'add-membership', membership: aMembership('org_1', 'kp_2') },
      ])
      const asked = [
        { userId: 'kp_2', organizationCode: 'org_1' },
        { userId: 'kp_none', organizationCode: null },
        { userId: 'kp_1', organizationCode: 'org_1' },
        { userId: 'kp_2', organizationCode: null },
      ]
      assert.deepEqual(
        await directory.tokenSubjects(asked),
        await Promise.all(
          asked.map(({ userId, organizationCode }) => directory.tokenSubject(userId, organizationCode)),
        ),
      )
      assert.deepEqual(await directory.tokenSubjects([]), [])
      assert.equal(await directory.userCount(), 2)
      assert.equal(await directory.userCount('org_1'), 1)
      assert.equal(await directory.userCount('org_none'), 0)
    })

    test('is never older than a change, of this process or of another, after any earlier read', async (t) => {
      const database = await newDatabase(t)
      const [here, there] = [await database.open(), await database.open()]
      const owner = { context: 'usr', id: 'kp_1' } as const
      await here.commit([{ kind: 'add-user', user: aUser('kp_1') }])
      for (const [count, writer] of [here, there, here, there].entries()) {
        const value = String(count)
        for (const reader of [here, there]) await reader.directory.tokenSubject('kp_1', null)
        await writer.commit([{ kind: 'set-property', owner, key: 'count', value }])
        for (const reader of [here, there]) {
          const subject = await reader.directory.tokenSubject('kp_1', null)
          assert.deepEqual(subject?.userProperties, { count: value })
        }
      }
      await there.commit([{ kind: 'delete-user', userId: 'kp_1' }])
      assert.equal(await here.directory.tokenSubject('kp_1', null), undefined)
    })

    test('is one thing for each organization that it is asked for', async (t) => {
      const { directory, commit } = await (await newDatabase(t)).open()
      await commit([
        { kind: 'add-user', user: aUser('kp_1') },
        { kind: 'add-organization', organization: anOrganization('org_1') },
        { kind: 'add-organization', organization: anOrganization('org_2') },
        { kind: 'add-membership', membership: aMembership('org_1', 'kp_1') },
        { kind: 'add-membership', membership: aMembership('org_2', 'kp_1') },
      ])
      for (const code of ['org_1', 'org_2', 'org_1', null]) {
        const subject = await directory.tokenSubject('kp_1', code)
        assert.equal(subject?.membership?.organizationCode, code ?? undefined)
      }
    })

    test('A7: stays in memory when another user signs in, and follows every change that is about it', async (t) => {
      const database = await newDatabase(t)
      const { directory, commit } = await database.open()
      const read = () => directory.tokenSubject('kp_1', 'org_1')
      await commit([
        { kind: 'put-permission', permission: aPermission('p1') },
        { kind: 'put-role', role: aRole('r1') },
        { kind: 'add-user', user: aUser('kp_1') },
        { kind: 'add-user', user: aUser('kp_2') },
        { kind: 'add-identity', identity: anIdentity('kp_1', 'a@example.com', { isVerified: false }) },
        { kind: 'add-organization', organization: anOrganization('org_1') },
        { kind: 'add-organization', organization: anOrganization('org_2') },
        { kind: 'add-membership', membership: aMembership('org_1', 'kp_1') },
      ])
      const kept = await read()
      await commit([{ kind: 'count-sign-in', userId: 'kp_2', succeeded: true, atMs: 1 }])
      if (database.location.kind === 'sqlite') assert.equal(await read(), kept)

      const added = anIdentity('kp_1', 'b@example.com')
      const key = { organizationCode: 'org_1', userId: 'kp_1' }
      const changes: readonly Change[] = [
        { kind: 'count-sign-in', userId: 'kp_1', succeeded: true, atMs: 2 },
        { kind: 'update-user', userId: 'kp_1', set: { firstName: 'Grace' } },
        { kind: 'add-identity', identity: added },
        {
          kind: 'update-identity',
          identityId: anIdentity('kp_1', 'a@example.com').id,
          set: { isVerified: true },
        },
        { kind: 'delete-identity', identityId: added.id },
        { kind: 'update-membership', ...key, roles: { add: ['r1'] }, permissions: { add: ['p1'] } },
        { kind: 'add-membership', membership: aMembership('org_2', 'kp_1') },
        { kind: 'delete-membership', organizationCode: 'org_2', userId: 'kp_1' },
        { kind: 'update-organization', code: 'org_1', set: { name: 'Renamed' } },
        { kind: 'set-property', owner: { context: 'usr', id: 'kp_1' }, key: 'a', value: '1' },
        { kind: 'set-property', owner: { context: 'org', id: 'org_1' }, key: 'a', value: '1' },
        { kind: 'set-flag', owner: { context: 'usr', id: 'kp_1' }, key: 'f', value: 1 },
        { kind: 'set-flag', owner: { context: 'org', id: 'org_1' }, key: 'f', value: 1 },
        { kind: 'delete-property', key: 'a', context: 'org' },
        { kind: 'delete-feature-flag', key: 'f' },
        { kind: 'delete-role', roleId: 'r1' },
        { kind: 'delete-organization', code: 'org_1' },
        { kind: 'delete-user', userId: 'kp_1' },
      ]
      for (const change of changes) {
        const before = await read()
        await commit([change])
        const now = await read()
        assert.notDeepEqual(now, before, change.kind)
        const { directory: fresh } = await database.open()
        assert.deepEqual(now, await fresh.tokenSubject('kp_1', 'org_1'), change.kind)
      }
    })

    test('that was read before a change, and comes back after it, is not kept', async (t) => {
      const { directory, commit } = await (await newDatabase(t)).open()
      const owner = { context: 'usr', id: 'kp_1' } as const
      await commit([{ kind: 'add-user', user: aUser('kp_1') }])
      for (const value of ['a', 'b', 'c']) {
        const reading = directory.tokenSubject('kp_1', null)
        await Promise.all([reading, commit([{ kind: 'set-property', owner, key: 'k', value }])])
        assert.deepEqual((await directory.tokenSubject('kp_1', null))?.userProperties, { k: value })
      }
    })

    test('follows a property or flag that is taken away', async (t) => {
      const { directory, commit } = await (await newDatabase(t)).open()
      const owner = { context: 'usr', id: 'kp_1' } as const
      await commit([
        { kind: 'add-user', user: aUser('kp_1') },
        { kind: 'set-property', owner, key: 'a', value: '1' },
        { kind: 'set-property', owner, key: 'b', value: '1' },
        { kind: 'set-property', owner, key: 'a', value: null },
        { kind: 'set-flag', owner, key: 'f', value: null },
        { kind: 'set-flag', owner, key: 'g', value: 1 },
        { kind: 'set-flag', owner, key: 'g' },
      ])
      assert.deepEqual(await directory.propertyValues(owner), { b: '1' })
      assert.deepEqual(await directory.flagOverrides(owner), { f: null })
      await commit([
        { kind: 'delete-property', key: 'b', context: 'usr' },
        { kind: 'delete-feature-flag', key: 'f' },
      ])
      assert.deepEqual(await directory.propertyValues(owner), {})
      assert.deepEqual(await directory.flagOverrides(owner), {})
    })
  })
}
