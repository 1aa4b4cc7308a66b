// FI-08: the disk of SQLite takes no more, under load, and then has room again. The server says that it is not ready, costs no user
// the session, and goes on without a restart.
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { serveProject, tryRefresh } from './served-project.ts'

const unavailable = { status: 'unavailable', unavailable: ['database'] }

test('F3: is not ready while the disk is full, keeps every session, and is ready when there is room', async (t) => {
  // Less than the log of SQLite grows to before it starts over.
  const served = await serveProject(t, { fileBytes: 8_000_000 })
  const { databaseFile, readiness, sessions } = served
  assert.deepEqual(await readiness(), { status: 200, body: { status: 'ok' } })

  await Promise.all(
    sessions.map(async (session) => {
      // Twice in a row: what one session could not write may still have left room for what another one writes, which is less.
      for (let failures = 0; failures < 2;)
        failures = (await tryRefresh(session)) === 'issued' ? 0 : failures + 1
    }),
  )
  assert.deepEqual(await readiness(), { status: 503, body: unavailable })
  assert.equal((await fetch(`${served.origin}/healthz`)).status, 200)

  // Another process makes room in the file that cannot grow.
  const other = new DatabaseSync(databaseFile)
  other.exec('pragma wal_checkpoint(truncate)')
  other.close()
  assert.deepEqual(await readiness(), { status: 200, body: { status: 'ok' } })
  assert.equal(served.server.output().match(/part_unavailable/g)?.length, 1)
  await served.assertNothingLost()
})
