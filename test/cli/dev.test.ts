import assert from 'node:assert/strict'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { demoProjectDir } from '../../src/app/index.ts'
import { startCommand } from '../harness/serving-command.ts'
import { userAgent } from '../harness/user-agent.ts'
import { openFolder } from './mintage.ts'

test('mintage dev takes over each edit, keeps the last good one, and shows each run', async (t) => {
  const { path, ...folder } = await openFolder()
  t.after(() => folder[Symbol.asyncDispose]())
  const project = join(path, 'project')
  await cp(demoProjectDir, project, { recursive: true })
  const file = join(project, 'kindeSrc/environment/workflows/tokensWorkflow.ts')
  const source = await readFile(file, 'utf8')
  const command = startCommand(t, ['dev', '--project', project, '--port', '0'], { cwd: path })
  const [, issuer = ''] = await command.until(/issuer +(http:\/\/localhost:\d+)$/m)
  await command.until(/^Ready in \d+ ms\. The project is watched/m)

  const edited = source.replace('Hello ${name}', 'Moin ${name}')
  await writeFile(file, edited)
  await command.until(/^live: kindeSrc\/environment\/workflows\/tokensWorkflow\.ts {2}dep_\w+$/m)

  await writeFile(file, edited.replace(`'kinde.idToken': {},`, `'kinde.idToken': {}, 'kinde.m2mToken': {},`))
  await command.until(/^live: .*\nwarning: .*"kinde\.m2mToken" is not available to user:tokens_generation/m)

  await writeFile(file, source.replace('export default', 'export defualt'))
  await command.until(/^error\[workflow_syntax\]: [\s\S]*tokensWorkflow\.ts:\d+[\s\S]*^still live: dep_\w+$/m)

  const yaml = join(project, 'mintage.yaml')
  const text = await readFile(yaml, 'utf8')
  await writeFile(yaml, text.replace('firstName: Charles', 'firstNam: Charles'))
  await command.until(/^error\[mintage_file_invalid\]: [\s\S]*mintage\.yaml:\d+:\d+/m)
  await writeFile(yaml, text.replace('firstName: Charles', 'firstName: Karl'))
  await command.until(/^mintage\.yaml\n~ user charles@example\.com firstName$/m)

  const agent = userAgent(issuer)
  const signIn = await agent.submit(await agent.get(`${issuer}/playground`), '/playground/sign-in')
  await agent.submit(signIn, '/sign-in', {
    identifier: 'charles@example.com',
    password: 'difference-engine-42',
  })
  await command.until(
    /inv_\S+ {2}completed[\s\S]*demoTokens {2}user:tokens_generation[\s\S]*\+ greeting +"Moin Karl"/,
  )
  assert.doesNotMatch(command.output(), /difference-engine/)
  assert.equal(await command.stop('SIGINT'), 0)
})
