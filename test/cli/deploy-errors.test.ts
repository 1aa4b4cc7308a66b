// C§6.10: every error of Kinde's sync and build, as `mintage deploy` says it: Kinde's own words for a search to find, then which file, which
// line and what to do. None of them reaches the server, so none is needed here.
import assert from 'node:assert/strict'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { typeShell } from '../harness/mintage-command.ts'
import { openFolder } from './mintage.ts'

const launcher = fileURLToPath(new URL('../../bin/mintage.js', import.meta.url))
const library = fileURLToPath(new URL('../../node_modules/@kinde/infrastructure', import.meta.url))
const folder = 'kindeSrc/environment/workflows'

const workflow = (id: string, trigger = 'm2m:token_generation', more = '') =>
  `export const workflowSettings = { id: '${id}', trigger: '${trigger}' }\n${more}\nexport default async function () {}\n`

const cases: Readonly<
  Record<string, { readonly files: Readonly<Record<string, string>>; readonly says: readonly RegExp[] }>
> = {
  'No workflows': {
    files: {},
    says: [
      /^error\[workflows_not_found\]: No workflows in kindeSrc\/environment\/workflows$/m,
      /help: Add a file such as/,
    ],
  },
  'Sync log showing no pages and no workflows': {
    files: { 'kinde.json': '{"rootDir":"elsewhere"}', [`${folder}/aWorkflow.ts`]: workflow('a') },
    says: [/^error\[workflows_not_found\]: No workflows in elsewhere\/environment\/workflows$/m],
  },
  'Unknown trigger requested': {
    files: { [`${folder}/aWorkflow.ts`]: workflow('a', 'user:nothing') },
    says: [
      /^error\[trigger_unknown\]: Unknown trigger requested: .*"user:nothing"$/m,
      /aWorkflow\.ts:1/,
      /help: Use one of/,
    ],
  },
  'More than one workflow assigned to this trigger': {
    files: { [`${folder}/aWorkflow.ts`]: workflow('a'), [`${folder}/bWorkflow.ts`]: workflow('b') },
    says: [
      /^error\[trigger_taken\]: More than one workflow assigned to this trigger: .*aWorkflow\.ts and .*bWorkflow\.ts/m,
    ],
  },
  'Duplicate workflow ID': {
    files: {
      [`${folder}/aWorkflow.ts`]: workflow('x'),
      [`${folder}/bWorkflow.ts`]: workflow('x', 'user:tokens_generation'),
    },
    says: [
      /^error\[workflow_id_duplicate\]: Duplicate workflow ID: .*aWorkflow\.ts and .*bWorkflow\.ts both have "x"$/m,
    ],
  },
  'Missing output bundle': {
    files: { [`${folder}/aWorkflow.ts`]: '' },
    says: [/^error\[bundle_empty\]: Missing output bundle: .*aWorkflow\.ts holds no code$/m],
  },
  'No default function exported': {
    files: {
      [`${folder}/aWorkflow.ts`]: workflow('a').replace(
        'export default async function',
        'async function idle',
      ),
    },
    says: [
      /^error\[default_export_missing\]: No default function exported: .*aWorkflow\.ts/m,
      /help: Add export default/,
    ],
  },
  'Workflow ID is required': {
    files: { [`${folder}/aWorkflow.ts`]: workflow('a').replace(`id: 'a', `, '') },
    says: [/^error\[settings_missing\]: Workflow ID is required: .*has no id$/m, /aWorkflow\.ts:1/],
  },
  'No matching export for import': {
    files: {
      [`${folder}/aWorkflow.ts`]: `import { nope } from '@kinde/infrastructure'\n${workflow('a', undefined, 'nope()')}`,
    },
    says: [
      /^error\[import_unresolved\]: No matching export in "@kinde\/infrastructure.*" for import "nope"$/m,
      /aWorkflow\.ts:1:10/,
    ],
  },
  'Runtime error: x is not defined': {
    files: { [`${folder}/aWorkflow.ts`]: workflow('a', undefined, 'missing.name = 1') },
    says: [/^error\[top_level_threw\]: .*ReferenceError: missing is not defined$/m, /aWorkflow\.ts:2:1/],
  },
  'Failed to resolve file, invalid location': {
    files: { [`${folder}/aWorkflow.ts`]: `import './missing'\n${workflow('a')}` },
    says: [
      /^error\[import_unresolved\]: Could not resolve "\.\/missing"$/m,
      /aWorkflow\.ts:1:8/,
      /help: Correct the path/,
    ],
  },
}

describe('mintage deploy says of a project that does not build', () => {
  for (const [name, { files, says }] of Object.entries(cases)) {
    test(`names what Kinde calls “${name}”`, async () => {
      await using project = await openFolder({ 'kinde.json': '{"rootDir":"kindeSrc"}', ...files })
      await mkdir(join(project.path, folder), { recursive: true })
      await mkdir(join(project.path, 'node_modules/@kinde'), { recursive: true })
      await symlink(library, join(project.path, 'node_modules/@kinde/infrastructure'))
      const line = `MINTAGE_TOKEN=unused ${process.execPath} ${launcher} deploy --to http://localhost:1`
      const { exitCode, stderr, stdout } = await typeShell(line, project.path)
      assert.deepEqual([exitCode, stdout], [5, ''], stderr)
      for (const pattern of says) assert.match(stderr, pattern)
      assert.doesNotMatch(stderr, /Uploading/)
    })
  }

  test('says it as one JSON document, too', async () => {
    await using project = await openFolder({
      'kinde.json': '{"rootDir":"kindeSrc"}',
      [`${folder}/aWorkflow.ts`]: workflow('a', 'user:nothing'),
    })
    const line = `MINTAGE_TOKEN=unused ${process.execPath} ${launcher} deploy --json --to http://localhost:1`
    const { exitCode, stdout, stderr } = await typeShell(line, project.path)
    assert.deepEqual([exitCode, stderr], [5, ''])
    assert.partialDeepStrictEqual(JSON.parse(stdout), {
      is_activated: false,
      problems: [{ code: 'trigger_unknown' }],
    })
  })
})
