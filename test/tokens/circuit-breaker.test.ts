// A workflow that keeps failing rests (docs/decisions/0074): every cell of the breaker's table, through real refreshes.
import assert from 'node:assert/strict'
import { after, beforeEach, describe, test } from 'node:test'
import { openCircuitBreaker, type TriggerDeps } from '../../src/triggers/index.ts'
import { directoryFixture } from '../harness/directory-fixture.ts'
import { startHttpServer } from '../harness/http-server.ts'
import { invocations } from '../harness/invocations.ts'
import { startIssuer } from '../harness/issuer.ts'
import { refreshTokenOf, relyingParty, signIn } from '../harness/relying-party.ts'
import { refreshTokens } from '../harness/signed-in-tokens.ts'

let calls = 0
let isHealthy = false
const crm = await startHttpServer({ after }, () => {
  calls += 1
  return { json: isHealthy ? { plan: 'gold' } : {} }
})
let clockMs = 0
const told: string[] = []
const breaker: TriggerDeps['breaker'] = openCircuitBreaker(
  { failures: 3, openSeconds: 30 },
  () => clockMs,
  ({ kind, workflowId, failures, outcome }) => void told.push(`${kind} ${workflowId} ${failures} ${outcome}`),
)
const issuer = await startIssuer(
  { after },
  { directory: await directoryFixture(), allow: [crm.host], breaker },
)
const rp = await relyingParty(issuer)
let refreshToken = ''

beforeEach(async () => {
  await issuer.deploy(undefined)
  refreshToken = refreshTokenOf((await signIn(issuer, rp)).tokens)
  told.length = 0
  isHealthy = false
})

let deployed = 0

/** A new deployment, with breakers of its own. */
async function deploy(policy: 'stop' | 'continue', body = ''): Promise<void> {
  await issuer.deploy(`
    export const workflowSettings = {
      id: 'plan', trigger: 'user:tokens_generation', failurePolicy: { action: '${policy}' },
      bindings: { 'kinde.accessToken': {}, 'kinde.auth': {}, 'kinde.fetch': {} },
    }
    export default async function (event) {
      globalThis.deployed = ${(deployed += 1)}
      const { json } = await kinde.fetch('${crm.origin}/plan', { method: 'GET', responseFormat: 'json' })
      ${body}
      if (!json.plan) throw new Error('no plan')
      kinde.accessToken.setCustomClaim('plan', json.plan)
    }`)
}

/** What the refresh ended in, and whether the remote side saw it. */
async function refresh(): Promise<string> {
  const before = calls
  const { status, body } = await refreshTokens(issuer.url, refreshToken)
  refreshToken = body.refresh_token ?? refreshToken
  const document = (await invocations(issuer)).at(-1)?.document
  return `${status} ${document?.outcome ?? ''} ${document?.decision ?? ''} ${calls - before}`
}

for (const [policy, failed, resting] of [
  ['stop', '500 threw refuse 1', '500 breaker-open refuse 0'],
  ['continue', '200 threw issue-defaults 1', '200 breaker-open issue-defaults 0'],
] as const) {
  describe(`a workflow under \`${policy}\` that fails three times in a row`, () => {
    test('rests: it is answered at once, and the remote side sees nothing', async () => {
      await deploy(policy)
      for (let run = 0; run < 3; run += 1) assert.equal(await refresh(), failed)
      assert.deepEqual(told, ['opened plan 3 threw'])
      for (let run = 0; run < 2; run += 1) assert.equal(await refresh(), resting)
      const last = (await invocations(issuer)).at(-1)?.document
      assert.equal(last?.error?.code, 'breaker_open')
      assert.deepEqual(
        last.steps?.map(({ outcome }) => outcome),
        ['breaker-open'],
      )
    })

    test('is tried once after a while: a failure lets it rest again, a success ends that', async () => {
      await deploy(policy)
      for (let run = 0; run < 3; run += 1) await refresh()
      clockMs += 30_000
      assert.equal(await refresh(), failed)
      assert.equal(await refresh(), resting)
      clockMs += 30_000
      isHealthy = true
      assert.equal(await refresh(), '200 completed issue 1')
      assert.equal(await refresh(), '200 completed issue 1')
      assert.deepEqual(told, [
        'opened plan 3 threw',
        'half-opened plan 3 threw',
        'opened plan 4 threw',
        'half-opened plan 4 threw',
        'closed plan 4 completed',
      ])
    })
  })
}

test('starts the count anew after a success', async () => {
  await deploy('stop')
  for (const healthy of [false, false, true, false, false]) {
    isHealthy = healthy
    await refresh()
  }
  assert.deepEqual(told, [])
  assert.equal(await refresh(), '500 threw refuse 1')
  assert.deepEqual(told, ['opened plan 3 threw'])
})

test('does not count denials as failures', async () => {
  await deploy('stop', `kinde.auth.denyAccess('no'); return`)
  for (let run = 0; run < 5; run += 1) assert.equal(await refresh(), '400 denied deny 1')
  assert.deepEqual(told, [])
})

test('begins closed for a new deployment', async () => {
  await deploy('stop')
  for (let run = 0; run < 4; run += 1) await refresh()
  await deploy('stop')
  assert.equal(await refresh(), '500 threw refuse 1')
})
