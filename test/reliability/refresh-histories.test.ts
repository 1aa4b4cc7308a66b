// Random histories of refreshes with choices from a seed: tabs of several browsers at two replicas on one Postgres, pages that are left
// before the answer comes, delays, and kill -9 of one replica. Every browser stays signed in, no theft is reported, and the invariants
// hold.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { openStore } from '../../src/store/index.ts'
import { History } from '../harness/history.ts'
import { freePort } from '../harness/free-port.ts'
import { startPostgres } from '../harness/postgres.ts'
import { startCommand, type ServingCommand } from '../harness/serving-command.ts'
import { makeProject } from '../harness/temp-project.ts'
import { assertInvariants } from './checked-history.ts'
import { Client, codeOf, tokensOf, type Person } from './client.ts'
import { seededRandom } from './faulty-store.ts'
import { isFailureOfServer } from './postgres-rig.ts'
import { projectFiles } from './project.ts'

const browsers = 3
const tabs = 3
const refreshesOfTab = 30
const kills = 2
const seed = 20_261_128
const person: Person = { id: 'kp_1', email: 'person@example.com', password: 'correct horse battery staple' }

const postgres = await startPostgres({ after })

test('B11, F7: random histories of tabs at two replicas, one of which is killed, end no session', async (t) => {
  const random = seededRandom(seed)
  const below = (most: number) => Math.floor(random() * most)
  // Without a workflow: what is random here is who refreshes where and when.
  const files = Object.entries(projectFiles([person])).filter(([name]) => !name.endsWith('Workflow.ts'))
  const cwd = await makeProject(t, Object.fromEntries(files))
  const masterKey = Buffer.alloc(32, 7)
  const url = await postgres.createDatabase()
  const ports = [String(await freePort('127.0.0.1')), String(await freePort('127.0.0.1'))] as const
  const origins = ports.map((port) => `http://localhost:${port}`)
  const [issuer = ''] = origins
  const history = new History()

  async function startReplica(port: string): Promise<ServingCommand> {
    const replica = startCommand(t, ['start', '--project', '.', '--port', port, '--issuer', issuer], {
      cwd,
      env: { MINTAGE_MASTER_KEY: masterKey.toString('base64'), MINTAGE_DATABASE_URL: url },
    })
    await replica.until(/^Ready/m)
    return replica
  }

  // One after the other: the first makes the tables.
  await startReplica(ports[0])
  let mortal = await startReplica(ports[1])
  async function killAndRestart() {
    await history.record({ client: 'replica', op: 'crash', arg: '' }, async () => {
      await mortal.stop('SIGKILL')
      return { kind: 'done' }
    })
    mortal = await startReplica(ports[1])
  }

  const client = new Client({ name: 'browser', history, origin: () => issuer })
  codeOf(await client.signIn(person))
  const total = browsers * tabs * refreshesOfTab
  const killAfter = Array.from({ length: kills }, (_, kill) =>
    Math.ceil((total * (kill + random())) / (kills + 1)),
  )
  let answered = 0
  let restarting = Promise.resolve()

  /** Of a browser: its tabs share what it stores. */
  interface Storage {
    refreshToken: string
  }

  async function refresh(storage: Storage): Promise<void> {
    const page = new AbortController()
    const refreshing = client.refresh(storage.refreshToken, {
      origin: origins[below(origins.length)] ?? issuer,
      signal: page.signal,
    })
    if (random() < 0.15) {
      await turns(20)
      page.abort() // The page is left before the answer comes.
    }
    const result = await refreshing
    if (isFailureOfServer(result)) return
    storage.refreshToken = tokensOf(result).refreshToken
    answered += 1
    if (killAfter.includes(answered)) restarting = restarting.then(killAndRestart)
  }

  async function turns(most: number): Promise<void> {
    for (let left = below(most); left > 0; left -= 1) await setImmediate()
  }

  const openTab = async (storage: Storage) => {
    while (answered < total && !t.signal.aborted) {
      await refresh(storage)
      await turns(50)
    }
  }
  const storages = await Promise.all(
    Array.from({ length: browsers }, async () =>
      tokensOf(await client.redeem(codeOf(await client.return(person)))),
    ),
  )
  await Promise.all(storages.flatMap((storage) => Array.from({ length: tabs }, () => openTab(storage))))
  await restarting

  for (const { refreshToken } of storages) tokensOf(await client.refresh(refreshToken))
  assert.ok(
    history.entries().some(({ result }) => result.kind === 'maybe'),
    'no answer was lost',
  )
  const store = await openStore({ location: { kind: 'postgres', url }, masterKey })
  t.after(() => store.close())
  assert.deepEqual(await store.audit.list({ event: 'refresh_token.reused', limit: 1 }), [])
  await assertInvariants({ history, stores: [store], origin: issuer, isWorkflowLive: false })
})
