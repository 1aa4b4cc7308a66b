// Which migrations are run, and when a start is refused.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Migration } from './migration.ts'
import { migrations } from './index.ts'
import { assertAllKnown, assertServes, oldestServing, pendingMigrations } from './plan.ts'

const types = {
  text: 'text',
  integer: 'integer',
  real: 'real',
  sequence: '',
  keyedTable: '',
  table: '',
  trigger: () => [],
}
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

const refusal = (message: RegExp) => ({ name: 'ConfigError', code: 'schema_mismatch', message })

test('a database that misses one in between, or that had another one, is refused', () => {
  const changed: Migration = { ...one, statements: () => ['create table a (x text, z text)'] }
  const cases = [
    [applied.slice(1), [one, two], /Migration 2 \(two\) was applied to the database in another form/],
    [applied, [changed, two], /Migration 1 \(one\) was applied to the database in another form/],
  ] as const
  for (const [rows, known, message] of cases) {
    assert.throws(() => pendingMigrations(rows, known, types), refusal(message))
  }
})

test('a program that does not know a migration serves when it only adds, and when it knows the one that is needed', () => {
  assert.deepEqual(pendingMigrations(applied, [one], types), [])
  assertServes(applied, [one], '1')
  assertServes(applied, [one, two], undefined)
  assert.throws(() => assertServes(applied, [one], '2'), refusal(/that does not know migration 2/))
  assert.throws(() => assertServes(applied, [one], undefined), refusal(/migration 2 \(two\)/))
})

test('a program that does not know a migration backs nothing up', () => {
  assertAllKnown(applied, [one, two], types)
  assert.throws(
    () => assertAllKnown(applied, [one], types),
    refusal(/migration 2 \(two\), which this version/),
  )
})

test('what takes something away says which programs go on; the strictest of all holds', () => {
  assert.equal(oldestServing([one, two]), 1)
  const contract = (id: number, servesFrom: number): Migration => ({ ...one, id, servesFrom })
  assert.equal(oldestServing([one, two, contract(3, 2), { ...two, id: 4 }, contract(5, 1)]), 2)
})

test('a migration without `servesFrom` only adds', () => {
  const additions =
    /^(create (table|index|trigger|or replace function) |insert into |alter table \S+ add column (?!.* not null(?!.* default)))/
  for (const { id, name, servesFrom, statements } of migrations.slice(1)) {
    if (servesFrom !== undefined) continue
    const all = statements(types).map((statement) => statement.trim())
    // A unique index of a table that programs of before do not know refuses nothing of theirs.
    const ofNewTable = (statement: string) => {
      const [, table = ''] = /^create unique index \S+ on (\S+) /.exec(statement) ?? []
      return table !== '' && all.some((one) => one.startsWith(`create table ${table} `))
    }
    const others = all.filter((statement) => !additions.test(statement) && !ofNewTable(statement))
    assert.deepEqual(others, [], `migration ${id} (${name})`)
  }
})

test('the history is numbered from 1 without gaps', () => {
  assert.deepEqual(
    migrations.map(({ id }) => id),
    migrations.map((_, index) => index + 1),
  )
})
