// What stands in for the clock, randomness and the network of one run, while other runs of the same sandbox have the real ones.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { answersOf, openHostCalls } from '../../src/runtime/host-calls/index.ts'
import { startHttpServer } from '../harness/http-server.ts'
import { claimsOf, openTestSandbox } from '../harness/sandbox.ts'

const lifetime = { after }
const server = await startHttpServer(lifetime, () => ({ json: { from: 'the server' } }))
const runs = await openTestSandbox(lifetime, { hostCalls: { allow: [server.host] } })
const seed = '5eed'.repeat(16)
const startedAtMs = Date.UTC(2030, 0, 2)

const body = `
  claims.started = Date.now()
  claims.random = [Math.random(), crypto.randomUUID()]
  claims.answer = (await kinde.fetch('${server.origin}/plan')).json
  Object.entries(claims).forEach(([name, value]) => kinde.accessToken.setCustomClaim(name, value))`

describe('what a run is given', () => {
  test('its clock starts and its randomness comes as given, run after run', async () => {
    const source = `const claims = kinde.accessToken.getCustomClaims()\n${body}`
    const given = { startedAtMs, seed }
    const [first, second] = [await runs.run(source, { given }), await runs.run(source, { given })]
    assert.equal(claimsOf(first)['started'], startedAtMs)
    assert.deepEqual(claimsOf(first)['random'], claimsOf(second)['random'])
    assert.equal(first.recording.seed, seed)
  })

  test('its calls are answered as given, and the network is not asked', async (t) => {
    const source = `const claims = kinde.accessToken.getCustomClaims()\n${body}`
    const answers = answersOf([{ url: `${server.origin}/*`, body: { from: 'the test' } }])
    const hostCalls = openHostCalls({ answers, allow: [server.host] })
    t.after(() => hostCalls.close())
    const before = server.requests.length
    const [given, real] = await Promise.all([runs.run(source, { given: { hostCalls } }), runs.run(source)])
    assert.deepEqual(claimsOf(given)['answer'], { from: 'the test' })
    assert.deepEqual(claimsOf(real)['answer'], { from: 'the server' })
    assert.equal(server.requests.length, before + 1)
  })
})
