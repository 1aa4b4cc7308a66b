// A workflow that calls the issuer it runs for: answered in process, many at a time and without a thread to spare, and one
// level deep (SBX-73). The issuer of this test starts a second workflow for each call, as a token endpoint does.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { Hono } from 'hono'
import { fetchHandler, startServer, trustedProxies } from '../../src/http/index.ts'
import type { SandboxOptions } from '../../src/runtime/index.ts'
import { openLogger } from '../../src/telemetry/index.ts'
import { startHttpServer } from '../harness/http-server.ts'
import { claimsOf, openTestSandbox, workflow } from '../harness/sandbox.ts'

const lifetime = { after }
const origin = 'https://issuer.example.com'

/** Runs, and an issuer whose every answer is what a second workflow found out. */
async function openIssuer(second: string, allow: readonly string[] = [], options: SandboxOptions = {}) {
  const asked: string[] = []
  const runs = await openTestSandbox(lifetime, {
    ...options,
    hostCalls: {
      allow,
      ownOrigin: {
        origins: [origin],
        async handle(request) {
          asked.push(new URL(request.url).pathname)
          const result = await runs.invoke(await secondDeployment)
          return Response.json({ found: claimsOf(result)['found'] ?? null })
        },
      },
    },
  })
  const secondDeployment = runs.deploy(workflow(second))
  return { ...runs, asked }
}

const callAndTell = (url: string) =>
  `kinde.accessToken.setCustomClaim('found', (await kinde.fetch('${url}')).json.found)`

const blockAndTell = (url: string) =>
  `kinde.accessToken.setCustomClaim('found', kinde.fetch('${url}').json.found)`

test('50 runs at once, more than the threads have room for, are all answered', async () => {
  const issuer = await openIssuer(`kinde.accessToken.setCustomClaim('found', 'second')`, [], {
    mostRunsPerThread: 10,
  })
  const first = await issuer.deploy(workflow(callAndTell(`${origin}/oauth2/token`)))
  const results = await Promise.all(Array.from({ length: 50 }, () => issuer.invoke(first)))
  for (const result of results) {
    assert.equal(claimsOf(result)['found'], 'second')
    assert.deepEqual(
      result.calls.map(({ method, url, status }) => `${method} ${url} ${status}`),
      [`GET ${origin}/oauth2/token 200`],
    )
  }
  assert.equal(issuer.asked.length, 50)
})

test('runs that block hold up neither each other nor the blocking runs that they wait for', async () => {
  const server = await startHttpServer(lifetime, () => ({ json: { found: 'second' } }))
  const issuer = await openIssuer(blockAndTell(server.origin), [server.host], { mostLentThreads: 1 })
  const first = await issuer.deploy(workflow(blockAndTell(`${origin}/oauth2/token`)))
  const results = await Promise.all(Array.from({ length: 6 }, () => issuer.invoke(first)))
  for (const result of results) assert.equal(claimsOf(result)['found'], 'second')
  assert.equal(issuer.asked.length, 6)
})

test('a run that such a call started cannot call the issuer in turn, and learns why', async () => {
  const issuer = await openIssuer(`
    const found = await kinde.fetch('${origin}/again').catch((error) => error.message)
    kinde.accessToken.setCustomClaim('found', found)`)
  const result = await issuer.run(callAndTell(`${origin}/oauth2/token`))
  assert.equal(
    claimsOf(result)['found'],
    `GET ${origin}/again: this run was started by a call of a workflow to this issuer, and cannot call this issuer in turn`,
  )
  assert.deepEqual(issuer.asked, ['/oauth2/token'])
  const later = await issuer.run(callAndTell(`${origin}/later`))
  assert.equal(typeof claimsOf(later)['found'], 'string', 'a run that nobody called may call')
  assert.deepEqual(issuer.asked, ['/oauth2/token', '/later'])
})

test('the rule holds through the server’s own parser and handlers, where requests of browsers arrive as well', async () => {
  const log = openLogger({ level: 'error', format: 'json', write: assert.fail })
  const server = await startServer({ port: 0, host: '127.0.0.1', log })
  after(() => server.close())
  const runs = await openTestSandbox(lifetime, {
    hostCalls: { ownOrigin: { origins: [origin], handle: (request) => server.handle(request) } },
  })
  const calling = await runs.deploy(
    workflow(`
      const found = await kinde.fetch('${origin}/again').then(({ json }) => json.found, (error) => error.code)
      kinde.accessToken.setCustomClaim('found', found)`),
  )
  const asked: string[] = []
  const app = new Hono().get('*', async (context) => {
    asked.push(context.req.path)
    // What a handler awaits comes from elsewhere, such as the database.
    await setImmediate()
    return context.json({ found: claimsOf(await runs.invoke(calling))['found'] ?? null })
  })
  const handler = fetchHandler(app, { mostBodyBytes: 1_024, onDefect: assert.ifError })
  server.serve({ routes: [{ path: '/', handler }], origin: new URL(origin), proxies: trustedProxies([]) })
  assert.equal(claimsOf(await runs.invoke(calling))['found'], 'egress_denied')
  assert.deepEqual(asked.splice(0), ['/again'])
  const answer = await fetch(`http://127.0.0.1:${server.port}/from-outside`)
  assert.deepEqual(await answer.json(), { found: 'egress_denied' })
  assert.deepEqual(asked, ['/from-outside', '/again'], 'a request from outside may start a run that calls')
})
