// The circuit breaker of whole servers (docs/decisions/0074): two on one Postgres each find out for themselves, deploy what begins closed, and
// log it; machines count like users.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { startPostgres } from '../harness/postgres.ts'
import { people, rolloutProject, type RolloutServer } from '../harness/rollout-project.ts'

const waiting = { timeout: 120_000 }
const [ada = '', bob = ''] = people
const throws = `throw new Error('down')`

async function lastRun({ server }: RolloutServer): Promise<string> {
  await server.store.invocations.flush()
  const [last] = await server.store.invocations.list({ limit: 1 })
  return `${last?.outcome ?? ''} ${last?.decision ?? ''}`
}

function logged({ logLines }: RolloutServer, event: string): number {
  return logLines.filter((line) => line.includes(`"event":"${event}"`)).length
}

describe('the breaker of a workflow, on two servers of one Postgres', () => {
  test('opens on the server that saw the failures, and begins closed on both with the next deployment', async (t) => {
    const postgres = await startPostgres({ after })
    const project = await rolloutProject(t, '  circuitBreaker: { failures: 2, openSeconds: 3600 }')
    const [first, second] = await project.openReplicas(await postgres.createDatabase())
    const grants = [await first.signIn(ada), await first.signIn(bob)].map(({ refreshToken }) => refreshToken)
    const refreshAll = async (server: RolloutServer) => {
      const seen: string[] = []
      for (const refreshToken of grants) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const { status, error } = await server.refresh(refreshToken)
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        seen.push(`${status} ${error ?? ''} ${await lastRun(server)}`)
      }
      return seen
    }
    const activate = async (id: string) => {
      await first.call(`POST /mintage/deployments/${id}/activate`)
      const isLive = ({ server }: RolloutServer) => server.project.serving('user:tokens_generation', 'x')?.id
      await t.waitFor(() => assert.deepEqual([first, second].map(isLive), [id, id]), waiting)
    }
    await activate(await first.draft('bad', throws))

    const failed = '500 server_error threw refuse'
    const rested = '500 server_error breaker-open refuse'
    assert.deepEqual(await refreshAll(first), [failed, failed])
    assert.deepEqual(await refreshAll(first), [rested, rested])
    assert.deepEqual(
      [logged(first, 'workflow_breaker_opened'), logged(second, 'workflow_breaker_opened')],
      [1, 0],
    )
    assert.deepEqual(await refreshAll(second), [failed, failed])
    assert.deepEqual(await refreshAll(second), [rested, rested])
    assert.equal(logged(second, 'workflow_breaker_opened'), 1)
    for (const { origin } of [first, second]) {
      // oxlint-disable-next-line no-await-in-loop -- two reads
      assert.equal((await fetch(`${origin}/readyz`)).status, 200)
    }

    await activate(await first.draft('worse', `${throws} // again`))
    assert.deepEqual(await refreshAll(first), [failed, failed])
    await activate(await first.draft('good'))
    for (const server of [first, second]) {
      // oxlint-disable-next-line no-await-in-loop -- one server after the other
      const { status, version, refreshToken } = await server.refresh(grants[0] ?? '')
      assert.deepEqual([status, version], [200, 'good'])
      grants[0] = refreshToken
    }
  })
})

test('machines count, denials and wrong requests do not', async (t) => {
  const project = await rolloutProject(t, '  circuitBreaker: { failures: 1, openSeconds: 3600 }')
  const server = await project.open()
  const { refreshToken } = await server.signIn(ada)
  const activate = async (version: string, body = '', machineBody = '') => {
    const id = await server.draft(version, body, machineBody)
    await server.call(`POST /mintage/deployments/${id}/activate`)
  }
  await activate('denying', `kinde.auth.denyAccess('no')`)
  for (const wrong of ['wrong', 'wrong', refreshToken]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const { status } = await server.refresh(wrong)
    assert.equal(status, 400)
  }
  assert.equal(await lastRun(server), 'denied deny')
  assert.equal(logged(server, 'workflow_breaker_opened'), 0)

  await activate('failing', '', throws)
  assert.equal(await server.machineVersion(), undefined)
  assert.equal(await lastRun(server), 'threw refuse')
  assert.equal(await server.machineVersion(), undefined)
  assert.equal(await lastRun(server), 'breaker-open refuse')
  assert.equal((await server.refresh(refreshToken)).version, 'failing', 'the workflow of users runs on')
})
