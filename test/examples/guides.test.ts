// The guides on workflows: every command in them is typed as it stands, every change that they tell to make is made.
import assert from 'node:assert/strict'
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { exampleFolder } from '../harness/examples.ts'
import {
  mintageArguments,
  mintageCommandsOf,
  repositoryRoot,
  typeMintage,
  typeShell,
} from '../harness/mintage-command.ts'
import { codeBlocks } from '../harness/pages-of-docs.ts'
import { makeProject } from '../harness/temp-project.ts'

const writeGuide = fileURLToPath(new URL('../../docs/guides/write-a-workflow.md', import.meta.url))
const testGuide = fileURLToPath(new URL('../../docs/guides/test-a-workflow.md', import.meta.url))
const workflow = 'kindeSrc/environment/workflows/tokensWorkflow.ts'

test('every command of write-a-workflow.md issues tokens', async () => {
  const commands = await mintageCommandsOf(writeGuide)

  assert.equal(commands.length, 3)
  for (const command of commands) {
    const { exitCode, stdout } = await typeMintage(mintageArguments(command))
    assert.equal(exitCode, 0, command)
    assert.match(stdout, /\+ sign_in/)
  }
})

test('the claim that write-a-workflow.md tells to add comes into the token', async (t) => {
  const folder = await copyOfDemo(t)
  const [line = '', type = ''] = await codeBlocks(writeGuide, 'ts')
  await edit(`${folder}/${workflow}`, [
    ['  console.log(', `${line}  console.log(`],
    ['  feature_flags?: object\n', `  feature_flags?: object\n${type}`],
  ])

  const { exitCode, stdout } = await typeMintage(['run', workflow, '--event', 'events/sign-in.json'], folder)

  assert.equal(exitCode, 0)
  assert.match(stdout, /\+ department +"looms"/)
})

test('the denial that write-a-workflow.md tells to add ends with exit code 3 and its reason', async (t) => {
  const folder = await copyOfDemo(t)
  const denial = (await codeBlocks(writeGuide, 'ts')).find((block) => block.includes('denyAccess(')) ?? ''
  await edit(`${folder}/${workflow}`, [
    ['  console.log(', `${denial}  console.log(`],
    ["    'kinde.idToken': {},\n", "    'kinde.idToken': {},\n    'kinde.auth': {},\n"],
    ['  accessTokenCustomClaims,\n', '  accessTokenCustomClaims,\n  denyAccess,\n'],
  ])
  await edit(`${folder}/events/sign-in.json`, [['conn_email', 'conn_retired']])

  const { exitCode, stdout } = await typeMintage(['run', workflow, '--event', 'events/sign-in.json'], folder)

  assert.equal(exitCode, 3)
  assert.match(stdout, /This way of signing in is closed\./)
})

test('the test file and the commands of test-a-workflow.md pass in a copy of the demo', async (t) => {
  const folder = await copyOfDemo(t)
  const [testFile = ''] = await codeBlocks(testGuide, 'ts')
  await writeFile(`${folder}/tests/tokens.workflow.test.ts`, testFile)

  for (const commands of await codeBlocks(testGuide, 'sh')) {
    for (const command of commands.trim().split('\n')) {
      const { exitCode, stdout, stderr } = await typeShell(command, folder)
      assert.equal(exitCode, 0, `${command}\n${stdout}${stderr}`)
    }
  }
  const { exitCode, stdout } = await typeShell('node --test', folder)
  assert.equal(exitCode, 0, stdout)
})

test('the test of test-a-workflow.md fails when the workflow does', async (t) => {
  const folder = await copyOfDemo(t)
  const [testFile = ''] = await codeBlocks(testGuide, 'ts')
  await writeFile(`${folder}/tests/tokens.workflow.test.ts`, testFile)
  await edit(`${folder}/${workflow}`, [["join(' ')", "join(',')"]])

  const { exitCode, stdout } = await typeShell('npx mintage test', folder)

  assert.equal(exitCode, 4)
  assert.match(stdout, /'admin,editor'/)
})

test('D9: the tests with answers of test-a-workflow.md pass, without any network', async (t) => {
  const folder = await copyOfDemo(t)
  const [testFile = '', withAnswers = ''] = await codeBlocks(testGuide, 'ts')
  await writeFile(
    `${folder}/tests/crm.workflow.test.ts`,
    `${testFile.slice(0, testFile.indexOf("test('"))}${withAnswers}`,
  )
  const call = `  let crm = await kinde.fetch('https://crm.example.com/mine')
  if (!crm.json) crm = await kinde.fetch('https://crm.example.com/mine')
  Object.assign(accessToken, { company: crm.json.companyName })
`
  await edit(`${folder}/${workflow}`, [['  console.log(', `${call}  console.log(`]])

  const { exitCode, stdout } = await typeShell('npx mintage test', folder)

  assert.equal(exitCode, 0, stdout)
})

/** The demo as a project of somebody who has installed Mintage. */
async function copyOfDemo(t: TestContext): Promise<string> {
  const folder = await makeProject(t, { 'package.json': '{ "private": true }' })
  await cp(exampleFolder('demo'), folder, { recursive: true })
  await cp(exampleFolder('events'), `${folder}/events`, { recursive: true })
  await mkdir(`${folder}/tests`)
  await mkdir(`${folder}/node_modules/.bin`, { recursive: true })
  await symlink(repositoryRoot, `${folder}/node_modules/mintage`)
  await symlink(`${repositoryRoot}bin/mintage.js`, `${folder}/node_modules/.bin/mintage`)
  return folder
}

/** Each text must be there: a guide that speaks of a line that is gone is wrong. */
async function edit(
  file: string,
  replacements: readonly (readonly [from: string, to: string])[],
): Promise<void> {
  let content = await readFile(file, 'utf8')
  for (const [from, to] of replacements) {
    assert.ok(content.includes(from), `${file} has no ${JSON.stringify(from)}`)
    content = content.replace(from, () => to)
  }
  await writeFile(file, content)
}

test('the command of rehearse.md that needs no server tries its events', async () => {
  const guide = fileURLToPath(new URL('../../docs/guides/rehearse.md', import.meta.url))
  const commands = await mintageCommandsOf(guide)
  const fuzz = commands.find((command) => command.includes('--fuzz'))
  assert.ok(fuzz)
  const { exitCode, stdout, stderr } = await typeMintage(mintageArguments(fuzz))
  assert.equal(exitCode, 0, stderr)
  assert.match(stdout, /no failure \(50 events, seed 42\)/)
})
