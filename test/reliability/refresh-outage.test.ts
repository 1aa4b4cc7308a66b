// F7: Postgres is away for longer than the grace while fifty users refresh, at two nodes in turn. Some commits were made and their answers
// lost. Afterwards every session goes on, and no theft is reported.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { directoryFixture } from '../harness/directory-fixture.ts'
import { startIssuer } from '../harness/issuer.ts'
import { startPostgres } from '../harness/postgres.ts'
import { throughProxy } from '../harness/tcp-proxy.ts'
import { seededRandom } from './faulty-store.ts'
import { isFailureOfServer, startRig, tryRefresh } from './postgres-rig.ts'

const users = 50
const outageMs = 35_000
const seed = 20_261_128

const postgres = await startPostgres({ after })

test('F7: an outage of 35 s signs out none of 50 users and reports no theft', async (t) => {
  let aheadMs = 0
  const url = await postgres.createDatabase()
  const common = { nowMs: () => Date.now() + aheadMs, masterKey: randomBytes(32) }
  const rig = await startRig(t, url, { ...common, sessionCount: users })
  const other = await startIssuer(t, {
    ...common,
    directory: await directoryFixture(),
    issuer: rig.node.url,
    location: { kind: 'postgres', url: throughProxy(url, rig.proxy) },
  })
  const origins = [rig.node.url, other.url]
  const random = seededRandom(seed)
  const somewhere = () => origins[Math.floor(random() * origins.length)]
  const retryUntil = async (isDone: (isFailure: boolean) => boolean) => {
    await Promise.all(
      rig.sessions.map(async (session) => {
        let isFinished = false
        while (!isFinished && !t.signal.aborted)
          isFinished = isDone(isFailureOfServer(await tryRefresh(session, somewhere())))
      }),
    )
  }

  // The answers to some commits are lost, and then nothing gets through.
  const lost = Promise.all(Array.from({ length: 5 }, () => rig.proxy.cutAt('commit', 'after')))
  const cutOff = lost.then(() => {
    rig.proxy.mode = 'refusing'
    rig.proxy.cut()
  })
  await Promise.all([cutOff, retryUntil((isFailure) => isFailure && rig.proxy.mode === 'refusing')])
  aheadMs += outageMs
  await retryUntil(() => true)
  rig.proxy.mode = 'open'
  await retryUntil((isFailure) => !isFailure)

  await rig.assertNothingLost()
  assert.deepEqual(await rig.node.plainStore.audit.list({ event: 'refresh_token.reused', limit: 10 }), [])
})
