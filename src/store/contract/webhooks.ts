// Webhooks: their place in the outbox, and what is kept of each delivery.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Store } from '../store.ts'
import type { DeliveryRecord } from '../webhook-store.ts'
import type { NewDatabase } from './contract-database.ts'
import { aUser, aWebhook } from './samples.ts'

const id = 'webhook_1'

function aDelivery(sequence: number, overrides: Partial<DeliveryRecord> = {}): DeliveryRecord {
  const about = { webhookId: id, eventId: `event_${sequence}`, eventType: 'user.created', sequence }
  const attempt = { attempts: 1, lastAtMs: 5, nextAtMs: null, status: 200, error: null }
  return { id: `msg_${sequence}`, ...about, state: 'delivered', ...attempt, ...overrides }
}

const waiting = { state: 'waiting', status: null, error: 'refused' } as const

/** Adds users, each of which is an event. */
async function happen(store: Store, count: number): Promise<number> {
  for (let index = 0; index < count; index += 1)
    await store.commit([{ kind: 'add-user', user: aUser(`kp_${await store.events.newest()}`) }])
  return store.events.newest()
}

const progress = (from: number, to: number, deliveries: readonly DeliveryRecord[]) => ({
  webhookId: id,
  from,
  to,
  deliveries,
  failingSinceMs: null,
  disabledAtMs: null,
})

export function webhookContract(newDatabase: NewDatabase): void {
  describe('webhooks', () => {
    test('begin with what happens after them, and keep their place when they are changed', async (t) => {
      const store = await (await newDatabase(t)).open()
      const before = await happen(store, 2)
      await store.commit([{ kind: 'put-webhook', webhook: aWebhook(id) }])
      const begun = { webhookId: id, sequence: before, failingSinceMs: null, disabledAtMs: null }
      assert.deepEqual(await store.webhooks.queues(), [{ ...begun, heldUntilMs: null, nextAtMs: null }])
      await happen(store, 2)
      await store.commit([{ kind: 'put-webhook', webhook: aWebhook(id, { name: 'Other' }) }])
      assert.equal((await store.webhooks.queue(id))?.sequence, before)
      const count = (...given: Parameters<typeof store.webhooks.pending>) => store.webhooks.pending(...given)
      assert.equal(await count(aWebhook(id), before, 10), 2)
      assert.equal(await count(aWebhook(id), before, 1), 1)
      assert.equal(await count(aWebhook(id, { eventTypes: ['role.created'] }), before, 10), 0)
      await store.commit([{ kind: 'delete-webhook', webhookId: id }])
      assert.equal(await store.webhooks.queue(id), undefined)
    })

    test('move when they are where they were read, and keep what became of each delivery', async (t) => {
      const store = await (await newDatabase(t)).open()
      await store.commit([{ kind: 'put-webhook', webhook: aWebhook(id) }])
      const { webhooks } = store
      assert.equal(await webhooks.record(progress(0, 2, [aDelivery(1), aDelivery(2)])), true)
      assert.equal(await webhooks.record(progress(0, 3, [aDelivery(3)])), false)
      const held = aDelivery(3, { ...waiting, nextAtMs: 70 })
      assert.equal(await webhooks.record({ ...progress(2, 2, [held]), failingSinceMs: 5 }), true)
      assert.deepEqual(await webhooks.queue(id), {
        webhookId: id,
        sequence: 2,
        failingSinceMs: 5,
        disabledAtMs: null,
        heldUntilMs: 70,
        nextAtMs: 70,
      })
      assert.deepEqual(await webhooks.list({ webhookId: id, limit: 2 }), [held, aDelivery(2)])
      assert.deepEqual(await webhooks.list({ state: 'delivered', beforeSequence: 2, limit: 9 }), [
        aDelivery(1),
      ])
      assert.deepEqual(await webhooks.find('msg_3'), held)
      assert.deepEqual(await webhooks.due(id, 69, 9), [])
      assert.deepEqual(await webhooks.due(id, 70, 9), [held])
      await webhooks.record({ ...progress(2, 2, []), failingSinceMs: 5, disabledAtMs: 6 })
      assert.deepEqual(await webhooks.find('msg_3'), { ...held, state: 'dead', nextAtMs: null })
      assert.partialDeepStrictEqual(await webhooks.queue(id), { disabledAtMs: 6, heldUntilMs: null })
    })

    test('are asked for dead deliveries again, one by one or all of them', async (t) => {
      const store = await (await newDatabase(t)).open()
      await store.commit([{ kind: 'put-webhook', webhook: aWebhook(id) }])
      const { webhooks } = store
      const dead = [1, 2].map((sequence) => aDelivery(sequence, { ...waiting, state: 'dead', attempts: 10 }))
      await webhooks.record({ ...progress(0, 2, dead), disabledAtMs: 9 })
      await store.commit([{ kind: 'redeliver', deliveryId: 'msg_2' }])
      const [again] = await webhooks.due(id, 0, 9)
      assert.partialDeepStrictEqual(again, { id: 'msg_2', state: 'waiting', attempts: 0, nextAtMs: 0 })
      await assert.rejects(store.commit([{ kind: 'redeliver', deliveryId: 'msg_9' }]), {
        code: 'changed_meanwhile',
      })
      await store.commit([{ kind: 'resume-webhook', webhookId: id }])
      assert.equal((await webhooks.due(id, 0, 9)).length, 2)
      assert.partialDeepStrictEqual(await webhooks.queue(id), { disabledAtMs: null, heldUntilMs: null })
    })

    test('keep the events that they have yet to come to, unless they are disabled, and no delivery longer than its event', async (t) => {
      const store = await (await newDatabase(t)).open()
      await store.commit([{ kind: 'put-webhook', webhook: aWebhook(id) }])
      const newest = await happen(store, 4)
      await store.webhooks.record(progress(0, newest - 2, [aDelivery(newest - 3), aDelivery(newest - 2)]))
      assert.equal(await store.events.prune({ olderThanMs: Number.MAX_SAFE_INTEGER, keep: 1 }), 2)
      assert.equal(await store.webhooks.prune(), 2)
      await store.webhooks.record({ ...progress(newest - 2, newest - 2, []), disabledAtMs: 1 })
      assert.equal(await store.events.prune({ olderThanMs: 0, keep: 1 }), 1)
    })
  })
}
