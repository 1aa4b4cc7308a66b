// A way back in when workflows are broken: `--safe-mode` runs none of them, and tokens for the management API never run one, so a bad
// deployment cannot lock the operator out (docs/decisions/0075).
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import { z } from 'zod'
import { machine, managementProject, reports } from '../harness/management-project.ts'
import { openTestServer } from '../harness/running-server.ts'
import { startCommand } from '../harness/serving-command.ts'

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
    .looseObject({ access_token: z.string().optional(), error: z.string().optional() })
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
})
