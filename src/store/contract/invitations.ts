// Invitations: found by their code, listed by index, accepted or revoked once, and gone with what they belong to.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { InvitationFilter, InvitationRecord } from '../invitation-store.ts'
import { invitationPlace } from '../invitation-store.ts'
import { isCommitted } from '../while-unchanged.ts'
import type { NewDatabase } from './contract-database.ts'
import { anInvitation, anOrganization, aUser } from './samples.ts'

const open: InvitationFilter = {
  order: 'created_on_asc',
  withAccepted: false,
  withRevoked: false,
  nowMs: 1_000,
}
const ids = (found: readonly InvitationRecord[]) => found.map(({ id }) => id)

/** One of each kind, and one of another organization. */
async function filled(newDatabase: NewDatabase, t: Parameters<NewDatabase>[0]) {
  const database = await newDatabase(t)
  const store = await database.open()
  await store.commit([
    { kind: 'add-organization', organization: anOrganization('org_a') },
    { kind: 'add-organization', organization: anOrganization('org_b') },
    { kind: 'add-user', user: aUser('kp_1') },
    ...[
      anInvitation('1', { createdAtMs: 10, normalized: 'c@example.com' }),
      anInvitation('2', { createdAtMs: 10, normalized: 'b@example.com', firstName: 'Zoe' }),
      anInvitation('3', { createdAtMs: 20, normalized: 'a@example.com', firstName: null, lastName: null }),
      anInvitation('expired', { createdAtMs: 30, expiresAtMs: 1_000 }),
      anInvitation('revoked', { createdAtMs: 40 }),
      anInvitation('accepted', { createdAtMs: 50 }),
      anInvitation('other', { organizationCode: 'org_b' }),
    ].map((invitation) => ({ kind: 'add-invitation', invitation }) as const),
    { kind: 'revoke-invitation', invitationId: 'revoked', atMs: 60 },
    { kind: 'accept-invitation', invitationId: 'accepted', acceptedBy: 'kp_1', atMs: 60 },
  ])
  return { database, store }
}

export function invitationContract(newDatabase: NewDatabase): void {
  describe('invitations', () => {
    test('come back as they are, by id and by code, and keep no code in the clear', async (t) => {
      const { database, store } = await filled(newDatabase, t)
      const expected = anInvitation('1', { createdAtMs: 10, normalized: 'c@example.com' })
      assert.deepEqual(await store.invitations.find('1'), expected)
      assert.deepEqual(await store.invitations.findByCode('code of 1'), expected)
      assert.equal(await store.invitations.findByCode('1'), undefined)
      assert.doesNotMatch(await database.dump(), /code of/)
    })

    test('are listed of one organization, in each order, page by page', async (t) => {
      const { store } = await filled(newDatabase, t)
      const orders = [
        ['created_on_asc', ['1', '2', '3']],
        ['created_on_desc', ['3', '2', '1']],
        ['email_asc', ['3', '2', '1']],
        ['email_desc', ['1', '2', '3']],
        ['name_asc', ['3', '1', '2']],
        ['name_desc', ['2', '1', '3']],
      ] as const
      for (const [order, expected] of orders) {
        const filter = { ...open, order }
        const first = await store.invitations.list('org_a', filter, { limit: 2 })
        const [, last] = first
        assert.ok(last)
        const after = invitationPlace(last, order)
        const rest = await store.invitations.list('org_a', filter, { limit: 2, after })
        assert.deepEqual([...ids(first), ...ids(rest)], expected, order)
      }
    })

    test('are listed with those that ended when that is asked for', async (t) => {
      const { store } = await filled(newDatabase, t)
      const listed = async (filter: Partial<InvitationFilter>) =>
        ids(await store.invitations.list('org_a', { ...open, ...filter }, { limit: 9 }))
      assert.deepEqual(await listed({ withAccepted: true }), ['1', '2', '3', 'accepted'])
      assert.deepEqual(await listed({ withRevoked: true }), ['1', '2', '3', 'expired', 'revoked'])
    })

    test('are accepted or revoked once, and not after they expired', async (t) => {
      const { store } = await filled(newDatabase, t)
      const accept = (invitationId: string, atMs = 100) =>
        isCommitted(store.commit([{ kind: 'accept-invitation', invitationId, acceptedBy: 'kp_1', atMs }]))
      const revoke = (invitationId: string) =>
        isCommitted(store.commit([{ kind: 'revoke-invitation', invitationId, atMs: 100 }]))
      const tries = await Promise.all([accept('1'), revoke('1'), accept('1'), revoke('1')])
      assert.equal(tries.filter(Boolean).length, 1)
      for (const id of ['revoked', 'accepted', 'none'])
        assert.deepEqual([await accept(id), await revoke(id)], [false, false], id)
      assert.equal(await accept('expired', 1_000), false)
      assert.deepEqual(await store.invitations.find('accepted'), {
        ...anInvitation('accepted', { createdAtMs: 50 }),
        acceptedAtMs: 60,
        acceptedBy: 'kp_1',
      })
    })

    test('go with their organization, the user who accepted them, and a while after they expired', async (t) => {
      const { store } = await filled(newDatabase, t)
      assert.equal(await store.invitations.prune(1_001), 1)
      assert.equal(await store.invitations.find('expired'), undefined)
      await store.commit([{ kind: 'delete-user', userId: 'kp_1' }])
      assert.equal(await store.invitations.find('accepted'), undefined)
      await store.commit([{ kind: 'delete-organization', code: 'org_a' }])
      assert.deepEqual(
        [await store.invitations.find('1'), (await store.invitations.find('other'))?.id],
        [undefined, 'other'],
      )
    })
  })
}
