// Which migrations are run, and when a start is refused.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Migration } from './migration.ts'
import { migrations } from './index.ts'
import { pendingMigrations } from './plan.ts'

const types = { text: 'text', integer: 'integer', real: 'real', sequence: '', keyedTable: '', table: '' }
const one: Migration = { id: 1, name: 'one', statements: ({ text }) => [`create table a (x ${text})`] }
const two: Migration = { id: 2, name: 'two', statements: () => ['create table b (y text)'] }
const applied = pendingMigrations([], [one, two], types)

test('an empty database gets all, in order; one that is behind gets the rest; one that is up to date none', () => {
  assert.deepEqual(
    applied.map(({ name }) => name),
    ['one', 'two'],
  )
  assert.deepEqual(pendingMigrations(applied.slice(0, 1), [one, two], types), applied.slice(1))
  assert.deepEqual(pendingMigrations(applied, [one, two], types), [])
})

test('a database that is newer, that misses one in between, or that had another one, is refused', () => {
  const changed: Migration = { ...one, statements: () => ['create table a (x text, z text)'] }
  const cases = [
    [applied, [one], /migration 2 \(two\), which this version of Mintage does not know/],
    [applied.slice(1), [one, two], /Migration 2 \(two\) was applied to the database in another form/],
    [applied, [changed, two], /Migration 1 \(one\) was applied to the database in another form/],
  ] as const
  for (const [rows, known, message] of cases) {
    assert.throws(() => pendingMigrations(rows, known, types), {
      name: 'ConfigError',
      code: 'schema_mismatch',
      message,
    })
  }
})

test('the history is numbered from 1 without gaps', () => {
  assert.deepEqual(
    migrations.map(({ id }) => id),
    migrations.map((_, index) => index + 1),
  )
})
