// Starting: from nothing, again, two at once, on a database that is not ours to use, and after a kill.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { StoreOptions } from '../store.ts'
import type { NewDatabase } from './contract-database.ts'
import { hashOf } from './samples.ts'

export function openingContract(newDatabase: NewDatabase): void {
  describe('opening', () => {
    test('makes the schema once, however many processes start at once', async (t) => {
      const database = await newDatabase(t)
      const processes = [0, 1, 2].map(() => startProcess(database.location, 'open'))
      const codes = await Promise.all(processes.map(async (one) => (await once(one, 'close'))[0]))
      assert.deepEqual(codes, [0, 0, 0])
      const stores = await Promise.all([database.open(), database.open()])
      await Promise.all(stores.map((store) => store.artifacts.prune(0)))
    })

    test('says where, without a password', async (t) => {
      const database = await newDatabase(t)
      const { description } = await database.open()
      assert.match(description, new RegExp(`^${database.location.kind} .*mintage`))
      assert.doesNotMatch(description, /@|password/)
    })

    const unusable = [
      [
        'a migration after which this version does not serve',
        `insert into schema_migrations values (999, 'future', 'x', 0);
         update meta set value = '999' where name = 'oldest-serving-migration'`,
      ],
      ['a migration that reads differently here', `update schema_migrations set hash = 'other'`],
    ] as const
    for (const [what, sql] of unusable) {
      test(`is refused when the database holds ${what}`, async (t) => {
        const database = await newDatabase(t)
        await (await database.open()).close()
        await database.execute(sql)
        await assert.rejects(database.open(), (error: unknown) => {
          assert.ok(error instanceof Error && 'code' in error && 'hint' in error)
          assert.equal(error.name, 'ConfigError')
          assert.equal(error.code, 'schema_mismatch')
          assert.match(String(error.hint), /Start the version/)
          return true
        })
      })
    }

    test('is checked for readiness by writing one row, the same each time', async (t) => {
      const database = await newDatabase(t)
      const store = await database.open()
      await store.check()
      await database.execute(
        `create table meta_rows as select count(*) as n from meta where name = 'last-check'`,
      )
      await store.check()
      await store.check()
      // The constraint fails the insertion when the number of rows is another one.
      await database.execute(`
        create table one (n integer check (n = 1));
        insert into one select n from meta_rows;
        insert into one select count(*) from meta where name = 'last-check'`)
    })

    test('INV-6: after kill -9, all that was acknowledged is there', async (t) => {
      const database = await newDatabase(t)
      await (await database.open()).close()
      const writer = startProcess(database.location, 'commit')
      const acknowledged: string[] = []
      for await (const id of createInterface(writer.stdout)) {
        acknowledged.push(id)
        if (acknowledged.length === 200) writer.kill('SIGKILL')
      }
      assert.ok(acknowledged.length >= 200)
      const { artifacts } = await database.open()
      const lost: string[] = []
      for (const id of acknowledged) {
        if ((await artifacts.find('RefreshToken', hashOf(id))) === undefined) lost.push(id)
      }
      assert.deepEqual(lost, [])
    })
  })
}

function startProcess(location: StoreOptions['location'], task: 'open' | 'commit') {
  const script = fileURLToPath(new URL('store-process.ts', import.meta.url))
  return spawn(process.execPath, [script, JSON.stringify(location), task], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}
