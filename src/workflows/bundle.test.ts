import assert from 'node:assert/strict'
import { ChildProcess } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { stop } from 'esbuild'
import { z } from 'zod'
import { makeProject } from '../../test/harness/temp-project.ts'
import { bundleWorkflow } from './bundle.ts'

const file = 'kindeSrc/environment/workflows/tokensWorkflow.ts'
const settings = `export const workflowSettings = { id: 'tokens', trigger: 'user:tokens_generation' }\n`
const handler = 'export default async function handle() {}\n'

async function bundleOf(dir: string) {
  return bundleWorkflow(join(dir, file), { project: { dir } })
}

describe('bundleWorkflow', () => {
  test('gives one CommonJS script with its source map, in paths of the project', async (t) => {
    const dir = await makeProject(t, {
      [file]: `import { tier } from './lib/tier.ts'\nimport data from './data.json'\n${settings}export default () => tier + data.a\n`,
      'kindeSrc/environment/workflows/lib/tier.ts': `export const tier: string = 'gold'\nexport const unused = 'shaken off'\n`,
      'kindeSrc/environment/workflows/data.json': '{"a":"from JSON"}',
    })
    const bundle = await bundleOf(dir)
    assert.equal(bundle.entry, file)
    assert.equal(bundle.folder, dir)
    assert.deepEqual(bundle.warnings, [])
    assert.deepEqual(bundle.inputs.toSorted(), [
      'kindeSrc/environment/workflows/data.json',
      'kindeSrc/environment/workflows/lib/tier.ts',
      file,
    ])
    assert.match(bundle.code, /module\.exports = __toCommonJS\(/)
    assert.match(bundle.code, /"gold"/)
    assert.doesNotMatch(bundle.code, /shaken off|sourceMappingURL/)
    assert.ok(!bundle.code.includes(dir) && !bundle.sourceMap.includes(dir))
  })

  test('gives the same bytes wherever the project lies', async (t) => {
    const files = {
      [file]: `import * as kinde from '@kinde/infrastructure'\n${settings}export default () => kinde`,
    }
    const one = await bundleOf(await makeProject(t, files))
    const other = await bundleOf(await makeProject(t, files))
    assert.equal(one.code, other.code)
    assert.equal(one.sourceMap, other.sourceMap)
  })

  test('takes the @kinde/infrastructure that Mintage ships when the project has none, under either name', async (t) => {
    const dir = await makeProject(t, {
      [file]:
        `import { WorkflowTrigger } from '@kinde/infrastructure'\nimport { denyAccess } from '@kinde-oss/infrastructure'\n` +
        `export const workflowSettings = { id: 'a', trigger: WorkflowTrigger.UserTokenGeneration }\nexport default () => denyAccess('no')`,
    })
    const bundle = await bundleOf(dir)
    assert.match(bundle.code, /user:tokens_generation/)
    assert.deepEqual(bundle.inputs.toSorted(), ['@kinde/infrastructure/dist/infrastructure.js', file])
    assert.deepEqual(bundle.warnings, [])
  })

  test("takes the project's own @kinde/infrastructure first", async (t) => {
    const dir = await makeProject(t, {
      [file]: `import { version } from '@kinde/infrastructure'\n${settings}export default () => version`,
      'node_modules/@kinde/infrastructure/package.json':
        '{"version":"9.9.9","main":"main.cjs","module":"module.js"}',
      'node_modules/@kinde/infrastructure/module.js': 'export const version = "the project has its own"',
      'node_modules/@kinde/infrastructure/main.cjs': 'exports.version = "not this one"',
    })
    const { code } = await bundleOf(dir)
    assert.match(code, /the project has its own/)
    assert.doesNotMatch(code, /not this one/)
  })

  test('warns when @kinde/infrastructure is installed above the project only, and takes the one that Mintage ships', async (t) => {
    const above = await makeProject(t, {
      'node_modules/@kinde/infrastructure/package.json': '{"version":"9.9.9","main":"main.js"}',
      'node_modules/@kinde/infrastructure/main.js': 'exports.denyAccess = "from above"',
      [`project/${file}`]: `import { denyAccess } from '@kinde/infrastructure'\n${settings}export default denyAccess`,
    })
    const { code, warnings } = await bundleOf(join(above, 'project'))
    assert.doesNotMatch(code, /from above/)
    assert.match(warnings[0]?.text ?? '', /installed outside of the project folder only; version \d/)
    assert.deepEqual(warnings[0]?.at, { file, line: 1, column: 28 })
  })

  test('bundles a package of the project, ESM or CommonJS, by the file that it keeps for browsers and workers', async (t) => {
    const dir = await makeProject(t, {
      [file]: `import { a } from 'esm'\nimport b from 'cjs'\n${settings}export default () => [a, b]`,
      'node_modules/esm/package.json':
        '{"type":"module","exports":{"node":"./node.js","worker":"./worker.js"}}',
      'node_modules/esm/node.js': 'import "node:fs"; export const a = "node"',
      'node_modules/esm/worker.js': 'export const a = "worker build"',
      'node_modules/cjs/package.json': '{"main":"main.js","browser":{"fs":false}}',
      'node_modules/cjs/main.js': 'require("fs"); module.exports = process.env.NODE_ENV',
    })
    const { code, inputs } = await bundleOf(dir)
    assert.match(code, /worker build/)
    assert.match(code, /module\d?\.exports = "production"/)
    assert.deepEqual(inputs.toSorted(), [file, 'node_modules/cjs/main.js', 'node_modules/esm/worker.js'])
  })

  test('leaves url and util to the require of the guest, with and without the node: prefix', async (t) => {
    const dir = await makeProject(t, {
      [file]: `import { format } from 'node:util'\nimport url from 'url'\n${settings}export default () => [format, url]`,
    })
    const { code } = await bundleOf(dir)
    assert.match(code, /require\("node:util"\)/)
    assert.match(code, /require\("url"\)/)
  })

  test('leaves a builtin that a package asks for inside try to the package', async (t) => {
    const dir = await makeProject(t, {
      [file]: `import a from 'guarded'\n${settings}export default () => a`,
      'node_modules/guarded/index.js': 'let c; try { c = require("crypto") } catch {} module.exports = c',
    })
    assert.match((await bundleOf(dir)).code, /require\("crypto"\)/)
  })

  test('inlines a dynamic import of a fixed name', async (t) => {
    const dir = await makeProject(t, {
      [file]: `${settings}export default async () => (await import('./late.ts')).late`,
      'kindeSrc/environment/workflows/late.ts': 'export const late = "inlined"',
    })
    const { code } = await bundleOf(dir)
    assert.match(code, /inlined/)
    assert.doesNotMatch(code, /\bimport\(/)
  })

  test('writes out decorators, const enum and using, which the engine does not have', async (t) => {
    const dir = await makeProject(t, {
      [file]:
        `const enum Tier { Gold = 7 }\nfunction mark(value: unknown, _: unknown) { return value as never }\n` +
        `@mark class Plan { tier = Tier.Gold }\n${settings}` +
        `export default () => { using r = { [Symbol.dispose]() {} }; return [new Plan(), r] }`,
    })
    const { code } = await bundleOf(dir)
    assert.match(code, /tier = 7 /)
    assert.doesNotMatch(code, /@mark|\busing r\b/)
  })

  test('asks no tsconfig above the project, and follows none out of it (SBX-50)', async (t) => {
    const above = await makeProject(t, {
      'tsconfig.json': '{"compilerOptions":{"jsx":"nonsense","paths":{"*":["/etc/*"]}}}',
      'project/tsconfig.json':
        '{"extends":"../../../etc/passwd","compilerOptions":{"experimentalDecorators":true}}',
      [`project/${file}`]: `${settings}${handler}`,
    })
    const { warnings } = await bundleOf(join(above, 'project'))
    assert.deepEqual(warnings, [
      {
        text: 'tsconfig.json extends "../../../etc/passwd", which is not inside the project folder: it is left out',
      },
    ])
  })

  test('without a project, reads below the folder with a package.json', async (t) => {
    const dir = await makeProject(t, {
      'package.json': '{}',
      'lib/tier.ts': 'export const tier = 1',
      'src/aWorkflow.ts': `import { tier } from '../lib/tier'\n${settings}export default () => tier`,
    })
    const bundle = await bundleWorkflow(join(dir, 'src/aWorkflow.ts'))
    assert.equal(bundle.entry, 'src/aWorkflow.ts')
    assert.equal(bundle.folder, dir)
  })

  test('without a project and a package.json, reads below the folder of the file', async (t) => {
    const dir = await makeProject(t, {
      'a.ts': `import './b'\n${settings}${handler}`,
      'b.ts': 'globalThis.b = 1',
    })
    assert.deepEqual((await bundleWorkflow(join(dir, 'a.ts'))).inputs, ['b.ts', 'a.ts'])
  })

  test('passes on what esbuild warns of, with its line', async (t) => {
    const dir = await makeProject(t, {
      [file]: `${settings}export default () => {\n  return 1 === -0 || typeof x === 'strin'\n}`,
    })
    const { warnings } = await bundleOf(dir)
    assert.ok(warnings.some(({ text, at }) => text.includes('"strin"') && at?.file === file && at.line === 3))
  })

  test('bundles a graph of cycles', async (t) => {
    const dir = await makeProject(t, {
      [file]: `import { a } from './a.ts'\n${settings}export default () => a`,
      'kindeSrc/environment/workflows/a.ts': `import { b } from './b.ts'\nexport const a = () => b`,
      'kindeSrc/environment/workflows/b.ts': `import { a } from './a.ts'\nexport const b = () => a`,
    })
    assert.equal((await bundleOf(dir)).inputs.length, 3)
  })
})

describe('source maps that files bring along (SBX-49)', () => {
  const sourcesSchema = z.looseObject({ sources: z.array(z.string().nullable()) })
  const hostileMap = JSON.stringify({
    version: 3,
    sources: ['javascript:alert(1)', '/etc/passwd'],
    names: [],
    mappings: 'AAAA;ACAA',
  })

  test('are not read, and the paths in them are not shown', async (t) => {
    const above = await makeProject(t, { 'outside.map': hostileMap })
    const dir = join(above, 'project')
    const encoded = Buffer.from(hostileMap).toString('base64')
    await mkdir(join(dir, dirname(file)), { recursive: true })
    for (const comment of [
      '//# sourceMappingURL=../../../../outside.map',
      `//# sourceMappingURL=data:application/json;base64,${encoded}`,
      `//@ sourceMappingURL=data:application/json;base64,${encoded}`,
      `/*# sourceMappingURL=data:application/json;base64,${encoded} */`,
      '//# sourceURL=javascript:alert(1)',
      '/*! @license /etc/passwd */',
    ]) {
      await writeFile(join(dir, file), `${settings}${handler}${comment}\n`)
      const bundle = await bundleOf(dir)
      const { sources } = sourcesSchema.parse(JSON.parse(bundle.sourceMap))
      assert.deepEqual(sources, [file], comment)
      assert.doesNotMatch(bundle.code, /javascript:|etc\/passwd|source(?:Mapping)?URL/)
    }
  })

  test('stay what they were when they are text in a string', async (t) => {
    const dir = await makeProject(t, {
      [file]: `export const text = "//# sourceMappingURL=x"\n${settings}${handler}`,
    })
    const { code } = await bundleOf(dir)
    assert.match(code, /text = "\/\/# sourceMappingURL=x"/)
  })
})

describe('when the process of the bundler is lost', () => {
  async function afterSpawn(t: TestContext, onSpawn: (child: ChildProcess) => void): Promise<void> {
    const listener = (message: unknown) => {
      const child = spawned.parse(message).process
      child.once('spawn', () => onSpawn(child))
    }
    subscribe('child_process', listener)
    t.after(() => unsubscribe('child_process', listener))
    await stop()
  }
  const spawned = z.object({ process: z.instanceof(ChildProcess) })

  test('between two builds, the next one is built all the same', async (t) => {
    const dir = await makeProject(t, { [file]: `${settings}${handler}` })
    const children: ChildProcess[] = []
    await afterSpawn(t, (child) => children.push(child))
    await bundleOf(dir)
    for (const child of children) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    assert.equal((await bundleOf(dir)).entry, file)
    assert.equal(children.length, 2)
  })

  test('whenever this file is built, the build ends with one of our errors and the next one works', async (t) => {
    const dir = await makeProject(t, { [file]: `${settings}${handler}` })
    let isDeadly = true
    await afterSpawn(t, (child) => isDeadly && child.kill('SIGKILL'))
    await assert.rejects(bundleOf(dir), {
      code: 'workflow_syntax',
      message: `${file}, or a file that it imports, is more than the bundler can read`,
      at: { file },
    })
    isDeadly = false
    assert.equal((await bundleOf(dir)).entry, file)
  })
})
