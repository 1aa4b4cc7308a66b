// Which thread goes first where a request and the signatures of others want the same core (docs/decisions/0018). Other systems than
// Linux have no priority for a thread, and nothing to show here.
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { constants, getPriority } from 'node:os'
import { test } from 'node:test'
import { openTestServer } from '../harness/running-server.ts'
import { userAgent } from '../harness/user-agent.ts'

if (process.platform === 'linux')
  test('in a running server the threads that sign give way to the event loop, and those that run workflows', async (t) => {
    const { server } = await openTestServer(t)
    const eventLoop = getPriority(process.pid)
    const lower = Math.min(eventLoop + 5, constants.priority.PRIORITY_LOW)
    const pool = await prioritiesOf('libuv-worker')
    assert.ok(pool.length > 0)
    assert.deepEqual(new Set(pool), new Set([lower]))
    // Until its first run a sandbox thread prepares, which the start waits for.
    assert.deepEqual(new Set(await prioritiesOf('WorkerThread')), new Set([eventLoop]))

    const agent = userAgent(server.issuer)
    const landing = await agent.get(`${server.issuer}/playground`)
    const signIn = await agent.submit(landing, '/playground/sign-in')
    const person = { identifier: 'charles@example.com', password: 'difference-engine-42' }
    assert.equal((await agent.submit(signIn, '/sign-in', person)).status, 200)

    const sandbox = await prioritiesOf('WorkerThread')
    assert.equal(sandbox.filter((priority) => priority === lower).length, 1)
  })

/** Of each thread of this process with such a name. */
async function prioritiesOf(name: string): Promise<number[]> {
  const tasks = '/proc/self/task'
  const ids = await readdir(tasks)
  const named = await Promise.all(
    ids.map(async (id) => ({ id, comm: await readFile(`${tasks}/${id}/comm`, 'utf8') })),
  )
  return named.filter(({ comm }) => comm.startsWith(name)).map(({ id }) => getPriority(Number(id)))
}
