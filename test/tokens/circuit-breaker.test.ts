// A workflow that keeps failing rests (docs/decisions/0074): every cell of the breaker's table, through real refreshes.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { workflowBreaker } from '../../src/app/workflow-breaker.ts'
import { openLogger } from '../../src/telemetry/index.ts'
import { openCircuitBreaker, type TriggerDeps } from '../../src/triggers/index.ts'
import { ada, directoryFixture, userChanges } from '../harness/directory-fixture.ts'
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
  ({ kind, workflowId, subjects, outcome }) => void told.push(`${kind} ${workflowId} ${subjects} ${outcome}`),
)
/** Calls of one firing. */
const most = 4
const { password } = ada
const bob = { id: 'kp_00000000000000000000000000000bob', email: 'bob@example.com', password } as const
const cyd = { id: 'kp_00000000000000000000000000000cyd', email: 'cyd@example.com', password } as const
type Person = typeof ada | typeof bob | typeof cyd
const everyone = [ada, bob, cyd] as const
const more = [...(await userChanges(bob)), ...(await userChanges(cyd))]
const issuer = await startIssuer(
  { after },
  { directory: await directoryFixture({ more }), allow: [crm.host], breaker, limits: { calls: most } },
)
const rp = await relyingParty(issuer)
const refreshTokensOf = new Map<Person, string>()

before(async () => {
  for (const person of everyone)
    refreshTokensOf.set(person, refreshTokenOf((await signIn(issuer, rp, { person })).tokens))
})

beforeEach(() => {
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
async function refresh(person: Person = ada): Promise<string> {
  const seen = calls
  const { status, body } = await refreshTokens(issuer.url, refreshTokensOf.get(person) ?? '')
  if (body.refresh_token !== undefined) refreshTokensOf.set(person, body.refresh_token)
  const document = (await invocations(issuer)).at(-1)?.document
  return `${status} ${document?.outcome ?? ''} ${document?.decision ?? ''} ${calls - seen}`
}

for (const [policy, failed, resting] of [
  ['stop', '500 threw refuse 1', '500 breaker-open refuse 0'],
  ['continue', '200 threw issue-defaults 1', '200 breaker-open issue-defaults 0'],
] as const) {
  describe(`a workflow under \`${policy}\` that fails for three users in a row`, () => {
    test('rests: it is answered at once, and the remote side sees nothing', async () => {
      await deploy(policy)
      for (const person of everyone) assert.equal(await refresh(person), failed)
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
      for (const person of everyone) await refresh(person)
      clockMs += 30_000
      assert.equal(await refresh(), failed)
      assert.equal(await refresh(), resting)
      clockMs += 30_000
      isHealthy = true
      assert.equal(await refresh(bob), '200 completed issue 1')
      assert.equal(await refresh(), '200 completed issue 1')
      assert.deepEqual(told, [
        'opened plan 3 threw',
        'half-opened plan 3 threw',
        'opened plan 3 threw',
        'half-opened plan 3 threw',
        'closed plan 3 completed',
      ])
    })
  })
}

test('starts the count anew after a success', async () => {
  await deploy('stop')
  for (const person of [ada, bob]) await refresh(person)
  isHealthy = true
  await refresh(cyd)
  isHealthy = false
  for (const person of [ada, bob]) await refresh(person)
  assert.deepEqual(told, [])
  assert.equal(await refresh(cyd), '500 threw refuse 1')
  assert.deepEqual(told, ['opened plan 3 threw'])
})

test('does not count denials as failures', async () => {
  await deploy('stop', `kinde.auth.denyAccess('no'); return`)
  for (const person of [...everyone, ...everyone]) assert.equal(await refresh(person), '400 denied deny 1')
  assert.deepEqual(told, [])
})

test('begins closed for a new deployment', async () => {
  await deploy('stop')
  for (const person of [...everyone, ada]) await refresh(person)
  assert.deepEqual(told, ['opened plan 3 threw'])
  await deploy('stop')
  assert.equal(await refresh(), '500 threw refuse 1')
})

test('leaves everyone else signed in when it fails for one user a hundred times', async () => {
  await deploy('stop', `if (event.context.user.id === '${ada.id}') throw new Error('odd data')`)
  for (let run = 0; run < 100; run += 1) assert.equal(await refresh(), '500 threw refuse 1')
  assert.deepEqual(told, [])
  isHealthy = true
  for (const person of [bob, cyd]) assert.equal(await refresh(person), '200 completed issue 1')
})

describe('in a sequence', () => {
  const one = (id: string, order: number, action: string, body: string) => `
    export const workflowSettings = {
      id: '${id}', trigger: 'user:tokens_generation', order: ${order}, failurePolicy: { action: '${action}' },
      bindings: { 'kinde.accessToken': {}, 'kinde.fetch': {} },
    }
    const call = () => kinde.fetch('${crm.origin}/plan', { method: 'GET', responseFormat: 'json' })
    export default async function () { globalThis.deployed = ${(deployed += 1)}; ${body} }`
  const gate = (order: number) =>
    one('gate', order, 'stop', `await call(); kinde.accessToken.setCustomClaim('gate', 'passed')`)

  test('each workflow rests alone: the others run on', async () => {
    await issuer.deployAll([one('plan', 1, 'continue', `await call(); throw new Error('no')`), gate(2)])
    for (const person of everyone) assert.equal(await refresh(person), '200 threw issue-partial 2')
    assert.deepEqual(told, ['opened plan 3 threw'])
    assert.equal(await refresh(), '200 breaker-open issue-partial 1')
    const { steps } = (await invocations(issuer)).at(-1)?.document ?? {}
    assert.deepEqual(
      steps?.map(({ workflow, outcome }) => `${workflow} ${String(outcome)}`),
      ['plan breaker-open', 'gate completed'],
    )
  })

  test('a workflow does not rest because another one leaves it nothing of a limit', async () => {
    const hungry = `for (let made = 0; made < ${most}; made += 1) await call(); throw new Error('no')`
    await issuer.deployAll([one('hungry', 1, 'continue', hungry), gate(2)])
    for (const person of everyone) assert.equal(await refresh(person), `500 calls-exceeded refuse ${most}`)
    assert.deepEqual(told, ['opened hungry 3 threw'])
    assert.equal(await refresh(), '200 breaker-open issue-partial 1')
  })

  test('a workflow rests that uses up most of a limit itself', async () => {
    await issuer.deployAll([
      one('small', 1, 'stop', 'await call()'),
      one('hungry', 2, 'continue', `for (;;) await call()`),
    ])
    for (const person of everyone)
      assert.equal(await refresh(person), `200 calls-exceeded issue-partial ${most}`)
    assert.deepEqual(told, ['opened hungry 3 calls-exceeded'])
  })
})

test('does not try it twice in a row for one user while others wait', async () => {
  await deploy('stop', `if (event.context.user.id === '${ada.id}') throw new Error('odd data')`)
  for (const person of everyone) await refresh(person)
  clockMs += 30_000
  assert.equal(await refresh(), '500 threw refuse 1')
  isHealthy = true
  clockMs += 30_000
  assert.equal(await refresh(), '500 breaker-open refuse 0')
  assert.equal(await refresh(bob), '200 completed issue 1')
})

test('tries it for the same user again when no other came for twice the time', async () => {
  await deploy('stop')
  for (const person of everyone) await refresh(person)
  clockMs += 30_000
  await refresh()
  isHealthy = true
  clockMs += 60_000
  assert.equal(await refresh(), '200 completed issue 1')
})

test('is not there when the settings say so', async (t) => {
  const log = openLogger({ level: 'error', format: 'json', write: () => {} })
  const circuitBreaker = { isOn: false, failures: 1, openSeconds: 30 }
  const options = workflowBreaker({ circuitBreaker }, () => clockMs, log)
  assert.deepEqual(options, {})
  const without = await startIssuer(t, { directory: await directoryFixture(), ...options })
  const { tokens } = await signIn(without, await relyingParty(without))
  await without.deploy(`
    export const workflowSettings = { id: 'plan', trigger: 'user:tokens_generation', bindings: {} }
    export default async function () { throw new Error('no') }`)
  for (let run = 0; run < 3; run += 1) await refreshTokens(without.url, refreshTokenOf(tokens))
  const seen = (await invocations(without)).map(({ record }) => record.outcome)
  assert.deepEqual(seen, ['threw', 'threw', 'threw'])
})
