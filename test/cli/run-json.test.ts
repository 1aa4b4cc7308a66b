// The document of `mintage run --json` and its schema, which scripts rely on.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { runDocumentJsonSchema, runDocumentSchema } from '../../src/tokens/index.ts'
import { openFolder, smallEvent, steady, workflow } from './mintage.ts'

const schemaFile = new URL('../../docs/reference/run.schema.json', import.meta.url)

test('--json prints one document with everything that the text has', async () => {
  await using folder = await openFolder({
    'event.json': smallEvent,
    'tokensWorkflow.ts': workflow(`  token.tier = 'gold'
  kinde.idToken.setCustomClaim('sub', 'kp_2')
  console.log('hello')`),
  })
  const { code, stdout, stderr } = await folder.mintage(
    'run',
    'tokensWorkflow.ts',
    '--event',
    'event.json',
    '--json',
  )
  assert.deepEqual(JSON.parse(steady(stdout)), {
    outcome: 'completed',
    decision: 'issue',
    deployment: 'dep_ID',
    durationMs: 0,
    accessToken: {
      before: {
        sub: 'kp_1',
        plan: 'free',
        roles: [{ id: '1', key: 'admin', name: 'Admin' }],
        feature_flags: {},
      },
      after: {
        sub: 'kp_1',
        plan: 'free',
        roles: [{ id: '1', key: 'admin', name: 'Admin' }],
        feature_flags: {},
        tier: 'gold',
      },
    },
    idToken: { before: { sub: 'kp_1', name: 'Ada' }, after: { sub: 'kp_1', name: 'Ada' } },
    refused: [{ token: 'idToken', claim: 'sub', at: { file: 'tokensWorkflow.ts', line: 10, column: 17 } }],
    log: [
      { level: 'info', text: 'hello' },
      { level: 'warn', text: "mintage: idToken.sub is reserved: the workflow's value was dropped." },
    ],
    calls: [],
    steps: [
      {
        workflow: 'tokens',
        file: 'tokensWorkflow.ts',
        outcome: 'completed',
        decision: 'issue',
        durationMs: 0,
        accessToken: { added: ['tier'], changed: [], removed: [] },
      },
    ],
  })
  assert.equal(stderr, '')
  assert.equal(code, 0)
})

for (const [what, body, code, field] of [
  ['denial', `kinde.auth.denyAccess('no')`, 3, 'denied'],
  ['failure', `throw new Error('no')`, 4, 'error'],
] as const) {
  test(`--json holds the ${what} and no token, prints nothing else, and exits ${code}`, async () => {
    await using folder = await openFolder({
      'event.json': smallEvent,
      'tokensWorkflow.ts': workflow(`  ${body}`),
    })
    const result = await folder.mintage('run', 'tokensWorkflow.ts', '--event', 'event.json', '--json')
    const document = runDocumentSchema.parse(JSON.parse(result.stdout))
    assert.equal(document.accessToken?.after, null)
    assert.ok(document[field])
    assert.equal(result.stderr, '')
    assert.equal(result.code, code)
  })
}

test('docs/reference/run.schema.json is the schema of the document', async () => {
  const expected = `${JSON.stringify(runDocumentJsonSchema(), null, 2)}\n`
  assert.equal(await readFile(schemaFile, 'utf8'), expected, 'run `npm run docs`')
})
