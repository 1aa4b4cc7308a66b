// `--answer`: files in place of the servers that a workflow calls (D9). Nothing here goes out: names below .example never resolve.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startHttpServer } from '../harness/http-server.ts'
import { startCommand } from '../harness/serving-command.ts'
import { userAgent } from '../harness/user-agent.ts'
import { openFolder, signInEvent, workflow } from './mintage.ts'

const run = ['run', 'tokensWorkflow.ts', '--event', 'event.json'] as const

/** In the manner of the trigger's own example: a public host in the code, a key in the query, `data` taken apart. */
const seedExample = `import {
  WorkflowTrigger,
  accessTokenCustomClaims,
  fetch,
  getEnvironmentVariable,
} from '@kinde/infrastructure'

export const workflowSettings = {
  id: 'onUserTokenGeneration',
  trigger: WorkflowTrigger.UserTokenGeneration,
  failurePolicy: { action: 'stop' },
  bindings: { 'kinde.accessToken': {}, 'kinde.fetch': {}, 'kinde.env': {}, url: {} },
}

export default async function Workflow(event) {
  const key = getEnvironmentVariable('MY_API_KEY')?.value
  const { data: crmData } = await fetch(\`https://somecrm.example/?api_key=\${key}\`, {
    method: 'GET',
    headers: { 'Content-Type': 'application/json' },
  })
  const accessToken = accessTokenCustomClaims()
  accessToken.companyName = crmData.companyName
}
`

test('D9: the example of the trigger runs offline with an answer for its public host', async () => {
  await using folder = await openFolder({
    'event.json': signInEvent,
    'tokensWorkflow.ts': seedExample,
    'crm.json': '{"companyName":"Analytical Engines"}',
  })
  const options = ['--secret', 'MY_API_KEY=k-1815', '--answer', 'https://somecrm.example/*=crm.json']
  const { code, stdout, stderr } = await folder.mintage(...run, ...options)
  assert.equal(code, 0, stderr)
  assert.match(stdout, /\+ companyName {2}"Analytical Engines"/)
  assert.match(
    stdout,
    /GET https:\/\/somecrm\.example\/\?api_key=\S+ 200 \d+ ms, answered by https:\/\/somecrm\.example\/\*\n/,
  )
  assert.doesNotMatch(stdout, /k-1815/)
})

test('D9: a run with answers is recorded and replays identically without them', async () => {
  await using folder = await openFolder({
    'event.json': signInEvent,
    'tokensWorkflow.ts': seedExample,
    'crm.json': '{"companyName":"Analytical Engines"}',
  })
  const recorded = await folder.mintage(
    ...run,
    '--env',
    'MY_API_KEY=k',
    '--answer',
    'https://somecrm.example/*=crm.json',
    '--record',
    'run.json',
  )
  assert.equal(recorded.code, 0, recorded.stderr)
  const { code, stdout, stderr } = await folder.mintage(
    'run',
    '--replay',
    'run.json',
    '--env',
    'MY_API_KEY=k',
  )
  assert.equal(code, 0, stderr)
  assert.match(stdout, /answered by https:\/\/somecrm\.example\/\*\n/)
  assert.match(stdout, /replay: identical/)
})

interface Case {
  readonly title: string
  readonly body: string
  readonly files?: Readonly<Record<string, string>>
  readonly answers: readonly string[]
  readonly claim: unknown
  readonly answeredBy: readonly (string | undefined)[]
}

const cases: readonly Case[] = [
  {
    title: 'takes the first rule that fits, by method and by address',
    body: `  const ask = async (method, url) => (await kinde.fetch(url, { method })).json
  token.claim = [
    await ask('GET', 'https://api.example/customers/1?full=1'),
    await ask('POST', 'https://api.example/customers'),
    await ask('GET', 'https://api.example/plans'),
  ]`,
    files: { 'a.json': '"a"', 'b.json': '"b"', 'c.json': '["c"]' },
    answers: [
      'post https://api.example/*=b.json',
      'https://api.example/customers/*?full=1=a.json',
      'https://*.example/plans=c.json',
    ],
    claim: ['a', 'b', ['c']],
    answeredBy: [
      'https://api.example/customers/*?full=1',
      'POST https://api.example/*',
      'https://*.example/plans',
    ],
  },
  {
    title: 'gives status and headers of a whole answer, and text of another file',
    body: `  const missing = await kinde.fetch('https://api.example/gone')
  const text = await kinde.fetch('https://api.example/motd')
  token.claim = [missing.status, missing.headers.get('x-reason'), missing.json.error, text.text, text.headers.get('content-type')]`,
    files: {
      'gone.json': '{"status":404,"headers":{"X-Reason":"moved"},"body":{"error":"no_customer"}}',
      'motd.txt': 'Good morning',
    },
    answers: ['https://api.example/gone=gone.json', 'https://api.example/motd=motd.txt'],
    claim: [404, 'moved', 'no_customer', 'Good morning', 'text/plain; charset=utf-8'],
    answeredBy: ['https://api.example/gone', 'https://api.example/motd'],
  },
  {
    title: 'follows a redirect to another answer',
    body: `  token.claim = (await kinde.fetch('https://api.example/old')).json`,
    files: { 'old.json': '{"status":302,"headers":{"location":"/new"}}', 'new.json': '{"new":true}' },
    answers: ['https://api.example/old=old.json', 'https://api.example/new=new.json'],
    claim: { new: true },
    answeredBy: ['https://api.example/new'],
  },
  {
    title: 'takes a document whose status is a word for a body',
    body: `  token.claim = (await kinde.fetch('https://api.example/me')).json`,
    files: { 'me.json': '{"status":"active"}' },
    answers: ['HTTPS://API.example:443/me=me.json'],
    claim: { status: 'active' },
    answeredBy: ['HTTPS://API.example:443/me'],
  },
]

for (const { title, body, files, answers, claim, answeredBy } of cases) {
  test(`D9: --answer ${title}`, async () => {
    await using folder = await openFolder({
      'event.json': signInEvent,
      'tokensWorkflow.ts': workflow(body),
      ...files,
    })
    const options = answers.flatMap((answer) => ['--answer', answer])
    const { code, stdout, stderr } = await folder.mintage(...run, '--json', ...options)
    const document = JSON.parse(stdout) as {
      accessToken: { after: Record<string, unknown> | null }
      calls: { answeredBy?: string }[]
    }
    assert.equal(code, 0, stdout + stderr)
    assert.deepEqual(document.accessToken.after?.['claim'], claim)
    assert.deepEqual(
      document.calls.map((call) => call.answeredBy),
      answeredBy,
    )
  })
}

test('D9: with --answer, a call that no rule fits fails by name, and an allowed host is called', async (t) => {
  const server = await startHttpServer(t, () => ({ json: { from: 'server' } }))
  await using folder = await openFolder({
    'event.json': signInEvent,
    'tokensWorkflow.ts': workflow(`  token.local = (await kinde.fetch('${server.origin}/')).json.from
  token.plan = (await kinde.fetch('https://plans.example/mine')).json`),
    'crm.json': '{}',
  })
  const { code, stdout, stderr } = await folder.mintage(
    ...run,
    '--answer',
    'https://crm.example/*=crm.json',
    '--allow-host',
    server.host,
  )
  assert.equal(code, 4)
  assert.match(
    stderr,
    /error\[workflow_threw\]: FetchError: GET https:\/\/plans\.example\/mine: no answer is given for this call, so it does not go out\n {2}--> tokensWorkflow\.ts:10:\d+/,
  )
  assert.match(
    stderr,
    /help: Add --answer with the address of the call, or let it go out with --allow-host\./,
  )
  assert.match(stdout, /GET http:\/\/127\.0\.0\.1:\d+\/ 200 \d+ ms\n/)
  assert.match(stdout, /GET https:\/\/plans\.example\/mine failed \(answer_missing\)/)
})

test('D9: an answer does not open an address that egress refuses', async () => {
  await using folder = await openFolder({
    'event.json': signInEvent,
    'tokensWorkflow.ts': workflow(`  token.role = (await kinde.fetch('http://169.254.169.254/role')).json`),
    'role.json': '"admin"',
  })
  const { code, stdout } = await folder.mintage(...run, '--answer', 'http://169.254.169.254/*=role.json')
  assert.equal(code, 4)
  assert.match(stdout, /169\.254\.169\.254\/role failed \(egress_denied\)/)
})

test('D9: kinde.secureFetch is sealed before it is answered, and fails without a key', async () => {
  const key = Buffer.alloc(32, 7)
  await using folder = await openFolder({
    'event.json': signInEvent,
    'tokensWorkflow.ts': workflow(
      `  token.sealed = (await kinde.secureFetch('https://api.example/in', { method: 'POST', body: { a: 1 } })).json`,
    ).replace("'kinde.fetch': {}", "'kinde.secureFetch': {}"),
    'in.json': '{"ok":true}',
  })
  const answer = ['--answer', 'POST https://api.example/in=in.json']
  const without = await folder.mintage(...run, ...answer)
  assert.equal(without.code, 4)
  assert.match(without.stdout, /failed \(encryption_key_missing\)/)
  const { code, stdout } = await folder.mintage(...run, ...answer, '--encryption-key', key.toString('base64'))
  assert.equal(code, 0)
  assert.match(stdout, /\+ sealed {2}\{"ok":true\}/)
})

const wrong: readonly [title: string, answer: string, stderr: RegExp][] = [
  ['without a file', 'https://api.example/', /error\[usage\]: --answer needs an address and a file/],
  ['without an address', '=a.json', /error\[usage\]: --answer needs an address and a file/],
  [
    'with a path for an address',
    '/customers=a.json',
    /error\[usage\]: "\/customers" is not the address of a call\.\n {2}help: Write a full address/,
  ],
  [
    'with another scheme',
    'ftp://api.example/*=a.json',
    /error\[usage\]: "ftp:\/\/api\.example\/\*" is not the/,
  ],
  [
    'with a file that is missing',
    'https://api.example/*=b.json',
    /error\[file_unreadable\]: b\.json cannot be/,
  ],
  [
    'with a file that is not JSON',
    'https://api.example/*=broken.json',
    /error\[answer_invalid\]: broken\.json is not JSON[\s\S]*--> broken\.json:1:\d+/,
  ],
  [
    'with a status that is not one',
    'https://api.example/*=status.json',
    /error\[usage\]: The status of the answer for "https:\/\/api\.example\/\*" is not a number from 200 to 599/,
  ],
]

test('D9: a wrong --answer is refused before anything runs, and exits 2', async (t) => {
  await using folder = await openFolder({
    'event.json': signInEvent,
    'tokensWorkflow.ts': workflow(''),
    'a.json': '{}',
    'broken.json': '{"a":',
    'status.json': '{"status":99}',
  })
  for (const [title, answer, stderr] of wrong) {
    await t.test(title, async () => {
      const result = await folder.mintage(...run, '--answer', answer)
      assert.match(result.stderr, stderr)
      assert.equal(result.code, 2)
    })
  }
})

test('D9: mintage dev answers the calls of a sign-in from files', async (t) => {
  const folder = await openFolder({
    'kinde.json': '{}',
    'kindeSrc/environment/workflows/tokensWorkflow.ts': workflow(
      `  token.company = (await kinde.fetch('https://crm.example/mine')).json.companyName`,
    ),
    'mintage.yaml': `applications:
  web:
    type: reg
    redirectUris: ["\${issuer}/playground/callback"]
users:
  - { email: ada@example.com, password: sunflower-engine-42 }
`,
    'crm.json': '{"companyName":"Analytical Engines"}',
  })
  t.after(() => folder[Symbol.asyncDispose]())
  const options = ['dev', '--project', '.', '--port', '0', '--answer', 'https://crm.example/*=crm.json']
  const command = startCommand(t, options, { cwd: folder.path })
  const [, issuer = ''] = await command.until(/issuer +(http:\/\/localhost:\d+)$/m)
  await command.until(/^Ready in/m)
  const agent = userAgent(issuer)
  const signIn = await agent.submit(await agent.get(`${issuer}/playground`), '/playground/sign-in')
  await agent.submit(signIn, '/sign-in', {
    identifier: 'ada@example.com',
    password: 'sunflower-engine-42',
  })
  await command.until(/\+ company +"Analytical Engines"[\s\S]*crm\.example\/mine 200 \d+ ms, answered by/)
  assert.equal(await command.stop('SIGINT'), 0)
})
