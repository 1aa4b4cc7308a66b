// What happened: invocations and the audit log.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AuditEvent } from '../audit-events.ts'
import type { NewDatabase } from './contract-database.ts'
import { anInvocation } from './samples.ts'

export function historyContract(newDatabase: NewDatabase): void {
  describe('invocations', () => {
    test('E12: reads a document as it was written before documents were compact, beside those that are', async (t) => {
      const database = await newDatabase(t)
      const { invocations } = await database.open()
      const document = {
        event: { request: { ip: '192.0.2.1' } },
        text: 'Grüße '.repeat(50),
        log: [null, 1.5, true],
      }
      for (const id of ['inv_1', 'inv_2', 'inv_3']) invocations.append(anInvocation(id, { document }))
      await invocations.flush()
      await database.execute(`
        update invocations set document = '{"event":{"old":true}}' where id = 'inv_1';
        update invocations set document = 'z1:AAAA' where id = 'inv_2'`)
      assert.deepEqual((await invocations.find('inv_1'))?.document, { event: { old: true } })
      await assert.rejects(invocations.find('inv_2'), { code: 'store_corrupt', message: /invocations inv_2/ })
      assert.deepEqual((await invocations.find('inv_3'))?.document, document)
      const listed = await invocations.list({ limit: 10 })
      assert.deepEqual(
        listed.map(({ id }) => id),
        ['inv_3', 'inv_1'],
        'one that is damaged hides no other',
      )
    })

    test('are found by id and listed by what one asks for, newest first', async (t) => {
      const { invocations } = await (await newDatabase(t)).open()
      const first = anInvocation('inv_1', { accessTokenJti: 'jti-1', durationMs: 0.125 })
      invocations.append(first)
      invocations.append(anInvocation('inv_2', { userId: 'kp_2', outcome: 'threw', clientId: 'other' }))
      const later = { userId: null, workflowId: 'machines', startedAtMs: first.startedAtMs + 1 }
      invocations.append(anInvocation('inv_3', later))
      await invocations.flush()
      assert.deepEqual(await invocations.find('inv_1'), { ...first, sequence: 1 })
      const ids = async (filter: object) =>
        (await invocations.list({ limit: 10, ...filter })).map(({ id }) => id)
      assert.deepEqual(await ids({}), ['inv_3', 'inv_2', 'inv_1'])
      assert.deepEqual(await ids({ order: 'oldest-first', limit: 2 }), ['inv_1', 'inv_2'])
      assert.deepEqual(await ids({ userId: 'kp_2' }), ['inv_2'])
      assert.deepEqual(await ids({ outcomes: ['threw'], clientId: 'other' }), ['inv_2'])
      assert.deepEqual(await ids({ outcomes: ['threw', 'completed'] }), ['inv_3', 'inv_2', 'inv_1'])
      assert.deepEqual(await ids({ workflowId: 'machines' }), ['inv_3'])
      invocations.append(
        anInvocation('inv_4', { otherWorkflowIds: ['machines', 'last'], outcome: 'threw', startedAtMs: 1 }),
      )
      await invocations.flush()
      assert.deepEqual(await ids({ workflowId: 'machines' }), ['inv_4', 'inv_3'])
      assert.deepEqual(await ids({ workflowId: 'machines', order: 'oldest-first', limit: 1 }), ['inv_3'])
      assert.deepEqual(await ids({ workflowId: 'claims' }), ['inv_4', 'inv_2', 'inv_1'])
      assert.deepEqual(await ids({ workflowId: 'last', outcomes: ['threw', 'denied'], untilMs: 2 }), [
        'inv_4',
      ])
      assert.deepEqual(await ids({ workflowId: 'last', afterSequence: 4 }), [])
      assert.deepEqual(await ids({ sinceMs: later.startedAtMs }), ['inv_3'])
      assert.deepEqual(await ids({ sinceMs: first.startedAtMs }), ['inv_3', 'inv_2', 'inv_1'])
      assert.deepEqual(await ids({ accessTokenJti: 'jti-1' }), ['inv_1'])
      assert.deepEqual(await ids({ afterSequence: 1, order: 'oldest-first' }), ['inv_2', 'inv_3', 'inv_4'])
      await invocations.prune({ olderThanMs: 0, keep: 0 })
      invocations.append(anInvocation('inv_5'))
      await invocations.flush()
      await invocations.prune({ olderThanMs: 0, keep: 1 })
      assert.deepEqual(await ids({ workflowId: 'last' }), [])
    })

    test('who follows the sequence misses none, while two processes write', async (t) => {
      const database = await newDatabase(t)
      const [one, two, reader] = [await database.open(), await database.open(), await database.open()]
      const total = 400
      for (let index = 0; index < total; index++) {
        const store = index % 2 === 0 ? one : two
        store.invocations.append(anInvocation(`inv_${index}`))
      }
      const written = Promise.all([one.invocations.flush(), two.invocations.flush()])
      const seen = new Set<string>()
      let afterSequence = 0
      let isWritten = false
      void written.then(() => (isWritten = true))
      for (let isLast = false; !isLast;) {
        isLast = isWritten
        for (const { id, sequence } of await reader.invocations.list({
          afterSequence,
          order: 'oldest-first',
          limit: total,
        })) {
          seen.add(id)
          afterSequence = sequence
        }
      }
      await written
      assert.equal(seen.size, total)
    })

    test('are written after a flush that found nothing to write', async (t) => {
      const { invocations } = await (await newDatabase(t)).open()
      await invocations.flush()
      invocations.append(anInvocation('inv_1'))
      await invocations.flush()
      assert.notEqual(await invocations.find('inv_1'), undefined)
    })

    test('close() writes what was appended', async (t) => {
      const database = await newDatabase(t)
      const store = await database.open()
      store.invocations.append(anInvocation('inv_last'))
      await store.close()
      const { invocations } = await database.open()
      assert.notEqual(await invocations.find('inv_last'), undefined)
    })

    test('are kept by age and by number', async (t) => {
      const { invocations } = await (await newDatabase(t)).open()
      for (let index = 0; index < 10; index++) {
        invocations.append(anInvocation(`inv_${index}`, { startedAtMs: index }))
      }
      await invocations.flush()
      assert.equal(await invocations.prune({ olderThanMs: 3, keep: 100 }), 3)
      assert.equal(await invocations.prune({ olderThanMs: 0, keep: 5 }), 2)
      assert.equal(await invocations.prune({ olderThanMs: 0, keep: 5 }), 0)
      const left = await invocations.list({ limit: 10 })
      assert.deepEqual(
        left.map(({ id }) => id),
        ['inv_9', 'inv_8', 'inv_7', 'inv_6', 'inv_5'],
      )
    })
  })

  test('C10: the audit log is pruned by age, refused sign-ins also by number', async (t) => {
    const { audit, commit } = await (await newDatabase(t)).open()
    const events = [
      'user.signed_in',
      'user.sign_in_failed',
      'user.signed_in',
      'user.sign_in_failed',
      'user.signed_up',
      'server.started',
    ] as const
    for (const [index, event] of events.entries())
      await commit([
        {
          kind: 'append-audit',
          record: { atMs: index, event, userId: null, clientId: null, ip: null, details: {} },
        },
      ])
    const left = async () => (await audit.list({ limit: 10 })).map(({ sequence }) => sequence).toReversed()
    assert.equal(await audit.prune({ olderThanMs: 0, keepRefused: 6 }), 0)
    assert.equal(await audit.prune({ olderThanMs: 1, keepRefused: 4 }), 2)
    assert.deepEqual(await left(), [3, 4, 5, 6])
    assert.equal(await audit.prune({ olderThanMs: 2, keepRefused: 3 }), 0)
    assert.equal(await audit.prune({ olderThanMs: 3, keepRefused: 2 }), 2)
    assert.deepEqual(await left(), [5, 6])
  })

  test('the audit log gives its records back, newest first, by event and by user', async (t) => {
    const { audit, commit } = await (await newDatabase(t)).open()
    const record = (event: AuditEvent, userId: string | null) => ({
      atMs: 5,
      event,
      userId,
      clientId: 'app',
      ip: '203.0.113.9',
      details: { reason: 'text' },
    })
    await commit([{ kind: 'append-audit', record: record('user.signed_in', 'kp_1') }])
    await commit([{ kind: 'append-audit', record: record('refresh_token.reused', 'kp_1') }])
    await commit([{ kind: 'append-audit', record: record('user.signed_in', null) }])
    const events = async (filter: object) =>
      (await audit.list({ limit: 10, ...filter })).map(({ event, userId }) => `${event} ${userId}`)
    assert.deepEqual(await events({ event: 'user.signed_in' }), [
      'user.signed_in null',
      'user.signed_in kp_1',
    ])
    assert.deepEqual(await events({ userId: 'kp_1', limit: 1 }), ['refresh_token.reused kp_1'])
    const [latest] = await audit.list({ limit: 1 })
    assert.deepEqual(latest, { ...record('user.signed_in', null), sequence: latest?.sequence })
  })
}
