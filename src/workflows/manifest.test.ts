import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { makeProject } from '../../test/harness/temp-project.ts'
import type { ModuleExports } from '../runtime/index.ts'
import { bundleWorkflow, type Bundle } from './bundle.ts'
import { readManifest } from './manifest.ts'

const entry = 'tokensWorkflow.ts'
const source = `import { WorkflowTrigger } from '@kinde/infrastructure'

export const workflowSettings = {
  id: 'tokens',
  trigger: WorkflowTrigger.UserTokenGeneration,
  bindings: {},
}

export default async function () {}
`

async function bundleFrom(t: TestContext, text = source): Promise<Bundle> {
  const dir = await makeProject(t, { [entry]: text })
  return bundleWorkflow(join(dir, entry))
}

/** Exports as the sandbox reports them for a sound workflow, with some of its settings replaced. */
function exportsWith(settings: Record<string, unknown>, others: Partial<ModuleExports> = {}): ModuleExports {
  const sound = { id: 'tokens', trigger: 'user:tokens_generation' }
  return { defaultExport: 'function', settings: { ...sound, ...settings }, ...others }
}

describe('readManifest', () => {
  test('needs id and trigger alone, and takes "stop" as the failure policy', async (t) => {
    assert.deepEqual(readManifest(exportsWith({}), await bundleFrom(t)), {
      id: 'tokens',
      trigger: 'user:tokens_generation',
      failurePolicy: { action: 'stop' },
      bindings: {},
    })
  })

  test('keeps name, failure policy and bindings with their settings', async (t) => {
    const settings = {
      name: 'Tokens',
      failurePolicy: { action: 'continue' },
      bindings: { 'kinde.accessToken': { resetClaims: true }, 'kinde.env': {} },
    }
    assert.deepEqual(readManifest(exportsWith(settings), await bundleFrom(t)), {
      id: 'tokens',
      trigger: 'user:tokens_generation',
      ...settings,
    })
  })

  test('gives a fallback a day when it does not say how old the last good run may be', async (t) => {
    const failurePolicy = { action: 'continue', fallback: 'last-good' }
    const manifest = readManifest(exportsWith({ failurePolicy }), await bundleFrom(t))
    assert.deepEqual(manifest.failurePolicy, { ...failurePolicy, maxAgeSeconds: 86_400 })
  })

  test('leaves keys alone that it does not know: resetClaims and timeout at the top of old files (C§6.4)', async (t) => {
    const manifest = readManifest(
      exportsWith({ resetClaims: true, timeout: 10_000, later: [] }),
      await bundleFrom(t),
    )
    assert.deepEqual(Object.keys(manifest).toSorted(), ['bindings', 'failurePolicy', 'id', 'trigger'])
  })

  test('accepts a default export that is an object with handle', async (t) => {
    const manifest = readManifest(exportsWith({}, { defaultExport: 'handle-object' }), await bundleFrom(t))
    assert.equal(manifest.id, 'tokens')
  })

  test('accepts an id of 200 characters', async (t) => {
    assert.equal(readManifest(exportsWith({ id: 'x'.repeat(200) }), await bundleFrom(t)).id.length, 200)
  })
})

describe('readManifest refuses', () => {
  const at = (line: number) => ({ file: entry, line })
  const invalid = 'settings_invalid'
  const refusals: readonly [title: string, exports: ModuleExports, error: Record<string, unknown>][] = [
    [
      'a module without workflowSettings',
      { defaultExport: 'function', settings: undefined },
      {
        code: 'settings_missing',
        message: `${entry}: export workflowSettings not found`,
        at: { file: entry },
      },
    ],
    [
      'settings that JSON cannot carry, with the place and what it is',
      {
        defaultExport: 'function',
        settings: undefined,
        settingsProblem: 'exports.workflowSettings.order: NaN is not a JSON number',
      },
      { code: invalid, message: /is not plain data: exports\.workflowSettings\.order: NaN/, at: at(3) },
    ],
    [
      'settings that are a list',
      { defaultExport: 'function', settings: [] },
      { code: invalid, message: `workflowSettings of ${entry} is not an object`, at: at(3) },
    ],
    [
      'settings without an id, in the words of Kinde',
      exportsWith({ id: undefined }),
      {
        code: 'settings_missing',
        message: `Workflow ID is required: workflowSettings of ${entry} has no id`,
        at: at(3),
      },
    ],
    [
      'an id of blanks',
      exportsWith({ id: '  ' }),
      { code: 'settings_missing', message: /^Workflow ID is required/ },
    ],
    [
      'an id that is a number',
      exportsWith({ id: 7 }),
      { code: invalid, message: `workflowSettings.id of ${entry}: expected a text`, at: at(4) },
    ],
    [
      'an id of 201 characters',
      exportsWith({ id: 'x'.repeat(201) }),
      { code: invalid, message: /has more than 200 characters$/ },
    ],
    [
      'a name that is an object',
      exportsWith({ name: {} }),
      { code: invalid, message: /^workflowSettings\.name of/ },
    ],
    [
      'another failure policy than the two',
      exportsWith({ failurePolicy: { action: 'warn' } }),
      {
        code: invalid,
        message: `workflowSettings.failurePolicy.action of ${entry}: expected "stop" or "continue"`,
        hint: 'Correct workflowSettings.failurePolicy.action.',
      },
    ],
    [
      'another fallback than last-good',
      exportsWith({ failurePolicy: { action: 'continue', fallback: 'defaults' } }),
      {
        code: invalid,
        message: `workflowSettings.failurePolicy.fallback of ${entry}: expected "last-good"`,
      },
    ],
    [
      'a fallback under stop',
      exportsWith({ failurePolicy: { action: 'stop', fallback: 'last-good' } }),
      { code: invalid, message: /failurePolicy\.fallback of .*: needs action: "continue"; under "stop"/ },
    ],
    [
      'an age of zero',
      exportsWith({ failurePolicy: { action: 'continue', fallback: 'last-good', maxAgeSeconds: 0 } }),
      { code: invalid, message: /failurePolicy\.maxAgeSeconds of .*: expected at least 1 second$/ },
    ],
    [
      'an age that is a text',
      exportsWith({ failurePolicy: { action: 'continue', fallback: 'last-good', maxAgeSeconds: '1h' } }),
      {
        code: invalid,
        message:
          /failurePolicy\.maxAgeSeconds of .*: expected a whole number of seconds, at most 9007199254740991$/,
      },
    ],
    [
      'an age without a fallback',
      exportsWith({ failurePolicy: { action: 'continue', maxAgeSeconds: 60 } }),
      { code: invalid, message: /failurePolicy\.maxAgeSeconds of .*: needs fallback: "last-good"$/ },
    ],
    [
      'a fallback for machines',
      exportsWith({
        trigger: 'm2m:token_generation',
        failurePolicy: { action: 'continue', fallback: 'last-good' },
      }),
      { code: invalid, message: /failurePolicy\.fallback of .*: works for user:tokens_generation only/ },
    ],
    [
      'a failure policy that is a text',
      exportsWith({ failurePolicy: 'continue' }),
      { code: invalid, message: /failurePolicy of .*: expected an object such as \{ action: "stop" \}$/ },
    ],
    [
      'bindings that are a list',
      exportsWith({ bindings: ['kinde.env'] }),
      {
        code: invalid,
        message: /bindings of .*: expected an object such as \{ "kinde\.accessToken": \{\} \}$/,
        at: at(6),
      },
    ],
    [
      'a binding whose settings are no object',
      exportsWith({ bindings: { 'kinde.env': true } }),
      {
        code: invalid,
        message: `workflowSettings.bindings.kinde.env of ${entry}: expected an object, such as {}`,
      },
    ],
    [
      'more than 100 bindings',
      exportsWith({
        bindings: Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`b${String(index)}`, {}])),
      }),
      { code: invalid, message: /has more than 100 entries$/ },
    ],
    [
      'an unknown trigger, with the nearest one',
      exportsWith({ trigger: 'user:token_generation' }),
      {
        code: 'trigger_unknown',
        message: `Unknown trigger requested: workflowSettings of ${entry} names "user:token_generation"`,
        at: at(5),
        hint: 'Did you mean "user:tokens_generation" (WorkflowTrigger.UserTokenGeneration)?',
      },
    ],
    [
      'a trigger that is like none, with the list of all',
      exportsWith({ trigger: 'on\u001B[2Jlogin' }),
      {
        code: 'trigger_unknown',
        message: /names "on \[2Jlogin"$/,
        hint: 'Use one of user:tokens_generation, m2m:token_generation; Kinde’s other triggers never fire here.',
      },
    ],
    [
      'a module without a default export, in the words of Kinde',
      exportsWith({}, { defaultExport: 'missing' }),
      {
        code: 'default_export_missing',
        message: `No default function exported: ${entry} has no default export`,
        at: at(9),
        hint: 'Add export default async function (event) { … }.',
      },
    ],
    [
      'a default export that cannot be called',
      exportsWith({}, { defaultExport: 'other' }),
      {
        code: 'default_export_missing',
        message: /^No default function exported: .* neither a function nor an object with a handle method$/,
      },
    ],
  ]
  for (const [title, exports, error] of refusals) {
    test(title, async (t) => {
      const bundle = await bundleFrom(t)
      assert.throws(() => readManifest(exports, bundle), { name: 'WorkflowError', ...error })
    })
  }

  test('a member that WorkflowTrigger does not have, with the nearest one (C§6.13)', async (t) => {
    const bundle = await bundleFrom(t, source.replace('UserTokenGeneration', 'UserPlanCancellationRequest'))
    assert.throws(() => readManifest(exportsWith({ trigger: undefined }), bundle), {
      code: 'trigger_unknown',
      message: /names WorkflowTrigger\.UserPlanCancellationRequest, which does not exist$/,
      at: at(5),
      hint: 'Did you mean "user:plan_cancellation_request" (WorkflowTrigger.PlanCancellationRequest)?',
    })
  })

  test('a settings object without a trigger', async (t) => {
    const bundle = await bundleFrom(t, `export const workflowSettings = { id: 'a' }\nexport default () => {}`)
    assert.throws(() => readManifest(exportsWith({ trigger: undefined }), bundle), {
      code: 'trigger_unknown',
      message: /names no trigger$/,
      at: at(1),
    })
  })

  const error = { name: 'TypeError', message: 'broken\nat once', stack: '' }
  test('a top level that threw before the settings were there, and says what it threw', async (t) => {
    const bundle = await bundleFrom(t)
    assert.throws(() => readManifest({ defaultExport: 'missing', settings: undefined, error }, bundle), {
      code: 'top_level_threw',
      message: `${entry} threw while it was loaded: TypeError: broken at once`,
      at: { file: entry },
    })
  })

  test('a top level that threw before the default export was there', async (t) => {
    const bundle = await bundleFrom(t)
    const exports = exportsWith({}, { defaultExport: 'missing', error })
    assert.throws(() => readManifest(exports, bundle), { code: 'top_level_threw' })
  })

  test('nothing when the top level threw after both: it may have missed the environment alone', async (t) => {
    assert.equal(readManifest(exportsWith({}, { error }), await bundleFrom(t)).id, 'tokens')
  })
})
