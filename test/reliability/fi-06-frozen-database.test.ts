// FI-06: Postgres is frozen under load, and goes on. Whether the server is ready is answered meanwhile, and no session is lost.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openStore } from '../../src/store/index.ts'
import { freezePostgres } from '../harness/frozen-postgres.ts'
import { History } from '../harness/history.ts'
import { startPostgres } from '../harness/postgres.ts'
import { startCommand } from '../harness/serving-command.ts'
import { makeProject } from '../harness/temp-project.ts'
import { assertInvariants } from './checked-history.ts'
import { Client, claimOf, codeOf, tokensOf } from './client.ts'
import { projectFiles } from './project.ts'

const person = { id: 'kp_1', email: 'one@example.com', password: 'correct horse battery staple' }
const clientCount = 8
const url = await (await startPostgres({ after })).createDatabase()

test('F3: says that it is not ready while Postgres is frozen, and loses no session when it goes on', async (t) => {
  const cwd = await makeProject(t, projectFiles([person]))
  const masterKey = Buffer.alloc(32, 7)
  const server = startCommand(t, ['start', '--project', '.', '--port', '0', '--database-url', url], {
    cwd,
    env: { MINTAGE_MASTER_KEY: masterKey.toString('base64') },
  })
  const [, origin = ''] = await server.until(/issuer +(http:\/\/localhost:\d+)$/m)
  await server.until(/^Ready/m)
  const readiness = async () => (await fetch(`${origin}/readyz`)).status
  const history = new History()
  const browser = new Client({ name: 'browser', history, origin: () => origin })
  codeOf(await browser.signIn(person))
  const newToken = async () =>
    tokensOf(await browser.redeem(codeOf(await browser.return(person)))).refreshToken
  const tokens = await Promise.all(Array.from({ length: clientCount }, newToken))
  assert.equal(await readiness(), 200)

  const goOn = await freezePostgres(url)
  try {
    // Under way while the database is frozen; whatever they are told, what they hold stays good.
    const refreshes = Promise.all(tokens.map((token) => browser.refresh(token)))
    const refused = await Promise.all(Array.from({ length: 5 }, () => fetch(`${origin}/readyz`)))
    for (const response of refused) {
      assert.equal(response.status, 503)
      assert.deepEqual(await response.json(), { status: 'unavailable', unavailable: ['database'] })
    }
    assert.equal((await fetch(`${origin}/healthz`)).status, 200)
    goOn()
    await refreshes
  } finally {
    goOn()
  }
  while ((await readiness()) !== 200);
  const results = await Promise.all(tokens.map((token) => browser.refresh(token)))
  const jtis = results.map((result) => String(claimOf(tokensOf(result).accessToken, 'jti')))

  const store = await openStore({ location: { kind: 'postgres', url }, masterKey })
  t.after(() => store.close())
  const isRecorded = async (jti: string) =>
    (await store.invocations.list({ accessTokenJti: jti, limit: 1 })).length > 0
  // Records are written behind.
  for (const jti of jtis) while (!(await isRecorded(jti)));
  await assertInvariants({ history, stores: [store], origin })
})
