// What a project's code may be made of, as `mintage run` builds and runs it: its tsconfig.json, and packages that were
// written for browsers and for Node.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { openFolder, smallEvent, workflow, type Folder, type TypedCommand } from './mintage.ts'

const run = (folder: Folder): Promise<TypedCommand> =>
  folder.mintage('run', 'src/tokensWorkflow.ts', '--event', 'event.json')

/** A project in the subfolder `project`, so that there is something beside it. */
async function openProject(files: Readonly<Record<string, string>>): Promise<Folder> {
  return openFolder({ 'package.json': '{}', 'event.json': smallEvent, ...files })
}

test('D7: uses paths, decorators and class fields of the tsconfig.json, with what it extends', async () => {
  await using folder = await openProject({
    'tsconfig.json': `{
      // as editors write it
      "extends": ["./config/base.json", "@team/tsconfig/strict"], /* two */
      "compilerOptions": { "paths": { "@lib/*": ["./src/lib/*"], "plans": ["./nowhere", "./src/plans.ts"], }, },
    }`,
    'config/base.json':
      '{"compilerOptions":{"experimentalDecorators":true,"jsx":"preserve","paths":{"@lib/*":["./none/*"]}}}',
    'node_modules/@team/tsconfig/strict.json':
      '{"compilerOptions":{"useDefineForClassFields":false,"jsxImportSource":"tiny-jsx"}}',
    'node_modules/tiny-jsx/jsx-runtime.js':
      'exports.jsx = (type, { children }) => "<" + type + ">" + children + "</" + type + ">"',
    'src/lib/tier.ts': 'export const tier: string = "gold"',
    'src/plans.ts': 'export default { pro: 7 }',
    'src/note.tsx': 'export const note = <b>{"bold"}</b>',
    'src/tokensWorkflow.ts': `import { tier } from '@lib/tier'
import plans from 'plans'
import { note } from './note'
${workflow(`  function noted(target: object, key: string) { Object.assign(target, { key }) }
  let assigned = 0
  class Base { set field(_: unknown) { assigned += 1 } }
  class Plan extends Base { @noted name = 'x'; field = 1 }
  token.tier = tier; token.pro = plans.pro; token.key = (new Plan() as any).key; token.assigned = assigned; token.note = note`)}`,
  })
  const { code, stdout, stderr } = await run(folder)
  assert.equal(code, 0, stdout + stderr)
  for (const [name, value] of Object.entries({
    tier: '"gold"',
    pro: '7',
    key: '"name"',
    assigned: '1',
    note: '"<b>bold</b>"',
  }))
    assert.match(stdout, new RegExp(`\\+ ${name} +${value.replaceAll('/', '\\/')}`))
})

test('D7: a tsconfig.json that leads out of the project reads nothing there', async () => {
  await using above = await openFolder({
    'secret.json': '{"compilerOptions":{"jsxImportSource":"canary-of-the-config"}}',
    'secret.ts': 'export const secret = "canary-of-the-code"',
    'tsconfig.json': '{"compilerOptions":{"paths":{"above":["./secret.ts"]}}}',
  })
  const project = (path: string, text: string) => above.write(join('project', path), text)
  await project('package.json', '{}')
  await project('event.json', smallEvent)
  await project('kinde.json', '{"version":"2024-12-09","rootDir":"src"}')
  await project('src/environment/workflows/tokensWorkflow.ts', workflow(`  token.tier = 'gold'`))
  const inProject = () =>
    above.mintage(
      'run',
      'project/src/environment/workflows/tokensWorkflow.ts',
      '--event',
      'project/event.json',
    )

  await project('tsconfig.json', '{"extends":["../secret.json","/etc/passwd"]}')
  const extended = await above.mintage('build', 'project')
  assert.equal(extended.code, 0, extended.stdout + extended.stderr)
  assert.doesNotMatch(extended.stdout + extended.stderr, /canary|root:/)
  assert.match(
    extended.stdout + extended.stderr,
    /tsconfig\.json extends "\.\.\/secret\.json", which is not inside the project/,
  )

  for (const [config, name] of [
    ['{"compilerOptions":{"paths":{"outside":["../secret.ts"]}}}', 'outside'],
    ['{"compilerOptions":{"baseUrl":".."}}', 'secret'],
    ['{"compilerOptions":{"paths":{"*":["/etc/*"]}}}', 'passwd'],
    ['{}', 'above'],
  ] as const) {
    await project('tsconfig.json', config)
    await project(
      'src/environment/workflows/tokensWorkflow.ts',
      `import * as x from '${name}'\n${workflow('  token.x = Object.keys(x)')}`,
    )
    const { code, stdout, stderr } = await inProject()
    assert.equal(code, 5, name)
    assert.match(stdout + stderr, /import_unresolved/, name)
    assert.doesNotMatch(stdout + stderr, /canary|root:/, name)
  }

  await project('src/environment/workflows/tokensWorkflow.ts', workflow(`  token.tier = 'gold'`))
  for (const [config, problem] of [
    ['{"compilerOptions":{\n  "paths" {}\n}}', /tsconfig\.json is not JSON: .*line 2/],
    ['{"extends":"./tsconfig.json"}', /tsconfig\.json extends more than 32 files, or itself/],
    ['[]', /tsconfig\.json has another shape/],
  ] as const) {
    await project('tsconfig.json', config)
    const { code, stdout, stderr } = await inProject()
    assert.equal(code, 5)
    assert.match(stdout + stderr, problem)
  }
})

test('D7: takes packages that leave modules out in browsers, and those that try for what is optional', async () => {
  await using folder = await openProject({
    'node_modules/mapped/package.json': JSON.stringify({
      main: 'index.js',
      browser: { './node.js': false, './inspect': false, fs: false, './swapped.js': './for-browsers.js' },
    }),
    'node_modules/mapped/index.js': `exports.parts = [
      Object.keys(require('./node.js')).length, Object.keys(require('./inspect')).length, Object.keys(require('fs')).length, require('./swapped'),
    ].join()`,
    'node_modules/mapped/node.js': `exports.no = require('child_process')\n//# sourceMappingURL=node.js.map`,
    'node_modules/mapped/inspect.js': `exports.no = require('util').inspect`,
    'node_modules/mapped/swapped.js': `module.exports = require('net')`,
    'node_modules/mapped/for-browsers.js': `module.exports = 'for browsers'`,
    'node_modules/guarded/index.js': `let fs, other
      try { fs = require('fs') } catch { fs = 'none' }
      try { other = require('not-installed') } catch { other = 'none' }
      module.exports = [fs, other, process.env.NODE_ENV].join()`,
    'node_modules/tracing/package.json': '{"type":"module","main":"index.js"}',
    'node_modules/tracing/index.js': `const name = ['@tracing', 'api'].join('/')
      export const load = () => import(/* @vite-ignore */ name)`,
    'node_modules/conditions/package.json': JSON.stringify({
      exports: { node: './node.js', worker: './worker.js', browser: './browser.js', default: './default.js' },
    }),
    ...Object.fromEntries(
      ['node', 'worker', 'browser', 'default'].map((name) => [
        `node_modules/conditions/${name}.js`,
        `exports.name = '${name}'`,
      ]),
    ),
    'node_modules/interop/index.js': `module.exports = Object.assign(() => 'called', { named: 'named' })`,
    'src/data.json': '{"from":"JSON"}',
    'src/tokensWorkflow.ts': `import { parts } from 'mapped'
import guarded from 'guarded'
import { load } from 'tracing'
import { name } from 'conditions'
import interop, { named } from 'interop'
import data from './data.json'
${workflow(`  token.parts = parts; token.guarded = guarded; token.name = name; token.interop = interop() + named + data.from
  token.loaded = await load().catch((error: Error) => error.message)`)}`,
  })
  const { code, stdout, stderr } = await run(folder)
  assert.equal(code, 0, stdout + stderr)
  for (const line of [
    /\+ parts +"0,0,0,for browsers"/,
    /\+ guarded +"none,none,production"/,
    /\+ name +"worker"/,
    /\+ interop +"callednamedJSON"/,
    /\+ loaded +"not permitted to load file @tracing\/api"/,
  ])
    assert.match(stdout, line)

  await writeFile(
    join(folder.path, 'src/tokensWorkflow.ts'),
    workflow(`  const name: string = 'x'\n  token.x = await import(name)`),
  )
  const own = await run(folder)
  assert.equal(own.code, 5)
  assert.match(own.stdout + own.stderr, /This import\(\) is computed[\s\S]*tokensWorkflow\.ts:\d+:\d+/)
})
