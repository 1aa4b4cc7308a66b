// A case runs again without its event file, its answers' servers and its recording; a case of another version is refused.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { caseJsonSchema } from '../../src/cases/index.ts'
import { openFolder, signInEvent, workflow } from './mintage.ts'

const body = `  const customers = ['a', 'b', 'c'].map((id) => kinde.fetch('https://crm.example.com/customers?id=' + id))
  token.plans = (await Promise.all(customers)).map(({ json }) => json.plan)
  token.failed = await kinde.fetch('https://crm.example.com/down').catch(({ code }) => code)
  token.key = kinde.env.get('CRM_KEY').value.length
  token.at = Date.now()
  token.random = Math.random()`

const seed = 'ab'.repeat(32)

const given = {
  version: 1,
  trigger: 'user:tokens_generation',
  workflow: { id: 'tokens', file: 'tokensWorkflow.ts' },
  event: JSON.parse(signInEvent),
  before: { accessToken: { sub: 'kp_1' }, idToken: { sub: 'kp_1' } },
  environment: { CRM_KEY: { value: 'masked-CRM_KEY', isSecret: true } },
  clock: '2026-01-02T03:04:05.678Z',
  seed,
  answers: [
    { method: 'GET', url: 'https://crm.example.com/customers?id=a', body: { plan: 'pro' } },
    { url: 'https://crm.example.com/customers?*', body: { plan: 'free' } },
    {
      url: 'https://crm.example.com/down',
      error: {
        code: 'fetch_failed',
        message: 'GET https://crm.example.com/down: the connection was refused',
      },
    },
  ],
}

async function run(t: { after(done: () => Promise<void>): void }, document: object, ...args: string[]) {
  const folder = await openFolder({
    'case.json': JSON.stringify(document),
    'tokensWorkflow.ts': workflow(body),
  })
  t.after(async () => folder[Symbol.asyncDispose]())
  return folder.mintage('run', ...(args.length === 0 ? ['case.json'] : args))
}

test('runs a case with its answers, clock, seed and environment', async (t) => {
  const { code, stdout, stderr } = await run(t, given, 'case.json', '--json')
  assert.equal(stderr, '')
  assert.equal(code, 0)
  const { accessToken, calls, replay } = JSON.parse(stdout)
  const { plans, failed, key } = accessToken.after
  assert.deepEqual(
    { plans, failed, key },
    { plans: ['pro', 'free', 'free'], failed: 'fetch_failed', key: 14 },
  )
  assert.equal(new Date(accessToken.after.at).toISOString().slice(0, 16), '2026-01-02T03:04')
  assert.equal(calls.length, 4)
  assert.equal(replay, undefined)
  const again = await run(t, given, 'tokensWorkflow.ts', '--case', 'case.json', '--json')
  assert.equal(JSON.parse(again.stdout).accessToken.after.random, accessToken.after.random)
})

test('compares with what a case expects, and ends with 4 when that differs', async (t) => {
  const expected = {
    outcome: 'completed',
    decision: 'issue',
    tokens: { accessToken: { sub: 'kp_1', plans: ['pro', 'free', 'pro'] }, idToken: { sub: 'kp_1' } },
  }
  const { code, stdout } = await run(t, { ...given, expected })
  assert.match(stdout, /replay: differs at accessToken\.plans: expected \["pro","free","pro"\], got /)
  assert.equal(code, 4)
})

test('names a call that the case does not answer', async (t) => {
  const { code, stderr } = await run(t, { ...given, answers: [] })
  assert.equal(code, 4)
  assert.match(stderr, /GET https:\/\/crm\.example\.com\/customers\?id=a: no answer is given for this call/)
})

test('refuses a case of another version and an invalid one, with what to do', async (t) => {
  const newer = await run(t, { ...given, version: 3 })
  assert.equal(newer.code, 2)
  assert.match(
    newer.stderr,
    /error\[case_version_unknown\]: case\.json is a case of version 3; this Mintage reads versions 1 to 2/,
  )
  assert.match(newer.stderr, /Update Mintage/)
  const unknown = await run(t, { ...given, anwsers: [] })
  assert.match(unknown.stderr, /error\[case_invalid\]: case\.json is not a case: unknown anwsers\./)
  const wrong = await run(t, { ...given, clock: 'now' })
  assert.match(wrong.stderr, /error\[case_invalid\]: case\.json is not a case: clock: /)
  const both = await run(t, given, 'case.json', '--event', 'case.json')
  assert.match(both.stderr, /A case holds the event and the answers, so it takes no --event\./)
  const elsewhere = await run(t, { ...given, workflow: { id: 'tokens', file: 'gone.ts' } })
  assert.match(elsewhere.stderr, /There is no gone\.ts here.*mintage run FILE --case case\.json/s)
})

test('docs/reference/case.schema.json is the schema of a case', async () => {
  const written = await readFile(new URL('../../docs/reference/case.schema.json', import.meta.url), 'utf8')
  assert.deepEqual(JSON.parse(written), caseJsonSchema(), 'npm run docs')
})
