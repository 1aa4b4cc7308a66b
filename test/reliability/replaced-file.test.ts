// The database file changes under a server: it is overwritten, moved away, or another one takes its place. SQLite itself notices none
// of these while the pages that it needs are in memory.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { copyFile, open, rename, rm, stat } from 'node:fs/promises'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { told } from './client.ts'
import { serveProject, type ServedProject } from './served-project.ts'

const ready = { status: 200, body: { status: 'ok' } }
const notReady = { status: 503, body: { status: 'unavailable', unavailable: ['database'] } }

/** The server looks at its files at most once a second. */
async function untilUnready({ readiness }: ServedProject): Promise<void> {
  for (;;) {
    const found = await readiness()
    if (found.status === 503) return assert.deepEqual(found, notReady)
    await setTimeout(50)
  }
}

test(
  'F3: is not ready on a database file that was overwritten with garbage',
  { timeout: 60_000 },
  async (t) => {
    const served = await serveProject(t)
    assert.deepEqual(await served.readiness(), ready)
    const file = await open(served.databaseFile, 'r+')
    const { size } = await file.stat()
    // The header stays: what SQLite asks for first.
    await file.write(randomBytes(Math.max(0, size - 4_096)), 0, undefined, 4_096)
    await file.close()
    const wal = await open(`${served.databaseFile}-wal`, 'r+')
    await wal.write(randomBytes((await wal.stat()).size), 0, undefined, 0)
    await wal.close()
    await untilUnready(served)
    // It stays so: that another page can be written mends nothing.
    assert.deepEqual(await served.readiness(), notReady)
    assert.match(
      served.server.output(),
      /part_unavailable .*The (database file is damaged|file is not a database)/,
    )
  },
)

test('F3: is not ready, and takes no write, while another file has the name of its database', async (t) => {
  const served = await serveProject(t)
  const { databaseFile, readiness, sessions } = served
  const aside = `${databaseFile}.aside`
  await copyFile(databaseFile, `${databaseFile}.copy`)
  await rename(databaseFile, aside)
  await rename(`${databaseFile}.copy`, databaseFile)
  assert.deepEqual(await readiness(), notReady)
  const [session] = sessions
  assert.ok(session)
  // Whatever is committed to the old file is lost at the next start.
  assert.match(told(await session.client.refresh(session.refreshToken)), /^5\d\d /)
  await rename(aside, databaseFile)
  assert.deepEqual(await readiness(), ready)
  await served.assertNothingLost()
})

test('F3: is not ready when its database, or the log of it, was deleted', async (t) => {
  for (const suffix of ['', '-wal']) {
    const served = await serveProject(t)
    assert.deepEqual(await served.readiness(), ready)
    await stat(`${served.databaseFile}${suffix}`)
    await rm(`${served.databaseFile}${suffix}`)
    assert.deepEqual(await served.readiness(), notReady)
    assert.ok(!JSON.stringify(await served.readiness()).includes('mintage.db'))
  }
})
