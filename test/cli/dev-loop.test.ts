// The loop of `mintage dev`: what it takes for a change, what it says of one, and how it waits for a project that is broken.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { repositoryRoot, typeMintage } from '../harness/mintage-command.ts'
import { freePort } from '../harness/free-port.ts'
import { startHttpServer } from '../harness/http-server.ts'
import { startCommand, type ServingCommand } from '../harness/serving-command.ts'
import { makeProject } from '../harness/temp-project.ts'
import { workflow } from './mintage.ts'

const workflowFile = 'kindeSrc/environment/workflows/tokensWorkflow.ts'
const live = /^live: kindeSrc\/environment\/workflows\/tokensWorkflow\.ts {2}dep_\w+$/m

const sets = (value: string) => workflow(`  kinde.idToken.setCustomClaim('greeting', ${value})`)

function files(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    'kinde.json': '{}',
    'mintage.yaml': 'roles: { one: {} }\n',
    [workflowFile]: sets(`'one'`),
    ...more,
  }
}

function dev(t: TestContext, cwd: string, stdoutFile?: string): ServingCommand {
  return startCommand(t, ['dev', '--project', '.', '--port', '0'], {
    cwd,
    ...(stdoutFile !== undefined && { stdoutFile }),
  })
}

test('sends every event to the receiver of a developer, once that can be reached', async (t) => {
  const dir = await makeProject(t, files())
  const port = await freePort('127.0.0.1')
  const args = ['dev', '--project', '.', '--port', '0', '--forward-webhooks', `http://127.0.0.1:${port}/hook`]
  const command = startCommand(t, args, { cwd: dir })
  await command.until(/^Ready/m)
  await writeFile(join(dir, 'mintage.yaml'), 'roles: { one: {}, two: {} }\n')
  await command.until(/^webhook role\.created event_\w+ not delivered: .*, again in \d s$/m)
  const arrived = Promise.withResolvers<string>()
  await startHttpServer(
    t,
    ({ body }) => {
      arrived.resolve(body)
      return { status: 202 }
    },
    port,
  )
  const [, payload = ''] = (await arrived.promise).split('.')
  assert.match(Buffer.from(payload, 'base64url').toString(), /"type":"role\.created".*"key":"two"/)
  await command.until(/^webhook role\.created event_\w+ 202$/m)
  assert.equal(await command.stop('SIGINT'), 0)

  const wrong = await typeMintage(['dev', '--forward-webhooks', 'localhost:3000'], dir)
  assert.equal(wrong.exitCode, 2)
  assert.match(wrong.stderr, /--forward-webhooks needs an address that begins with http/)
})

describe('E4: mintage dev', () => {
  test('builds once for an edit when its own output is a file of the project', async (t) => {
    const dir = await makeProject(t, files())
    const log = join(dir, 'dev.log')
    const command = dev(t, dir, log)
    const printed = async (pattern: RegExp) => {
      for (;;) {
        const text = await readFile(log, 'utf8').catch(() => '')
        if (pattern.test(text)) return text
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
    await printed(/^Ready/m)
    for (const value of ['two', 'three']) {
      await writeFile(join(dir, workflowFile), sets(`'${value}'`))
      // Lines that the project's own log gains are no edits.
      await printed(new RegExp(`(?:^live: .*\n[^]*?){${value === 'two' ? '1' : '2'}}`, 'm'))
    }
    await writeFile(join(dir, 'mintage.yaml'), 'roles: { one: {}, two: {} }\n')
    const text = await printed(/^\+ role two$/m)
    assert.equal(text.match(/^live: /gm)?.length, 2, text)
    assert.equal(await command.stop('SIGINT'), 0)
  })

  test('says nothing of files that were touched, and of files that no build reads', async (t) => {
    const dir = await makeProject(t, files({ 'data.json': '{}', 'notes.md': '' }))
    const command = dev(t, dir)
    await command.until(/^Ready/m)
    const now = new Date()
    for (const file of [workflowFile, 'mintage.yaml', 'kinde.json', 'notes.md'])
      await utimes(join(dir, file), now, now)
    await writeFile(join(dir, workflowFile), await readFile(join(dir, workflowFile)))
    await writeFile(join(dir, 'data.json'), '{ "a": 1 }')
    await writeFile(join(dir, 'notes.md'), 'a note')
    await writeFile(join(dir, 'mintage.yaml'), 'roles: { one: {}, two: {} }\n')
    await command.until(/^\+ role two$/m)
    assert.doesNotMatch(command.output(), live)
  })

  test('takes over an edit of an import, of JSON that is read, and of a folder that is replaced', async (t) => {
    const source = sets(`text + data.text`).replace(
      /^/,
      `import { text } from '../../lib/text'\nimport data from '../../data.json'\n`,
    )
    const dir = await makeProject(
      t,
      files({
        [workflowFile]: source,
        'kindeSrc/lib/text.ts': `export const text = 'a'`,
        'kindeSrc/data.json': '{ "text": "1" }',
      }),
    )
    const command = dev(t, dir)
    await command.until(/^Ready/m)
    await writeFile(join(dir, 'kindeSrc/lib/text.ts'), `export const text = 'b'`)
    await command.until(/(?:^live: .*\n[^]*){1}/m)
    await writeFile(join(dir, 'kindeSrc/data.json'), '{ "text": "2" }')
    await command.until(/(?:^live: .*\n[^]*){2}/m)
    await mkdir(join(dir, 'next'))
    await writeFile(join(dir, 'next/text.ts'), `export const text = 'c'`)
    await rename(join(dir, 'kindeSrc/lib'), join(dir, 'old'))
    await rename(join(dir, 'next'), join(dir, 'kindeSrc/lib'))
    await command.until(/(?:^live: .*\n[^]*){3}/m)
  })

  const broken: readonly (readonly [what: string, file: string, content: string, error: RegExp])[] = [
    ['a workflow', workflowFile, 'export default async function ( {', /^error\[workflow_syntax\]/m],
    ['an import', workflowFile, `import './missing'\n${sets(`'x'`)}`, /^error\[import_unresolved\]/m],
    ['mintage.yaml', 'mintage.yaml', 'roles: 3\n', /^error\[mintage_file_invalid\]: .*\n.*mintage\.yaml:1:/m],
    ['kinde.json', 'kinde.json', '{', /^error\[project_invalid\]/m],
  ]
  for (const [what, file, content, error] of broken) {
    test(`waits for ${what} that is broken at the start, and goes live once it is fixed`, async (t) => {
      const dir = await makeProject(t, { ...files(), [file]: content })
      const command = dev(t, dir)
      await command.until(error)
      await command.until(/^Waiting for an edit of the project\. Stop with Ctrl\+C\.$/m)
      await writeFile(join(dir, file), files()[file] ?? '')
      const [, issuer = ''] = await command.until(/issuer +(http:\/\/localhost:\d+)$/m)
      await command.until(/^Ready/m)
      assert.equal((await fetch(`${issuer}/readyz`)).status, 200)
      await writeFile(join(dir, workflowFile), sets(`'two'`))
      await command.until(/^live: /m)
      assert.equal(await command.stop('SIGINT'), 0)
    })
  }

  test('ends by a signal while it waits, and ends with an error for a port that is taken', async (t) => {
    const dir = await makeProject(t, files({ [workflowFile]: '(' }))
    const command = dev(t, dir)
    await command.until(/^Waiting/m)
    assert.equal(await command.stop('SIGINT'), 0)

    await writeFile(join(dir, workflowFile), sets(`'one'`))
    const taken = createServer().listen(0, 'localhost')
    await once(taken, 'listening')
    t.after(() => void taken.close())
    const address = taken.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { exitCode, stderr } = await typeMintage(['dev', '--project', '.', '--port', String(port)], dir)
    assert.equal(exitCode, 2)
    assert.match(stderr, /error\[port_in_use\]/)
  })

  test('starts without a folder of workflows, and takes the first one in', async (t) => {
    const { [workflowFile]: source = '', ...others } = files()
    const dir = await makeProject(t, others)
    const command = dev(t, dir)
    await command.until(/workflow +none: No workflows in kindeSrc\/environment\/workflows/)
    await command.until(/^Ready/m)
    await mkdir(join(dir, 'kindeSrc/environment/workflows'), { recursive: true })
    await writeFile(join(dir, workflowFile), source)
    await command.until(/^live: /m)
  })
})

const typed = (line: string) => `${line}\n${sets(`'one'`)}`

async function typeScriptProject(t: TestContext, source: string): Promise<string> {
  const dir = await makeProject(t, {
    ...files({ [workflowFile]: source }),
    'tsconfig.json': '{ "compilerOptions": { "strict": true, "noImplicitAny": false } }',
    'elsewhere.ts': 'const wrong: number = "not a workflow"',
  })
  await mkdir(join(dir, 'node_modules'))
  await symlink(join(repositoryRoot, 'node_modules/typescript'), join(dir, 'node_modules/typescript'))
  return dir
}

const wrong = typed('const plan: number = "free"')
const warning =
  /^warning\[TS2322\]: Type 'string' is not assignable to type 'number'\.\n +--> kindeSrc\/environment\/workflows\/tokensWorkflow\.ts:1:7$/m

describe('E4: type errors', () => {
  test('are warnings of mintage dev, which serves all the same', async (t) => {
    const dir = await typeScriptProject(t, typed(''))
    const command = dev(t, dir)
    await command.until(/^Ready/m)
    // What differs in types alone is the same deployment.
    await writeFile(join(dir, workflowFile), wrong)
    await command.until(warning)
    await writeFile(join(dir, workflowFile), typed('const plan: string = "free"'))
    await command.until(/^the types are right again$/m)
    assert.doesNotMatch(command.output(), /elsewhere/)
    assert.equal(await command.stop('SIGINT'), 0)
  })

  test('keep a workflow from being served by mintage dev --strict-types, at the start and after an edit', async (t) => {
    const dir = await typeScriptProject(t, wrong)
    const command = startCommand(t, ['dev', '--strict-types', '--project', '.', '--port', '0'], { cwd: dir })
    await command.until(/^error\[type_errors\]: TS2322: .*\n +--> .*tokensWorkflow\.ts:1:7$/m)
    await command.until(/^Waiting for an edit/m)
    await writeFile(join(dir, workflowFile), typed('const plan: string = "free"'))
    await command.until(/^Ready/m)
    // The same code, and yet not what an author with these types wants served.
    await writeFile(join(dir, workflowFile), `${wrong}\nconst tier: number = "gold"`)
    const [, still] = await command.until(
      /^error\[type_errors\]: TS2322[^]*^error\[type_errors\]: TS2322[^]*^still live: (dep_\w+)$/m,
    )
    await writeFile(join(dir, workflowFile), typed('const plan: string = "gold"'))
    await command.until(new RegExp(`^live: .*  ${String(still)}$`, 'm'))
    assert.equal(await command.stop('SIGINT'), 0)
  })

  test('are warnings of mintage build, and fail it with --strict-types', async (t) => {
    const dir = await typeScriptProject(t, wrong)
    const built = await typeMintage(['build'], dir)
    assert.equal(built.exitCode, 0, built.stderr)
    assert.match(built.stderr, warning)
    assert.doesNotMatch(built.stderr, /kinde'|elsewhere/)
    const strict = await typeMintage(['build', '--strict-types'], dir)
    assert.equal(strict.exitCode, 5)
    assert.match(strict.stderr, warning)
    assert.match(strict.stderr, /^error\[type_errors\]: Type errors: 1\./m)
    const without = await typeMintage(['build', '--no-types'], dir)
    assert.deepEqual([without.exitCode, without.stderr], [0, ''])
    await writeFile(join(dir, workflowFile), typed('const plan: string = "free"'))
    const right = await typeMintage(['build', '--strict-types'], dir)
    assert.deepEqual([right.exitCode, right.stderr], [0, ''])
  })

  test('are not looked for in a project without TypeScript, which --strict-types refuses', async (t) => {
    const dir = await makeProject(t, files({ [workflowFile]: wrong }))
    const built = await typeMintage(['build'], dir)
    assert.deepEqual([built.exitCode, built.stderr], [0, ''])
    const strict = await typeMintage(['build', '--strict-types'], dir)
    assert.equal(strict.exitCode, 5)
    assert.match(strict.stderr, /error\[types_not_checked\].*\n +help: Run npm install --save-dev typescript/)
  })

  test('say why they cannot be found when tsconfig.json is wrong', async (t) => {
    const dir = await typeScriptProject(t, wrong)
    await writeFile(join(dir, 'tsconfig.json'), '{ "compilerOptions": { "strikt": true } }')
    const built = await typeMintage(['build'], dir)
    assert.equal(built.exitCode, 0)
    assert.match(built.stderr, /^warning\[types_not_checked\]: Types are not checked: TS\d+: .*strikt/m)
    await rm(join(dir, 'tsconfig.json'))
    assert.match((await typeMintage(['build'], dir)).stderr, warning)
  })
})
