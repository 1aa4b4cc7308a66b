// A shadow runs after the answer, issues nothing, records nothing but its comparison, and its remote side sees no write. On SQLite, and on two
// servers of one Postgres.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { startHttpServer } from '../harness/http-server.ts'
import { typeShell } from '../harness/mintage-command.ts'
import { startPostgres } from '../harness/postgres.ts'
import { deployer, people, rolloutProject, type RolloutServer } from '../harness/rollout-project.ts'

const launcher = fileURLToPath(new URL('../../bin/mintage.js', import.meta.url))
const waiting = { timeout: 120_000 }
const [ada = '', grace = ''] = people

const reportSchema = z.looseObject({
  compared: z.number(),
  same: z.number(),
  differing: z.number(),
  examined: z.number(),
  not_comparable: z.number(),
  dropped: z.number(),
  claims: z.array(z.looseObject({ token: z.string(), claim: z.string(), count: z.number() })),
  other_outcomes: z.array(z.looseObject({ live: z.string(), shadow: z.string() })),
  calls_not_made: z.array(z.looseObject({ call: z.string() })),
  users: z.looseObject({ count: z.number(), first: z.array(z.looseObject({ user_id: z.string() })) }),
  examples: z.array(z.looseObject({ claims: z.array(z.looseObject({ live: z.string().nullable() })) })),
})

/** After everything that was offered has run. */
async function report({ server, call }: RolloutServer) {
  await server.settle()
  await server.store.shadows.flush()
  return reportSchema.parse((await call('GET /mintage/shadow/report'))['report'])
}

function shadowing(t: TestContext, server: RolloutServer): Promise<void> {
  return t.waitFor(() => {
    assert.ok(server.logLines.some((line) => line.includes('"role":"shadow"')))
  }, waiting)
}

async function written({ server: { store } }: RolloutServer) {
  await store.invocations.flush()
  const [invocations, audit] = await Promise.all([
    store.invocations.list({ limit: 1_000 }),
    store.audit.list({ limit: 1_000 }),
  ])
  return { invocations: invocations.length, audit: audit.length }
}

describe('a shadow', () => {
  test('changes no token, invocation or audit record, and reports which claims would differ for whom', async (t) => {
    const project = await rolloutProject(t)
    const server = await project.open()
    const id = await server.draft('shadow')
    const before = await server.signIn(ada)
    const [countBefore, startedWith] = [await written(server), before.claims]
    const signedIn = await server.signIn(ada)
    const withoutShadow = await written(server)
    await server.call(`POST /mintage/deployments/${id}/shadow`, { percent: 100 })
    const started = await written(server)
    const tokens = await server.signIn(ada)
    assert.equal(tokens.version, 'live')
    assert.deepEqual(Object.keys(tokens.claims).toSorted(), Object.keys(startedWith).toSorted())
    const found = await report(server)
    const withShadow = await written(server)
    assert.deepEqual(
      [withShadow.invocations - started.invocations, withShadow.audit - started.audit],
      [withoutShadow.invocations - countBefore.invocations, withoutShadow.audit - countBefore.audit],
    )
    assert.ok(signedIn.refreshToken)
    assert.deepEqual([found.compared, found.differing, found.same], [1, 1, 0])
    assert.partialDeepStrictEqual(found.claims, [{ token: 'accessToken', claim: 'version', count: 1 }])
    assert.partialDeepStrictEqual(found.users, { count: 1, first: [{ user_id: tokens.userId }] })
    assert.partialDeepStrictEqual(found.examples, [{ claims: [{ live: '"live"', shadow: '"shadow"' }] }])
    assert.equal((await server.refresh(tokens.refreshToken)).version, 'live')
    assert.equal(await server.machineVersion(), 'live')
    assert.equal((await report(server)).compared, 3)

    await server.call('DELETE /mintage/shadow')
    await t.waitFor(async () => {
      const ended = (await server.call(`GET /mintage/shadow/report?deployment_id=${id}`))['report']
      assert.partialDeepStrictEqual(ended, { is_running: false, compared: 3 })
    }, waiting)
  })

  test('finds nothing where it does the same, with the same clock and randomness', async (t) => {
    const body = "kinde.accessToken.setCustomClaim('drawn', [Date.now(), Math.random(), crypto.randomUUID()])"
    const project = await rolloutProject(t)
    await project.edit('live', body)
    const server = await project.open()
    const id = await server.draft('live', `${body}; console.log('another text')`)
    await server.call(`POST /mintage/deployments/${id}/shadow`, { percent: 100 })
    await server.signIn(ada)
    assert.partialDeepStrictEqual(await report(server), { compared: 1, same: 1, differing: 0 })
  })

  test('gives each workflow of a sequence the clock and randomness that it had', async (t) => {
    const project = await rolloutProject(t)
    const later = `export const workflowSettings = {
  id: 'later', trigger: 'user:tokens_generation', order: 20, bindings: { 'kinde.accessToken': {} },
}
export default async function () {
  kinde.accessToken.setCustomClaim('drawnLater', [Date.now(), Math.random()])
}
`
    await writeFile(join(project.dir, 'kindeSrc/environment/workflows/laterWorkflow.ts'), later)
    const server = await project.open()
    const id = await server.draft('live', `console.log('another text')`)
    await server.call(`POST /mintage/deployments/${id}/shadow`, { percent: 100 })
    const { claims } = await server.signIn(ada)
    assert.ok(claims['drawnLater'])
    assert.partialDeepStrictEqual(await report(server), { compared: 1, same: 1, differing: 0 })
  })

  test('makes no call but GET, and gets the answers of the run that was issued', async (t) => {
    const seen: string[] = []
    const remote = await startHttpServer(t, ({ method, url }) => {
      seen.push(`${String(method)} ${url.pathname}`)
      return { json: { plan: 'gold' } }
    })
    const ask = (path: string, method: string) =>
      `await fetch('${remote.origin}${path}', { method: '${method}' }).then((answer) => answer.json()).catch(() => ({}))`
    const project = await rolloutProject(t, `  egress: { allow: ['${remote.origin}'] }`)
    await project.edit('live', ask('/shared', 'POST'))
    const server = await project.open()
    const same = await server.draft('live', `const { plan } = ${ask('/shared', 'POST')}; console.log(plan)`)
    await server.call(`POST /mintage/deployments/${same}/shadow`, { percent: 100 })
    await server.signIn(ada)
    assert.partialDeepStrictEqual(await report(server), { compared: 1, same: 1, not_comparable: 0 })
    assert.deepEqual(seen.splice(0), ['POST /shared'])

    const writing = await server.draft(
      'live',
      `${ask('/read', 'GET')}; ${ask('/write', 'POST')}; ${ask('/gone', 'DELETE')}`,
    )
    await server.call(`POST /mintage/deployments/${writing}/shadow`, { percent: 100 })
    await server.signIn(grace)
    const found = await report(server)
    assert.deepEqual([found.compared, found.not_comparable], [0, 1])
    assert.deepEqual(found.calls_not_made.map(({ call }) => call.replace(remote.origin, '')).toSorted(), [
      'DELETE /gone',
      'POST /write',
    ])
    assert.deepEqual(seen.toSorted(), ['GET /read', 'POST /shared'])
  })

  test('runs after the request it follows was answered, and a busy one is left out and counted', async (t) => {
    const held = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    const remote = await startHttpServer(t, async () => {
      asked.resolve()
      await held.promise
      return { json: {} }
    })
    const project = await rolloutProject(t, `  egress: { allow: ['${remote.origin}'] }`)
    const server = await project.open()
    const id = await server.draft('live', `await fetch('${remote.origin}/slow')`)
    await server.call(`POST /mintage/deployments/${id}/shadow`, { percent: 100 })
    // The answer is here while the shadow's own call is held.
    assert.equal((await server.signIn(ada)).version, 'live')
    await asked.promise
    for (let run = 0; run < 40; run += 1) {
      // oxlint-disable-next-line no-await-in-loop -- each is answered before the next
      assert.equal(await server.machineVersion(), 'live')
    }
    held.resolve()
    const found = await report(server)
    // One runs and the others wait; the machine's runs beyond 32 are left out.
    assert.equal(found.compared + found.dropped, 41)
    assert.equal(found.dropped, 9)
  })

  test('holds up no sign-in while it computes until its time is up', async (t) => {
    const computes = Promise.withResolvers<void>()
    const met = Promise.withResolvers<void>()
    let arrived = 0
    const remote = await startHttpServer(t, async ({ url }) => {
      if (url.pathname === '/shadow') computes.resolve()
      else {
        // More runs than threads wait for each other, so each of them has to get its turn meanwhile.
        if ((arrived += 1) === people.length) met.resolve()
        await met.promise
      }
      return { json: {} }
    })
    // Of processor time: on a busy machine it takes longer, as everything does.
    const settings = `  egress: { allow: ['${remote.origin}'] }\n  limits: { runningTimeMs: 8000, wallClockMs: 60000 }`
    const project = await rolloutProject(t, settings)
    const server = await project.open()
    const waits = await server.draft('waits', `await fetch('${remote.origin}/live')`)
    const id = await server.draft('shadow', `await fetch('${remote.origin}/shadow'); while (true) {}`)
    const tokens: Awaited<ReturnType<typeof server.signIn>>[] = []
    // oxlint-disable-next-line no-await-in-loop -- one person after the other
    for (const email of people) tokens.push(await server.signIn(email))
    await server.call(`POST /mintage/deployments/${id}/shadow`, { percent: 100 })
    await server.signIn(ada)
    await computes.promise
    await server.call(`POST /mintage/deployments/${waits}/activate`)
    const answers = await Promise.all(tokens.map(({ refreshToken }) => server.refresh(refreshToken)))
    assert.deepEqual(
      answers.map(({ version }) => version),
      people.map(() => 'waits'),
    )
    const { store } = server.server
    await store.shadows.flush()
    const found = await store.shadows.list({ deploymentId: id, sinceMs: 0, limit: 10 })
    assert.deepEqual(found, [], 'the shadow of the sign-in still computes')
  })

  test('reports denials and failures of the shadow, while its user gets the tokens', async (t) => {
    const project = await rolloutProject(t)
    const server = await project.open()
    const id = await server.draft('shadow', "throw new Error('not yet')")
    await server.call(`POST /mintage/deployments/${id}/shadow`, { percent: 100 })
    assert.equal((await server.signIn(ada)).version, 'live')
    const found = await report(server)
    assert.partialDeepStrictEqual(found.other_outcomes, [{ live: 'completed', shadow: 'threw', count: 1 }])
    const { deploymentRoles } = await server.server.store.directory.catalog()
    assert.equal(deploymentRoles.length, 2)
  })

  test('that has no workflow for a trigger would issue the default claims, and says so', async (t) => {
    const project = await rolloutProject(t)
    const server = await project.open()
    const machineWorkflow = join(project.dir, 'kindeSrc/environment/workflows/machineWorkflow.ts')
    const id = await server.draft('live', '', '', [machineWorkflow])
    await server.call(`POST /mintage/deployments/${id}/shadow`, { percent: 100 })
    assert.equal(await server.machineVersion(), 'live')
    await server.signIn(ada)
    const found = await report(server)
    assert.deepEqual([found.compared, found.differing, found.same], [2, 1, 1])
    assert.partialDeepStrictEqual(found.claims, [{ token: 'm2mToken', claim: 'version', count: 1 }])
    assert.partialDeepStrictEqual(found.examples, [{ claims: [{ live: '"live"', shadow: null }] }])
  })

  test('counts every run, however few are kept to be shown, and says how many those are', async (t) => {
    const project = await rolloutProject(t)
    const server = await project.open()
    const id = await server.draft('shadow')
    await server.call(`POST /mintage/deployments/${id}/shadow`, { percent: 100 })
    await server.signIn(ada)
    await server.signIn(grace)
    await report(server)
    await server.server.store.shadows.prune({ olderThanMs: 0, keep: 1 })
    const found = await report(server)
    assert.deepEqual([found.compared, found.differing, found.examined, found.examples.length], [2, 2, 1, 1])
  })

  test('is started, reported and stopped by the command line', async (t) => {
    const project = await rolloutProject(t)
    const server = await project.open()
    const mintage = (line: string) =>
      typeShell(
        `MINTAGE_CLIENT_ID=${deployer.id} MINTAGE_CLIENT_SECRET=${deployer.secret} ${process.execPath} ${launcher} ${line} --to ${server.issuer}`,
        project.dir,
      )
    assert.match((await mintage('shadow report')).stderr, /No shadow runs/)
    assert.match((await mintage('shadow report dep_unknown')).stderr, /There is no deployment with this id/)
    const id = await server.draft('shadow')
    const never = await mintage(`shadow report ${id}`)
    assert.deepEqual([never.exitCode, never.stdout], [2, ''])
    assert.match(never.stderr, /error\[role_vacant\]: This deployment found nothing as a shadow/)
    const begun = await mintage(`shadow start ${id} --share 100%`)
    assert.equal(begun.stdout, `${id} runs beside the live deployment for every user. It issues nothing.\n`)
    assert.match(
      (await mintage('shadow report')).stdout,
      /Compared {4}0 runs\nDiffering {3}0, of 0 users\n.*A shadow runs when a user signs in/,
    )
    const { userId } = await server.signIn(ada)
    await report(server)
    const { stdout } = await mintage('shadow report')
    assert.match(
      stdout,
      /^Shadow {6}dep_\w+, since .*\nCompared {4}1 run\nDiffering {3}1 \(100\.0%\), of 1 user\n/,
    )
    assert.match(stdout, /Claims that differ\n {2}1 {2}accessToken\.version\n/)
    assert.match(stdout, new RegExp(`Users\\n {2}1 {2}${userId}\\n`))
    assert.match(stdout, /accessToken\.version {2}"live" → "shadow"/)
    assert.equal(reportSchema.parse(JSON.parse((await mintage('shadow report --json')).stdout)).differing, 1)
    assert.match((await mintage('shadow stop')).stdout, new RegExp(`^${id} runs no more\\.`))
    assert.match((await mintage('shadow')).stderr, /mintage shadow needs start ID, stop or report/)
  })

  test('runs on every server of a database, and its report is of all of them', async (t) => {
    const postgres = await startPostgres({ after })
    const [first, second] = await (await rolloutProject(t)).openReplicas(await postgres.createDatabase())
    const id = await first.draft('shadow')
    await first.call(`POST /mintage/deployments/${id}/shadow`, { percent: 100 })
    await shadowing(t, second)
    const tokens = await first.signIn(ada)
    assert.equal((await second.refresh(tokens.refreshToken)).version, 'live')
    await report(first)
    assert.partialDeepStrictEqual(await report(second), { compared: 2, differing: 2 })
  })
})
