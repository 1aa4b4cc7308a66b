// F1: what becomes of an error that no code caught. Mintage throws one only by a defect, so a preload does.
import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { describe, test } from 'node:test'
import { z } from 'zod'
import { startCommand } from '../harness/serving-command.ts'
import { makeProject } from '../harness/temp-project.ts'

const preload = fileURLToPath(new URL('../harness/throw-on-signal.ts', import.meta.url))
const project = { 'kinde.json': '{"rootDir": "kindeSrc"}', 'mintage.yaml': 'settings: { name: Example }\n' }

const recordSchema = z.looseObject({
  level: z.literal('error'),
  event: z.literal('uncaught_error'),
  error: z.looseObject({ message: z.string(), stack: z.string() }),
})

describe('an error that no code caught', () => {
  test('F1: ends `mintage start --production` with one JSON record and exit code 70', async (t) => {
    const cwd = await makeProject(t, project)
    const args = [
      'start',
      '--production',
      '--project',
      '.',
      '--port',
      '0',
      '--issuer',
      'https://id.example.com',
    ]
    const command = startCommand(t, args, {
      cwd,
      env: {
        MINTAGE_MASTER_KEY: Buffer.alloc(32, 3).toString('base64'),
        NODE_OPTIONS: `--import=${preload}`,
      },
    })
    await command.until(/"event":"server_ready"/)
    const before = command.output().length
    assert.equal(await command.stop('SIGUSR2'), 70)
    const [line = '', ...others] = command.output().slice(before).trimEnd().split('\n')
    assert.equal(recordSchema.parse(JSON.parse(line)).error.message, 'a defect that a test made')
    assert.deepEqual(others, [])
    assert.equal(command.errorOutput(), '')
  })

  test('F1: ends `mintage dev` with one line that names it and exit code 70', async (t) => {
    const cwd = await makeProject(t, project)
    const command = startCommand(t, ['dev', '--project', '.', '--port', '0'], {
      cwd,
      env: { NODE_OPTIONS: `--import=${preload}` },
    })
    await command.until(/^Ready/m)
    assert.equal(await command.stop('SIGUSR2'), 70)
    assert.match(command.output(), /uncaught_error/)
    assert.match(command.output(), /a defect that a test made/)
  })
})
