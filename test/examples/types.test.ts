// The examples are what authors copy, so they must type-check in an editor, on the types of @kinde/infrastructure.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exampleFolder } from '../harness/examples.ts'
import { repositoryRoot, typeNode } from '../harness/mintage-command.ts'

test('every workflow of the examples type-checks', async () => {
  const compiler = `${repositoryRoot}node_modules/typescript/bin/tsc`

  const { exitCode, stdout } = await typeNode([compiler, '-p', exampleFolder('tsconfig.json')])

  assert.equal(stdout, '')
  assert.equal(exitCode, 0)
})
