// Each of Kinde's ten triggers through the command line: a workflow of it builds, with the names of @kinde/infrastructure and every
// binding that the trigger has, and the command says whether it fires.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isFired, triggers } from '../../src/triggers/registry/index.ts'
import { openFolder } from './mintage.ts'

type Row = (typeof triggers)[number]

function workflowOf({ key, member, eventType, bindings }: Row): string {
  return `import { WorkflowTrigger, type ${eventType} } from '@kinde/infrastructure'

export const workflowSettings = {
  id: '${key}',
  trigger: WorkflowTrigger.${member},
  bindings: ${JSON.stringify(Object.fromEntries(bindings.map((binding) => [binding, {}])))},
}

export default async function (event: ${eventType}) {
  console.log(event.context.workflow.trigger)
}
`
}

test('has all ten triggers of Kinde', () => {
  assert.equal(triggers.length, 10)
})

for (const row of triggers) {
  const fires = isFired(row.key)
  test(`builds a workflow of ${row.key} and says that it ${fires ? 'fires' : 'never fires'}`, async () => {
    await using folder = await openFolder({
      'kinde.json': '{}',
      'kindeSrc/environment/workflows/oneWorkflow.ts': workflowOf(row),
    })
    const { code, stdout, stderr } = await folder.mintage('build')
    assert.equal(code, 0, stderr)
    assert.equal(
      stderr.includes(`never runs: Mintage does not fire its trigger "${row.key}"`),
      !fires,
      stderr,
    )
    assert.equal(new RegExp(`trigger +${row.key}$`, 'm').test(stdout), fires, stdout)
  })
}
