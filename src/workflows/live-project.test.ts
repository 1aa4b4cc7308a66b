import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, test, type TestContext } from 'node:test'
import { makeProject } from '../../test/harness/temp-project.ts'
import { defaultLimits, openSandbox } from '../runtime/index.ts'
import { openLiveProject } from './live-project.ts'

const folder = 'kindeSrc/environment/workflows'
const sandbox = await openSandbox({ threads: 1 })
after(() => sandbox.close())

function workflow(id: string, trigger = 'user:tokens_generation', body = ''): string {
  return `export const workflowSettings = { id: '${id}', trigger: '${trigger}', bindings: {} }
export default async function () { ${body} }
`
}

async function openProject(t: TestContext, files: Readonly<Record<string, string>>) {
  const dir = await makeProject(t, { 'kinde.json': '{}', ...files })
  const project = await openLiveProject(dir, sandbox, { reservedClaims: {}, now: () => 1_000 })
  const write = (name: string, text: string) => writeFile(join(dir, folder, name), text)
  return { dir, project, write }
}

describe('a live project', () => {
  test('has one live deployment for each trigger that has a workflow', async (t) => {
    const { dir, project } = await openProject(t, {
      [`${folder}/aWorkflow.ts`]: workflow('tokens'),
      [`${folder}/bWorkflow.ts`]: workflow('machines', 'm2m:token_generation'),
    })
    assert.equal(project.serving('user:tokens_generation')?.workflows[0].manifest.id, 'tokens')
    assert.equal(project.serving('m2m:token_generation')?.workflows[0].manifest.id, 'machines')
    assert.equal(project.serving('user:pre_mfa'), undefined)
    const { deployments, id, ...rest } = project.status()
    assert.equal(id, project.serving('m2m:token_generation')?.id)
    assert.equal(deployments.length, 2)
    assert.deepEqual(rest, { dir, noWorkflows: undefined, neverRun: [], failures: [], builtAtMs: 1_000 })
  })

  test('says where it looked when there is no workflow, and does not fail', async (t) => {
    const { project } = await openProject(t, {})
    assert.equal(project.serving('user:tokens_generation'), undefined)
    assert.deepEqual(project.status().failures, [])
    assert.equal(project.status().noWorkflows?.message, `No workflows in ${folder}`)
  })

  test('takes over an edit with the next reload', async (t) => {
    const { project, write } = await openProject(t, { [`${folder}/aWorkflow.ts`]: workflow('tokens') })
    const first = project.serving('user:tokens_generation')
    await write('aWorkflow.ts', workflow('renamed'))
    const { deployments } = await project.reload()
    assert.deepEqual(
      deployments.map(({ manifest }) => manifest.id),
      ['renamed'],
    )
    assert.notEqual(project.serving('user:tokens_generation')?.id, first?.id)
  })

  test('activates all or nothing: one broken file keeps every last good deployment live', async (t) => {
    const { project, write } = await openProject(t, {
      [`${folder}/aWorkflow.ts`]: workflow('tokens'),
      [`${folder}/bWorkflow.ts`]: workflow('machines', 'm2m:token_generation'),
    })
    const before = project.status().deployments
    await write('aWorkflow.ts', workflow('tokens', 'user:tokens_generation', 'return 1'))
    await write('bWorkflow.ts', 'export default async function ( {')
    const { deployments, failures } = await project.reload()
    assert.deepEqual(deployments, before)
    assert.deepEqual(
      failures.map(({ code, at }) => [code, at?.file, at?.line]),
      [['workflow_syntax', `${folder}/bWorkflow.ts`, 1]],
    )
    await write('bWorkflow.ts', workflow('machines', 'm2m:token_generation', 'return 2'))
    const mended = await project.reload()
    assert.deepEqual(mended.failures, [])
    assert.ok(mended.deployments.every(({ id }) => !before.some((old) => old.id === id)))
  })

  test('keeps what is live when kinde.json breaks', async (t) => {
    const { dir, project } = await openProject(t, { [`${folder}/aWorkflow.ts`]: workflow('tokens') })
    await writeFile(join(dir, 'kinde.json'), '{')
    const { failures } = await project.reload()
    assert.equal(failures[0]?.code, 'project_invalid')
    assert.equal(project.serving('user:tokens_generation')?.workflows[0].manifest.id, 'tokens')
  })

  test('has nothing live when the last workflow file is gone', async (t) => {
    const { dir, project } = await openProject(t, { [`${folder}/aWorkflow.ts`]: workflow('tokens') })
    await rm(join(dir, folder, 'aWorkflow.ts'))
    await project.reload()
    assert.equal(project.serving('user:tokens_generation'), undefined)
    assert.notEqual(project.status().noWorkflows, undefined)
  })

  test('builds once more for any number of reloads during a build, and that build sees the last edit', async (t) => {
    const { project, write } = await openProject(t, { [`${folder}/aWorkflow.ts`]: workflow('first') })
    const running = project.reload()
    await write('aWorkflow.ts', workflow('last'))
    const [second, third] = [project.reload(), project.reload()]
    assert.equal(second, third)
    assert.equal((await second).deployments[0]?.manifest.id, 'last')
    await running
  })

  test('lets a request that asked before a reload invoke what it was given', async (t) => {
    const { project, write } = await openProject(t, { [`${folder}/aWorkflow.ts`]: workflow('first') })
    const asked = project.serving('user:tokens_generation')
    assert.ok(asked)
    await write('aWorkflow.ts', workflow('second', 'user:tokens_generation', 'return 2'))
    await project.reload()
    assert.equal(await outcomeOf(asked.workflows[0].prepared), 'completed')
    await write('aWorkflow.ts', workflow('third', 'user:tokens_generation', 'return 3'))
    await project.reload()
    assert.equal(
      await outcomeOf(asked.workflows[0].prepared),
      'busy',
      'its memory is given back one reload later',
    )
  })

  test('keeps its deployments through reloads that change nothing', async (t) => {
    const { project } = await openProject(t, { [`${folder}/aWorkflow.ts`]: workflow('steady') })
    for (let n = 0; n < 4; n++) await project.reload()
    const live = project.serving('user:tokens_generation')
    assert.ok(live)
    assert.equal(await outcomeOf(live.workflows[0].prepared), 'completed')
  })

  test('refuses a folder without a project', async (t) => {
    const dir = await makeProject(t, {})
    await assert.rejects(openLiveProject(dir, sandbox, { reservedClaims: {} }), { code: 'project_not_found' })
  })
})

async function outcomeOf(deployment: Parameters<typeof sandbox.release>[0]): Promise<string> {
  const { outcome } = await sandbox.invoke({
    id: 'inv_1',
    deployment,
    event: {},
    claims: {},
    environment: {},
    localization: {},
    limits: defaultLimits,
  })
  return outcome.kind
}
