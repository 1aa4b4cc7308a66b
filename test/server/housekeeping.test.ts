// Housekeeping of a server as operators start it: it runs often, and requests are answered between its batches.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { openStore } from '../../src/store/index.ts'
import { manyRecords } from '../harness/many-records.ts'
import { startCommand } from '../harness/serving-command.ts'
import { makeProject } from '../harness/temp-project.ts'

const records = 3_000
const keepCount = 100

test('E10: deletes records beyond keepCount within seconds, in steps between which requests are answered', async (t) => {
  const cwd = await makeProject(t, {
    'kinde.json': '{ "version": "2024-12-09", "rootDir": "src" }',
    'mintage.yaml': `settings: { invocations: { keepCount: ${String(keepCount)} } }`,
  })
  const file = join(cwd, '.mintage', 'mintage.db')
  const masterKey = randomBytes(32)
  const store = await openStore({ location: { kind: 'sqlite', file }, masterKey })
  for (const invocations of manyRecords(records)) {
    for (const invocation of invocations) store.invocations.append(invocation)
    await store.invocations.flush()
  }
  await store.close()

  const server = startCommand(t, ['start', '--project', '.', '--port', '0'], {
    cwd,
    env: { MINTAGE_MASTER_KEY: masterKey.toString('base64') },
  })
  const [, origin = ''] = await server.until(/(http:\/\/localhost:\d+)/)
  const database = new DatabaseSync(file, { readOnly: true })
  t.after(() => database.close())
  const counting = database.prepare('select count(*) as count from invocations')
  const seen = new Set<number>()
  for (let count = records; count > keepCount; count = Number(counting.get()?.['count'])) {
    seen.add(count)
    assert.equal((await fetch(`${origin}/healthz`)).status, 200)
  }
  assert.equal(counting.get()?.['count'], keepCount)
  assert.ok(seen.size > 3, `the number of records went ${[...seen].join(', ')}`)
})
