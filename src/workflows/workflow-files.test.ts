import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { makeProject } from '../../test/harness/temp-project.ts'
import { projectPath } from './project-boundary.ts'
import { findProject } from './project.ts'
import { discoverWorkflowFiles } from './workflow-files.ts'

const workflows = 'kindeSrc/environment/workflows'

describe('discoverWorkflowFiles', () => {
  test('finds *Workflow.ts, .js, .tsx and .jsx in any case and depth, sorted', async (t) => {
    const dir = await makeProject(t, {
      'kinde.json': '{}',
      [`${workflows}/tokensWorkflow.ts`]: '',
      [`${workflows}/m2m/M2MWORKFLOW.JS`]: '',
      [`${workflows}/deep/er/aWorkflow.tsx`]: '',
      [`${workflows}/bworkflow.jsx`]: '',
      [`${workflows}/helper.ts`]: '',
      [`${workflows}/tokensWorkflow.test.ts`]: '',
      [`${workflows}/tokensWorkflow.d.ts`]: '',
      [`${workflows}/tokensWorkflow.mts`]: '',
      [`${workflows}/node_modules/x/otherWorkflow.ts`]: '',
      [`${workflows}/.hidden/otherWorkflow.ts`]: '',
      'kindeSrc/environment/pages/pageWorkflow.ts': '',
    })
    const files = await discoverWorkflowFiles(await findProject(dir))
    assert.deepEqual(
      files.map((file) => projectPath(dir, file)),
      [
        `${workflows}/bworkflow.jsx`,
        `${workflows}/deep/er/aWorkflow.tsx`,
        `${workflows}/m2m/M2MWORKFLOW.JS`,
        `${workflows}/tokensWorkflow.ts`,
      ],
    )
  })

  test('says which folder is missing, and which file to add', async (t) => {
    const dir = await makeProject(t, { 'kinde.json': '{}' })
    await assert.rejects(discoverWorkflowFiles(await findProject(dir)), {
      code: 'workflows_not_found',
      message: `No workflows in ${workflows}`,
      hint: `Add a file such as ${workflows}/tokensWorkflow.ts.`,
    })
  })

  test('says how to rename a file whose name does not end in Workflow', async (t) => {
    const dir = await makeProject(t, {
      'kinde.json': '{}',
      [`${workflows}/tokens.ts`]: '',
      [`${workflows}/old.mjs`]: '',
      [`${workflows}/newWorkflow.mts`]: '',
      [`${workflows}/types.d.ts`]: '',
    })
    await assert.rejects(discoverWorkflowFiles(await findProject(dir)), {
      code: 'workflows_not_found',
      message: `No workflows in ${workflows}: the name of a workflow file ends in Workflow.ts, .js, .tsx or .jsx`,
      hint: `Rename ${workflows}/newWorkflow.mts to newWorkflow.ts, ${workflows}/old.mjs to oldWorkflow.js, ${workflows}/tokens.ts to tokensWorkflow.ts.`,
    })
  })

  test('says where to move a workflow that lies in another folder', async (t) => {
    const dir = await makeProject(t, { 'kinde.json': '{}', 'workflows/tokensWorkflow.ts': '' })
    await assert.rejects(discoverWorkflowFiles(await findProject(dir)), {
      code: 'workflows_not_found',
      hint: `Move workflows/tokensWorkflow.ts into ${workflows}, or correct "rootDir" in kinde.json.`,
    })
  })
})
