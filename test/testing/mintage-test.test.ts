// `mintage test` as a person types it: the tests of a project outside of this repository, which has no Mintage of its own.
import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { repositoryRoot, typeMintage } from '../harness/mintage-command.ts'
import { startCommand } from '../harness/serving-command.ts'
import { makeProject } from '../harness/temp-project.ts'

const workflowFile = 'kindeSrc/environment/workflows/tokensWorkflow.ts'

const workflow = `export const workflowSettings = {
  id: 'tokens',
  trigger: 'user:tokens_generation',
  bindings: { 'kinde.accessToken': {}, 'kinde.auth': {} },
}

const planOf = (code: string | undefined) => code === undefined ? 'free' : 'team'

export default async function (event: any) {
  const token = kinde.accessToken.getCustomClaims()
  if (event.context.user.id === 'kp_blocked') {
    kinde.auth.denyAccess('blocked')
    return
  }
  for (const role of token.roles ?? []) console.log(role.key)
  token.plan = planOf(
    event.context.organization?.code,
  )
}
`

const passing = `import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runWorkflow, signInEvent } from 'mintage/testing'

test('teams get the plan of a team', async () => {
  const { accessToken, log } = await runWorkflow('${workflowFile}', { event: signInEvent() })
  assert.equal(accessToken.after?.plan, 'team')
  assert.deepEqual(log.map(({ text }) => text), ['admin', 'editor'])
})
`

const files = {
  'kinde.json': '{ "version": "2024-12-09", "rootDir": "kindeSrc" }\n',
  [workflowFile]: workflow,
  'tests/tokens.workflow.test.ts': passing,
}

test('passes, fails, and says where to begin without a test, each with its exit code', async (t) => {
  const folder = await makeProject(t, files)
  const passed = await typeMintage(['test'], folder)
  assert.equal(passed.exitCode, 0, passed.stdout + passed.stderr)
  assert.match(passed.stdout, /✔ teams get the plan of a team/)

  await writeFile(join(folder, 'tests/failing.workflow.test.ts'), passing.replace(`'team'`, `'gold'`))
  const failed = await typeMintage(['test', folder, '--reporter', 'tap'])
  assert.equal(failed.exitCode, 4)
  assert.match(failed.stdout, /^not ok \d - teams get the plan of a team$/m)
  assert.match(failed.stdout, /^ok \d - teams get the plan of a team$/m)

  const empty = await typeMintage(['test', 'tests/nothing'], folder)
  assert.equal(empty.exitCode, 2)
  assert.match(empty.stderr, /error\[tests_not_found\]: No test of a workflow in .*nothing: /)
  assert.match(empty.stderr, /runWorkflow\(file, \{ event: signInEvent\(\) \}\)/)
  assert.equal((await typeMintage(['test', '--reporter', 'loud'], folder)).exitCode, 2)
})

test('shows the place of an error in the workflow’s file, and a call without an answer by its name', async (t) => {
  const folder = await makeProject(t, {
    ...files,
    [workflowFile]: workflow.replace(
      'token.plan',
      `await kinde.fetch('https://crm.example/plans')\n  token.plan`,
    ),
    'brokenWorkflow.ts': 'export const workflowSettings = {\n',
    'tests/broken.workflow.test.ts': passing.replace(workflowFile, 'brokenWorkflow.ts'),
  })
  const { exitCode, stdout } = await typeMintage(['test', '--no-types'], folder)
  assert.equal(exitCode, 4)
  assert.match(stdout, /GET https:\/\/crm\.example\/plans has no answer in this test\./)
  assert.match(stdout, /brokenWorkflow\.ts:2:1: Expected identifier but found end of file/)
  // Nothing of ours stands between the error and the test.
  assert.doesNotMatch(stdout, /src\/testing|dist\/testing/)
})

test('counts the lines of the workflow that ran, as a table and for tools', async (t) => {
  const folder = await makeProject(t, files)
  const { exitCode, stdout, stderr } = await typeMintage(['test', '--coverage'], folder)
  assert.equal(exitCode, 0, stdout + stderr)
  assert.match(
    stdout,
    /tokensWorkflow\.ts +75\.00 % {2}6 of 8 lines, not run: 12-13\nall files +75\.00 % {2}6 of 8 lines$/m,
  )
  assert.equal(
    await readFile(join(folder, 'coverage/lcov.info'), 'utf8'),
    `SF:${workflowFile}\nDA:1,1\nDA:7,1\nDA:10,1\nDA:11,1\nDA:12,0\nDA:13,0\nDA:15,1\nDA:16,1\n` +
      'LF:8\nLH:6\nend_of_record\n',
  )
  const blocked = passing
    .replace('signInEvent()', `signInEvent({ context: { user: { id: 'kp_blocked' } } })`)
    .replace(/ {2}assert.*\n/g, '')
    .replace('{ accessToken, log }', 'result')
  await writeFile(join(folder, 'tests/blocked.workflow.test.ts'), blocked)
  const both = await typeMintage(['test', '--coverage'], folder)
  assert.match(both.stdout, /all files +100\.00 %/)
  assert.match(await readFile(join(folder, 'coverage/lcov.info'), 'utf8'), /^DA:10,2$/m)
})

test('names the file that has the place of the folder for the coverage', async (t) => {
  const folder = await makeProject(t, { ...files, coverage: '' })
  const { exitCode, stderr } = await typeMintage(['test', '--coverage'], folder)
  assert.equal(exitCode, 2)
  assert.match(stderr, /^error\[file_unreadable\]: The folder .*coverage cannot be made: something else /m)
})

test('counts every workflow of the project, also one that no test runs, and only lines of code that the author wrote', async (t) => {
  const folder = await makeProject(t, {
    ...files,
    [workflowFile]: `// The first line is a comment.
import plans from '../../plans.json'
import { planOf } from '../../plan.ts'
${workflow.replace('free', 'none').replace('planOf = (', 'unused = (').replace('planOf(', 'planOf(plans, ')}`,
    'kindeSrc/plans.json': '{ "team": "team" }',
    'kindeSrc/plan.ts': `export function planOf(plans: { team: string }, code?: string) {\r\n  return code && plans.team\r\n}\r\n`,
    'kindeSrc/environment/workflows/m2mWorkflow.ts': `
export const workflowSettings = { id: 'machines', trigger: 'm2m:token_generation', bindings: {} }
export default function () {
  console.log('never')
}
`,
  })
  const { exitCode, stdout, stderr } = await typeMintage(['test', '--coverage'], folder)
  assert.equal(exitCode, 0, stdout + stderr)
  assert.match(stdout, /m2mWorkflow\.ts +0\.00 % {2}0 of 2 lines, not run: 2-4$/m)
  const lcov = await readFile(join(folder, 'coverage/lcov.info'), 'utf8')
  assert.deepEqual(lcov.match(/^SF:.*$/gm), [
    'SF:kindeSrc/environment/workflows/m2mWorkflow.ts',
    `SF:${workflowFile}`,
    'SF:kindeSrc/plan.ts',
  ])
  assert.doesNotMatch(lcov, /^DA:1,/m)
})

test('runs test files of TypeScript and JavaScript, in modules and in CommonJS', async (t) => {
  const required = passing.replaceAll(/^import (.*) from ('.*')$/gm, 'const $1 = require($2)')
  const folder = await makeProject(t, {
    ...files,
    'package.json': '{}',
    'tests/common.workflow.test.cts': required,
    'tests/plain.workflow.test.js': required,
    'tests/module.workflow.test.mjs': passing,
    'tests/tokens.test.ts': passing.replace(`'team'`, `'not a test of a workflow by its name'`),
  })
  const { exitCode, stdout, stderr } = await typeMintage(['test'], folder)
  assert.equal(exitCode, 0, stdout + stderr)
  assert.match(stdout, /ℹ pass 4$/m)
})

test('names a test that does not end, and takes no longer than --timeout for it', async (t) => {
  const hanging = `import { test } from 'node:test'
test('waits for ever', () => new Promise(() => {}))
test('ends')
`
  const folder = await makeProject(t, { ...files, 'tests/hanging.workflow.test.ts': hanging })
  const { exitCode, stdout } = await typeMintage(['test', '--timeout', '1'], folder)
  assert.equal(exitCode, 4)
  assert.match(stdout, /✖ waits for ever .*\n✔ ends/)
  assert.match(stdout, /test timed out after 1000ms/)
  const wrong = await typeMintage(['test', '--timeout', 'soon'], folder)
  assert.match(wrong.stderr, /--timeout needs a whole number from 1 to 86400/)
})

test('ends its test processes when it is stopped, and does not call that a pass', async (t) => {
  const hanging = `import { test } from 'node:test'
test('waits for ever', () => {
  console.log('in process', process.pid)
  return new Promise(() => {})
})
`
  const folder = await makeProject(t, { ...files, 'tests/hanging.workflow.test.ts': hanging })
  const command = startCommand(t, ['test', '--no-types'], { cwd: folder })
  const [, pid = ''] = await command.until(/in process (\d+)/)
  assert.equal(await command.stop('SIGTERM'), 4)
  await assert.rejects(async () => {
    for (;;) {
      process.kill(Number(pid), 0)
      await setImmediate()
    }
  }, /ESRCH/)
})

test('counts the lines of each workflow that runs in a sequence', async (t) => {
  const sequenced = (id: string, order: number, body: string) =>
    `export const workflowSettings = { id: '${id}', trigger: 'user:tokens_generation', order: ${order}, bindings: { 'kinde.accessToken': {}, 'kinde.auth': {} } }
export default async function () {
  ${body}
  kinde.accessToken.setCustomClaim('${id}', true)
}
`
  const folder = await makeProject(t, {
    'package.json': '{ "type": "module" }',
    'kinde.json': '{}',
    'first.ts': sequenced('first', 1, `if (Math.random() < 0) return`),
    'second.ts': sequenced('second', 2, `kinde.auth.denyAccess('no')\n  return`),
    'third.ts': sequenced('third', 3, ''),
    'sequence.workflow.test.ts': `import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runWorkflow } from 'mintage/testing'

test('the second one denies', async () => {
  const { log, denied } = await runWorkflow(['first.ts', 'second.ts', 'third.ts'])
  assert.deepEqual([log, denied], [[], { reason: 'no' }])
})
`,
  })
  const { exitCode, stdout, stderr } = await typeMintage(['test', '--coverage'], folder)
  assert.equal(exitCode, 0, stdout + stderr)
  const { groups } =
    /^first\.ts.*?(?<first>\d of \d).*\nsecond\.ts.*?(?<second>\d of \d).*\nthird\.ts.*?(?<third>\d of \d)/m.exec(
      stdout,
    ) ?? {}
  assert.deepEqual({ ...groups }, { first: '3 of 3', second: '3 of 4', third: '0 of 2' })
})

test('reports type errors as warnings, and fails on them with --strict-types', async (t) => {
  const folder = await makeProject(t, {
    ...files,
    [workflowFile]: `${workflow}\nconst wrong: number = 'text'\nvoid wrong\n`,
  })
  const without = await typeMintage(['test', '--strict-types'], folder)
  assert.equal(without.exitCode, 5)
  assert.match(without.stderr, /error\[types_not_checked\]/)
  await mkdir(join(folder, 'node_modules'))
  await symlink(join(repositoryRoot, 'node_modules/typescript'), join(folder, 'node_modules/typescript'))
  const warned = await typeMintage(['test'], folder)
  assert.equal(warned.exitCode, 0, warned.stdout + warned.stderr)
  assert.match(warned.stderr, /warning\[TS2322\].*\n.*tokensWorkflow\.ts:21:7/)
  assert.equal((await typeMintage(['test', '--no-types'], folder)).stderr, '')
  const strict = await typeMintage(['test', '--strict-types'], folder)
  assert.equal(strict.exitCode, 5)
  assert.match(strict.stdout, /✔ teams get the plan of a team/)
  assert.match(strict.stderr, /error\[type_errors\]: Type errors: 1\./)
})

test('runs the tests again after an edit of the workflow, until it is stopped', async (t) => {
  const folder = await makeProject(t, files)
  const command = startCommand(t, ['test', '--watch', '--no-types'], { cwd: folder })
  await command.until(/✔ teams get the plan of a team(?:.*\n)+.*Waiting for an edit/)
  await writeFile(join(folder, workflowFile), workflow.replace(`'team'`, `'gold'`))
  await command.until(/tokensWorkflow\.ts changed\n(?:.*\n)*✖ teams get the plan of a team/)
  await command.until(/tokensWorkflow\.ts changed\n(?:.*\n)+.*Waiting for an edit/)
  await writeFile(join(folder, workflowFile), workflow)
  await command.until(/✖ teams(?:.*\n)+.*changed\n(?:.*\n)*✔ teams get the plan of a team/)
  assert.equal(await command.stop('SIGINT'), 0)
})

test('makes a project with a test that passes', async (t) => {
  const folder = await makeProject(t, {})
  const made = await typeMintage(['init', 'mine'], folder)
  assert.match(made.stdout, /^ {2}tests\/tokens\.workflow\.test\.ts$/m)
  assert.match(made.stdout, /^Test the workflow, without a server:\n {2}.*mintage test mine$/m)
  assert.ok((await readdir(join(folder, 'mine/tests'))).includes('tsconfig.json'))
  const spaced = await typeMintage(['init', 'My own'], folder)
  assert.match(spaced.stdout, /mintage test "My own"$/m)
  assert.match(spaced.stdout, /npm install --prefix "My own"/)
  const tested = await typeMintage(['test', 'mine'], folder)
  assert.equal(tested.exitCode, 0, tested.stdout + tested.stderr)
  assert.match(tested.stdout, /ℹ pass 2$/m)
})
