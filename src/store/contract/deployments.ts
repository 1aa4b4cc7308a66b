// Deployments: stored once, judged once, and which one serves as a part of the catalog.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DeploymentRecord } from '../deployment-store.ts'
import { ChangedMeanwhileError } from '../store-error.ts'
import type { NewDatabase } from './contract-database.ts'
import { anInvocation } from './samples.ts'

const aDeployment = (id: string, createdAtMs: number): DeploymentRecord => ({
  id,
  createdAtMs,
  checkedAtMs: null,
  author: 'machine',
  origin: 'deploy',
  isDraft: true,
  state: 'processing',
  summary: { workflows: [] },
  buildLog: '',
})

const add = (id: string, createdAtMs: number) =>
  ({ kind: 'add-deployment', deployment: aDeployment(id, createdAtMs), content: `content of ${id}` }) as const

export function deploymentContract(newDatabase: NewDatabase): void {
  describe('deployments', () => {
    test('gives them back newest first, and the content to who asks for it', async (t) => {
      const { commit, deployments } = await (await newDatabase(t)).open()
      await commit([add('dep_a', 1), add('dep_b', 2)])
      assert.deepEqual(await deployments.list({ limit: 10 }), [
        { ...aDeployment('dep_b', 2), wasLive: false },
        { ...aDeployment('dep_a', 1), wasLive: false },
      ])
      assert.equal((await deployments.list({ limit: 1 }))[0]?.id, 'dep_b')
      await commit([add('dep_c', 2)])
      const older = async (id: string, createdAtMs: number) =>
        (await deployments.list({ limit: 10, before: { id, createdAtMs } })).map((one) => one.id)
      assert.deepEqual(await older('dep_c', 2), ['dep_b', 'dep_a'])
      assert.deepEqual(await older('dep_b', 2), ['dep_a'])
      assert.deepEqual(await older('dep_a', 1), [])
      assert.equal(await deployments.content('dep_a'), 'content of dep_a')
      assert.equal(await deployments.content('dep_d'), undefined)
      assert.equal(await deployments.find('dep_d'), undefined)
      await assert.rejects(commit([add('dep_a', 3)]), { code: 'store_conflict' })
    })

    test('lets one of two judge it', async (t) => {
      const { commit, deployments } = await (await newDatabase(t)).open()
      await commit([add('dep_a', 1)])
      const judge = (state: 'ready' | 'failed') =>
        commit([
          {
            kind: 'update-deployment',
            deploymentId: 'dep_a',
            set: { state, checkedAtMs: 5, isDraft: false, summary: { n: 1 }, buildLog: 'ok' },
            expected: { state: 'processing' },
          },
        ])
      await judge('ready')
      await assert.rejects(judge('failed'), ChangedMeanwhileError)
      assert.deepEqual(await deployments.find('dep_a'), {
        ...aDeployment('dep_a', 1),
        state: 'ready',
        checkedAtMs: 5,
        isDraft: false,
        summary: { n: 1 },
        buildLog: 'ok',
        wasLive: false,
      })
    })

    test('knows what was live, and shows every process what is', async (t) => {
      const database = await newDatabase(t)
      const { commit, deployments, directory } = await database.open()
      const other = await database.open()
      const role = { id: 'live', deploymentId: 'dep_a', activationId: 'act_1', sinceMs: 5 } as const
      const { version } = await directory.catalog()
      const activation = {
        id: 'act_1',
        atMs: 5,
        deploymentId: 'dep_a',
        previousId: null,
        author: 'machine',
        how: 'deploy',
      } as const
      await commit([
        add('dep_a', 1),
        { kind: 'expect-catalog', version },
        { kind: 'put-deployment-role', role },
        { kind: 'add-activation', activation },
      ])
      assert.deepEqual((await other.directory.catalog()).deploymentRoles, [role])
      assert.equal((await deployments.find('dep_a'))?.wasLive, true)
      assert.deepEqual(await deployments.activation('act_1'), activation)
      assert.deepEqual(await deployments.activations({ limit: 5 }), [activation])
      await assert.rejects(
        commit([
          { kind: 'expect-catalog', version },
          { kind: 'delete-deployment-role', role: 'live' },
        ]),
        ChangedMeanwhileError,
      )
      await commit([{ kind: 'delete-deployment-role', role: 'live' }])
      assert.deepEqual((await directory.catalog()).deploymentRoles, [])
    })

    test('finds what lies beyond the newest ones of a state, and what no recording needs', async (t) => {
      const { commit, deployments, invocations } = await (await newDatabase(t)).open()
      await commit([1, 2, 3, 4, 5].map((n) => add(`dep_${n}`, n)))
      const beyond = (keep: number, createdBeforeMs = 9) =>
        deployments.beyond({ state: 'processing', keep, createdBeforeMs })
      assert.deepEqual(await beyond(2), ['dep_3', 'dep_2', 'dep_1'])
      assert.deepEqual(await beyond(2, 4), ['dep_1'])
      assert.deepEqual(await beyond(5), [])
      const recording = { run: {}, environment: {} }
      invocations.append({ ...anInvocation('inv_1'), deploymentId: 'dep_1' })
      invocations.append({ ...anInvocation('inv_2'), deploymentId: 'dep_2' }, recording)
      invocations.append({ ...anInvocation('inv_3'), deploymentId: 'dep_9' })
      await invocations.flush()
      assert.deepEqual(await beyond(2), ['dep_3', 'dep_1'])
      await commit([{ kind: 'delete-deployment', deploymentId: 'dep_1' }])
      assert.deepEqual(await beyond(2), ['dep_3'])
      assert.equal(await deployments.content('dep_1'), undefined)
      await assert.rejects(
        commit([{ kind: 'delete-deployment', deploymentId: 'dep_1' }]),
        ChangedMeanwhileError,
      )
    })
  })
}
