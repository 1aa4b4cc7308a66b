import assert from 'node:assert/strict'
import { mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { makeProject } from '../../test/harness/temp-project.ts'
import { bundleWorkflow } from './bundle.ts'

const file = 'kindeSrc/environment/workflows/tokensWorkflow.ts'
const settings = `export const workflowSettings = { id: 'tokens', trigger: 'user:tokens_generation' }\n`
const handler = 'export default async function handle() {}\n'

async function bundleOf(dir: string) {
  return bundleWorkflow(join(dir, file), { project: { dir } })
}

describe('bundleWorkflow refuses', () => {
  interface Refusal {
    readonly title: string
    readonly source: string
    readonly files?: Readonly<Record<string, string>>
    readonly error: Readonly<Record<string, unknown>>
  }
  const folder = dirname(file)
  const refusals: readonly Refusal[] = [
    {
      title: 'a syntax error, with its place and its line',
      source: `${settings}const é = "ü" 5\n`,
      error: {
        code: 'workflow_syntax',
        message: 'Expected ";" but found "5"\n  2 | const é = "ü" 5',
        at: { file, line: 2, column: 15 },
      },
    },
    {
      title: 'a syntax error in an imported file, with that file',
      source: `import './broken.ts'\n${settings}`,
      files: { [`${folder}/broken.ts`]: 'let = = 1' },
      error: {
        code: 'workflow_syntax',
        message: /\n {2}1 \| let = = 1/,
        at: { file: `${folder}/broken.ts`, line: 1, column: 7 },
      },
    },
    {
      title: 'several errors with the first one and how many there are besides',
      source: `import './x'\nimport './y'\n`,
      error: { code: 'import_unresolved', message: /^Could not resolve "\.\/x"\n.*\n {2}\(and 1 more\)$/ },
    },
    {
      title: 'await at top level',
      source: `${settings}await 1`,
      error: {
        code: 'workflow_syntax',
        message: /^Top-level await is not possible in a workflow/,
        at: { file, line: 2, column: 1 },
      },
    },
    {
      title: 'a package that is not installed',
      source: `${settings}import _ from "@scope/thing/deep"\nexport default _`,
      error: {
        code: 'import_unresolved',
        message: /^Could not resolve "@scope\/thing\/deep"/,
        at: { file, line: 2, column: 15 },
        hint: 'Run npm install @scope/thing in the project.',
      },
    },
    {
      title: 'a path that does not exist, with the nearest file',
      source: `import { a } from './lib/tire'\nexport default a`,
      files: { [`${folder}/lib/tier.ts`]: '' },
      error: {
        code: 'import_unresolved',
        at: { file, line: 1, column: 19 },
        hint: 'Did you mean "./lib/tier.ts"?',
      },
    },
    {
      title: 'a named import that does not exist, in the file that imports it',
      source: `import { tire } from './tier'\nexport default tire`,
      files: { [`${folder}/tier.ts`]: 'export const tier = 1' },
      error: {
        code: 'import_unresolved',
        message: new RegExp(`^No matching export in "${folder}/tier.ts" for import "tire"`),
        at: { file, line: 1, column: 10 },
        hint: 'Did you mean to import "tier" instead?',
      },
    },
    {
      title: 'a named import that @kinde/infrastructure does not have',
      source: `import { m2mCustomClaims } from '@kinde/infrastructure'\nexport default m2mCustomClaims`,
      error: {
        code: 'import_unresolved',
        message:
          /^No matching export in "@kinde\/infrastructure\/dist\/infrastructure.js" for import "m2mCustomClaims"/,
        at: { file, line: 1, column: 10 },
      },
    },
    {
      title: 'a builtin of Node in the workflow, by its name',
      source: `import { readFileSync } from 'fs'\nexport default readFileSync`,
      error: {
        code: 'import_needs_builtin',
        message: /^The workflow imports "fs" of Node, which the sandbox does not have/,
        at: { file, line: 1, column: 30 },
        hint: /^There are no files: import data into the bundle/,
      },
    },
    {
      title: 'a package that needs a builtin of Node, by both names and the line in the package',
      source: `import signer from 'signer'\nexport default signer`,
      files: {
        'node_modules/signer/index.js': `'use strict'\nconst c = require('node:crypto')\nmodule.exports = c`,
      },
      error: {
        code: 'import_needs_builtin',
        message: /^The package "signer" imports "node:crypto" of Node/,
        at: { file: 'node_modules/signer/index.js', line: 2, column: 19 },
        hint: /^Use a package that runs without Node/,
      },
    },
    {
      title: 'a subpath that a package does not export',
      source: `import 'pkg/inner'`,
      files: {
        'node_modules/pkg/package.json': '{"exports":{".":"./a.js"}}',
        'node_modules/pkg/inner.js': '',
      },
      error: { code: 'import_unresolved', hint: /^The path "\.\/inner" is not exported by package "pkg"/ },
    },
    {
      title: 'a computed dynamic import',
      source: `${settings}export default (name: string) => import(name)`,
      error: {
        code: 'import_unresolved',
        message: /^This import\(\) is computed/,
        at: { file, line: 2, column: 34 },
      },
    },
    {
      title: 'a style sheet',
      source: `import './a.css'`,
      files: { [`${folder}/a.css`]: 'a{}' },
      error: { code: 'import_unresolved', message: /^"\.\/a\.css" is not a file that can be bundled/ },
    },
    {
      title: 'an empty file',
      source: '',
      error: { code: 'bundle_empty', message: `Missing output bundle: ${file} holds no code` },
    },
    {
      title: 'a file of comments alone',
      source: '// nothing here\n/* nor here */\n',
      error: { code: 'bundle_empty', at: { file } },
    },
    ...[
      'http://example.com/a.js',
      'https://example.com/a.js',
      '//example.com/a.js',
      'data:text/javascript,1',
      'file:///etc/passwd',
      'javascript:1',
      'kindeKnownPackage:x',
    ].map((address): Refusal => ({
      title: `an import of ${address} (SBX-47)`,
      source: `import x from '${address}'\nexport default x`,
      error: {
        code: 'import_unresolved',
        message: /" is an address; a workflow is bundled from files/,
        at: { file, line: 1, column: 15 },
      },
    })),
  ]
  for (const { title, source, files, error } of refusals) {
    test(title, async (t) => {
      const dir = await makeProject(t, { [file]: source, ...files })
      await assert.rejects(bundleOf(dir), { name: 'WorkflowError', ...error })
    })
  }

  for (const specifier of ['../../../../outside.ts', '../../../../outside.json']) {
    test(`an import of ${specifier}, and shows nothing of it (SBX-47)`, async (t) => {
      const above = await makeProject(t, {
        'outside.ts': 'SECRET = = 1',
        'outside.json': 'SECRET',
        [`project/${file}`]: `import x from '${specifier}'\nexport default x`,
      })
      await assert.rejects(bundleOf(join(above, 'project')), (error: Error) => {
        assert.ok(!error.message.includes('SECRET'))
        assert.ok(error.message.startsWith(`"${specifier}" leads out of the project folder`))
        return 'code' in error && error.code === 'import_unresolved'
      })
    })
  }

  test('an absolute import', async (t) => {
    const outside = await makeProject(t, { 'secret.ts': 'export default "SECRET"' })
    const dir = await makeProject(t, { [file]: `import x from '${outside}/secret.ts'\nexport default x` })
    await assert.rejects(bundleOf(dir), {
      code: 'import_unresolved',
      message: /leads out of the project folder/,
    })
  })

  test('a file and a folder that are symlinks out of the project (SBX-47)', async (t) => {
    const outside = await makeProject(t, {
      'secret.ts': 'SECRET = = 1',
      'lib/index.js': 'module.exports = "SECRET"',
    })
    for (const [name, target, specifier] of [
      [`${folder}/link.ts`, 'secret.ts', './link.ts'],
      ['node_modules/linked', 'lib', 'linked'],
    ] as const) {
      const dir = await makeProject(t, { [file]: `import x from '${specifier}'\nexport default x` })
      await mkdir(dirname(join(dir, name)), { recursive: true })
      await symlink(join(outside, target), join(dir, name))
      await assert.rejects(bundleOf(dir), {
        code: 'import_unresolved',
        message: /leads out of the project folder/,
      })
    }
  })

  test('a computed import whose names lead out of the project, without showing what is there', async (t) => {
    const above = await makeProject(t, {
      'secrets/a.ts': 'SECRET = = 1',
      [`project/${file}`]: `${settings}export default (n: string) => import('../../../../secrets/' + n)`,
    })
    await assert.rejects(bundleOf(join(above, 'project')), (error: Error) => {
      assert.ok(!error.message.includes('SECRET'))
      assert.match(error.message, /leads out of the project folder/)
      return 'code' in error && error.code === 'import_unresolved'
    })
  })

  test('a package above the project', async (t) => {
    const above = await makeProject(t, {
      'node_modules/hoisted/index.js': 'module.exports = 1',
      [`project/${file}`]: `import x from 'hoisted'\nexport default x`,
    })
    await assert.rejects(bundleOf(join(above, 'project')), {
      code: 'import_unresolved',
      message: /^"hoisted" leads out of the project folder/,
      hint: /node_modules included/,
    })
  })

  test('a bundle larger than the limit, naming its largest inputs', async (t) => {
    const dir = await makeProject(t, {
      [file]: `import { big } from './big.ts'\n${settings}export default () => big`,
      [`${folder}/big.ts`]: `export const big = '${'x'.repeat(5_000)}'`,
    })
    const within = (bundleBytes: number) => bundleWorkflow(join(dir, file), { project: { dir }, bundleBytes })
    const refusal = await within(5_000).then(() => '', String)
    const bytes = Number(/has (\d+) bytes/.exec(refusal)?.[1])
    await within(bytes)
    await assert.rejects(within(bytes - 1), {
      code: 'bundle_too_large',
      message: new RegExp(
        `has ${String(bytes)} bytes, 1 more than the limit of ${String(bytes - 1)}; most of it is ${folder}/big.ts`,
      ),
    })
  })

  test('a single input of more than 8 MiB', async (t) => {
    const dir = await makeProject(t, { [file]: `export default () => 1 //${' '.repeat(8 * 1024 * 1024)}` })
    await assert.rejects(bundleOf(dir), { code: 'bundle_too_large' })
  })

  test('a missing file, a folder, and a file of another kind', async (t) => {
    const dir = await makeProject(t, { 'note.md': '', 'data.json': '{}' })
    const code = 'workflow_file_not_found'
    await assert.rejects(bundleWorkflow(join(dir, 'none.ts')), {
      code,
      message: `There is no file ${join(dir, 'none.ts')}`,
    })
    await assert.rejects(bundleWorkflow(dir), { code, message: `${dir} is not a file` })
    for (const name of ['note.md', 'data.json']) {
      await assert.rejects(bundleWorkflow(join(dir, name)), {
        code,
        message: /is not a TypeScript or JavaScript file$/,
      })
    }
  })

  test('a workflow file outside of the project, by its name and by a symlink', async (t) => {
    const outside = await makeProject(t, { 'aWorkflow.ts': handler })
    const dir = await makeProject(t, { 'kinde.json': '{}' })
    await symlink(join(outside, 'aWorkflow.ts'), join(dir, 'bWorkflow.ts'))
    for (const path of [join(outside, 'aWorkflow.ts'), join(dir, 'bWorkflow.ts')]) {
      await assert.rejects(bundleWorkflow(path, { project: { dir } }), {
        code: 'workflow_file_not_found',
        message: /leads out of the project folder$/,
      })
    }
  })
})
