// Memory stays flat: runs leave nothing on the host either. The bounds are wide, because a process's resident size moves with
// its garbage collector; what they would find is a leak of a few hundred bytes in each run.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { claimsOf, openTestSandbox, workflow } from '../harness/sandbox.ts'

const mebibyte = 1024 * 1024
const runs = await openTestSandbox({ after })

async function inFlightTogether(count: number, one: () => Promise<unknown>): Promise<void> {
  let started = 0
  const worker = async () => {
    while (started++ < count) await one()
  }
  await Promise.all(Array.from({ length: 16 }, worker))
}

test('10,000 runs leave the resident memory flat', async () => {
  const deployment = await runs.deploy(
    workflow(`
      globalThis.kept = 'x'.repeat(event.size)
      const claims = kinde.accessToken.getCustomClaims()
      claims.id = crypto.randomUUID(); claims.length = kept.length; console.log('a line', claims)
      await null`),
  )
  const one = async () =>
    assert.equal(claimsOf(await runs.invoke(deployment, { event: { size: 1000 } }))['length'], 1000)
  await inFlightTogether(2_000, one)
  const before = process.memoryUsage.rss()
  await inFlightTogether(10_000, one)
  const grown = process.memoryUsage.rss() - before
  assert.ok(grown < 48 * mebibyte, `${Math.round(grown / mebibyte)} MiB in 10,000 runs`)
})

test('runs that outgrow their room are given engines with more of it, and leave the memory flat too', async () => {
  const deployment = await runs.deploy(
    workflow(`
      const all = Array.from({ length: 40_000 }, (_, n) => ({ n }))
      kinde.accessToken.setCustomClaim('length', all.length)`),
  )
  const one = async () => assert.equal(claimsOf(await runs.invoke(deployment))['length'], 40_000)
  await inFlightTogether(50, one)
  const before = process.memoryUsage.rss()
  await inFlightTogether(200, one)
  const grown = process.memoryUsage.rss() - before
  assert.ok(grown < 64 * mebibyte, `${Math.round(grown / mebibyte)} MiB in 200 runs`)
})
