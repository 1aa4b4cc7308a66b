// Where the periods of an agreement begin and end.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { periodAt } from './billing-operations.ts'

test('periods of an agreement follow each other, also over months that are shorter', () => {
  const periodOf = (period: 'month' | 'year', startedAt: string, at: string) => {
    const { startMs, endMs } = periodAt({ period, startedAtMs: Date.parse(startedAt) }, Date.parse(at))
    return [startMs, endMs].map((ms) => new Date(ms).toISOString().slice(0, 16)).join(' ')
  }
  for (const [period, startedAt, at, expected] of [
    ['month', '2026-01-31T10:00Z', '2026-01-31T10:00Z', '2026-01-31T10:00 2026-02-28T10:00'],
    ['month', '2026-01-31T10:00Z', '2026-01-01T00:00Z', '2026-01-31T10:00 2026-02-28T10:00'],
    ['month', '2026-01-31T10:00Z', '2026-02-28T09:59Z', '2026-01-31T10:00 2026-02-28T10:00'],
    ['month', '2026-01-31T10:00Z', '2026-03-30T23:00Z', '2026-02-28T10:00 2026-03-31T10:00'],
    ['month', '2026-01-31T10:00Z', '2027-01-31T10:00Z', '2027-01-31T10:00 2027-02-28T10:00'],
    ['year', '2024-02-29T00:00Z', '2025-02-27T23:59Z', '2024-02-29T00:00 2025-02-28T00:00'],
    ['year', '2024-02-29T00:00Z', '2028-03-01T00:00Z', '2028-02-29T00:00 2029-02-28T00:00'],
    ['year', '2025-06-15T00:00Z', '2026-05-01T00:00Z', '2025-06-15T00:00 2026-06-15T00:00'],
  ] as const)
    assert.equal(periodOf(period, startedAt, at), expected, `${startedAt} ${at}`)
})
