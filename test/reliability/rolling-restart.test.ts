// F4: both replicas of a Postgres are restarted in turn behind a balancer, under load: two real processes, and a balancer that honours
// `/readyz` and tries nothing again. No request fails, and the whole history holds.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStore } from '../../src/store/index.ts'
import { startBalancer } from '../harness/balancer.ts'
import { History } from '../harness/history.ts'
import { startPostgres } from '../harness/postgres.ts'
import { startCommand, type ServingCommand } from '../harness/serving-command.ts'
import { makeProject } from '../harness/temp-project.ts'
import { assertInvariants } from './checked-history.ts'
import { Client, codeOf, tokensOf, type Person } from './client.ts'
import { projectFiles } from './project.ts'

const people = Array.from({ length: 8 }, (_, index): Person => ({
  id: `kp_${String(index)}`,
  email: `person-${String(index)}@example.com`,
  password: 'correct horse battery staple',
}))

test('F4: restarts two replicas in turn under load and fails no request', async (t) => {
  const postgres = await startPostgres(t)
  const url = await postgres.createDatabase()
  // Without the workflow: threads that are prepared on a busy machine are not what this is about.
  const { 'kinde.json': kinde = '', 'mintage.yaml': yaml = '' } = projectFiles(people)
  const project = await makeProject(t, { 'kinde.json': kinde, 'mintage.yaml': yaml })
  const masterKey = Buffer.alloc(32, 7)
  const balancer = await startBalancer(t)
  const { origin } = balancer
  const history = new History()

  async function startReplica(index: number): Promise<ServingCommand> {
    const args = ['--project', project, '--port', '0', '--database-url', url, '--issuer', origin]
    const replica = startCommand(t, ['start', '--production', ...args], {
      cwd: project,
      env: { MINTAGE_MASTER_KEY: masterKey.toString('base64') },
    })
    const [, port = ''] = await replica.until(/"port":(\d+).*"event":"server_ready"/)
    balancer.place(index, `http://localhost:${port}`)
    return replica
  }

  const replicas = [await startReplica(0), await startReplica(1)]
  await balancer.untilReady(2)

  let isOver = false
  let requests = 0
  const use = async (person: Person) => {
    const client = new Client({ name: person.id, history, origin: () => origin })
    let { refreshToken } = tokensOf(await client.redeem(codeOf(await client.signIn(person))))
    while (!isOver) {
      refreshToken = tokensOf(await client.refresh(refreshToken)).refreshToken
      tokensOf(await client.redeem(codeOf(await client.return(person))))
      const keys = await fetch(`${origin}/.well-known/jwks`)
      assert.equal(keys.status, 200)
      await keys.arrayBuffer()
      requests += 4
    }
  }
  // Whatever fails ends the rest.
  const load = people.map((person) => use(person).finally(() => (isOver = true)))
  const restarts = async () => {
    try {
      for (const [index, replica] of replicas.entries()) {
        assert.equal(await replica.stop('SIGTERM'), 0)
        await startReplica(index)
        await balancer.untilReady(2)
        const before = requests
        while (requests < before + 100 && !isOver) await new Promise((resolve) => setTimeout(resolve, 20))
      }
    } finally {
      isOver = true
    }
  }
  await Promise.all([...load, restarts()])

  assert.deepEqual(balancer.failures, [])
  assert.deepEqual(
    history.entries().filter(({ result }) => !['issued', 'signed-in'].includes(result.kind)),
    [],
  )
  const store = await openStore({ location: { kind: 'postgres', url }, masterKey })
  t.after(() => store.close())
  await assertInvariants({ history, stores: [store], origin, isWorkflowLive: false })
})
