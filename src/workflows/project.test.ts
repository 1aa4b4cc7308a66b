import assert from 'node:assert/strict'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { makeProject } from '../../test/harness/temp-project.ts'
import { findProject } from './project.ts'

describe('findProject', () => {
  test('walks up to the folder with kinde.json', async (t) => {
    const dir = await makeProject(t, {
      'kinde.json':
        '{"version":"2024-12-09","rootDir":"src","integrations":{"npm":{"enabled":true}},"later":1}',
      'src/environment/workflows/deep/x.txt': '',
    })
    assert.deepEqual(await findProject(join(dir, 'src/environment/workflows/deep')), {
      dir,
      rootDir: 'src',
      workflowsDir: join(dir, 'src/environment/workflows'),
      version: '2024-12-09',
    })
  })

  test('takes kindeSrc as rootDir when kinde.json names none, and tolerates a byte order mark', async (t) => {
    const dir = await makeProject(t, { 'kinde.json': '\uFEFF{}' })
    assert.equal((await findProject(dir)).rootDir, 'kindeSrc')
  })

  test('refuses a folder that has no kinde.json above it', async (t) => {
    const dir = await makeProject(t, {})
    await assert.rejects(findProject(dir), {
      code: 'project_not_found',
      message: `could not find kinde.json in ${dir} or in a folder above it`,
    })
  })

  const invalid: [title: string, text: string, message: RegExp, at: object][] = [
    [
      'a trailing comma, with its place',
      '{\n  "rootDir": "kindeSrc",\n}\n',
      /^kinde\.json is not JSON: JSON does not support trailing commas$/,
      { file: 'kinde.json', line: 2, column: 24 },
    ],
    [
      'an end that comes too early, with its place',
      '{"rootDir":',
      /^kinde\.json is not JSON: Unexpected end of file in JSON$/,
      { file: 'kinde.json', line: 1, column: 12 },
    ],
    ['an empty file', '', /^kinde\.json is not JSON/, { file: 'kinde.json', line: 1, column: 1 }],
    ['a list', '[]', /^kinde\.json: .*expected object/, { file: 'kinde.json' }],
    ['null', 'null', /^kinde\.json: .*expected object/, { file: 'kinde.json' }],
    [
      'a rootDir that is a number',
      '{"rootDir":1}',
      /^"rootDir" of kinde\.json: .*expected string/,
      { file: 'kinde.json' },
    ],
    [
      'a rootDir above the project',
      '{"rootDir":"../x"}',
      /leaves the project folder$/,
      { file: 'kinde.json' },
    ],
    [
      'a rootDir that goes down and up',
      '{"rootDir":"a/../../x"}',
      /leaves the project/,
      { file: 'kinde.json' },
    ],
    [
      'an absolute rootDir',
      '{"rootDir":"/etc"}',
      /"\/etc", which leaves the project folder$/,
      { file: 'kinde.json' },
    ],
  ]
  for (const [title, text, message, at] of invalid) {
    test(`refuses ${title}`, async (t) => {
      const dir = await makeProject(t, { 'kinde.json': text })
      await assert.rejects(findProject(dir), { code: 'project_invalid', message, at })
    })
  }

  test('refuses a kinde.json that is a folder', async (t) => {
    const dir = await makeProject(t, { 'kinde.json/x': '' })
    await assert.rejects(findProject(dir), { code: 'project_invalid', message: 'kinde.json is not a file' })
  })

  test('refuses a kinde.json larger than 1 MiB', async (t) => {
    const dir = await makeProject(t, { 'kinde.json': `{}${' '.repeat(1024 * 1024)}` })
    await assert.rejects(findProject(dir), {
      code: 'project_invalid',
      message: 'kinde.json is larger than 1 MiB',
    })
  })

  test('refuses a rootDir that is a symlink out of the project (SBX-47)', async (t) => {
    const outside = await makeProject(t, { 'environment/workflows/aWorkflow.ts': '' })
    const dir = await makeProject(t, { 'kinde.json': '{"rootDir":"kindeSrc"}' })
    await symlink(outside, join(dir, 'kindeSrc'))
    await assert.rejects(findProject(dir), { code: 'project_invalid', message: /leaves the project folder$/ })
  })

  test('accepts a rootDir that is a symlink inside the project', async (t) => {
    const dir = await makeProject(t, { 'kinde.json': '{"rootDir":"link"}' })
    await mkdir(join(dir, 'real'))
    await symlink(join(dir, 'real'), join(dir, 'link'))
    assert.equal((await findProject(dir)).rootDir, 'link')
  })
})
