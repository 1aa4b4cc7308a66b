// The outbox: which events a commit leaves, in which order, and what they say.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { AuditEvent } from '../audit-events.ts'
import type { WrittenAuditRecord } from '../audit-store.ts'
import type { Change } from '../change.ts'
import type { DomainEvent } from '../event-store.ts'
import type { Store } from '../store.ts'
import type { NewDatabase } from './contract-database.ts'
import { aMembership, anIdentity, anOrganization, aPassword, aPermission, aRole, aUser } from './samples.ts'

const ada = aUser('kp_ada', { preferredEmail: 'Ada@example.com' })
const adasEmail = anIdentity('kp_ada', 'Ada@example.com')
const adasName = anIdentity('kp_ada', 'ada', { type: 'username' })

const added: readonly Change[] = [
  { kind: 'put-permission', permission: aPermission('p1', { key: 'read', name: 'Read' }) },
  { kind: 'put-role', role: aRole('r1', { key: 'editor', name: 'Editor', isDefault: true }) },
  { kind: 'add-organization', organization: anOrganization('org_a', { name: 'A' }) },
  { kind: 'add-user', user: ada },
  { kind: 'add-identity', identity: adasEmail },
]

function audit(event: AuditEvent, overrides: Partial<WrittenAuditRecord> = {}): Change {
  const record = { atMs: 7, event, userId: 'kp_ada', clientId: null, ip: '192.0.2.7', details: {} }
  return { kind: 'append-audit', record: { ...record, ...overrides } }
}

async function all({ events }: Store): Promise<readonly DomainEvent[]> {
  return events.list({ afterSequence: 0, limit: 1_000 })
}

/** The events of one commit. */
async function eventsOf(store: Store, changes: readonly Change[]): Promise<readonly DomainEvent[]> {
  const last = (await all(store)).at(-1)?.sequence ?? 0
  await store.commit(changes)
  return store.events.list({ afterSequence: last, limit: 1_000 })
}

const typesOf = async (store: Store, changes: readonly Change[]) =>
  (await eventsOf(store, changes)).map(({ type }) => type)

export function eventContract(newDatabase: NewDatabase): void {
  describe('events', () => {
    test('are written for what a commit adds, once for each record, in their order', async (t) => {
      const store = await (await newDatabase(t)).open()
      const written = await eventsOf(store, [...added, audit('management.createUser')])
      assert.deepEqual(
        written.map(({ type }) => type),
        ['permission.created', 'role.created', 'organization.created', 'user.created'],
      )
      assert.ok(written.every(({ source, atMs, ip }) => source === 'api' && atMs === 7 && ip === null))
      assert.ok(written.every(({ id }) => /^event_[0-9a-f]{32}$/.test(id)))
      const [permission, role, organization, user] = written
      assert.deepEqual(permission?.data, {
        permission: { id: 'p1', key: 'read', name: 'Read', description: null },
      })
      assert.deepEqual(role?.data, {
        role: { id: 'r1', key: 'editor', name: 'Editor', description: null, is_default_role: true },
      })
      assert.deepEqual(organization?.data, {
        organization: { code: 'org_a', name: 'A', handle: null, external_id: null },
      })
      assert.deepEqual(user?.data, {
        user: {
          id: 'kp_ada',
          email: 'Ada@example.com',
          first_name: 'Ada',
          last_name: 'Lovelace',
          username: null,
          phone: null,
          is_suspended: false,
          is_password_reset_requested: false,
          organizations: null,
        },
      })
      assert.deepEqual(await store.events.find(user?.id ?? ''), user)
      assert.equal(await store.events.find('event_unknown'), undefined)
    })

    test('hold the whole user after the change, with organizations, roles and permissions', async (t) => {
      const store = await (await newDatabase(t)).open()
      await store.commit(added)
      const membership = aMembership('org_a', 'kp_ada', { roleIds: ['r1'], permissionIds: [] })
      const [joined, ...others] = await eventsOf(store, [
        { kind: 'add-identity', identity: adasName },
        { kind: 'add-membership', membership },
        { kind: 'update-user', userId: 'kp_ada', set: { isSuspended: true, lastName: null, updatedAtMs: 3 } },
      ])
      assert.deepEqual(others, [])
      assert.equal(joined?.type, 'user.updated')
      assert.deepEqual(joined.data['user'], {
        id: 'kp_ada',
        email: 'Ada@example.com',
        first_name: 'Ada',
        last_name: null,
        username: 'ada',
        phone: null,
        is_suspended: true,
        is_password_reset_requested: false,
        organizations: [{ code: 'org_a', roles: [{ id: 'r1', key: 'editor' }], permissions: null }],
      })
      const key = { organizationCode: 'org_a', userId: 'kp_ada' }
      const held = { roles: { remove: ['r1'] }, permissions: { add: ['p1'] } }
      const [changed] = await eventsOf(store, [{ kind: 'update-membership', ...key, ...held }])
      assert.deepEqual(changed && Reflect.get(Object(changed.data['user']), 'organizations'), [
        { code: 'org_a', roles: null, permissions: [{ id: 'p1', key: 'read' }] },
      ])
    })

    test('are written for each kind of change of the directory, and for no other', async (t) => {
      const store = await (await newDatabase(t)).open()
      await store.commit(added)
      const userId = 'kp_ada'
      const kinds: readonly (readonly [string, Change])[] = [
        ['', { kind: 'update-user', userId, set: { updatedAtMs: 9 } }],
        ['user.updated', { kind: 'update-user', userId, set: { firstName: 'A', updatedAtMs: 9 } }],
        ['user.updated', { kind: 'add-identity', identity: adasName }],
        ['', { kind: 'update-identity', identityId: adasName.id, set: { isVerified: false } }],
        ['user.updated', { kind: 'delete-identity', identityId: adasName.id }],
        ['', { kind: 'delete-identity', identityId: 'identity_unknown' }],
        ['user.updated', { kind: 'add-password', password: aPassword(userId) }],
        ['', { kind: 'update-password', userId, set: { hash: 'x' } }],
        ['user.updated', { kind: 'update-password', userId, set: { due: 'reset-requested' } }],
        ['user.updated', { kind: 'replace-password', password: aPassword(userId) }],
        ['user.updated', { kind: 'add-membership', membership: aMembership('org_a', userId) }],
        ['user.updated', { kind: 'delete-membership', organizationCode: 'org_a', userId }],
        ['', { kind: 'sign-out-user', userId }],
        ['user.authenticated', { kind: 'count-sign-in', userId, succeeded: true, atMs: 9 }],
        ['', { kind: 'count-sign-in', userId, succeeded: false, atMs: 9 }],
        ['', { kind: 'count-sign-in', userId: 'kp_unknown', succeeded: true, atMs: 9 }],
        ['user.authentication_failed', audit('user.sign_in_failed')],
        ['', audit('user.sign_in_failed', { userId: null })],
        ['organization.updated', { kind: 'update-organization', code: 'org_a', set: { name: 'B' } }],
        ['organization.deleted', { kind: 'delete-organization', code: 'org_a' }],
        ['', { kind: 'delete-organization', code: 'org_a' }],
        ['role.updated', { kind: 'put-role', role: aRole('r1') }],
        ['role.deleted', { kind: 'delete-role', roleId: 'r1' }],
        ['', { kind: 'delete-role', roleId: 'r1' }],
        ['permission.updated', { kind: 'put-permission', permission: aPermission('p1') }],
        ['permission.deleted', { kind: 'delete-permission', permissionId: 'p1' }],
        ['user.deleted', { kind: 'delete-user', userId }],
        ['', { kind: 'delete-user', userId }],
      ]
      for (const [type, change] of kinds)
        assert.equal((await typesOf(store, [change])).join(), type, JSON.stringify(change))
      const written = await all(store)
      assert.deepEqual(written.at(-1)?.data, { user: { id: 'kp_ada' } })
    })

    test('of a user who is added with everything, or deleted after a change, are one each', async (t) => {
      const store = await (await newDatabase(t)).open()
      const signUp: readonly Change[] = [
        ...added,
        { kind: 'add-password', password: aPassword('kp_ada') },
        { kind: 'add-membership', membership: aMembership('org_a', 'kp_ada') },
        { kind: 'count-sign-in', userId: 'kp_ada', succeeded: true, atMs: 7 },
        audit('user.signed_up'),
      ]
      const written = await eventsOf(store, signUp)
      assert.deepEqual(
        written.slice(3).map(({ type, source, ip }) => [type, source, ip]),
        [
          ['user.created', 'user', null],
          ['user.authenticated', 'user', '192.0.2.7'],
        ],
      )
      const gone = await typesOf(store, [
        { kind: 'update-user', userId: 'kp_ada', set: { isSuspended: true } },
        { kind: 'delete-user', userId: 'kp_ada' },
        audit('mintage_file.removed'),
      ])
      assert.deepEqual(gone, ['user.deleted'])
      assert.equal((await all(store)).at(-1)?.source, 'admin')
    })

    test('are not there when their commit fails', async (t) => {
      const store = await (await newDatabase(t)).open()
      await store.commit(added)
      const before = await all(store)
      const set = { lastName: 'Byron' }
      const change: Change = { kind: 'update-user', userId: 'kp_ada', set }
      const lost: Change = { kind: 'update-user', userId: 'kp_ada', set, expected: { firstName: 'Grace' } }
      await assert.rejects(store.commit([change, lost]))
      await assert.rejects(store.commit([change, { kind: 'add-user', user: ada }]), {
        code: 'store_conflict',
      })
      assert.deepEqual(await all(store), before)
    })

    test('are missed by no reader that follows their sequence, while two processes write', async (t) => {
      const database = await newDatabase(t)
      const [one, two, reader] = [await database.open(), await database.open(), await database.open()]
      await one.commit(added)
      const start = (await all(reader)).length
      let isWritten = false
      const writing = [one, two].map(async (store, index) => {
        for (let count = 0; count < 40; count += 1)
          await store.commit([{ kind: 'add-user', user: aUser(`kp_${index}_${count}`) }])
      })
      void Promise.allSettled(writing).then(() => (isWritten = true))
      const seen = new Set<string>()
      let afterSequence = 0
      for (let isLast = false; !isLast;) {
        isLast = isWritten
        // Reads of SQLite by themselves would leave the writers no time.
        await setImmediate()
        for (const { id, sequence } of await reader.events.list({ afterSequence, limit: 1_000 })) {
          seen.add(id)
          afterSequence = sequence
        }
      }
      await Promise.all(writing)
      assert.equal(seen.size, start + 80)
    })

    test('are kept by age and by number', async (t) => {
      const store = await (await newDatabase(t)).open()
      const authenticated = (atMs: number): Change[] => [
        { kind: 'count-sign-in', userId: 'kp_ada', succeeded: true, atMs },
        audit('user.signed_in', { atMs }),
      ]
      await store.commit([{ kind: 'add-user', user: ada }, audit('user.signed_up', { atMs: 1 })])
      for (let atMs = 2; atMs <= 6; atMs += 1) await store.commit(authenticated(atMs))
      assert.equal(await store.events.prune({ olderThanMs: 3, keep: 100 }), 2)
      assert.equal(await store.events.prune({ olderThanMs: 0, keep: 3 }), 1)
      assert.deepEqual(
        (await all(store)).map(({ atMs }) => atMs),
        [4, 5, 6],
      )
    })
  })
}
