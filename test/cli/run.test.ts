// `mintage run`: what a person sees, and the exit codes that scripts see.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { test } from 'node:test'
import { openFolder, signInEvent, smallEvent, steady, workflow } from './mintage.ts'

test('shows both tokens before and after, refused claims, the console and the time, and exits 0', async () => {
  await using folder = await openFolder({
    'event.json': smallEvent,
    'tokensWorkflow.ts': workflow(`  token.tier = 'gold'
  token.roles = token.roles.map((role) => role.key).join(' ')
  delete token.feature_flags
  kinde.accessToken.setCustomClaim('sub', 'kp_2')
  console.log('hello %s', event.context.user.id)
  console.warn('two\\nlines \\u001b[31m')`),
  })
  const { code, stdout, stderr } = await folder.mintage('run', 'tokensWorkflow.ts', '--event', 'event.json')
  assert.equal(
    steady(stdout),
    `tokens  user:tokens_generation
  file        tokensWorkflow.ts
  deployment  dep_ID
  outcome     completed
  decision    issue: tokens are issued as the workflow shaped them
  took        N ms

access token  97 → 58 bytes
  + tier           "gold"
  ~ roles          [{"id":"1","key":"admin","name":"Admin"}] → "admin"
  - feature_flags  {}
  ! sub            refused (reserved) at tokensWorkflow.ts:12:21

ID token  27 bytes, unchanged

console
  info   hello kp_1
  warn   two
         lines \\u001b[31m
  warn   mintage: accessToken.sub is reserved: the workflow's value was dropped.
`,
  )
  assert.equal(stderr, '')
  assert.equal(code, 0)
})

test('shows each outgoing call with its status and duration', async () => {
  const server = createServer((_, response) =>
    response.setHeader('content-type', 'application/json').end('{"tier":"gold"}'),
  )
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  const host = `127.0.0.1:${address.port}`
  try {
    await using folder = await openFolder({
      'event.json': smallEvent,
      'tokensWorkflow.ts': workflow(`  token.tier = kinde.fetch('http://${host}/crm').json.tier`),
    })
    const run = ['run', 'tokensWorkflow.ts', '--event', 'event.json']
    const allowed = await folder.mintage(...run, '--allow-host', host)
    assert.match(steady(allowed.stdout), new RegExp(`outgoing calls\n  GET http://${host}/crm 200 N ms\n$`))
    assert.match(allowed.stdout, /\+ tier {2}"gold"/)
    assert.equal(allowed.code, 0)

    const refused = await folder.mintage(...run)
    assert.match(refused.stdout, /GET http:\/\/127\.0\.0\.1:\d+\/crm failed \(egress_denied\)/)
    assert.match(
      refused.stderr,
      /help: Call a public http\(s\) address, or let the operator allow this one: .*--allow-host/,
    )
    assert.equal(refused.code, 4)
  } finally {
    server.close()
  }
})

test('says that access is denied and why, and exits 3', async () => {
  await using folder = await openFolder({
    'event.json': smallEvent,
    'tokensWorkflow.ts': workflow(`  kinde.auth.denyAccess('Your plan has ended.')`),
  })
  const { code, stdout, stderr } = await folder.mintage('run', 'tokensWorkflow.ts', '--event', 'event.json')
  assert.equal(
    steady(stdout),
    `tokens  user:tokens_generation
  file        tokensWorkflow.ts
  deployment  dep_ID
  outcome     denied
  decision    deny: access is denied: no token is issued
  reason      Your plan has ended.
  took        N ms

access token  not issued

ID token  not issued
`,
  )
  assert.equal(stderr, '')
  assert.equal(code, 3)
})

test('says what a failing workflow threw, where, and what to do, and exits 4', async () => {
  await using folder = await openFolder({
    'event.json': smallEvent,
    'tokensWorkflow.ts': workflow(`  process.exit()`),
  })
  const { code, stdout, stderr } = await folder.mintage('run', 'tokensWorkflow.ts', '--event', 'event.json')
  assert.match(
    stdout,
    /decision {4}refuse: the workflow failed and its failure policy is stop: no token is issued\n/,
  )
  assert.equal(
    stderr,
    `
error[workflow_threw]: ReferenceError: process is not defined
  --> tokensWorkflow.ts:9:3
   9 |   process.exit()
     |   ^
  help: The sandbox has no process of Node. Read environment variables with getEnvironmentVariable(key)?.value.
`,
  )
  assert.equal(code, 4)
})

test('says that the default claims are issued when a workflow fails under continue, and exits 4', async () => {
  await using folder = await openFolder({
    'event.json': smallEvent,
    'tokensWorkflow.ts': workflow(
      `  token.tier = 'gold'\n  throw new Error('no CRM')`,
      `failurePolicy: { action: 'continue' },`,
    ),
  })
  const { code, stdout, stderr } = await folder.mintage('run', 'tokensWorkflow.ts', '--event', 'event.json')
  assert.match(stdout, /its failure policy is continue: tokens are issued with the default claims\n/)
  assert.match(stdout, /\naccess token {2}97 bytes, unchanged\n/)
  assert.match(stderr, /^\nerror\[workflow_threw\]: Error: no CRM\n {2}--> tokensWorkflow\.ts:10:13\n/)
  assert.equal(code, 4)
})

test('names the limit that a run went over, with its number', async () => {
  await using folder = await openFolder({
    'event.json': smallEvent,
    'tokensWorkflow.ts': workflow(`  for (;;) {}`),
  })
  const limit = ['--limit', 'runningTimeMs=50']
  const { code, stderr } = await folder.mintage('run', 'tokensWorkflow.ts', '--event', 'event.json', ...limit)
  assert.match(
    stderr,
    /^\nerror\[running_time_exceeded\]: The workflow computed for longer than 50 ms, waiting excluded\./,
  )
  assert.equal(code, 4)
})

test('fails a run that sets a reserved claim under --strict-claims, at its line', async () => {
  await using folder = await openFolder({
    'event.json': smallEvent,
    'tokensWorkflow.ts': workflow(`  kinde.accessToken.setCustomClaim('sub', 'kp_2')`),
  })
  const { code, stderr } = await folder.mintage(
    'run',
    'tokensWorkflow.ts',
    '--event',
    'event.json',
    '--strict-claims',
  )
  assert.match(
    stderr,
    /^\nerror\[claim_reserved\]: The workflow set sub of the access token, which is reserved\.\n {2}--> tokensWorkflow\.ts:9:21/,
  )
  assert.equal(code, 4)
})

test('gives the workflow its environment and shows no secret, not even in an error', async () => {
  await using folder = await openFolder({
    'event.json': smallEvent,
    'tokensWorkflow.ts': workflow(`  const key = kinde.env.get('KEY').value
  console.log(kinde.env.get('PLAN').value, key)
  throw new Error('refused ' + key)`),
  })
  const environment = ['--env', 'PLAN=pro', '--secret', 'KEY=s3cr3t-value']
  const { code, stdout, stderr } = await folder.mintage(
    'run',
    'tokensWorkflow.ts',
    '--event',
    'event.json',
    ...environment,
  )
  assert.match(stdout, /info {3}pro \[redacted\]/)
  assert.match(stderr, /Error: refused \[redacted\]/)
  assert.doesNotMatch(stdout + stderr, /s3cr3t-value/)
  assert.equal(code, 4)
})

test('uses a sample user when the file holds an event alone', async () => {
  await using folder = await openFolder({
    'event.json': signInEvent,
    'tokensWorkflow.ts': workflow(`  token.greeting = 'hello ' + token.email`),
  })
  const { code, stdout } = await folder.mintage('run', 'tokensWorkflow.ts', '--event', 'event.json')
  assert.match(stdout, /\+ greeting {2}"hello ada@example\.com"/)
  assert.equal(code, 0)
})

test('shapes the M2M token of an M2M workflow', async () => {
  await using folder = await openFolder({
    'event.json': JSON.stringify({
      request: { auth: { audience: ['acme'], scope: ['read:all'] }, ip: '192.0.2.1' },
      context: {
        domains: { kindeDomain: 'https://example.kinde.com' },
        application: { clientId: 'm2m_1' },
        workflow: { trigger: 'm2m:token_generation' },
      },
    }),
    'm2mWorkflow.ts': `export const workflowSettings = { id: 'm2m', trigger: 'm2m:token_generation', bindings: { 'kinde.m2mToken': {} } }
export default async function (event) {
  kinde.m2mToken.setCustomClaim('applicationId', event.context.application.clientId)
}
`,
  })
  const { code, stdout } = await folder.mintage('run', 'm2mWorkflow.ts', '--event', 'event.json')
  assert.match(stdout, /\nM2M token {2}\d+ → \d+ bytes\n {2}\+ applicationId {2}"m2m_1"\n/)
  assert.doesNotMatch(stdout, /access token/)
  assert.equal(code, 0)
})

test('says at which loop a workflow computed for too long', async () => {
  await using folder = await openFolder({
    'event.json': smallEvent,
    'tokensWorkflow.ts': `${workflow('  spin()')}
function spin(): never {
  for (;;) continue
}
`,
  })
  const { code, stderr } = await folder.mintage(
    'run',
    'tokensWorkflow.ts',
    '--event',
    'event.json',
    '--limit',
    'runningTimeMs=100',
  )
  assert.match(stderr, /^\s*error\[running_time_exceeded\]: The workflow computed for longer than 100 ms/)
  assert.match(stderr, /--> tokensWorkflow\.ts:13:3\n {3}13 \| {3}for \(;;\) continue/)
  assert.equal(code, 4)
})
