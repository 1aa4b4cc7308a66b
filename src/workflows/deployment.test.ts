import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test, type TestContext } from 'node:test'
import { makeProject } from '../../test/harness/temp-project.ts'
import { openSandbox, type Sandbox } from '../runtime/index.ts'
import { buildDeployment, workflowsOfTrigger, type DeploymentOptions } from './deployment.ts'
import { buildProject } from './project-build.ts'
import { findProject } from './project.ts'

const folder = 'kindeSrc/environment/workflows'
const file = `${folder}/tokensWorkflow.ts`
const options: DeploymentOptions = {
  reservedClaims: { accessToken: ['sub'], idToken: ['sub'], m2mToken: ['sub'] },
}

let sandbox: Sandbox
before(async () => {
  sandbox = await openSandbox({ threads: 1 })
})
after(() => sandbox.close())

async function deploy(
  t: TestContext,
  source: string,
  others: Readonly<Record<string, string>> = {},
  more = {},
) {
  const dir = await makeProject(t, { 'kinde.json': '{}', [file]: source, ...others })
  return buildDeployment(join(dir, file), sandbox, { ...options, project: { dir }, ...more })
}

function settings(id: string, trigger = 'user:tokens_generation', more = ''): string {
  return `export const workflowSettings = { id: '${id}', trigger: '${trigger}', ${more} }\n`
}

describe('buildDeployment', () => {
  test('builds a workflow on the real @kinde/infrastructure', async (t) => {
    const deployment = await deploy(
      t,
      `import { WorkflowTrigger, accessTokenCustomClaims } from '@kinde/infrastructure'
export const workflowSettings = {
  id: 'tokens',
  trigger: WorkflowTrigger.UserTokenGeneration,
  bindings: { 'kinde.accessToken': {}, 'kinde.m2mToken': {}, 'kinde.accesToken': {} },
}
export default async function () { accessTokenCustomClaims<{ tier: string }>().tier = 'gold' }`,
    )
    assert.match(deployment.id, /^wfd_[0-9a-f]{24}$/)
    assert.equal(deployment.file, file)
    assert.equal(deployment.manifest.id, 'tokens')
    assert.equal(deployment.prepared.evaluatedPerRun, false)
    assert.deepEqual(deployment.prepared.source.bindings, [
      'console',
      'url',
      'kinde.fetch',
      'kinde.cache',
      'kinde.accessToken',
    ])
    assert.deepEqual(deployment.prepared.source.reservedClaims, options.reservedClaims)
    assert.deepEqual(
      deployment.ignoredBindings.map(({ binding }) => binding),
      ['kinde.m2mToken', 'kinde.accesToken'],
    )
    assert.deepEqual(deployment.warnings, [
      {
        text: 'binding "kinde.m2mToken" is not available to user:tokens_generation, only to m2m:token_generation',
        at: { file },
      },
      {
        text: 'binding "kinde.accesToken" is not a known binding; did you mean "kinde.accessToken"?',
        at: { file },
      },
    ])
  })

  test('mounts the declared bindings alone when bindings are strict', async (t) => {
    const source = `${settings('a', undefined, `bindings: { 'kinde.env': {} }`)}export default () => {}`
    const deployment = await deploy(t, source, {}, { strictBindings: true })
    assert.deepEqual(deployment.prepared.source.bindings, ['kinde.env'])
  })

  test('gives the same id for the same workflow, and another one when anything changes', async (t) => {
    const source = `${settings('a')}export default () => 1`
    const first = await deploy(t, source)
    assert.equal((await deploy(t, source)).id, first.id)
    assert.notEqual((await deploy(t, source.replace('1', '2'))).id, first.id)
    assert.notEqual((await deploy(t, source, {}, { strictBindings: true })).id, first.id)
  })

  for (const [title, text] of [
    ['a function that is not async', 'export default function () { return 1 }'],
    ['an arrow function', 'export default (event: unknown) => event'],
    ['an object with handle', 'export default { async handle(event: unknown) { return event } }'],
  ] as const) {
    test(`builds a workflow whose default export is ${title}`, async (t) => {
      assert.equal((await deploy(t, settings('a') + text)).manifest.id, 'a')
    })
  }

  test('builds a workflow whose top level reads the environment, which is there in a run alone', async (t) => {
    const source = `${settings('a', undefined, `bindings: { 'kinde.env': {} }`)}
declare const kinde: { env: { get(key: string): { value: string } | undefined } }
const key = kinde.env.get('KEY')?.value
export default async function () { return key }`
    assert.equal((await deploy(t, source)).prepared.evaluatedPerRun, true)
  })

  test('refuses a top level that throws, at its line in the TypeScript', async (t) => {
    const source = `interface Erased { a: string }\n\n${settings('a')}export default async () => {}\nthrow new RangeError('no config')\n`
    await assert.rejects(deploy(t, source), {
      name: 'WorkflowError',
      code: 'top_level_threw',
      message: /RangeError: no config$/,
      at: { file, line: 5, column: 11 },
    })
  })

  test('refuses a top level that throws in an imported file before the settings are there, at that file', async (t) => {
    const source = `import './broken.ts'\n${settings('a')}export default async () => {}`
    await assert.rejects(
      deploy(t, source, { [`${folder}/broken.ts`]: `const list: string[] = []\nlist[0].length\nexport {}` }),
      {
        code: 'top_level_threw',
        message: new RegExp(`^${file} threw while it was loaded: TypeError: `),
        at: { file: `${folder}/broken.ts`, line: 2, column: 1 },
      },
    )
  })

  test('refuses a file without a default function and without settings', async (t) => {
    await assert.rejects(deploy(t, settings('a')), { code: 'default_export_missing' })
    await assert.rejects(deploy(t, 'export default () => {}'), { code: 'settings_missing' })
  })

  test('reads settings in the sandbox alone: a hostile file finds nothing of the host', async (t) => {
    const source = `export const workflowSettings = { id: typeof process + typeof Buffer, trigger: 'user:tokens_generation' }
declare const process: unknown, Buffer: unknown
export default () => {}`
    assert.equal((await deploy(t, source)).manifest.id, 'undefinedundefined')
  })
})

describe('buildProject', () => {
  async function build(t: TestContext, files: Readonly<Record<string, string>>) {
    const inFolder = Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text] as const)
    const dir = await makeProject(t, { 'kinde.json': '{}', ...Object.fromEntries(inFolder) })
    return buildProject(await findProject(dir), sandbox, options)
  }
  const handler = 'export default async () => {}\n'

  test('builds every workflow of the project, in the order of their files', async (t) => {
    const { deployments, failures } = await build(t, {
      'userWorkflow.ts': settings('user') + handler,
      'm2mWorkflow.js': settings('m2m', 'm2m:token_generation') + handler,
    })
    assert.deepEqual(failures, [])
    assert.deepEqual(
      deployments.map(({ manifest }) => manifest.id),
      ['m2m', 'user'],
    )
  })

  test('refuses two workflows for one trigger, naming both files', async (t) => {
    const { deployments, failures } = await build(t, {
      'aWorkflow.ts': settings('a') + handler,
      'bWorkflow.ts': settings('b') + handler,
    })
    assert.deepEqual(deployments, [])
    assert.deepEqual(
      failures.map(({ code, message }) => ({ code, message })),
      [
        {
          code: 'trigger_taken',
          message: `More than one workflow assigned to this trigger: ${folder}/aWorkflow.ts and ${folder}/bWorkflow.ts both have "user:tokens_generation"`,
        },
      ],
    )
  })

  for (const [what, first, second, message] of [
    ['one order is missing', 'order: 1,', '', 'both have "user:tokens_generation"'],
    [
      'both have the same order',
      'order: 2,',
      'order: 2,',
      'both have "user:tokens_generation" and the order 2',
    ],
  ] as const) {
    test(`refuses two workflows for one trigger when ${what}`, async (t) => {
      const { failures } = await build(t, {
        'aWorkflow.ts': settings('a', 'user:tokens_generation', first) + handler,
        'bWorkflow.ts': settings('b', 'user:tokens_generation', second) + handler,
      })
      assert.deepEqual(
        failures.map(({ code, message: text, hint }) => [
          code,
          text.endsWith(message),
          /order/.test(hint ?? ''),
        ]),
        [['trigger_taken', true, true]],
      )
    })
  }

  test('serves a trigger by all workflows that give an order, the smallest first', async (t) => {
    const { deployments, failures } = await build(t, {
      'aWorkflow.ts': settings('last', 'user:tokens_generation', 'order: 10,') + handler,
      'bWorkflow.ts': settings('first', 'user:tokens_generation', 'order: -1,') + handler,
      'cWorkflow.ts': settings('m2m', 'm2m:token_generation') + handler,
    })
    assert.deepEqual(failures, [])
    const serving = workflowsOfTrigger(deployments, 'user:tokens_generation')
    assert.deepEqual(
      serving?.map(({ manifest }) => manifest.id),
      ['first', 'last'],
    )
  })

  test('refuses one id for two workflows, naming both files', async (t) => {
    const { failures } = await build(t, {
      'aWorkflow.ts': settings('same') + handler,
      'bWorkflow.ts': settings('same', 'm2m:token_generation') + handler,
    })
    assert.deepEqual(
      failures.map(({ code, message }) => ({ code, message })),
      [
        {
          code: 'workflow_id_duplicate',
          message: `Duplicate workflow ID: ${folder}/aWorkflow.ts and ${folder}/bWorkflow.ts both have "same"`,
        },
      ],
    )
  })

  test('tells what is wrong with each file, and deploys none', async (t) => {
    const { deployments, failures } = await build(t, {
      'aWorkflow.ts': 'let = = 1',
      'bWorkflow.ts': settings('b'),
      'cWorkflow.ts': settings('c') + handler,
    })
    assert.deepEqual(deployments, [])
    assert.deepEqual(
      failures.map(({ code }) => code),
      ['workflow_syntax', 'default_export_missing'],
    )
  })

  test('rejects a project without workflows', async (t) => {
    await assert.rejects(build(t, {}), { code: 'workflows_not_found' })
  })
})
