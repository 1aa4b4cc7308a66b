// What people install: packed as npm packs it, installed by npm into an empty folder, and used from there by its commands.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { signInToDemo } from '../harness/demo-sign-in.ts'
import { codeBlocks } from '../harness/pages-of-docs.ts'
import { repositoryRoot } from '../harness/mintage-command.ts'
import { startCommand } from '../harness/serving-command.ts'
import { userAgent } from '../harness/user-agent.ts'
import { openWorkplace, pack, manifest, type PackedPackage, type Workplace } from './installation.ts'

const installGuide = join(repositoryRoot, 'docs/guides/install.md')
const workflowFile = 'kindeSrc/environment/workflows/tokensWorkflow.ts'

let workplace: Workplace
let packed: PackedPackage
let installed: string
const cleanUps: (() => Promise<void>)[] = []

before(async () => {
  workplace = await openWorkplace({ after: (cleanUp) => void cleanUps.push(cleanUp) })
  packed = await pack({ after: (cleanUp) => void cleanUps.push(cleanUp) }, workplace)
  const [, install = ''] = await codeBlocks(installGuide, 'sh')
  const [line = '', start] = install.split('\n')
  assert.equal(start, 'npx mintage start')
  const { exitCode, stderr } = await workplace.type(
    line.replace('../mintage/', `${dirname(packed.tarball)}/`),
  )
  assert.equal(exitCode, 0, stderr)
  installed = join(workplace.folder, 'node_modules', (await manifest()).name)
})

after(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp()
})

async function typed(line: string, cwd?: string): Promise<string> {
  const { exitCode, stdout, stderr } = await workplace.type(line, cwd)
  assert.equal(exitCode, 0, `${line}: ${stdout}${stderr}`)
  return stdout
}

async function isServing(issuer: string): Promise<boolean> {
  return fetch(`${issuer}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  )
}

function installedProgram(): readonly string[] {
  return [process.execPath, join(installed, 'bin/mintage.js')]
}

describe('E2: the package', () => {
  test('holds what people run, under 12 MB, and no tests', () => {
    const paths = packed.files.map(({ path }) => path)
    assert.ok(packed.unpackedSize < 12_000_000, `${packed.unpackedSize} bytes`)
    const expected = [
      'bin/mintage.js',
      'bin/for-tests.js',
      'bin/testing.js',
      'bin/testing.cjs',
      'dist/testing/index.js',
      'dist/testing/index.d.ts',
      'dist/main.js',
      'dist/main.d.ts',
      'dist/runtime/scripts/worker.js',
      'dist/pages/fonts/instrument-sans.woff2',
      'dist/pages/fonts/LICENSE',
      `examples/demo/${workflowFile}`,
      'examples/events/sign-in.json',
      'docs/reference/mintage-yaml.md',
      'LICENSE',
      'README.md',
    ]
    assert.deepEqual(
      expected.filter((path) => !paths.includes(path)),
      [],
    )
    const unexpected = /^(?:src|test|bench|packaging)\/|\.test\.|(?:^|\/)fixtures\/|^dist\/.*(?<!\.d)\.ts$/
    assert.deepEqual(
      paths.filter((path) => unexpected.test(path)),
      [],
    )
  })

  test('is installed with every package that its code imports', async () => {
    const imported = new Set<string>()
    for (const file of await readdir(join(installed, 'dist'), { recursive: true })) {
      // The scripts of the sandbox hold their packages.
      if (!file.endsWith('.js') || file.startsWith('runtime/scripts/')) continue
      const code = await readFile(join(installed, 'dist', file), 'utf8')
      for (const [, name = ''] of code.matchAll(
        /(?:\bfrom|^import|\bimport\()\s*'((?:@[\w.-]+\/)?\w[\w.:-]*)[\w./-]*'/gm,
      ))
        // What a new project imports of this package stands in its template.
        if (!name.startsWith('node:') && name !== 'mintage') imported.add(name)
    }
    const { dependencies = {} } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>
    }
    assert.ok(imported.has('oidc-provider'))
    assert.deepEqual(
      [...imported].filter((name) => !(name in dependencies)),
      [],
    )
  })

  test('has types whose references resolve', async () => {
    const check = join(workplace.folder, 'check.mts')
    await writeFile(
      check,
      `import { runCli } from '${installed}/dist/cli/index.js'\nconst code: Promise<number> = runCli([], { noColor: true, debug: false })\n// @ts-expect-error: an exit code is a number\nconst text: Promise<string> = runCli([], { noColor: true, debug: false })\nvoid [code, text]\n`,
    )
    await typed(
      `node ${join(repositoryRoot, 'node_modules/typescript/bin/tsc')} --noEmit --strict --skipLibCheck --module nodenext --target es2024 --types node --typeRoots ${join(repositoryRoot, 'node_modules/@types')} ${check}`,
    )
  })

  test('has types of the test kit that hold in the strictest projects', async () => {
    const folder = join(workplace.folder, 'strict')
    await mkdir(folder)
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    await writeFile(
      join(folder, 'kit.ts'),
      `import { m2mEvent, runWorkflow, signInEvent, type RunWorkflowOptions, type UserTokensEvent } from 'mintage/testing'
interface Claims { plan: string; roles?: { key: string }[] }
const workflow = new URL('./tokensWorkflow.ts', import.meta.url)
export async function check(claims: Partial<Claims>, seed: string | undefined) {
  const options: RunWorkflowOptions<UserTokensEvent> = {
    event: signInEvent({ context: { user: { id: 'kp_1' }, organization: undefined } }),
    claims: { accessToken: claims, idToken: { nickname: undefined } },
    seed,
    clock: undefined,
    answers: {
      'https://crm.example/*': { error: 'fetch_timeout' },
      'GET https://api.example/': async ({ url }) => ({ status: 404, body: { url } }),
    },
  }
  const { accessToken, error } = await runWorkflow(workflow, options)
  const { m2mToken } = await runWorkflow(workflow, { event: m2mEvent() })
  // @ts-expect-error: a user's tokens are not those of a machine
  void (await runWorkflow(workflow, options)).m2mToken
  // @ts-expect-error: an unknown option
  void runWorkflow(workflow, { enviroment: {} })
  // @ts-expect-error: an id is a string
  signInEvent({ context: { user: { id: 5 } } })
  return [accessToken.after as Claims | null, error?.at?.line, m2mToken.changes.added]
}
`,
    )
    const options =
      '--noEmit --strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --target es2024 --lib es2024 --types node'
    const types = `--typeRoots ${join(repositoryRoot, 'node_modules/@types')}`
    for (const module of ['--module nodenext', '--module esnext --moduleResolution bundler'])
      await typed(
        `node ${join(repositoryRoot, 'node_modules/typescript/bin/tsc')} ${options} ${types} ${module} kit.ts`,
        folder,
      )
  })

  test('serves the demo outside of a project, to a client that signs in and refreshes', async (t) => {
    const command = startCommand(t, ['start', '--port', '0'], {
      cwd: workplace.folder,
      // As a person types it; this Node comes first in PATH.
      program: ['sh', '-c', 'PATH="$1:$PATH"; shift; exec npx mintage "$@"', 'sh', dirname(process.execPath)],
    })
    const [, issuer = ''] = await command.until(/issuer +(http:\/\/localhost:\d+)$/m)
    await command.until(/^Ready/m)
    assert.match(command.output(), /^Mintage {2}the demo project$/m)
    await signInToDemo(issuer, join(installed, 'examples/demo'))
    // npx passes no signal on; the server sees that it is gone.
    await command.stop('SIGKILL')
    while (await isServing(issuer)) await setTimeout(50)
    assert.match(await typed('npx mintage logs'), /completed +refresh_token_request/)
    const run = `npx mintage run ${installed}/examples/demo/${workflowFile} --event ${installed}/examples/events/sign-in.json`
    assert.match(await typed(run), /\+ greeting +"Hello Ada"/)
  })

  test('makes a project that builds, passes its own type check, and is followed while it is edited', async (t) => {
    const [, , guide = ''] = await codeBlocks(installGuide, 'sh')
    assert.equal(guide, 'npx mintage init my-project\ncd my-project\nnpm install\nnpx mintage dev\n')
    const made = await typed('npx mintage init my-project')
    const project = join(workplace.folder, 'my-project')
    const [, email = '', password = ''] = /^ {2}(\S+@\S+) {2}password {2}(\S+)$/m.exec(made) ?? []
    assert.deepEqual((await readdir(project)).toSorted(), [
      '.gitignore',
      'README.md',
      'kinde.json',
      'kindeSrc',
      'mintage.yaml',
      'package.json',
      'tests',
      'tsconfig.json',
    ])
    assert.ok((await readFile(join(project, 'README.md'), 'utf8')).trimEnd().split('\n').length <= 10)

    const [, types = ''] = /^ {2}(npm install .*)$/m.exec(made) ?? []
    assert.equal(types, 'npm install --prefix my-project')
    await typed(types)
    await typed('npx tsc', project)
    assert.match(await typed('npx mintage build --strict-types', project), /tokensWorkflow\.ts/)

    const command = startCommand(t, ['dev', '--port', '0'], {
      cwd: project,
      program: installedProgram(),
    })
    const [, issuer = ''] = await command.until(/issuer +(http:\/\/localhost:\d+)$/m)
    await command.until(/^Ready/m)
    assert.match(command.output(), /^Mintage {2}the project in .*my-project$/m)
    const agent = userAgent(issuer)
    const signIn = await agent.submit(await agent.get(`${issuer}/playground`), '/playground/sign-in')
    await agent.submit(signIn, '/sign-in', { identifier: email, password })
    await command.until(/\+ greeting +"Hello"/)
    const workflow = join(project, workflowFile)
    await writeFile(workflow, (await readFile(workflow, 'utf8')).replace(`'Hello'`, `'Welcome'`))
    await command.until(/^live: /m)
    assert.equal(await command.stop('SIGINT'), 0)
    assert.match(await typed('npx mintage logs', project), /completed +authorization_request/)
  })

  test('has a test kit with types, for `mintage test`, `node --test` and vitest', async () => {
    await typed('npx mintage init tested')
    const project = join(workplace.folder, 'tested')
    await typed('npm install --save-dev vitest', project)
    await typed('npx tsc -p tests', project)
    const tested = await typed('npx mintage test --coverage --strict-types', project)
    assert.match(tested, /^ℹ pass 2$/m)
    assert.match(tested, /tokensWorkflow\.ts +100\.00 %/)
    assert.match(await typed('node --test', project), /^# pass 2$|^ℹ pass 2$/m)

    const file = join(project, 'tests/tokens.workflow.test.ts')
    await writeFile(file, (await readFile(file, 'utf8')).replace(`'node:test'`, `'vitest'`))
    for (const pool of ['forks', 'threads', 'vmThreads'])
      assert.match(await typed(`NO_COLOR=1 npx vitest run --pool=${pool}`, project), /Tests +2 passed/, pool)
  })

  test('follows the demo, too, although it lies in node_modules', async (t) => {
    const command = startCommand(t, ['dev', '--demo', '--port', '0'], {
      cwd: workplace.folder,
      program: installedProgram(),
    })
    await command.until(/^Ready/m)
    const workflow = join(installed, 'examples/demo', workflowFile)
    await writeFile(workflow, (await readFile(workflow, 'utf8')).replace('Hello ${name}', 'Welcome, ${name}'))
    await command.until(/^live: /m)
    assert.equal(await command.stop('SIGINT'), 0)
  })

  test('says what to do on an older Node, and hands over to the package `node` where that is installed', async () => {
    const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })`
    const preload = join(workplace.folder, 'older-node.mjs')
    await writeFile(preload, `${older}\n`)
    const line = `node --import ${pathToFileURL(preload).href} ${join(installed, 'bin/mintage.js')} --version`
    const refused = await workplace.type(line)
    assert.equal(refused.exitCode, 69)
    assert.match(
      refused.stderr,
      /^mintage needs Node 24\.\d+ or newer; this is v[\d.]+\.\nInstall that Node, or run "npm install node@24"/,
    )
    const bin = join(workplace.folder, 'node_modules/node/bin')
    await mkdir(bin, { recursive: true })
    await writeFile(join(dirname(bin), 'package.json'), '{ "name": "node", "version": "24.0.0" }')
    await symlink(process.execPath, join(bin, 'node'))
    assert.equal(await typed(line), `${(await manifest()).version}\n`)
  })
})

describe('E2: documents', () => {
  test('name an installation before their first `npx mintage`', async () => {
    const guides = (await readdir(join(repositoryRoot, 'docs/guides'))).map((name) => `docs/guides/${name}`)
    const examples = (await readdir(join(repositoryRoot, 'examples'), { withFileTypes: true }))
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `examples/${name}/README.md`)
      .filter((page) => existsSync(join(repositoryRoot, page)))
    for (const page of ['README.md', ...guides, ...examples]) {
      const markdown = await readFile(join(repositoryRoot, page), 'utf8')
      const before = markdown.slice(0, Math.max(0, markdown.search(/^npx mintage /m)))
      assert.match(`${before || 'npm install'}`, /npm ci|npm install|\(install\.md\)/, page)
    }
  })

  test('name the file that npm packs', async () => {
    const guide = await readFile(installGuide, 'utf8')
    const named = [
      ...guide.matchAll(/[\w.-]+\.tgz/g),
      ...(await readFile(join(repositoryRoot, 'README.md'), 'utf8')).matchAll(/[\w.-]+\.tgz/g),
    ]
    assert.deepEqual([...new Set(named.map(([name]) => name))], [packed.filename])
  })
})

test('runs the source of a checkout, also beside a dist/ that was left there', async () => {
  const checkout = join(workplace.folder, 'checkout')
  for (const [file, says] of [
    ['src/main.ts', 'source'],
    ['dist/main.js', 'built'],
  ] as const) {
    await mkdir(dirname(join(checkout, file)), { recursive: true })
    await writeFile(join(checkout, file), `process.stdout.write('${says}')\n`)
  }
  await mkdir(join(checkout, 'bin'))
  for (const file of ['bin/mintage.js', 'bin/node-version.js', 'package.json'])
    await writeFile(join(checkout, file), await readFile(join(repositoryRoot, file)))
  assert.equal(await typed('node bin/mintage.js', checkout), 'source')
  assert.ok(existsSync(join(installed, 'dist/main.js')) && !existsSync(join(installed, 'src')))
})
