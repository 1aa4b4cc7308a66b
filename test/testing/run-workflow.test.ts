// `mintage/testing` as a test of a workflow uses it: the production engine, with everything from outside given by the test. Nothing goes
// out: names below .example never resolve.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { m2mEvent, refreshEvent, runWorkflow, signInEvent } from '../../src/testing/index.ts'
import { typeNode } from '../harness/mintage-command.ts'
import { makeProject } from '../harness/temp-project.ts'

function workflow(body: string, trigger = 'user:tokens_generation'): string {
  return `import { accessTokenCustomClaims, denyAccess, fetch, getEnvironmentVariable, idTokenCustomClaims, m2mTokenClaims } from '@kinde/infrastructure'

export const workflowSettings = {
  id: 'tokens',
  trigger: '${trigger}',
  failurePolicy: { action: 'stop' },
  bindings: { 'kinde.accessToken': {}, 'kinde.idToken': {}, 'kinde.m2mToken': {}, 'kinde.auth': {}, 'kinde.env': {}, 'kinde.fetch': {}, url: {} },
}

export default async function (event: any) {
${body}
}
`
}

/** Resolves to the path of the file. */
async function fileWith(t: TestContext, body: string, trigger?: string): Promise<string> {
  return join(await makeProject(t, { 'tokensWorkflow.ts': workflow(body, trigger) }), 'tokensWorkflow.ts')
}

test('shows both tokens before and after, what changed, and the claims that were refused', async (t) => {
  const file = await fileWith(
    t,
    `  const accessToken = accessTokenCustomClaims<any>()
  accessToken.plan = event.context.organization?.code ?? 'none'
  accessToken.permissions = undefined
  accessToken.iss = 'https://other.example'
  idTokenCustomClaims<any>().name = 'Countess'
  console.log('shaped')`,
  )
  const event = signInEvent({ context: { organization: { code: 'org_1' } } })
  const { outcome, decision, accessToken, idToken, refused, log, calls, durationMs } = await runWorkflow(
    pathToFileURL(file),
    { event, claims: { accessToken: { roles: undefined, tier: 1 } } },
  )
  assert.deepEqual([outcome, decision, calls], ['completed', 'issue', []])
  assert.equal(accessToken.before['tier'], 1)
  assert.ok(!('roles' in accessToken.before))
  assert.equal(accessToken.after?.['plan'], 'org_1')
  assert.deepEqual(accessToken.changes, { added: ['plan'], changed: [], removed: ['permissions'] })
  assert.deepEqual(idToken.changes, { added: [], changed: ['name'], removed: [] })
  assert.deepEqual(refused, [
    { token: 'accessToken', claim: 'iss', at: { file: 'tokensWorkflow.ts', line: 14, column: 3 } },
  ])
  assert.deepEqual(log[0], { level: 'info', text: 'shaped' })
  assert.ok(durationMs > 0)
})

test('fails the test by the method and the address of a call without an answer, also when the workflow catches it', async (t) => {
  const file = await fileWith(
    t,
    `  await fetch('https://crm.example/customers/1', { method: 'POST', headers: {}, body: '{}' }).catch(() => {})`,
  )
  const answers = { 'GET https://crm.example/*': { body: {} } }
  await assert.rejects(runWorkflow(file, { answers }), {
    code: 'answer_missing',
    message:
      /^POST https:\/\/crm\.example\/customers\/1 has no answer in this test\. Given are: GET https:\/\/crm\.example\/\*\.\nAdd it/,
    hint: /answers: \{ 'POST https:\/\/crm\.example\/customers\/1': /,
  })
  await assert.rejects(runWorkflow(file), { code: 'answer_missing' })
})

test('answers calls by pattern, by a function for calls that differ, and keeps secrets out of what it shows', async (t) => {
  const file = await fileWith(
    t,
    `  const key = getEnvironmentVariable('CRM_KEY')?.value
  const first = await fetch<any>(\`https://crm.example/a?key=\${key}\`, { method: 'GET', headers: {} })
  const second = await fetch<any>('https://crm.example/b', { method: 'POST', headers: { 'x-try': '2' }, body: 'two' })
  console.log(key)
  Object.assign(accessTokenCustomClaims<any>(), { first: first.data.n, second: second.data.said })`,
  )
  const { accessToken, calls, log } = await runWorkflow(file, {
    event: signInEvent(),
    environment: { CRM_URL: 'https://crm.example' },
    secrets: { CRM_KEY: 'k-1815' },
    answers: {
      'GET https://crm.example/a*': { body: { n: 1 } },
      'https://crm.example/*': ({ method, url, headers, body }) => ({
        status: 201,
        body: { said: [method, url, headers['x-try'], body] },
      }),
    },
  })
  assert.equal(accessToken.after?.['first'], 1)
  assert.deepEqual(accessToken.after?.['second'], ['POST', 'https://crm.example/b', '2', 'two'])
  assert.deepEqual(
    calls.map(({ status, answeredBy }) => [status, answeredBy]),
    [
      [200, 'GET https://crm.example/a*'],
      [201, 'https://crm.example/*'],
    ],
  )
  assert.doesNotMatch(JSON.stringify([calls, log]), /k-1815/)
})

test('fails with the error of an answer, whatever the workflow makes of it', async (t) => {
  const file = await fileWith(
    t,
    `  await fetch('https://crm.example/a', { method: 'GET', headers: {} }).catch(() => {})`,
  )
  const answer = () => {
    throw new RangeError('the second page was asked for')
  }
  await assert.rejects(
    runWorkflow(file, { answers: { 'https://crm.example/*': answer } }),
    /RangeError: the second page was asked for/,
  )
  await assert.rejects(runWorkflow(file, { answers: { 'https://crm.example/*': () => ({ status: 99 }) } }), {
    code: 'usage',
  })
})

test('gives the place of an error in the author’s file, and rejects with it when the file does not build', async (t) => {
  const file = await fileWith(t, `  const text: string = event.nothing.toLowerCase()`)
  const { outcome, decision, error, accessToken } = await runWorkflow(file, { event: refreshEvent() })
  assert.deepEqual([outcome, decision, accessToken.after], ['threw', 'refuse', null])
  assert.equal(error?.code, 'workflow_threw')
  assert.deepEqual(error?.at, { file: 'tokensWorkflow.ts', line: 11, column: 24 })
  await writeFile(file, workflow('  if ('))
  await assert.rejects(runWorkflow(file), {
    code: 'workflow_syntax',
    at: { file: 'tokensWorkflow.ts', line: 12, column: 1 },
  })
})

test('builds a file again once it has changed, and only then', async (t) => {
  const file = await fileWith(t, `  accessTokenCustomClaims<any>().version = 1`)
  const version = async () => {
    const { accessToken, ...rest } = await runWorkflow(file, { event: signInEvent() })
    return [accessToken.after?.['version'], Reflect.get(rest, 'deployment')]
  }
  const [first, again] = [await version(), await version()]
  assert.deepEqual(again, first)
  await writeFile(file, workflow(`  accessTokenCustomClaims<any>().version = 2`))
  const [changed, atOnce] = await Promise.all([version(), version()])
  assert.equal(changed[0], 2)
  assert.deepEqual(atOnce, changed)
})

test('repeats a run exactly with the same clock and seed, and another one with others', async (t) => {
  const file = await fileWith(
    t,
    `  const times = [Date.now()]
  await fetch('https://slow.example/', { method: 'GET', headers: {} })
  times.push(Date.now())
  await new Promise((resolve) => setTimeout(resolve, 25))
  times.push(Date.now())
  Object.assign(accessTokenCustomClaims<any>(), { times, random: [Math.random(), crypto.randomUUID()] })`,
  )
  const run = async (given: object) => {
    const answers = { 'https://slow.example/': {} }
    const { accessToken } = await runWorkflow(file, { event: signInEvent(), answers, ...given })
    return accessToken.after
  }
  const usual = await run({})
  const at = Date.UTC(2026, 0, 1)
  assert.deepEqual(usual?.['times'], [at, at, at + 25])
  assert.deepEqual(await run({}), usual)
  const other = await run({ clock: '2031-05-01T12:00:00Z', seed: 'another' })
  assert.equal(Object(other?.['times'])[0], Date.UTC(2031, 4, 1, 12))
  assert.notDeepEqual(other?.['random'], usual?.['random'])
  assert.deepEqual(await run({ clock: new Date('2031-05-01T12:00:00Z'), seed: 'another' }), other)
  await assert.rejects(run({ clock: 'tomorrow' }), { code: 'usage' })
})

test('runs a machine’s workflow with its event, and denials with their reason', async (t) => {
  const machine = await fileWith(
    t,
    `  m2mTokenClaims<any>().app = event.context.application.clientId`,
    'm2m:token_generation',
  )
  const event = m2mEvent({ context: { application: { clientId: 'c1' } } })
  const { m2mToken } = await runWorkflow(machine, { event })
  assert.equal(m2mToken.after?.['app'], 'c1')
  assert.equal((await runWorkflow(machine)).m2mToken?.after?.['azp'], '8b6e2d40c1f94a7f9e35d0a2b7c4f681')
  const denying = await fileWith(t, `  denyAccess('not today')`)
  const { outcome, denied } = await runWorkflow(denying)
  assert.deepEqual([outcome, denied], ['denied', { reason: 'not today' }])
  await assert.rejects(runWorkflow(machine, { event: signInEvent() }), { code: 'event_invalid' })
})

test('makes events with the members of the real ones, and refuses others by name', () => {
  const event = signInEvent({
    request: { authUrlParams: { loginHint: 'ada@example.com' }, userAgent: undefined },
    context: { user: { id: 'kp_1' }, organization: undefined },
  })
  assert.equal(event.context.user.id, 'kp_1')
  assert.equal(event.context.user.identityId, 'identity_ada_email')
  assert.equal(event.request.authUrlParams['loginHint'], 'ada@example.com')
  assert.ok(!('organization' in event.context) && !('userAgent' in event.request))
  assert.equal(refreshEvent().context.auth.origin, 'refresh_token_request')
  // @ts-expect-error: an event has no such member
  assert.throws(() => signInEvent({ context: { organisation: { code: 'org_1' } } }), {
    code: 'event_invalid',
    message: 'context.organisation: an event of this trigger has no such member.',
    hint: 'Did you mean organization?',
  })
})

test('keeps nothing of one run for the next: a token that a workflow cached is gone', async (t) => {
  const token = `${btoa('{"alg":"HS256"}')}.${btoa('{"exp":4102444800}')}.x`.replaceAll('=', '')
  const file = await fileWith(
    t,
    `  let made = 0
  for (const time of [1, 2])
    await kinde.cache.jwtToken('crm', { onMissingOrExpired: async () => (made += time, '${token}') })
  accessTokenCustomClaims<any>().made = made`,
  )
  for (const time of ['first', 'second']) {
    const { accessToken, error } = await runWorkflow(file, { event: signInEvent() })
    assert.equal(error, undefined)
    assert.equal(accessToken.after?.['made'], 1, time)
  }
})

test('lets the process end although the engine is open', async (t) => {
  const file = await fileWith(t, `  accessTokenCustomClaims<any>().version = 1`)
  const script = `const { runWorkflow } = await import(process.argv[1])
const { outcome } = await runWorkflow(process.argv[2])
process.stdout.write(outcome)`
  const testing = new URL('../../bin/testing.js', import.meta.url).href
  const args = ['--input-type=module', '--eval', script, testing, file]
  assert.deepEqual(await typeNode(args), { exitCode: 0, stdout: 'completed', stderr: '' })
})

test('runs inside of a worker thread, as some test runners do', async (t) => {
  const file = await fileWith(t, `  accessTokenCustomClaims<any>().version = 1`)
  const script = `import { parentPort, workerData } from 'node:worker_threads'
const { runWorkflow } = await import(workerData.testing)
parentPort.postMessage((await runWorkflow(workerData.file)).outcome)`
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`), {
    workerData: { testing: new URL('../../bin/testing.js', import.meta.url).href, file },
  })
  assert.deepEqual(await once(worker, 'message'), ['completed'])
  assert.deepEqual(await once(worker, 'exit'), [0])
})
