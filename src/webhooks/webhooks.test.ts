// Deliveries through real jobs, a real database and real receivers, under faults. The clock of the store is moved, so that a schedule of
// days passes in no time.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { decodeJwt } from 'jose'
import { startHttpServer, type AnswerRequest, type LocalServer } from '../../test/harness/http-server.ts'
import { makeProject } from '../../test/harness/temp-project.ts'
import { openJobs } from '../jobs/index.ts'
import { openSigningKeys, openTokenSigner } from '../keys/index.ts'
import { openGuardedPost } from '../net/index.ts'
import { openStore, type DeliveryRecord, type Store, type WebhookRecord } from '../store/index.ts'
import { aUser } from '../store/contract/samples.ts'
import { openLogger } from '../telemetry/index.ts'
import { deliveryJob, deliveryJobKind, openDispatcher, redeliver, resumeWebhook } from './index.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute

interface World {
  readonly store: Store
  readonly records: () => readonly Readonly<Record<string, unknown>>[]
  readonly deps: Parameters<typeof redeliver>[1]
  /** Delivers until the test ends, as one replica does. */
  replica(): { close(): Promise<void> }
  addWebhook(endpoint: string, eventTypes?: readonly string[]): Promise<WebhookRecord>
  /** One event. */
  happen(): Promise<string>
  pass(ms: number): void
  delivery(webhook: WebhookRecord): Promise<DeliveryRecord | undefined>
}

async function openWorld(
  t: TestContext,
  given: { allow?: readonly string[]; callMs?: number } = {},
): Promise<World> {
  let passedMs = 0
  const file = join(await makeProject(t, {}), 'mintage.db')
  const store = await openStore({
    location: { kind: 'sqlite', file },
    masterKey: randomBytes(32),
    now: () => Date.now() + passedMs,
  })
  t.after(() => store.close())
  const lines: string[] = []
  const log = openLogger({ level: 'debug', format: 'json', write: (line) => void lines.push(line) })
  const keys = await openSigningKeys({
    store: store.signingKeys,
    nowMs: store.nowMs,
    onUnreadable: () => {},
    onClockBehind: () => {},
  })
  const issuer = 'https://id.example.com'
  const signer = openTokenSigner(keys, { issuer, issuers: [issuer] }, store.nowMs)
  const { callMs = 60_000, allow = [] } = given
  const outgoing = openGuardedPost({ allow, isLoopbackAllowed: given.allow === undefined, callMs })
  t.after(() => outgoing.close())
  let users = 0
  return {
    store,
    records: () => lines.map((line): Readonly<Record<string, unknown>> => JSON.parse(line)),
    deps: {
      store,
      random: randomBytes,
      now: store.nowMs,
      by: { event: 'management.test', clientId: null, ip: null },
    },
    replica() {
      const dispatcher = openDispatcher({ store })
      const kinds = {
        [deliveryJobKind]: deliveryJob({ store, signer, post: outgoing.post, log }),
        webhooks: { backoffMs: [], everyMs: 10, run: () => dispatcher.sweep() },
      }
      const jobs = openJobs({ store, log, pollMs: 5, kinds })
      const close = async () => {
        await dispatcher.close()
        await jobs.close(0)
      }
      t.after(close)
      return { close }
    },
    async addWebhook(endpoint, eventTypes = ['user.created']) {
      const id = `webhook_${(await store.directory.catalog()).webhooks.length}`
      const webhook = { id, name: id, endpoint, description: null, eventTypes, createdAtMs: 1 }
      await store.commit([{ kind: 'put-webhook', webhook }])
      return webhook
    },
    async happen() {
      users += 1
      const user = aUser(`kp_${users}`)
      await store.commit([{ kind: 'add-user', user }])
      return user.id
    },
    pass: (ms) => void (passedMs += ms),
    async delivery({ id }) {
      const [newest] = await store.webhooks.list({ webhookId: id, limit: 1 })
      return newest
    },
  }
}

/** A receiver that answers with these, one after the other, and with 200 from then on. */
async function receiver(t: TestContext, ...statuses: readonly number[]): Promise<LocalServer> {
  const left = [...statuses]
  return startHttpServer(t, () => ({ status: left.shift() ?? 200 }))
}

/** Whom the requests are about, in the order in which they came. */
function usersOf({ requests }: LocalServer): string[] {
  return requests.map(({ body }) => userOf(body))
}

function userOf(body: string): string {
  const { data } = decodeJwt<{ readonly data: { readonly user: { readonly id: string } } }>(body)
  return data.user.id
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await setImmediate()
}

const isIn = (state: DeliveryRecord['state'], attempts: number) => (delivery: DeliveryRecord | undefined) =>
  delivery?.state === state && delivery.attempts === attempts

describe('a webhook', () => {
  test('gets each event once, in order, with one id for each, and none of a type that it did not ask for', async (t) => {
    const { store, replica, addWebhook, happen, delivery } = await openWorld(t)
    const server = await receiver(t)
    const webhook = await addWebhook(`${server.origin}/hook?key=1`)
    const others = await addWebhook(`${server.origin}/others`, ['role.created'])
    replica()
    const users: string[] = []
    for (let count = 0; count < 30; count += 1) users.push(await happen())
    await until(() => server.requests.length === 30)
    assert.deepEqual(usersOf(server), users)
    const [first] = server.requests
    assert.equal(`${first?.url.pathname}${first?.url.search}`, '/hook?key=1')
    assert.equal(first?.headers['content-type'], 'application/jwt')
    assert.equal(new Set(server.requests.map(({ headers }) => headers['webhook-id'])).size, 30)
    assert.deepEqual(Object.keys(decodeJwt(first?.body ?? '')).toSorted(), [
      'data',
      'event_id',
      'event_timestamp',
      'source',
      'timestamp',
      'type',
    ])
    await until(async () => isIn('delivered', 1)(await delivery(webhook)))
    const newest = await store.events.newest()
    await until(async () => (await store.webhooks.queues()).every(({ sequence }) => sequence === newest))
    assert.equal(await delivery(others), undefined)
  })

  test('is tried again on the schedule, with the events after it waiting, and goes on when the receiver is back', async (t) => {
    const { replica, addWebhook, happen, pass, delivery, records } = await openWorld(t)
    const server = await receiver(t, 500, 302, 404)
    const webhook = await addWebhook(`${server.origin}/hook?key=hush`)
    replica()
    const users = [await happen(), await happen()]
    const waits = [5 * second, 30 * second, 2 * minute]
    for (const [index, waitMs] of waits.entries()) {
      await until(async () => isIn('waiting', index + 1)(await delivery(webhook)))
      const { lastAtMs = 0, nextAtMs } = (await delivery(webhook)) ?? {}
      assert.equal(nextAtMs, lastAtMs + waitMs)
      assert.equal(server.requests.length, index + 1)
      pass(waitMs)
    }
    await until(() => server.requests.length === 5)
    assert.deepEqual(usersOf(server), [users[0], users[0], users[0], users[0], users[1]])
    const ids = server.requests.map(({ headers }) => headers['webhook-id'])
    assert.deepEqual([new Set(ids).size, ids[0]], [2, ids[3]])
    const failed = records().filter(({ event }) => event === 'webhook_delivery_failed')
    assert.deepEqual(
      failed.map(({ status, attempt, nextInMs }) => [status, attempt, nextInMs]),
      [500, 302, 404].map((status, index) => [status, index + 1, waits[index]]),
    )
    assert.doesNotMatch(JSON.stringify(records()), /hush/)
  })

  test('gives an event up after the last attempt, goes on with the next, and sends the dead one again when asked', async (t) => {
    const { store, deps, replica, addWebhook, happen, pass, delivery } = await openWorld(t)
    const dead = 'kp_1'
    const isFixed = { value: false }
    const server = await startHttpServer(t, ({ body }) => ({
      status: userOf(body) === dead && !isFixed.value ? 500 : 200,
    }))
    const webhook = await addWebhook(server.origin)
    replica()
    await happen()
    const waits = [5, 30, 120, 600, 3_600, 4 * 3_600, 12 * 3_600, 12 * 3_600, 12 * 3_600]
    for (const [index, wait] of waits.entries()) {
      await until(async () => isIn('waiting', index + 1)(await delivery(webhook)))
      pass(wait * second)
    }
    await until(async () => isIn('dead', 10)(await delivery(webhook)))
    const next = await happen()
    await until(() => usersOf(server).at(-1) === next)
    isFixed.value = true
    const [gone] = await store.webhooks.list({ state: 'dead', limit: 1 })
    assert.ok(gone)
    await redeliver(gone, deps)
    await until(async () => (await store.webhooks.find(gone.id))?.state === 'delivered')
    assert.equal(usersOf(server).at(-1), dead)
    assert.equal(usersOf(server).filter((user) => user === next).length, 1)
  })

  test('is disabled after 72 hours without a success, and loses nothing when it is resumed', async (t) => {
    const { store, deps, replica, addWebhook, happen, pass, records } = await openWorld(t)
    const isBack = { value: false }
    const server = await startHttpServer(t, () => ({ status: isBack.value ? 200 : 503 }))
    const webhook = await addWebhook(server.origin)
    replica()
    const users = [await happen(), await happen(), await happen()]
    while ((await store.webhooks.queue(webhook.id))?.disabledAtMs === null) {
      pass(hour)
      await setImmediate()
    }
    assert.ok(records().some(({ event }) => event === 'webhook_disabled'))
    assert.deepEqual(await store.webhooks.list({ state: 'waiting', limit: 9 }), [])
    const { length } = server.requests
    users.push(await happen())
    pass(24 * hour)
    isBack.value = true
    await resumeWebhook(webhook, deps)
    await until(
      async () => (await store.webhooks.queue(webhook.id))?.sequence === (await store.events.newest()),
    )
    await until(async () => (await store.webhooks.list({ state: 'delivered', limit: 9 })).length === 4)
    // A clock that jumps ends leases as well, so that an event may come twice.
    assert.deepEqual([...new Set(usersOf(server).slice(length))].toSorted(), users.toSorted())
  })

  test('holds up no other webhook while its receiver is down or slow', async (t) => {
    const { replica, addWebhook, happen, delivery } = await openWorld(t, { callMs: 300 })
    const slow = await startHttpServer(t, () => new Promise<never>(() => {}))
    const down = await receiver(t)
    const good = await receiver(t)
    const slowOne = await addWebhook(slow.origin)
    const downOne = await addWebhook(`http://127.0.0.1:1/${new URL(down.origin).port}`)
    await addWebhook(good.origin)
    replica()
    const users = [await happen(), await happen(), await happen()]
    await until(() => good.requests.length === 3)
    assert.deepEqual(usersOf(good), users)
    await until(async () => isIn('waiting', 1)(await delivery(slowOne)))
    await until(async () => isIn('waiting', 1)(await delivery(downOne)))
    assert.match((await delivery(slowOne))?.error ?? '', /^fetch_timeout/)
    assert.match((await delivery(downOne))?.error ?? '', /^fetch_failed/)
    assert.equal(slow.requests.length, 1)
  })

  test('is not called at an address that the server may not reach, although it is registered', async (t) => {
    const { replica, addWebhook, happen, delivery } = await openWorld(t, { allow: [] })
    const server = await receiver(t)
    const webhook = await addWebhook(server.origin)
    replica()
    await happen()
    await until(async () => isIn('waiting', 1)(await delivery(webhook)))
    assert.match((await delivery(webhook))?.error ?? '', /^egress_denied/)
    assert.equal(server.requests.length, 0)
  })

  test('is delivered to by one of two replicas at a time, and by the other one when the first has stopped', async (t) => {
    const { replica, addWebhook, happen, store } = await openWorld(t)
    let atOnce = 0
    let most = 0
    const answer: AnswerRequest = async () => {
      most = Math.max(most, (atOnce += 1))
      await setImmediate()
      atOnce -= 1
      return { status: 204 }
    }
    const server = await startHttpServer(t, answer)
    await addWebhook(server.origin)
    const first = replica()
    replica()
    const users: string[] = []
    for (let count = 0; count < 40; count += 1) {
      users.push(await happen())
      if (count === 20) await first.close()
    }
    await until(() => new Set(usersOf(server)).size === 40)
    const firsts = usersOf(server).filter((user, index, all) => all.indexOf(user) === index)
    assert.deepEqual([most, firsts], [1, users])
    assert.ok((await store.events.newest()) >= 40)
  })
})
