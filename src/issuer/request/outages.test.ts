import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mostForgivenMs, Outages } from './outages.ts'

function fromSecond(started: number) {
  let nowMs = started * 1_000
  const outages = new Outages(() => nowMs)
  return {
    at: (second: number) => void (nowMs = second * 1_000),
    failed: (tookSeconds: number) => outages.failed(tookSeconds * 1_000),
    answered: (tookSeconds: number) => outages.answered(tookSeconds * 1_000),
    seconds: (from: number, to: number) => outages.msBetween(from * 1_000, to * 1_000) / 1_000,
  }
}

test('counts from the beginning of the first call that failed to the end of the first that succeeded', () => {
  const { at, failed, answered, seconds } = fromSecond(0)
  at(110)
  failed(10)
  at(130)
  failed(5)
  assert.equal(seconds(90, 135), 35)
  at(140)
  answered(0)
  at(150)
  assert.equal(seconds(90, 150), 40)
  assert.equal(seconds(120, 125), 5)
  assert.equal(seconds(141, 150), 0)
})

test('counts calls that took longer than a second, overlapping ones once', () => {
  const { at, answered, seconds } = fromSecond(0)
  for (const [end, took] of [
    [10, 5],
    [20, 5],
    [22, 20],
    [30, 0.9],
  ] as const) {
    at(end)
    answered(took)
  }
  assert.equal(seconds(1, 40), 20)
})

test('counts time in which the process stood still', () => {
  const outages = new Outages(() => performance.timeOrigin + performance.now())
  const before = performance.timeOrigin + performance.now()
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_500)
  const ms = outages.msBetween(before, performance.timeOrigin + performance.now())
  assert.ok(ms >= 1_400, `${String(ms)} ms`)
})

test('counts the time before it began, and never more than ten minutes', () => {
  const { seconds } = fromSecond(1_000)
  assert.equal(seconds(900, 1_100), 100)
  assert.equal(seconds(0, 1_100), mostForgivenMs / 1_000)
  assert.equal(seconds(1_000, 1_100), 0)
})
