import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isInShare } from './canary.ts'

const users = Array.from({ length: 10_000 }, (_, index) => `kp_${String(index)}`)
const served = (deploymentId: string, percent: number) =>
  users.filter((user) => isInShare(user, { deploymentId, percent }))

test('chooses about the share that it is given, and everyone or no one at its ends', () => {
  assert.equal(served('dep_a', 0).length, 0)
  assert.equal(served('dep_a', 100).length, users.length)
  const five = served('dep_a', 5).length
  assert.ok(five > 400 && five < 600, String(five))
})

test('keeps the users of a share that grows, and meets others with another deployment', () => {
  const before = served('dep_a', 5)
  const larger = new Set(served('dep_a', 20))
  assert.ok(before.every((user) => larger.has(user)))
  const others = new Set(served('dep_b', 5))
  assert.ok(before.filter((user) => others.has(user)).length < before.length / 2)
})
