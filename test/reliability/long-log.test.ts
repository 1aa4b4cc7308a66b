// A reader that takes long keeps SQLite's log from starting over.
import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { serveProject, tryRefresh } from './served-project.ts'

const largest = 33_554_432

test(
  'F12: the log of SQLite is small again after a long reader has ended',
  { timeout: 120_000 },
  async (t) => {
    const served = await serveProject(t, { sessionCount: 16 })
    const logBytes = async () => (await stat(`${served.databaseFile}-wal`)).size
    const refreshUntil = async (isDone: () => Promise<boolean>) => {
      let isEnded = false
      await Promise.all(
        served.sessions.map(async (session) => {
          while (!isEnded) {
            await tryRefresh(session)
            isEnded ||= await isDone()
          }
        }),
      )
    }
    const reader = new DatabaseSync(served.databaseFile, { readOnly: true })
    reader.exec('begin; select * from users')
    await refreshUntil(async () => (await logBytes()) > largest)
    reader.exec('rollback')
    reader.close()
    await refreshUntil(async () => (await logBytes()) <= largest)
    await served.assertNothingLost()
    assert.ok((await logBytes()) <= largest)
  },
)
