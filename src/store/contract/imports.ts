// Imports: users in bulk, and how far each import is.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { UserImport } from '../user-import.ts'
import { ChangedMeanwhileError } from '../store-error.ts'
import type { NewDatabase } from './contract-database.ts'
import { anApi, aPassword, aPermission, aRole, aUser, anIdentity, anOrganization } from './samples.ts'

const imported = (id: string, changes: Partial<UserImport> = {}): UserImport => ({
  user: aUser(id),
  identities: [anIdentity(id, `${id}@example.com`)],
  password: aPassword(id),
  memberships: [],
  properties: {},
  featureFlags: {},
  ...changes,
})

const anImport = { id: 'imp_1', position: 0, isFinished: false, report: { created: 0 }, updatedAtMs: 1 }

export function importContract(newDatabase: NewDatabase): void {
  describe('imports', () => {
    test('write users with all that belongs to them, and no event', async (t) => {
      const { commit, directory, events, imports } = await (await newDatabase(t)).open()
      await commit([
        { kind: 'put-permission', permission: aPermission('perm_1') },
        { kind: 'put-role', role: aRole('role_1') },
        { kind: 'put-api', api: anApi('api_1') },
        { kind: 'add-organization', organization: anOrganization('org_1') },
      ])
      const before = (await events.list({ afterSequence: 0, limit: 100 })).length
      const membership = {
        organizationCode: 'org_1',
        userId: 'kp_1',
        roleIds: ['role_1'],
        permissionIds: ['perm_1'],
        joinedAtMs: 5,
      }
      const first = imported('kp_1', {
        user: { ...aUser('kp_1'), firstName: 'Zoë "\\" 😀\n', lastName: null },
        memberships: [{ ...membership, lastSignedInAtMs: 7 }],
        properties: { city: 'London' },
        featureFlags: { beta: { on: true } },
      })
      const scope = { organizationCode: 'org_1', userId: 'kp_1', apiId: 'api_1', scopeId: 'scope_1' }
      const rest = Array.from({ length: 3_000 }, (_, index) => imported(`kp_${index + 2}`))
      await commit([
        { kind: 'import-users', users: [first, ...rest] },
        { kind: 'add-member-api-scope', ...scope },
      ])
      assert.equal(await directory.userCount(), 3_001)
      const { items, nextCursor } = await directory.usersInFull({ size: 2 })
      assert.deepEqual(items, [
        { ...first, memberships: [{ ...membership, lastSignedInAtMs: 7 }], apiScopes: [scope] },
        { ...imported('kp_10'), apiScopes: [] },
      ])
      const last = await directory.usersInFull({ size: 3_000, ...(nextCursor && { cursor: nextCursor }) })
      assert.equal(last.items.length, 2_999)
      assert.equal(last.nextCursor, undefined)
      const subject = await directory.tokenSubject('kp_1', 'org_1')
      assert.deepEqual(subject?.user, first.user)
      assert.deepEqual(subject.identities, first.identities)
      assert.deepEqual(subject.membership, membership)
      assert.deepEqual({ ...subject.userProperties }, { city: 'London' })
      assert.deepEqual({ ...subject.userFlags }, { beta: { on: true } })
      assert.deepEqual(await directory.password('kp_3001'), aPassword('kp_3001'))
      assert.deepEqual(await imports.usersWithPassword(['kp_0', 'kp_2']), ['kp_2'])
      assert.equal((await events.list({ afterSequence: 0, limit: 100 })).length, before)
    })

    test('write all of a batch or nothing', async (t) => {
      const { commit, directory } = await (await newDatabase(t)).open()
      await commit([{ kind: 'import-users', users: [imported('kp_1')] }])
      const taken = imported('kp_3', { identities: imported('kp_1').identities })
      const batch = { kind: 'import-users', users: [imported('kp_2'), taken] } as const
      await assert.rejects(commit([batch]), { code: 'store_conflict' })
      assert.equal(await directory.userCount(), 1)
    })

    test('keep their place, which only moves from where it was read to be', async (t) => {
      const { commit, imports } = await (await newDatabase(t)).open()
      assert.equal(await imports.find('imp_1'), undefined)
      await commit([{ kind: 'put-import', record: anImport, expectedPosition: null }])
      const moved = { ...anImport, position: 500, isFinished: true, report: { created: 499 }, updatedAtMs: 2 }
      await commit([{ kind: 'put-import', record: moved, expectedPosition: 0 }])
      assert.deepEqual(await imports.find('imp_1'), moved)
      const late = { kind: 'put-import', record: { ...moved, position: 300 }, expectedPosition: 0 } as const
      await assert.rejects(
        commit([{ kind: 'import-users', users: [imported('kp_1')] }, late]),
        ChangedMeanwhileError,
      )
      assert.deepEqual(await imports.find('imp_1'), moved)
    })

    test('are forgotten by their age', async (t) => {
      const { commit, imports } = await (await newDatabase(t)).open()
      await commit([{ kind: 'put-import', record: anImport, expectedPosition: null }])
      assert.equal(await imports.prune(1), 0)
      assert.equal(await imports.prune(2), 1)
      assert.equal(await imports.find('imp_1'), undefined)
    })
  })
}
