// SQLite when the file, the disk or another process does not play along (FI-08): each is a StoreError that says which,
// nothing half-made stays, and it works again when the cause is gone.
import assert from 'node:assert/strict'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test, type TestContext } from 'node:test'
import { openStore } from '../open-store.ts'
import type { Database } from '../sql/database.ts'
import { prepare } from '../sql/statement.ts'
import { SqliteDatabase, sqliteBuilder } from './sqlite-database.ts'

const masterKey = new Uint8Array(32)

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mintage-sqlite-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

/** A database with one table and a connection that waits for nobody. */
async function openBare(
  t: TestContext,
): Promise<{ file: string; connection: DatabaseSync; database: Database }> {
  const file = join(await temporaryFolder(t), 'mintage.db')
  const connection = new DatabaseSync(file, { timeout: 10 })
  connection.exec('pragma journal_mode = wal; create table secrets (name text, sealed_value text) strict')
  const database = await SqliteDatabase.on(file, connection, { waitMs: 200, everyMs: 5 })
  t.after(() => database.close())
  return { file, connection, database }
}

const insert = prepare((slot: { name: string; sealed_value: string }) =>
  sqliteBuilder.insertInto('secrets').values({ name: slot.name, sealed_value: slot.sealed_value }),
)
const names = prepare(() => sqliteBuilder.selectFrom('secrets').select('name').orderBy('name'))

describe('SQLite', () => {
  test('makes file and folder for its owner alone', async (t) => {
    const folder = join(await temporaryFolder(t), 'data')
    const file = join(folder, 'mintage.db')
    const store = await openStore({ location: { kind: 'sqlite', file }, masterKey })
    const modes = await Promise.all(
      [folder, file, `${file}-wal`].map(async (path) => (await stat(path)).mode),
    )
    assert.deepEqual(
      modes.map((mode) => (mode & 0o777).toString(8)),
      ['700', '600', '600'],
    )
    await store.close()
  })

  test('refuses a file that is not a database, and a path that cannot be one', async (t) => {
    const folder = await temporaryFolder(t)
    const file = join(folder, 'letter.txt')
    await writeFile(file, 'Dear sir or madam, '.repeat(100))
    const open = (path: string) => openStore({ location: { kind: 'sqlite', file: path }, masterKey })
    await assert.rejects(open(file), {
      name: 'StoreError',
      code: 'store_unavailable',
      message: `The file is not a database. (sqlite ${file})`,
    })
    await assert.rejects(open(folder), {
      code: 'store_unavailable',
      message: `The database file cannot be opened. (sqlite ${folder})`,
    })
    await assert.rejects(open(join(file, 'mintage.db')), {
      code: 'file_unreadable',
      message: `The folder ${file} cannot be made: something else has this name.`,
    })
  })

  test('undoes a commit for which the disk has no room, and goes on when there is', async (t) => {
    const { connection, database } = await openBare(t)
    connection.exec('pragma max_page_count = 4')
    const big = insert({ name: 'big', sealed_value: 'x'.repeat(50_000) })
    const small = insert({ name: 'small', sealed_value: 'x' })
    await assert.rejects(database.commit([{ statement: small }, { statement: big }], 'durable'), {
      code: 'store_unavailable',
      message: 'The disk of the database is full.',
    })
    assert.deepEqual(await database.all(names({})), [])
    connection.exec('pragma max_page_count = 1000')
    assert.deepEqual(await database.commit([{ statement: small }, { statement: big }], 'durable'), {
      kind: 'committed',
    })
  })

  test('says so when another process holds the write lock for too long', async (t) => {
    const { file, database } = await openBare(t)
    const other = new DatabaseSync(file)
    other.exec('begin immediate')
    const write = { statement: insert({ name: 'n', sealed_value: 'x' }) }
    await assert.rejects(database.commit([write], 'durable'), {
      code: 'store_unavailable',
      message: 'Another process holds the database for too long.',
    })
    other.exec('rollback')
    other.close()
    assert.deepEqual(await database.commit([write], 'durable'), { kind: 'committed' })
  })

  test('F9: commits what waited for the lock in the order in which it came, and reads go on', async (t) => {
    const { file, database } = await openBare(t)
    const other = new DatabaseSync(file)
    other.exec('begin immediate')
    const write = (name: string) => ({ statement: insert({ name, sealed_value: 'x' }) })
    const waiting = ['c', 'a'].map((name) => database.commit([write(name)], 'durable'))
    assert.deepEqual(await database.all(names({})), [])
    other.exec('rollback')
    other.close()
    // The lock is free, and others still wait: this one is behind them.
    const last = database.write(write('b').statement, 'lazy')
    await Promise.all([...waiting, last])
    const inOrder = { sql: 'select name from secrets order by rowid', parameters: [] }
    assert.deepEqual(
      (await database.all<{ name: string }>(inOrder)).map(({ name }) => name),
      ['c', 'a', 'b'],
    )
  })

  test('rejects what is asked of it after it was closed', async (t) => {
    const file = join(await temporaryFolder(t), 'mintage.db')
    const store = await openStore({ location: { kind: 'sqlite', file }, masterKey })
    await Promise.all([store.close(), store.close()])
    await assert.rejects(store.directory.user('kp_1'), { code: 'store_unavailable' })
    await assert.rejects(store.commit([{ kind: 'delete-artifact', model: 'Session', idHash: 'x' }]), {
      code: 'store_unavailable',
    })
  })
})
