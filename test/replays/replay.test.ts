// Recorded invocations run again: to the same bytes on their own deployment, and with what another version would have changed.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { startPostgres } from '../harness/postgres.ts'
import { secret, startReplayedProject, type ReplayedProject } from './replayed-project.ts'

const lifetime = { after }
const postgres = await startPostgres(lifetime)
const databases = {
  SQLite: async () => ({}),
  Postgres: async () => ({ databaseUrl: await postgres.createDatabase() }),
}

async function newestId(project: ReplayedProject, trigger: string): Promise<string> {
  await project.server.store.invocations.flush()
  const newest = await project.server.store.invocations.list({ limit: 10 })
  const found = newest.find((invocation) => invocation.trigger === trigger)
  assert.ok(found)
  return found.id
}

for (const [name, database] of Object.entries(databases)) {
  describe(`mintage replay on ${name}`, () => {
    test('gives the same bytes on the deployment that was recorded, and makes no call', async (t) => {
      const project = await startReplayedProject(t, await database())
      const { refresh } = await project.signIn()
      await refresh()
      await project.machineToken()
      await project.server.store.invocations.flush()
      const asked = project.crm.requests.length
      for (const trigger of ['user:tokens_generation', 'm2m:token_generation']) {
        const id = await newestId(project, trigger)
        const { stdout, stderr, exitCode } = await project.mintage('replay', id, '--with', '.')
        assert.equal(stderr, '')
        assert.match(stdout, new RegExp(`^${id}.*\\n\\nWhat is issued is the same\\.\\n$`, 's'))
        assert.equal(exitCode, 0)
      }
      const all = await project.mintage('replay', '--last', '100', '--with', '.', '--json')
      const { replayed, identical, differing, changes, notReplayed } = JSON.parse(all.stdout)
      assert.deepEqual(
        { replayed, identical, differing, changes, notReplayed },
        {
          replayed: 3,
          identical: 3,
          differing: 0,
          changes: [],
          notReplayed: [],
        },
      )
      assert.equal(all.exitCode, 0)
      assert.equal(project.crm.requests.length, asked)
    })

    test('tells what another version would have changed, by claim and with examples, and ends with 1', async (t) => {
      const project = await startReplayedProject(t, await database())
      const { refresh } = await project.signIn()
      await refresh()
      await project.machineToken()
      const dir = await project.edited((body) =>
        body.replace(`'plan', json.plan`, `'plan', json.plan.toUpperCase()`),
      )
      const one = await project.mintage(
        'replay',
        await newestId(project, 'user:tokens_generation'),
        '--with',
        dir,
      )
      assert.equal(one.stderr, '')
      assert.match(one.stdout, /\n {2}~ accessToken\.plan {2}"pro" → "PRO"\n/)
      assert.match(one.stdout, /What is issued differs from what was issued\.\n$/)
      assert.equal(one.exitCode, 1)
      const many = await project.mintage('replay', '--last', '10', '--with', dir)
      assert.match(many.stdout, /^3 replayed with dep_\w+: 1 the same, 2 differ\n/)
      assert.match(many.stdout, /\naccessToken\.plan {7}0 {7}2 {7}0\n {2}inv_\S+ {2}kp_1 {2}"pro" → "PRO"\n/)
      assert.equal(many.exitCode, 1)
      assert.doesNotMatch(one.stdout + many.stdout, new RegExp(secret))
    })

    test('runs code that asks for other things with the recorded answers, and names a call that it skips', async (t) => {
      const project = await startReplayedProject(t, await database())
      await project.signIn()
      const asked = project.crm.requests.length
      const dir = await project.edited(
        (body) => `
  const extra = await kinde.fetch('${project.crm.origin}/extra?user=kp_1').catch(({ code }) => code)
  kinde.accessToken.setCustomClaim('extra', extra)${body}`,
      )
      const id = await newestId(project, 'user:tokens_generation')
      const { stdout, exitCode } = await project.mintage('replay', id, '--with', dir, '--json')
      const { mode, differences, skippedCalls } = JSON.parse(stdout)
      assert.equal(mode, 'answers')
      assert.deepEqual(skippedCalls, [{ method: 'GET', url: `${project.crm.origin}/extra?user=kp_1` }])
      const changed = differences.filter((one: { of: string }) => one.of === 'accessToken')
      assert.deepEqual(
        changed.map(({ claim, kind }: { claim: string; kind: string }) => [claim, kind]).toSorted(),
        [
          ['extra', 'added'],
          ['run', 'changed'],
        ],
      )
      assert.equal(exitCode, 1)
      assert.equal(project.crm.requests.length, asked)
    })

    test('takes secrets out of the calls that it names', async (t) => {
      const project = await startReplayedProject(t, await database())
      await project.signIn()
      const dir = await project.edited(
        (body) => `
  const crmKey = kinde.env.get('CRM_KEY').value
  await kinde.fetch('${project.crm.origin}/of/' + crmKey + '/plan?key=' + crmKey)${body}`,
      )
      const id = await newestId(project, 'user:tokens_generation')
      const one = await project.mintage('replay', id, '--with', dir, '--json')
      const { skippedCalls } = JSON.parse(one.stdout)
      const url = `${project.crm.origin}/of/[redacted]/plan?key=[redacted]`
      assert.deepEqual(skippedCalls, [{ method: 'GET', url }])
      const many = await project.mintage('replay', '--last', '10', '--with', dir, '--json')
      assert.doesNotMatch(one.stdout + many.stdout, new RegExp(secret))
    })
  })
}

describe('replays by the management API', () => {
  test('run invocations with their stored deployment, and invocations are listed and shown', async (t) => {
    const project = await startReplayedProject(t)
    await project.signIn()
    const id = await newestId(project, 'user:tokens_generation')
    const replayed = await project.api('POST', '/mintage/replays', { last: 10 })
    assert.equal(replayed.status, 200, JSON.stringify(replayed.json))
    const { replay } = replayed.json as { replay: Record<string, unknown> }
    const { identical, differing, notReplayed, deployment } = replay
    assert.deepEqual([identical, differing, notReplayed, deployment], [1, 0, [], null])
    const many = await project.mintage('replay', '--last', '10')
    assert.match(
      many.stdout,
      /^1 replayed with the deployments that they were recorded with: 1 the same, 0 differ/,
    )
    const [one, built] = [
      await project.mintage('replay', id),
      await project.mintage('replay', id, '--with', '.'),
    ]
    assert.equal(one.stderr, '')
    // Deployed from the folder, so it is the same code.
    assert.equal(one.stdout, built.stdout)
    const document = await project.mintage('replay', id, '--json')
    const { invocation, mode, differences } = JSON.parse(document.stdout)
    assert.deepEqual([invocation, mode, differences], [id, 'exact', []])
    const gone = await project.api('POST', '/mintage/replays', {
      invocation_id: id,
      deployment_id: 'dep_gone',
    })
    assert.equal(gone.status, 404)
    const neither = await project.api('POST', '/mintage/replays', {})
    assert.equal(neither.status, 400)
    const listed = await project.api('GET', `/mintage/invocations?user_id=kp_1&limit=5`)
    const { invocations } = listed.json as { invocations: { id: string; deployment_id: string }[] }
    assert.deepEqual(
      invocations.map((invocation) => invocation.id),
      [id],
    )
    const shown = await project.api('GET', `/mintage/invocations/${id}`)
    assert.doesNotMatch(JSON.stringify(shown.json), new RegExp(secret))
    assert.equal((await project.api('GET', '/mintage/invocations/inv_gone')).status, 404)
  })
})

describe('mintage replay', () => {
  test('says what cannot be replayed and why', async (t) => {
    const project = await startReplayedProject(t, { settings: ', recordings: { isKept: false }' })
    await project.machineToken()
    const id = await newestId(project, 'm2m:token_generation')
    const { stderr, exitCode } = await project.mintage('replay', id, '--with', '.')
    assert.match(
      stderr,
      /error\[recording_missing\]: inv_\S+ cannot be replayed: nothing is kept to run it again/,
    )
    assert.equal(exitCode, 2)
    const stored = await project.mintage('replay', id)
    assert.match(stored.stderr, /error\[recording_missing\]: inv_\S+ cannot be replayed: nothing is kept/)
    assert.equal(stored.exitCode, 2)
    for (const more of [['--with', '.'], []]) {
      const many = await project.mintage('replay', '--last', '10', ...more)
      assert.match(many.stdout, /^0 replayed .*\n1 not replayed: nothing is kept to run it again/)
      assert.match(many.stderr, /error\[recording_missing\]: These invocations cannot be replayed\./)
      assert.equal(many.exitCode, 2)
    }
    const unknown = await project.mintage('replay', 'inv_gone', '--with', '.')
    assert.match(unknown.stderr, /There is no invocation "inv_gone"/)
    const without = await project.mintage('replay', '--with', '.')
    assert.match(without.stderr, /Give the ID of an invocation, or --last N\./)
    assert.equal(without.exitCode, 2)
    const tooMany = await project.mintage('replay', '--last', '5000')
    assert.match(tooMany.stderr, /--last needs a whole number from 1 to 1000 without --with\./)
    assert.equal(tooMany.exitCode, 2)
  })

  test('does not replay with a project that does not build', async (t) => {
    const project = await startReplayedProject(t)
    await project.machineToken()
    const dir = await project.edited(() => 'const = 1')
    const { stderr, exitCode } = await project.mintage('replay', '--last', '1', '--with', dir)
    assert.match(stderr, /error\[/)
    assert.equal(exitCode, 5)
  })
})
