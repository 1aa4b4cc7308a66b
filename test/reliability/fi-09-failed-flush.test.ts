// FI-09: the disk fails to keep a write on SQLite. Nothing is acknowledged from then on, the server says that it is not ready, what is
// only read goes on, and after a restart the clients go on with the refresh tokens that they hold.
import assert from 'node:assert/strict'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { openServer } from '../../src/app/index.ts'
import { openLogger } from '../../src/telemetry/index.ts'
import { History } from '../harness/history.ts'
import { developing } from '../harness/running-server.ts'
import { makeProject } from '../harness/temp-project.ts'
import { assertInvariants, publishedKeys } from './checked-history.ts'
import { Client, codeOf, tally, tokensOf } from './client.ts'
import { projectFiles } from './project.ts'

const person = { id: 'kp_1', email: 'one@example.com', password: 'correct horse battery staple' }
const clientCount = 10

/** From now on no file of this process reaches the disk; gives the way back. */
async function breakDisk(t: TestContext, file: string): Promise<() => void> {
  const handle = await open(file)
  t.after(() => handle.close())
  const prototype: object = Object.getPrototypeOf(handle)
  const failing = t.mock.method(prototype as typeof handle, 'datasync', async () => {
    throw Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' })
  })
  return () => failing.mock.restore()
}

test('FI-09: after a failed flush nothing is acknowledged, and a restart ends no session', async (t) => {
  const project = await makeProject(t, projectFiles([person]))
  const settings = { ...developing(project, join(project, 'data')), isDemo: false }
  const log = openLogger({ level: 'error', format: 'json', write: () => {} })
  const history = new History()
  const first = await openServer(settings, { log, show: () => {} })
  t.after(() => first.close().catch(() => {}))
  let origin = first.issuer
  const readiness = async () => (await fetch(`${origin}/readyz`)).status
  const client = new Client({ name: 'one', history, origin: () => origin })
  codeOf(await client.signIn(person))
  const newToken = async () => tokensOf(await client.redeem(codeOf(await client.return(person)))).refreshToken
  const tokens = await Promise.all(Array.from({ length: clientCount }, newToken))
  assert.equal(await readiness(), 200)

  const mendDisk = await breakDisk(t, join(project, 'mintage.yaml'))
  const refreshAll = () => Promise.all(tokens.map((token) => client.refresh(token)))
  assert.deepEqual(tally(await refreshAll()), { '503 temporarily_unavailable': clientCount })
  mendDisk()
  // One that succeeds after one that failed proves nothing: the kernel may have dropped what it could not write.
  assert.deepEqual(tally(await refreshAll()), { '503 temporarily_unavailable': clientCount })
  assert.equal(await readiness(), 503)
  await publishedKeys(origin)
  await first.close()

  const second = await openServer({ ...settings, port: first.port }, { log, show: () => {} })
  t.after(() => second.close())
  origin = second.issuer
  assert.deepEqual(tally(await refreshAll()), { issued: clientCount })
  await assertInvariants({ history, stores: [second.store], origin })
})
