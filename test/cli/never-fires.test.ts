// A workflow of a trigger that Mintage never fires: a check that would not happen (D1).
import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { triggers } from '../../src/triggers/registry/index.ts'
import { startCommand } from '../harness/serving-command.ts'
import { openFolder, workflow, type Folder } from './mintage.ts'

const workflows = 'kindeSrc/environment/workflows'
const gateFile = `${workflows}/gateWorkflow.ts`

function gate(trigger: string, id = 'gate'): string {
  return `export const workflowSettings = {
  id: '${id}',
  trigger: '${trigger}',
  bindings: { 'kinde.auth': {} },
}
export default async function () {
  kinde.auth.denyAccess('Not you.')
}
`
}

const warning = `warning[trigger_never_fires]: The workflow "gate" never runs: Mintage does not fire its trigger "user:post_authentication"
  --> ${gateFile}:3
  help: Move its check into the workflow of user:tokens_generation: it runs at each sign-in and refresh, and denyAccess refuses the tokens there. Then remove this file.
`

async function projectOf(t: TestContext, files: Readonly<Record<string, string>>): Promise<Folder> {
  const folder = await openFolder({ 'kinde.json': '{}', ...files })
  t.after(() => folder[Symbol.asyncDispose]())
  return folder
}

const withGate = {
  [`${workflows}/tokensWorkflow.ts`]: workflow(''),
  [gateFile]: gate('user:post_authentication'),
}

const productionOptions = [
  '--production',
  '--project',
  '.',
  '--port',
  '0',
  '--issuer',
  'http://localhost:4000',
]
const productionEnv = { MINTAGE_MASTER_KEY: Buffer.alloc(32, 3).toString('base64') }

test('D1: production refuses to start with a workflow that never fires, and names every one of them', async (t) => {
  const folder = await projectOf(t, {
    ...withGate,
    [`${workflows}/mfaWorkflow.ts`]: gate('user:pre_mfa', 'second'),
  })
  const command = startCommand(t, ['start', ...productionOptions], { cwd: folder.path, env: productionEnv })
  const [record] = await command.until(/^\{.*"start_failed".*$/m)
  const { errorCode, message, at, hint } = JSON.parse(record) as Record<string, string>
  assert.equal(errorCode, 'trigger_never_fires')
  assert.equal(
    message,
    `The workflow "gate" never runs: Mintage does not fire its trigger "user:post_authentication". The workflow "second" never runs: Mintage does not fire its trigger "user:pre_mfa" (${workflows}/mfaWorkflow.ts:3)`,
  )
  assert.equal(at, `${gateFile}:3`)
  assert.match(hint ?? '', /denyAccess/)
  assert.doesNotMatch(command.output(), /server_ready/)
})

test('D1: production starts once the file is gone, and lists what is live', async (t) => {
  const folder = await projectOf(t, withGate)
  await rm(join(folder.path, gateFile))
  const command = startCommand(t, ['start', ...productionOptions], { cwd: folder.path, env: productionEnv })
  const [record] = await command.until(/^\{.*"server_ready".*$/m)
  assert.equal((JSON.parse(record) as { deployments: string[] }).deployments.length, 1)
  assert.equal(await command.stop(), 0)
})

test('D1: a development server lists only what runs as a workflow, and warns of the rest', async (t) => {
  const folder = await projectOf(t, withGate)
  const command = startCommand(t, ['start', '--project', '.', '--port', '0'], { cwd: folder.path })
  await command.until(/^Ready in/m)
  const output = command.output()
  assert.match(output, /^ {2}workflow +tokens {2}user:tokens_generation {2}dep_\w+$/m)
  assert.equal(output.match(/^ {2}workflow /gm)?.length, 1)
  assert.ok(output.includes(warning), output)
  assert.equal(await command.stop(), 0)
})

test('D1: a development server whose only workflow never fires says that none is live, also in the playground', async (t) => {
  const folder = await projectOf(t, {
    [gateFile]: gate('user:post_authentication'),
    'mintage.yaml': `applications:
  web: { type: reg, redirectUris: ["\${issuer}/playground/callback"] }
`,
  })
  const command = startCommand(t, ['start', '--project', '.', '--port', '0'], { cwd: folder.path })
  await command.until(/^ {2}workflow +none is live; tokens hold the default claims$/m)
  const [, issuer] = await command.until(/issuer +(http:\/\/localhost:\d+)$/m)
  await command.until(/^Ready in/m)
  assert.ok(command.output().includes(warning), command.output())
  const page = await (await fetch(`${issuer}/playground`)).text()
  assert.match(page, /A workflow of this project never runs/)
  assert.match(page, /trigger_never_fires[\s\S]*user:post_authentication/)
  assert.match(page, /No workflow is live/)
  assert.equal(await command.stop(), 0)
})

test('D1: mintage dev warns of a workflow that never fires at the edit that adds it', async (t) => {
  const folder = await projectOf(t, { [`${workflows}/tokensWorkflow.ts`]: workflow('') })
  const command = startCommand(t, ['dev', '--project', '.', '--port', '0'], { cwd: folder.path })
  await command.until(/^Ready in/m)
  await writeFile(join(folder.path, gateFile), gate('user:post_authentication'))
  await command.until(
    /^live: .*tokensWorkflow\.ts {2}dep_\w+\nwarning\[trigger_never_fires\]: The workflow "gate" never runs/m,
  )
  assert.doesNotMatch(command.output(), /live: .*gateWorkflow/)
  assert.equal(await command.stop('SIGINT'), 0)
})

test('D1: mintage build shows what would be deployed and warns of what never fires', async (t) => {
  const folder = await projectOf(t, withGate)
  const { code, stdout, stderr } = await folder.mintage('build')
  assert.equal(code, 0)
  assert.equal(stderr, warning)
  assert.match(stdout, /^tokens\n {2}trigger +user:tokens_generation$/m)
  assert.doesNotMatch(stdout, /gate/)
})

for (const { key } of triggers.filter((trigger) => 'instead' in trigger)) {
  test(`D1: mintage build says that ${key} never fires, and what does its work`, async (t) => {
    const folder = await projectOf(t, { [gateFile]: gate(key) })
    const { code, stdout, stderr } = await folder.mintage('build')
    assert.equal(code, 0)
    assert.match(
      stderr,
      new RegExp(
        `^warning\\[trigger_never_fires\\]: .*"gate".*"${key}"\\n[\\s\\S]* {2}help: [A-Z].+ Then remove this file\\.$`,
        'm',
      ),
    )
    assert.equal(stdout, 'No workflow of this project runs.\n')
  })
}

test('D1: two workflows of one trigger are refused, whether it fires or not', async (t) => {
  const folder = await projectOf(t, {
    ...withGate,
    [`${workflows}/otherWorkflow.ts`]: gate('user:post_authentication', 'other'),
  })
  const { code, stderr } = await folder.mintage('build')
  assert.equal(code, 5)
  assert.match(
    stderr,
    /^error\[trigger_taken\]: .*gateWorkflow\.ts and .*otherWorkflow\.ts both have "user:post_authentication"/,
  )
})

const ignoredWarning = `warning[workflow_file_ignored]: ${workflows}/gate.ts exports workflowSettings and never runs: the name of a workflow file ends in Workflow.ts, .js, .tsx or .jsx
  --> ${workflows}/gate.ts
  help: Rename it to gateWorkflow.ts.
`

test('D8: a file that exports workflowSettings and is not named *Workflow is reported by build and start', async (t) => {
  const folder = await projectOf(t, {
    [`${workflows}/tokensWorkflow.ts`]: workflow(''),
    [`${workflows}/gate.ts`]: gate('user:tokens_generation'),
  })
  const { code, stderr, stdout } = await folder.mintage('build')
  assert.equal(code, 0)
  assert.equal(stderr, ignoredWarning)
  assert.match(stdout, /^tokens$/m)
  const command = startCommand(t, ['start', '--project', '.', '--port', '0'], { cwd: folder.path })
  await command.until(/^Ready in/m)
  assert.ok(command.output().includes(ignoredWarning), command.output())
  assert.equal(await command.stop(), 0)
})

test('D8: production logs a file that is not taken as a workflow, and starts', async (t) => {
  const folder = await projectOf(t, {
    [`${workflows}/tokensWorkflow.ts`]: workflow(''),
    'kindeSrc/environment/gateWorkflow.ts': gate('user:tokens_generation'),
  })
  const command = startCommand(t, ['start', ...productionOptions], { cwd: folder.path, env: productionEnv })
  const [record] = await command.until(/^\{.*"workflow_never_runs".*$/m)
  const { errorCode, message, hint } = JSON.parse(record) as Record<string, string>
  assert.equal(errorCode, 'workflow_file_ignored')
  assert.equal(
    message,
    `kindeSrc/environment/gateWorkflow.ts exports workflowSettings and never runs: workflows are looked for in ${workflows} only`,
  )
  assert.equal(hint, `Move it into ${workflows}.`)
  await command.until(/"server_ready"/)
  assert.equal(await command.stop(), 0)
})

test('D8: a file that a workflow imports, a test and a helper are not reported', async (t) => {
  const folder = await projectOf(t, {
    [`${workflows}/tokensWorkflow.ts`]: `export { workflowSettings } from './settings.ts'\nexport default async function () {}\n`,
    [`${workflows}/settings.ts`]: `export const workflowSettings = { id: 'tokens', trigger: 'user:tokens_generation' }\n`,
    [`${workflows}/tokens.test.ts`]: gate('user:tokens_generation'),
    [`${workflows}/helper.ts`]: 'export const workflowName = 1\n',
  })
  const { code, stderr } = await folder.mintage('build')
  assert.equal(stderr, '')
  assert.equal(code, 0)
})
