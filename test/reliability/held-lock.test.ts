// Another process holds SQLite's write lock: a backup tool, a shell that was left open.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { told } from './client.ts'
import { serveProject } from './served-project.ts'

/** In a process of its own; gives how to let go. */
async function holdLock(t: TestContext, file: string): Promise<() => Promise<void>> {
  const script = `
    const { DatabaseSync } = require('node:sqlite')
    const database = new DatabaseSync(process.argv[1])
    database.exec('begin exclusive')
    console.log('held')
    process.stdin.on('end', () => { database.exec('rollback'); database.close() }).resume()`
  const child = spawn(process.execPath, ['-e', script, file], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  t.after(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return async () => {
    child.stdin.end()
    await exited
  }
}

test('F9: answers everything else while another process holds the lock, and the waiting commits when it lets go', async (t) => {
  const served = await serveProject(t, { sessionCount: 8 })
  const letGo = await holdLock(t, served.databaseFile)
  const refreshes = served.sessions.map(async (session) => session.client.refresh(session.refreshToken))
  let haveEnded = false
  const ended = Promise.all(refreshes).finally(() => (haveEnded = true))
  // Eight commits that wait for five seconds on the event loop would let at most one of these through at a time.
  for (let look = 0; look < 50; look += 1) {
    assert.equal((await fetch(`${served.origin}/healthz`)).status, 200)
    assert.equal((await fetch(`${served.origin}/.well-known/jwks.json`)).status, 200)
  }
  assert.equal(haveEnded, false)
  await letGo()
  for (const [index, result] of (await ended).entries()) {
    const session = served.sessions[index]
    if (session && result.kind === 'issued' && result.refreshToken !== null)
      session.refreshToken = result.refreshToken
    assert.equal(told(result), 'issued')
  }
  await served.assertNothingLost()
})

test('F9: refuses what waited too long for the lock, is not ready meanwhile, and loses nothing', async (t) => {
  const served = await serveProject(t)
  const letGo = await holdLock(t, served.databaseFile)
  const results = await Promise.all(
    served.sessions.map((session) => session.client.refresh(session.refreshToken)),
  )
  for (const result of results) assert.match(told(result), /^5\d\d /)
  assert.deepEqual(await served.readiness(), {
    status: 503,
    body: { status: 'unavailable', unavailable: ['database'] },
  })
  await letGo()
  await served.assertNothingLost()
})
