// B11 and F7: what a refresh token gives that was used before, when requests overtake each other, answers are lost and the database is
// away. The rare order is made to happen: a store whose calls can be held, a clock that is moved, a database that is cut off.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test, type TestContext } from 'node:test'
import { StoreError } from '../../src/errors/index.ts'
import type { Store } from '../../src/store/index.ts'
import { ada, directoryFixture } from '../harness/directory-fixture.ts'
import { History } from '../harness/history.ts'
import { startIssuer, type IssuerGiven, type TestIssuer } from '../harness/issuer.ts'
import { assertInvariants } from './checked-history.ts'
import { Client, codeOf, told, tokensOf } from './client.ts'
import { aroundCalls, type Around } from './faulty-store.ts'

const graceMs = 30_000
const minuteMs = 60_000

interface World {
  readonly issuer: TestIssuer
  readonly client: Client
  readonly history: History
  /** The first refresh token of a new sign-in. */
  signIn(): Promise<string>
  /** Puts something around each call to the store from now on. */
  around(next: Around | undefined): void
  pass(ms: number): void
  /** Another process on the same database, which starts now. */
  startAnother(): Promise<TestIssuer>
}

async function startWorld(t: TestContext, given: Partial<IssuerGiven> = {}): Promise<World> {
  let aheadMs = 0
  let current: Around | undefined
  const common = {
    directory: await directoryFixture(),
    masterKey: randomBytes(32),
    nowMs: () => Date.now() + aheadMs,
    ...given,
  }
  const decorateStore = (store: Store) =>
    aroundCalls(store, (name, call) => (current ? current(name, call) : call()))
  const issuer = await startIssuer(t, { ...common, decorateStore })
  const history = new History()
  const client = new Client({ name: 'ada', history, origin: () => issuer.url })
  codeOf(await client.signIn(ada))
  return {
    issuer,
    client,
    history,
    signIn: async () => tokensOf(await client.redeem(codeOf(await client.return(ada)))).refreshToken,
    around: (next) => void (current = next),
    pass: (ms) => void (aheadMs += ms),
    startAnother: () =>
      startIssuer(t, {
        ...common,
        issuer: issuer.url,
        location: { kind: 'sqlite', file: `${issuer.folder}/mintage.db` },
      }),
  }
}

/** A refresh that came, and whose first call of that name is held up until `release`. */
async function heldRefresh({ client, around }: World, refreshToken: string, held: string) {
  const came = Promise.withResolvers<void>()
  const mayGoOn = Promise.withResolvers<void>()
  let isHeld = false
  around(async (name, call) => {
    if (name === held && !isHeld) {
      isHeld = true
      came.resolve()
      await mayGoOn.promise
    }
    return call()
  })
  const answer = client.refresh(refreshToken)
  await came.promise
  return { answer, release: mayGoOn.resolve }
}

const next = async (refreshing: ReturnType<Client['refresh']>) => tokensOf(await refreshing).refreshToken

async function assertNoAlarm({ issuer }: World): Promise<void> {
  assert.deepEqual(await issuer.store.audit.list({ event: 'refresh_token.reused', limit: 10 }), [])
}

describe('F7: a request that other tabs overtook', () => {
  test('is answered with the newest token when its own was used twice over before it was judged', async (t) => {
    const world = await startWorld(t)
    const { client } = world
    const first = await world.signIn()
    const late = await heldRefresh(world, first, 'artifacts.find')
    const second = await next(client.refresh(first))
    const third = await next(client.refresh(second))
    late.release()
    assert.equal(await next(late.answer), third)
    tokensOf(await client.refresh(third))
    await assertNoAlarm(world)
    const { history, issuer } = world
    await assertInvariants({
      history,
      stores: [issuer.plainStore],
      origin: issuer.url,
      isWorkflowLive: false,
    })
  })

  test('is judged by when it came, however long it waited', async (t) => {
    const world = await startWorld(t)
    const { client } = world
    const first = await world.signIn()
    const late = await heldRefresh(world, first, 'artifacts.find')
    const second = await next(client.refresh(first))
    world.pass(graceMs + 1)
    late.release()
    assert.equal(await next(late.answer), second)
    await assertNoAlarm(world)
  })

  test('gives no token that another tab used while its workflow ran', async (t) => {
    const world = await startWorld(t)
    const { client } = world
    const first = await world.signIn()
    const second = await next(client.refresh(first))
    const late = await heldRefresh(world, first, 'commit')
    const third = await next(client.refresh(second))
    late.release()
    assert.equal(await next(late.answer), third)
    await assertNoAlarm(world)
  })

  test('is a reuse without a grace, whenever it came', async (t) => {
    const world = await startWorld(t, { refreshGraceSeconds: 0 })
    const { client } = world
    const first = await world.signIn()
    const late = await heldRefresh(world, first, 'artifacts.find')
    const second = await next(client.refresh(first))
    late.release()
    assert.equal(told(await late.answer), '400 invalid_grant')
    assert.equal(told(await client.refresh(second)), '400 invalid_grant')
  })
})

describe('F7: while the database was away', () => {
  const away: Around = async () => {
    throw new StoreError('store_unavailable', 'cut off by the test')
  }
  /** The commit is made, and its answer is lost on the way back. */
  const losesAnswer: Around = async (name, call) => {
    const result = await call()
    if (name === 'commit') throw new StoreError('store_unavailable', 'the answer is lost')
    return result
  }

  /** A refresh is committed and its answer is lost; the client tries again while the database is away, and that fails. */
  async function outage(world: World, refreshToken: string, awayMs: number): Promise<void> {
    const { client, around, pass } = world
    around(losesAnswer)
    const lost = await client.refresh(refreshToken)
    assert.ok(lost.kind === 'refused' && lost.status >= 500, told(lost))
    around(away)
    pass(awayMs / 2)
    const failed = await client.refresh(refreshToken)
    assert.ok(failed.kind === 'refused' && failed.status >= 500, told(failed))
    pass(awayMs / 2)
    around(undefined)
  }

  test('a refresh whose answer was lost is given again, after an outage longer than the grace', async (t) => {
    const world = await startWorld(t)
    const first = await world.signIn()
    await outage(world, first, 5 * minuteMs)
    const second = await next(world.client.refresh(first))
    assert.equal(await next(world.client.refresh(first)), second)
    tokensOf(await world.client.refresh(second))
    await assertNoAlarm(world)
  })

  test('the grace goes on counting once it is back', async (t) => {
    const world = await startWorld(t)
    const first = await world.signIn()
    await outage(world, first, 5 * minuteMs)
    const second = await next(world.client.refresh(first))
    world.pass(graceMs)
    assert.equal(told(await world.client.refresh(first)), '400 invalid_grant')
    assert.equal(told(await world.client.refresh(second)), '400 invalid_grant')
  })

  test('no more than ten minutes are forgiven', async (t) => {
    const world = await startWorld(t)
    const first = await world.signIn()
    await outage(world, first, 11 * minuteMs)
    assert.equal(told(await world.client.refresh(first)), '400 invalid_grant')
  })

  test('a process that starts afterwards counts from its start', async (t) => {
    const world = await startWorld(t)
    const first = await world.signIn()
    await outage(world, first, 5 * minuteMs)
    const { url } = await world.startAnother()
    const second = await next(world.client.refresh(first, { origin: url }))
    world.pass(graceMs + 1)
    assert.equal(told(await world.client.refresh(first, { origin: url })), '400 invalid_grant')
    assert.equal(told(await world.client.refresh(second, { origin: url })), '400 invalid_grant')
  })
})
