// Which thread runs first when requests and signatures want the same core (docs/decisions/0018). Only Linux has a priority for each
// thread.
import assert from 'node:assert/strict'
import { constants, getPriority } from 'node:os'
import { describe, test } from 'node:test'
import { demoProject } from '../harness/demo-project.ts'
import { openTestServer } from '../harness/running-server.ts'
import { threadsOf } from '../harness/threads.ts'
import { userAgent } from '../harness/user-agent.ts'

if (process.platform === 'linux')
  describe('thread priority', () => {
    const eventLoop = getPriority(process.pid)

    // First, because the pool is the process's own and keeps a lower priority.
    test('is the same for all threads with `prioritizeEventLoop: false`', async (t) => {
      const projectDir = await demoProject(t, { settings: '  prioritizeEventLoop: false' })
      const { server } = await openTestServer(t, { settings: { projectDir, isDemo: false } })
      await signIn(server.issuer)
      const priorities = [...(await prioritiesOf('libuv-worker')), ...(await prioritiesOf('WorkerThread'))]
      assert.ok(priorities.length > 0)
      assert.deepEqual(new Set(priorities), new Set([eventLoop]))
    })

    test('is lower for threads that sign, and for those that run workflows from their first run on', async (t) => {
      // The threads that the process has already: one replays what the tests of this file recorded (test/harness/replays.ts).
      const older = await threadsOf('WorkerThread')
      const sandboxPriorities = async () =>
        (await threadsOf('WorkerThread')).filter((id) => !older.includes(id)).map((id) => getPriority(id))
      const { server } = await openTestServer(t)
      const lower = Math.min(eventLoop + 5, constants.priority.PRIORITY_LOW)
      const pool = await prioritiesOf('libuv-worker')
      assert.ok(pool.length > 0)
      assert.deepEqual(new Set(pool), new Set([lower]))
      // Until its first run a sandbox thread prepares, which the start waits for.
      assert.deepEqual(new Set(await sandboxPriorities()), new Set([eventLoop]))
      await signIn(server.issuer)
      const sandbox = await sandboxPriorities()
      assert.equal(sandbox.filter((priority) => priority === lower).length, 1)
    })
  })

async function signIn(issuer: string): Promise<void> {
  const agent = userAgent(issuer)
  const landing = await agent.get(`${issuer}/playground`)
  const page = await agent.submit(landing, '/playground/sign-in')
  const person = { identifier: 'charles@example.com', password: 'difference-engine-42' }
  assert.equal((await agent.submit(page, '/sign-in', person)).status, 200)
}

/** Of each thread of this process with such a name. */
async function prioritiesOf(name: string): Promise<number[]> {
  return (await threadsOf(name)).map((id) => getPriority(id))
}
