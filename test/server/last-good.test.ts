// A last good run (docs/decisions/0086) between servers and deployments: it lies beside the refresh token in the database they share.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startPostgres } from '../harness/postgres.ts'
import { people, rolloutProject } from '../harness/rollout-project.ts'

const [ada = ''] = people

test('a last good run stands in on another server, over deployments that fail and a rollback', async (t) => {
  const postgres = await startPostgres({ after })
  const project = await rolloutProject(t, '', `action: 'continue', fallback: 'last-good'`)
  const [first, second] = await project.openReplicas(await postgres.createDatabase())
  const serving = async (id: string) =>
    t.waitFor(
      () => {
        for (const { server } of [first, second])
          assert.equal(server.project.serving('user:tokens_generation', 'x')?.id, id)
      },
      { timeout: 120_000 },
    )
  const activate = async (id: string) => {
    await first.call(`POST /mintage/deployments/${id}/activate`)
    await serving(id)
  }
  const live = first.server.project.serving('user:tokens_generation', 'x')?.id ?? ''

  let { refreshToken } = await first.signIn(ada)
  const refresh = async (server: typeof first) => {
    const { status, version, refreshToken: next } = await server.refresh(refreshToken)
    refreshToken = next
    await server.server.store.invocations.flush()
    const [last] = await server.server.store.invocations.list({ limit: 1 })
    return [status, version, last?.decision, last?.deploymentId]
  }
  const bad = await first.draft('bad', `throw new Error('down')`)
  await activate(bad)
  assert.deepEqual(await refresh(second), [200, 'live', 'issue-last-good', bad])
  const worse = await first.draft('worse', `throw new Error('still down')`)
  await activate(worse)
  assert.deepEqual(await refresh(first), [200, 'live', 'issue-last-good', worse])
  await first.call('POST /mintage/deployments/rollback')
  await serving(bad)
  assert.deepEqual(await refresh(second), [200, 'live', 'issue-last-good', bad])
  await activate(live)
  assert.deepEqual(await refresh(first), [200, 'live', 'issue', live])
})
