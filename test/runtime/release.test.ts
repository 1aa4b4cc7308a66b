// A deployment that has been let go: its memory image goes, the runs that are on it stay.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { startHttpServer } from '../harness/http-server.ts'
import { claimsOf, openTestSandbox, workflow } from '../harness/sandbox.ts'

const mebibyte = 1024 * 1024
const called = Promise.withResolvers<void>()
const mayAnswer = Promise.withResolvers<void>()
const server = await startHttpServer({ after }, async () => {
  called.resolve()
  await mayAnswer.promise
  return { json: { plan: 'pro' } }
})
const runs = await openTestSandbox({ after }, { hostCalls: { allow: [server.host] } })

const setsClaim = (value: number) => workflow(`kinde.accessToken.setCustomClaim('value', ${value})`)

test('a released deployment cannot be invoked any more', async () => {
  const deployment = await runs.deploy(setsClaim(1))
  assert.equal(claimsOf(await runs.invoke(deployment))['value'], 1)
  runs.sandbox.release(deployment)
  assert.deepEqual((await runs.invoke(deployment)).outcome, { kind: 'busy' })
})

test('a deployment that was prepared twice lives until it was released twice', async () => {
  const [first, second] = [await runs.deploy(setsClaim(2)), await runs.deploy(setsClaim(2))]
  assert.equal(first.id, second.id)
  runs.sandbox.release(first)
  assert.equal(claimsOf(await runs.invoke(second))['value'], 2)
  runs.sandbox.release(second)
  assert.deepEqual((await runs.invoke(second)).outcome, { kind: 'busy' })
})

test('a run in flight ends as it would have, also when its deployment is released meanwhile', async () => {
  const deployment = await runs.deploy(
    workflow(`
      const response = await fetch('${server.origin}/plan')
      kinde.accessToken.setCustomClaim('plan', (await response.json()).plan)`),
  )
  const running = runs.invoke(deployment)
  await called.promise
  runs.sandbox.release(deployment)
  mayAnswer.resolve()
  assert.equal(claimsOf(await running)['plan'], 'pro')
  assert.deepEqual((await runs.invoke(deployment)).outcome, { kind: 'busy' })
})

test('100 deployments, each released when its successor is there, leave the memory flat', async () => {
  // 4 MiB each, so that those that stayed would stand out from the garbage of a hundred builds.
  const deploy = (n: number) =>
    runs.deploy(
      workflow(
        `kinde.accessToken.setCustomClaim('value', kept.length)`,
        `const kept = Array.from({ length: 60_000 }, (_, index) => 'item ' + index + ' of ${n}')`,
      ),
    )
  let live = await deploy(0)
  const replace = async (n: number) => {
    const next = await deploy(n)
    assert.equal(claimsOf(await runs.invoke(next))['value'], 60_000)
    runs.sandbox.release(live)
    live = next
  }
  const warmUp = 20
  let before = 0
  for (let n = 1; n <= warmUp + 100; n++) {
    await replace(n)
    if (n % 10 === 0) collectGarbage()
    if (n === warmUp) before = process.memoryUsage.rss()
  }
  const grown = process.memoryUsage.rss() - before
  assert.ok(grown < 200 * mebibyte, `${Math.round(grown / mebibyte)} MiB in 100 deployments`)
})

/** V8 does not count shared memory, so nothing that a test makes would have it collect any. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc()')
}
