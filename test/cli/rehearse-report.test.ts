// What the report of a rehearsal holds and leaves out, on the database of a project without a server.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { exitCodes } from '../../src/cli/index.ts'
import { rehearsalReportSchema } from '../../src/rehearsal/index.ts'
import { typeMintage } from '../harness/mintage-command.ts'
import { openTestServer } from '../harness/running-server.ts'
import { makeProject } from '../harness/temp-project.ts'

const secret = 's3cr3t-of-the-rehearsal'
const file = 'kindeSrc/environment/workflows/tokensWorkflow.ts'

const yaml = `
environmentVariables: { KEY: { value: ${secret}, isSecret: true } }
applications:
  web: { type: reg, redirectUris: ['http://localhost:3000/callback'] }
users:
${Array.from({ length: 8 }, (_, index) => `  - { id: kp_${index}, email: user-${index}@example.com }`).join('\n')}
`

const userSource = (body: string) => `
export const workflowSettings = {
  id: 'tokens',
  trigger: 'user:tokens_generation',
  bindings: { 'kinde.accessToken': {}, 'kinde.auth': {}, 'kinde.fetch': {}, 'kinde.env': {} },
}
export default async function (event) {
  const token = kinde.accessToken.getCustomClaims()
  ${body}
}
`

/** A project that is live, and the command for another version of it. */
async function openLive(t: TestContext, files: Readonly<Record<string, string>>) {
  const whole = (more: Readonly<Record<string, string>>) => ({
    'kinde.json': '{ "rootDir": "kindeSrc" }',
    'mintage.yaml': yaml,
    ...files,
    ...more,
  })
  const projectDir = await makeProject(t, whole({}))
  const dataDir = join(await makeProject(t, { 'a-folder': '' }), 'data')
  const { server } = await openTestServer(t, { settings: { projectDir, isDemo: false, dataDir } })
  await server.close()
  const mintage = async (changed: Readonly<Record<string, string>>, ...args: string[]) =>
    typeMintage([...args, '--data-dir', dataDir], await makeProject(t, whole(changed)))
  return {
    mintage,
    async rehearsed(changed: Readonly<Record<string, string>>) {
      const { exitCode, stdout, stderr } = await mintage(changed, 'rehearse', '--all', '--json')
      assert.equal(exitCode, exitCodes.ok, stderr)
      return rehearsalReportSchema.parse(JSON.parse(stdout))
    },
  }
}

describe('the report of a rehearsal', () => {
  test('finds no difference between two versions that wait and read the clock alike', async (t) => {
    const waits = `
      await new Promise((resolve) => setTimeout(resolve, 5))
      token.drawn = [Math.random(), crypto.randomUUID(), Date.now(), new Date().toISOString()]`
    const { rehearsed } = await openLive(t, { [file]: userSource(waits) })
    const report = await rehearsed({ [file]: userSource(`${waits} // again`) })
    assert.deepEqual([report.signIns, report.changed, report.claims], [8, 0, []])
  })

  test('holds no value of a secret: not in a claim, a reason, an error or an address', async (t) => {
    const { mintage, rehearsed } = await openLive(t, { [file]: userSource(`token.plan = 'free'`) })
    const telling = userSource(`
      const key = kinde.env.get('KEY').value
      if (event.context.user.id === 'kp_1') throw new Error('wrong: ' + key)
      if (event.context.user.id === 'kp_2') kinde.auth.denyAccess('wrong: ' + key)
      if (event.context.user.id === 'kp_3') await kinde.fetch('https://crm.example/of/' + key + '/plan')
      token.key = key`)
    const report = await rehearsed({ [file]: telling })
    assert.deepEqual([report.failed.newly, report.denied.newly, report.notRehearsed], [1, 1, 1])
    assert.deepEqual(report.calls.addresses, [
      { method: 'GET', url: 'https://crm.example/of/[redacted]/plan', count: 1 },
    ])
    assert.equal(report.claims.find(({ claim }) => claim === 'key')?.examples[0]?.candidate, '[redacted]')
    const { stdout, stderr } = await mintage({ [file]: telling }, 'rehearse', '--all')
    assert.doesNotMatch(JSON.stringify(report) + stdout + stderr, new RegExp(secret))
  })

  test('is shown by a deploy that changes tokens of machines where there is no user', async (t) => {
    const machines = `
apis: { orders: { audience: 'https://api.example.com' } }
applications: { machine: { type: m2m, apis: [{ audience: 'https://api.example.com' }] } }`
    const machineFile = 'kindeSrc/environment/workflows/machineWorkflow.ts'
    const source = (version: string) => `
export const workflowSettings = { id: 'machine', trigger: 'm2m:token_generation', bindings: { 'kinde.m2mToken': {} } }
export default async function () { kinde.m2mToken.setCustomClaim('version', '${version}') }`
    const { mintage } = await openLive(t, { 'mintage.yaml': machines, [machineFile]: source('one') })
    const { exitCode, stdout, stderr } = await mintage({ [machineFile]: source('two') }, 'deploy')
    assert.equal(exitCode, exitCodes.ok, stderr)
    assert.match(stdout, /^1 of 1 machine token \(100 %\) would change: 1 machine token, dep_\w+ → dep_\w+\n/)
  })
})
