// A way back in when workflows are broken: `--safe-mode` runs none of them, and tokens for the management API never run one, so a bad
// deployment cannot lock the operator out (docs/decisions/0075).
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import { z } from 'zod'
import { machine, managementProject, reports } from '../harness/management-project.ts'
import { people, rolloutProject } from '../harness/rollout-project.ts'
import { makeProject } from '../harness/temp-project.ts'
import { openTestServer } from '../harness/running-server.ts'
import { startCommand } from '../harness/serving-command.ts'

const [ada = '', bob = '', cyd = ''] = people
const throwsInBody = `throw new Error('broken deployment')`
const throwing = `export default async function () { throw new Error('broken deployment') }`

async function tokenFor(issuer: string, audience: string | readonly string[]) {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: machine.id,
    client_secret: machine.secret,
  })
  for (const one of [audience].flat()) form.append('audience', one)
  const answer = await fetch(`${issuer}/oauth2/token`, { method: 'POST', body: form })
  const body = z
    .looseObject({
      access_token: z.string().optional(),
      error: z.string().optional(),
      error_description: z.string().optional(),
    })
    .parse(await answer.json())
  return { status: answer.status, ...body }
}

describe('a token for the management API', () => {
  test('never runs a workflow, however its audience is spelled, while every other token fails', async (t) => {
    const projectDir = await managementProject(t, { workflow: throwing })
    const { server } = await openTestServer(t, { settings: { projectDir } })
    const { issuer } = server
    assert.equal((await tokenFor(issuer, reports)).status, 500)
    for (const audience of [
      `${issuer}/api`,
      `${issuer}/api/v1`,
      `${issuer}/api ${reports}`,
      [reports, `${issuer}/api`],
    ]) {
      const { status, access_token: token = '' } = await tokenFor(issuer, audience)
      assert.equal(status, 200, String(audience))
      assert.ok([decodeJwt(token).aud].flat().includes(`${issuer}/api`))
      const answer = await fetch(`${issuer}/api/v1/users`, { headers: { authorization: `Bearer ${token}` } })
      assert.equal(answer.status, 200)
    }
    await server.store.invocations.flush()
    assert.equal(
      (await server.store.invocations.list({ limit: 10 })).length,
      1,
      'only the one for the other API',
    )
  })
})

describe('a token for the management API is issued although every other token of the machine is refused', () => {
  const idle = 'export default async function () {}'
  const long = `export default async function () { kinde.m2mToken.setCustomClaim('long', 'x'.repeat(2_000)) }`
  const budget = (yaml: string) =>
    yaml.replace('type: m2m', 'type: m2m\n    tokenBudget: { bytes: 10, action: refuse }')
  const schema = `settings: { claims: { m2mToken: { required: [plan] }, action: refuse } }\n`
  const cases: Readonly<Record<string, { code: string; workflow: string; yaml?: (yaml: string) => string }>> =
    {
      'by a workflow that throws': { code: 'workflow_threw', workflow: throwing },
      'by a workflow that loops': {
        code: 'running_time_exceeded',
        workflow: 'export default async function () { for (;;); }',
      },
      'by a workflow that takes all memory': {
        code: 'memory_exceeded',
        workflow: `export default async function () { const all = []; for (;;) all.push('x'.repeat(100_000) + all.length) }`,
      },
      'by its budget, for what a workflow sets': { code: 'token_over_budget', workflow: long, yaml: budget },
      'by its budget, for its default claims': { code: 'token_over_budget', workflow: idle, yaml: budget },
      'by the claims schema': { code: 'claims_unfit', workflow: idle, yaml: (yaml) => yaml + schema },
    }
  for (const [how, { code, workflow, yaml }] of Object.entries(cases)) {
    test(how, async (t) => {
      const projectDir = await managementProject(t, { workflow })
      const file = join(projectDir, 'mintage.yaml')
      if (yaml) await writeFile(file, yaml(await readFile(file, 'utf8')))
      const { server } = await openTestServer(t, { settings: { projectDir } })
      const { issuer } = server
      const refused = await tokenFor(issuer, reports)
      assert.equal(refused.status, 500)
      assert.match(refused.error_description ?? '', new RegExp(code))
      const { status, access_token: token = '' } = await tokenFor(issuer, `${issuer}/api`)
      assert.equal(status, 200)
      const deployments = `${issuer}/api/v1/mintage/deployments`
      const answer = await fetch(deployments, { headers: { authorization: `Bearer ${token}` } })
      assert.equal(answer.status, 200)
    })
  }
})

describe('safe mode', () => {
  test('issues the default claims without running a workflow, and logs that with each token', async (t) => {
    const projectDir = await managementProject(t, { workflow: throwing })
    const { server, logLines } = await openTestServer(t, { settings: { projectDir, isSafeMode: true } })
    for (let count = 1; count <= 2; count += 1) {
      const { status, access_token: token = '' } = await tokenFor(server.issuer, reports)
      assert.equal(status, 200)
      assert.deepEqual(decodeJwt(token).aud, [reports])
      const told = logLines.filter((line) => line.includes('"safe_mode_token"'))
      assert.equal(told.length, count)
      assert.match(told.at(-1) ?? '', new RegExp(`m2m:token_generation.*${machine.id}`))
    }
    assert.equal((await fetch(`${server.issuer}/readyz`)).status, 200)
    await server.store.invocations.flush()
    assert.deepEqual(await server.store.invocations.list({ limit: 1 }), [])
  })

  test('holds for sign-ins and refreshes, for previews and canaries, and lets the operator deploy the fix', async (t) => {
    const dataDir = join(await makeProject(t, {}), 'data')
    const project = await rolloutProject(t)
    const before = await project.open({ dataDir })
    const live = await before.signIn(ada)
    const id = await before.draft('draft')
    const preview = await before.call(`POST /mintage/deployments/${id}/preview`, { is_renewed: true })
    const asPreview = [{ deploy_id: id }, String(preview['password'])] as const
    const previewed = await before.signIn(bob, ...asPreview)
    await before.call(`POST /mintage/deployments/${id}/canary`, { percent: 100 })
    assert.deepEqual([live.version, previewed.version], ['live', 'draft'])
    const broken = await before.draft('broken', throwsInBody)
    await before.call(`POST /mintage/deployments/${broken}/activate`)
    await before.call('DELETE /mintage/canary')
    assert.equal((await before.refresh(live.refreshToken)).status, 500)
    await before.server.close()

    const safe = await project.open({ dataDir, isSafeMode: true })
    const issued = [
      await safe.signIn(cyd),
      await safe.refresh(live.refreshToken),
      await safe.refresh(previewed.refreshToken),
      await safe.signIn(bob, ...asPreview),
    ]
    assert.deepEqual(
      issued.map(({ status, version }) => [status, version]),
      issued.map(() => [200, undefined]),
    )
    const told = safe.logLines.filter((line) => line.includes('"safe_mode_token"'))
    assert.deepEqual(
      told.map((line) => z.looseObject({ userId: z.string() }).parse(JSON.parse(line)).userId),
      issued.map(({ userId }) => userId),
    )
    await safe.call('POST /mintage/deployments/rollback')
    const fixed = await safe.draft('fixed')
    await safe.call(`POST /mintage/deployments/${fixed}/activate`)
    assert.equal((await safe.signIn(cyd)).version, undefined)
    await safe.server.close()

    const after = await project.open({ dataDir })
    assert.equal((await after.signIn(cyd)).version, 'fixed')
    assert.equal((await after.refresh(issued[1]?.refreshToken ?? '')).version, 'fixed')
    assert.equal((await after.refresh(issued[2]?.refreshToken ?? '')).version, 'draft', 'the preview goes on')
  })

  test('starts with a project that does not build, and says at the start what it does not do', async (t) => {
    const cwd = await managementProject(t, { workflow: 'export default async function ( {' })
    const command = startCommand(t, ['start', '--project', '.', '--port', '0', '--safe-mode'], { cwd })
    const [, issuer = ''] = await command.until(/issuer\s+(http:\/\/localhost:\d+)/)
    await command.until(/safe mode\s+no workflow runs; tokens hold the default claims/)
    await command.until(/Ready in/)
    assert.equal((await tokenFor(issuer, reports)).status, 200)
    await command.until(/safe_mode_token/)
    assert.equal((await fetch(`${issuer}/readyz`)).status, 200)
    assert.equal(await command.stop(), 0)
  })

  test('names at the start what is live and does not run', async (t) => {
    const cwd = await managementProject(t)
    const started = startCommand(t, ['start', '--project', '.', '--port', '0'], { cwd })
    await started.until(/workflow {4}machine {2}m2m:token_generation[^]*Ready in/)
    assert.equal(await started.stop(), 0)
    const safe = startCommand(t, ['start', '--project', '.', '--port', '0', '--safe-mode'], { cwd })
    const [text] = await safe.until(/safe mode[^]*not run {5}machine {2}m2m:token_generation[^]*Ready in/)
    assert.doesNotMatch(text, /serves|workflow {4}/)
    assert.equal(await safe.stop(), 0)
  })
})
