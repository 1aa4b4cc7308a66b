// A canary on two servers of one Postgres and on SQLite: whom it serves, how it ends, and that it is withdrawn by itself when its runs fail.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, describe, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { isInShare } from '../../src/deployments/index.ts'
import { typeShell } from '../harness/mintage-command.ts'
import { startPostgres } from '../harness/postgres.ts'
import { deployer, people, rolloutProject, type RolloutServer } from '../harness/rollout-project.ts'

const launcher = fileURLToPath(new URL('../../bin/mintage.js', import.meta.url))
const waiting = { timeout: 120_000 }

async function versions(
  server: RolloutServer,
): Promise<Map<string, { version: unknown; refreshToken: string }>> {
  const found = new Map<string, { version: unknown; refreshToken: string }>()
  for (const email of people) {
    // oxlint-disable-next-line no-await-in-loop -- one person after the other
    const { userId, version, refreshToken } = await server.signIn(email)
    found.set(userId, { version, refreshToken })
  }
  return found
}

function noticed(t: TestContext, server: RolloutServer, isThere: boolean): Promise<void> {
  return t.waitFor(async () => {
    const { deploymentRoles } = await server.server.store.directory.catalog()
    assert.equal(
      deploymentRoles.some(({ id }) => id === 'canary'),
      isThere,
    )
    assert.ok(server.logLines.some((line) => line.includes('"role":"canary"')) || !isThere)
  }, waiting)
}

/** A deployment as a newer version of Mintage stores it. */
async function storeUnreadable({ server: { store } }: RolloutServer): Promise<string> {
  const id = 'dep_of_a_newer_version'
  const times = { createdAtMs: 1, checkedAtMs: 1 }
  const rest = {
    author: 'newer',
    origin: 'deploy',
    isDraft: false,
    state: 'ready',
    summary: {},
    buildLog: '',
  } as const
  const deployment = { id, ...times, ...rest }
  await store.commit([{ kind: 'add-deployment', deployment, content: '{"version":9}' }])
  return id
}

describe('a canary', () => {
  test('serves a share of the users, the same ones on every server and with every refresh, until it is withdrawn', async (t) => {
    const postgres = await startPostgres({ after })
    const [first, second] = await (await rolloutProject(t)).openReplicas(await postgres.createDatabase())
    const id = await first.draft('canary')
    await first.call(`POST /mintage/deployments/${id}/canary`, { percent: 50 })
    await noticed(t, second, true)
    const share = { deploymentId: id, percent: 50 }
    const found = await versions(first)
    assert.equal(found.size, people.length)
    for (const [userId, { version, refreshToken }] of found) {
      const expected = isInShare(userId, share) ? 'canary' : 'live'
      assert.equal(version, expected)
      assert.equal((await second.refresh(refreshToken)).version, expected)
    }
    const expectedOfMachine = isInShare(deployer.id, share) ? 'canary' : 'live'
    assert.equal(await first.machineVersion(), expectedOfMachine)
    assert.equal(await second.machineVersion(), expectedOfMachine)

    await second.call('DELETE /mintage/canary')
    await noticed(t, first, false)
    await t.waitFor(async () => {
      for (const { version } of (await versions(first)).values()) assert.equal(version, 'live')
    }, waiting)
    const [audit] = await first.server.store.audit.list({ event: 'management.withdrawCanary', limit: 1 })
    assert.equal(audit?.details['deployment'], id)
  })

  test('is withdrawn by itself when too many of its runs fail, and its users get the live deployment', async (t) => {
    const project = await rolloutProject(t, '  canary: { minimumRuns: 5, maxFailurePercent: 20 }')
    const server = await project.open()
    const id = await server.draft('canary', "throw new Error('broken')")
    await server.call(`POST /mintage/deployments/${id}/canary`, { percent: 100 })
    for (const email of people.slice(0, 4)) await assert.rejects(server.signIn(email), /finish your sign-in/)
    assert.equal(
      (await server.server.store.directory.catalog()).deploymentRoles.length,
      2,
      'too few to judge',
    )
    await assert.rejects(server.signIn(String(people[4])))
    await noticed(t, server, false)
    await t.waitFor(
      async () => assert.equal((await server.signIn(String(people[0]))).version, 'live'),
      waiting,
    )
    const [audit] = await server.server.store.audit.list({ event: 'canary.withdrawn', limit: 1 })
    assert.deepEqual(audit?.details, { deployment: id, runs: 5, failed: 5 })
    assert.ok(server.logLines.some((line) => line.includes('"canary_withdrawn"')))
  })

  test('stays when it denies access: that is a decision, not a failure', async (t) => {
    const project = await rolloutProject(t, '  canary: { minimumRuns: 1, maxFailurePercent: 0 }')
    const server = await project.open()
    const id = await server.draft('canary', "kinde.auth.denyAccess('Not today.')")
    await server.call(`POST /mintage/deployments/${id}/canary`, { percent: 100 })
    await assert.rejects(server.signIn(String(people[0])), /Not today/)
    await assert.rejects(server.signIn(String(people[1])), /Not today/)
    const { deploymentRoles } = await server.server.store.directory.catalog()
    assert.ok(deploymentRoles.some((role) => role.id === 'canary' && role.deploymentId === id))
  })

  test('that a server cannot load keeps it from nothing: it starts, serves what is live, and says so', async (t) => {
    const project = await rolloutProject(t)
    const dataDir = join(project.dir, 'data')
    const server = await project.open({ dataDir })
    const id = await storeUnreadable(server)
    await server.call(`POST /mintage/deployments/${id}/canary`, { percent: 100 })
    await server.server.close()

    const again = await project.open({ dataDir })
    assert.equal((await again.signIn(String(people[0]))).version, 'live')
    assert.ok(again.logLines.some((line) => line.includes('deployment_not_loaded') && line.includes(id)))
  })

  test('that cannot be loaded takes the place of the one before: its users get the live deployment', async (t) => {
    const project = await rolloutProject(t)
    const server = await project.open()
    const first = await server.draft('canary')
    await server.call(`POST /mintage/deployments/${first}/canary`, { percent: 100 })
    assert.equal(await server.machineVersion(), 'canary')
    const id = await storeUnreadable(server)
    await server.call(`POST /mintage/deployments/${id}/canary`, { percent: 100 })
    assert.equal(await server.machineVersion(), 'live')
    assert.equal((await server.signIn(String(people[0]))).version, 'live')
  })

  test('begins, is promoted and is refused by the command line', async (t) => {
    const project = await rolloutProject(t)
    const server = await project.open()
    const mintage = (line: string) =>
      typeShell(
        `MINTAGE_CLIENT_ID=${deployer.id} MINTAGE_CLIENT_SECRET=${deployer.secret} ${process.execPath} ${launcher} ${line} --to ${server.issuer}`,
        project.dir,
      )
    const id = await server.draft('canary')
    const begun = await mintage(`activate ${id} --canary 100%`)
    assert.match(
      begun.stdout,
      new RegExp(`^${id} serves 100% of the users\\. mintage canary promote makes it live`),
    )
    assert.equal(await server.machineVersion(), 'canary')
    await server.call(`POST /mintage/deployments/${id}/preview`, { is_renewed: false })
    await server.call(`POST /mintage/deployments/${id}/shadow`, { percent: 2.5 })
    const shown = new RegExp(`^${id} {2}Draft, canary 100%, shadow 2\\.5%, preview {2}`, 'm')
    const { stdout: listed } = await mintage('deployments')
    assert.match(listed, shown)
    assert.match(listed, /^dep_\w+ {2}Live {2,}/m)
    const promoted = await mintage('canary promote')
    assert.equal(promoted.stdout, `${id} is live.\n`)
    assert.equal((await server.server.store.directory.catalog()).deploymentRoles.length, 1)
    assert.equal(await server.machineVersion(), 'canary')
    assert.match(
      (await mintage('canary withdraw')).stderr,
      /error\[role_vacant\]: No deployment is the canary/,
    )
    assert.match(
      (await mintage(`activate ${id} --canary 5%`)).stderr,
      /error\[deployment_is_live\]: .* is live, so it serves everyone/,
    )
    assert.match(
      (await mintage(`activate ${id} --canary most`)).stderr,
      /--canary "most" is not a share of the users/,
    )
  })
})
