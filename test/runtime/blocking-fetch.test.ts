// kinde.fetch touched without `await` (C§6.3): it works, blocks nobody but its own run, makes each call once, and leaves calls
// under Promise.all free to overlap. At the end the library that relies on it, end to end.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startHttpServer, type ServerAnswer } from '../harness/http-server.ts'
import { m2mEnvironment, startManagementApi } from '../harness/management-api.ts'
import { claimsOf, logOf, openTestSandbox, workflow } from '../harness/sandbox.ts'

const lifetime = { after }

/** A server that answers /held when the test says so, /first not before /second has arrived, and anything else at once. */
async function startHoldingServer() {
  const release = Promise.withResolvers<ServerAnswer>()
  const arrived = Promise.withResolvers<void>()
  const second = Promise.withResolvers<void>()
  const server = await startHttpServer(lifetime, async ({ url }) => {
    if (url.pathname === '/second') second.resolve()
    if (url.pathname === '/first') await second.promise
    if (url.pathname !== '/held') return { json: { path: url.pathname } }
    arrived.resolve()
    return release.promise
  })
  const paths = () => server.requests.map(({ url }) => url.pathname)
  return {
    ...server,
    paths,
    heldArrived: arrived.promise,
    release: () => release.resolve({ json: { path: '/held' } }),
  }
}

async function openOneThread(host: string) {
  return openTestSandbox(lifetime, { hostCalls: { allow: [host] } })
}

test('a run that blocks moves to a thread of its own, holds up no other run, and makes each call once', async () => {
  const server = await startHoldingServer()
  const runs = await openOneThread(server.host)
  const blocking = await runs.deploy(
    workflow(`
      console.log('before')
      const before = (await kinde.fetch('${server.origin}/before')).json.path
      const held = kinde.fetch('${server.origin}/held').json.path
      const after = kinde.fetch('${server.origin}/after').json.path
      Object.assign(kinde.accessToken.getCustomClaims(), { before, held, after, random: Math.random() })`),
  )
  const held = runs.invoke(blocking)
  await server.heldArrived
  const others = await Promise.all(
    Array.from({ length: 10 }, (_, n) => runs.run(`kinde.accessToken.setCustomClaim('n', ${n})`)),
  )
  assert.deepEqual(
    others.map((result) => claimsOf(result)['n']),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  )
  assert.deepEqual(
    { ...runs.sandbox.stats() },
    {
      isOpen: true,
      threads: 1,
      lentThreads: 1,
      inFlight: 1,
      queued: 0,
      threadsLost: 0,
      defects: 0,
      isCareful: false,
      runsMoved: 1,
    },
  )
  server.release()
  const result = await held
  const { random, ...paths } = claimsOf(result)
  assert.deepEqual(paths, { before: '/before', held: '/held', after: '/after' })
  assert.equal(typeof random, 'number')
  assert.deepEqual(logOf(result), ['before'], 'what was logged before the move is there once')
  assert.deepEqual(server.paths(), ['/before', '/held', '/after'])
  assert.deepEqual(
    result.calls.map(({ url, status }) => `${url} ${status}`),
    [`${server.origin}/before 200`, `${server.origin}/held 200`, `${server.origin}/after 200`],
  )
})

test('two runs block at the same time, each on a thread of its own', async () => {
  const server = await startHoldingServer()
  const runs = await openOneThread(server.host)
  const path = (name: string) =>
    `kinde.accessToken.setCustomClaim('path', kinde.fetch('${server.origin}/${name}').json.path)`
  const results = await Promise.all([runs.run(path('first')), runs.run(path('second'))])
  assert.deepEqual(
    results.map((result) => claimsOf(result)['path']),
    ['/first', '/second'],
  )
  assert.equal(runs.sandbox.stats().lentThreads, 2)
})

test('runs that would block beyond the bound of lent threads wait for one, and complete', async () => {
  const server = await startHoldingServer()
  const runs = await openTestSandbox(lifetime, { hostCalls: { allow: [server.host] }, mostLentThreads: 1 })
  const blocking = await runs.deploy(
    workflow(`kinde.accessToken.setCustomClaim('path', kinde.fetch('${server.origin}/x').json.path)`),
  )
  const results = await Promise.all(Array.from({ length: 6 }, () => runs.invoke(blocking)))
  for (const result of results) assert.equal(claimsOf(result)['path'], '/x')
  assert.equal(server.requests.length, 6)
  assert.equal(runs.sandbox.stats().lentThreads, 1)
})

test('a run that blocks for longer than the wall clock ends at the wall clock', async () => {
  const server = await startHoldingServer()
  const runs = await openOneThread(server.host)
  const result = await runs.run(`kinde.fetch('${server.origin}/held').json`, { limits: { wallClockMs: 700 } })
  assert.deepEqual(result.outcome, { kind: 'wall-clock-exceeded' })
  assert.ok(result.durationMs >= 699, `${result.durationMs} ms`)
  assert.equal(server.requests.length, 1)
})

test('calls under Promise.all overlap, awaited or after a blocking one', async () => {
  const server = await startHoldingServer()
  const runs = await openOneThread(server.host)
  const both = `
    const [first, second] = await Promise.all([kinde.fetch('${server.origin}/first'), kinde.fetch('${server.origin}/second')])
    Object.assign(kinde.accessToken.getCustomClaims(), { first: first.json.path, second: second.json.path })`
  for (const body of [both, `kinde.fetch('${server.origin}/before').json\n${both}`]) {
    assert.deepEqual(claimsOf(await runs.run(body)), { first: '/first', second: '/second' })
  }
})

test('createKindeAPI fetches its token once for 20 parallel runs, then takes it from the cache, and its calls overlap', async () => {
  const api = await startManagementApi(lifetime, { meetingOf: 2 })
  const runs = await openOneThread(api.host)
  const source = `
    import { createKindeAPI } from '@kinde/infrastructure'
    export default async function (event) {
      const api = await createKindeAPI(event)
      const [user, properties] = await Promise.all([
        api.get({ endpoint: 'user?id=kp_ada' }), api.get({ endpoint: 'users/kp_ada/properties' }),
      ])
      Object.assign(kinde.accessToken.getCustomClaims(), { name: user.data.first_name, plan: properties.data.properties[0].value })
    }`
  const deployment = await runs.deploy(source)
  const given = { event: { context: { domains: { kindeDomain: api.origin } } }, environment: m2mEnvironment }
  const parallel = await Promise.all(Array.from({ length: 20 }, () => runs.invoke(deployment, given)))
  for (const result of parallel) assert.deepEqual(claimsOf(result), { name: 'Ada', plan: 'premium' })
  assert.equal(api.tokenRequests.length, 1)
  assert.equal(api.apiRequests.length, 40)
  const movedSoFar = runs.sandbox.stats().runsMoved
  assert.ok(movedSoFar <= 20)
  const later = await runs.invoke(deployment, given)
  assert.deepEqual(claimsOf(later), { name: 'Ada', plan: 'premium' })
  assert.equal(api.tokenRequests.length, 1)
  assert.equal(runs.sandbox.stats().runsMoved, movedSoFar, 'with a cached token nothing blocks')
})
