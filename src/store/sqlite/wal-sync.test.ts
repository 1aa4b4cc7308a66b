// Durability on SQLite: who shares a flush, and that a failed one is final (FI-09). A named pipe in place of the -wal
// file fails for real: the kernel refuses to flush it.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test, type TestContext } from 'node:test'
import { anArtifact, hashOf } from '../contract/samples.ts'
import { SealedBox } from '../sealed-box.ts'
import { changeWrites } from '../sql/change-writes.ts'
import { SqlArtifactStore } from '../sql/sql-artifact-store.ts'
import { prepare } from '../sql/statement.ts'
import { openSqlite } from './open-sqlite.ts'
import { FileWatch } from './file-watch.ts'
import { SqliteDatabase, sqliteBuilder } from './sqlite-database.ts'
import { WalSync } from './wal-sync.ts'

async function temporaryFile(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mintage-wal-'))
  t.after(() => rm(folder, { recursive: true }))
  return join(folder, 'mintage.db')
}

async function failingSync(t: TestContext): Promise<WalSync> {
  const file = await temporaryFile(t)
  execFileSync('mkfifo', [`${file}-wal`])
  const walSync = await WalSync.open(file)
  t.after(() => walSync.close())
  return walSync
}

describe('the flush of the log', () => {
  test('is shared by all who ask while one is running, and is not the one that runs', async (t) => {
    const file = await temporaryFile(t)
    await writeFile(`${file}-wal`, 'frames')
    const walSync = await WalSync.open(file)
    const ended: string[] = []
    const first = walSync.flush().then(() => ended.push('first'))
    const second = walSync.flush()
    assert.equal(walSync.flush(), second)
    const settled = walSync.settled().then(() => ended.push('settled'))
    await second.then(() => ended.push('second'))
    await Promise.all([first, settled])
    assert.deepEqual([ended[0], ended.length], ['first', 3])
    await walSync.close()
  })

  test('that failed fails all who waited for it, and everybody after', async (t) => {
    const walSync = await failingSync(t)
    const unavailable = { name: 'StoreError', code: 'store_unavailable' }
    const results = await Promise.allSettled([walSync.flush(), walSync.flush(), walSync.flush()])
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'rejected', 'rejected'],
    )
    assert.throws(() => walSync.assertUsable(), unavailable)
    await assert.rejects(walSync.flush(), unavailable)
    await assert.rejects(walSync.settled(), unavailable)
  })

  test('FI-09: after a failed one no commit is acknowledged or even made, and reads go on', async (t) => {
    const connection = new DatabaseSync(':memory:')
    connection.exec('create table secrets (name text primary key, sealed_value text) strict')
    const database = new SqliteDatabase({
      file: ':memory:',
      connection,
      walSync: await failingSync(t),
      files: await FileWatch.open([]),
    })
    const insert = prepare((slot: { name: string }) =>
      sqliteBuilder.insertInto('secrets').values({ name: slot.name, sealed_value: 'x' }),
    )
    const all = prepare(() => sqliteBuilder.selectFrom('secrets').select('name'))({})
    const unavailable = { name: 'StoreError', code: 'store_unavailable' }
    await assert.rejects(database.commit([{ statement: insert({ name: 'lost' }) }], 'durable'), unavailable)
    await assert.rejects(database.commit([{ statement: insert({ name: 'two' }) }], 'lazy'), unavailable)
    await assert.rejects(database.write(insert({ name: 'three' }), 'lazy'), unavailable)
    assert.deepEqual(
      (await database.all(all)).map(({ name }) => name),
      ['lost'],
    )
    connection.close()
  })

  test('comes before a successor is given: who gets it hands it out', async (t) => {
    const file = await temporaryFile(t)
    await (await openSqlite(file, 0)).close()
    const connection = new DatabaseSync(file)
    t.after(() => connection.close())
    const database = new SqliteDatabase({
      file,
      connection,
      walSync: await failingSync(t),
      files: await FileWatch.open([file]),
    })
    const artifacts = new SqlArtifactStore(database)
    const unavailable = { code: 'store_unavailable' }
    const { model, idHash } = anArtifact('old')
    connection.exec(`insert into artifacts (model, id_hash, payload) values ('${model}', '${idHash}', '{}')`)
    const consume = {
      kind: 'consume-artifact',
      model,
      idHash,
      atMs: 1,
      successorIdHash: hashOf('new'),
    } as const
    const { writesOf } = changeWrites(database, new SealedBox(new Uint8Array(32)))
    const commit = database.commit(writesOf(consume), 'durable')
    // Visible already, and not on the disk: the commit above is still waiting for that.
    const found = artifacts.find(model, idHash)
    await assert.rejects(commit, unavailable)
    await assert.rejects(found, unavailable)
  })
})
