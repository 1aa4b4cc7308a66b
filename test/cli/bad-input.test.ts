// Every way to hold it wrong: one shape of error, an exit code, and never a stack of ours.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openFolder, signInEvent, workflow } from './mintage.ts'

interface Case {
  readonly title: string
  readonly files?: Readonly<Record<string, string>>
  readonly args: readonly string[]
  readonly code: number
  readonly stderr: string
}

const run = ['run', 'tokensWorkflow.ts', '--event', 'event.json']
const eventAlone = JSON.parse(signInEvent)

const cases: readonly Case[] = [
  {
    title: 'a workflow file that is missing',
    files: { 'tokensWorkflow.ts': '' },
    args: ['run', 'missingWorkflow.ts', '--event', 'event.json'],
    code: 5,
    stderr: `error[workflow_file_not_found]: There is no file missingWorkflow.ts
  help: Check the path.
`,
  },
  {
    title: 'a syntax error in the workflow',
    files: { 'tokensWorkflow.ts': `export const a = 1\nexport const b = = 2\n` },
    args: run,
    code: 5,
    stderr: `error[workflow_syntax]: Unexpected "="
  --> tokensWorkflow.ts:2:18
   2 | export const b = = 2
     |                  ^
  help: Correct the line.
`,
  },
  {
    title: 'a workflow that throws at top level',
    files: { 'tokensWorkflow.ts': `${workflow('')}\nthrow new Error('too early')\n` },
    args: run,
    code: 5,
    stderr: `error[top_level_threw]: tokensWorkflow.ts: the top level of the workflow threw Error: too early
  --> tokensWorkflow.ts:12:11
   12 | throw new Error('too early')
      |           ^
  help: Move what can fail into the default function.
`,
  },
  {
    title: 'a huge bundle',
    files: { 'tokensWorkflow.ts': workflow(`  console.log('${'x'.repeat(2_000)}')`) },
    args: [...run, '--limit', 'bundleBytes=1000'],
    code: 5,
    stderr: '…more than the limit of 1000; most of it is tokensWorkflow.ts…',
  },
  {
    title: 'a kinde.json that does not parse',
    files: { 'kinde.json': '{ "rootDir": \n' },
    args: run,
    code: 5,
    stderr: `error[project_invalid]: kinde.json is not JSON: Unexpected end of file in JSON
  --> kinde.json:2:1
   2 | 
     | ^
  help: Correct kinde.json; the least that it may hold is {}.
`,
  },
  {
    title: 'an unknown option, with the nearest one',
    args: ['run', 'tokensWorkflow.ts', '--evnt', 'event.json'],
    code: 2,
    stderr: `error[usage]: mintage run has no option --evnt.
  help: Did you mean --event? See mintage run --help.
`,
  },
  {
    title: 'an unknown command, with the nearest one',
    args: ['rum'],
    code: 2,
    stderr: `error[usage]: There is no command “rum”.
  help: Did you mean mintage run? See mintage --help.
`,
  },
  {
    title: 'an option without its value',
    args: ['run', 'tokensWorkflow.ts', '--event', '--strict-claims'],
    code: 2,
    stderr: `error[usage]: --event needs a value: --event FILE.
  help: See mintage run --help.
`,
  },
  {
    title: 'an option given twice',
    args: [...run, '--event', 'event.json'],
    code: 2,
    stderr: `error[usage]: --event is given twice.
  help: See mintage run --help.
`,
  },
  {
    title: 'a secret without a name, which is not repeated',
    args: [...run, '--secret', 's3cr3t'],
    code: 2,
    stderr: `error[usage]: --secret needs NAME=VALUE, with a name of letters, digits and underscores.
  help: See mintage run --help.
`,
  },
  {
    title: 'an unknown limit, with the nearest one',
    args: [...run, '--limit', 'wallclock=5'],
    code: 2,
    stderr:
      '…There is no limit "wallclock"; the limits are wallClockMs, runningTimeMs…Did you mean --limit wallClockMs=…?…',
  },
  {
    title: 'an event file that is missing',
    args: ['run', 'tokensWorkflow.ts', '--event', 'nothing.json'],
    code: 2,
    stderr: `error[file_unreadable]: nothing.json cannot be read: there is no such file or folder.
  help: Check the path and its permissions.
`,
  },
  {
    title: 'an event that is not JSON, with line and column',
    files: { 'event.json': '{\n  "request": { "ip": nul }\n}' },
    args: run,
    code: 2,
    stderr: `error[event_invalid]: event.json is not JSON: expected a value.
  --> event.json:2:22
   2 |   "request": { "ip": nul }
     |                      ^
  help: Correct the file at this place.
`,
  },
  {
    title: 'an event that lacks a field, with its name',
    files: { 'event.json': JSON.stringify({ request: { ip: '192.0.2.1' }, context: {} }) },
    args: run,
    code: 2,
    stderr: `error[event_invalid]: context.domains: is missing.
  --> event.json
  help: Correct this field of the event; the events are described in docs/reference/events.md.
`,
  },
  {
    title: 'an event with a wrong value, with what is allowed',
    files: {
      'event.json': JSON.stringify({
        ...eventAlone,
        context: { ...eventAlone.context, auth: { origin: 'login', isExistingSession: false } },
      }),
    },
    args: run,
    code: 2,
    stderr:
      '…context.auth.origin: expected "authorization_request" or "refresh_token_request", got "login".…',
  },
  {
    title: 'an event for another trigger than the workflow’s',
    files: {
      'event.json': JSON.stringify({
        ...eventAlone,
        context: { ...eventAlone.context, workflow: { trigger: 'm2m:token_generation' } },
      }),
    },
    args: run,
    code: 2,
    stderr: '…The event is for "m2m:token_generation", the workflow for "user:tokens_generation".…',
  },
  {
    title: 'default claims for a token that the trigger does not mint',
    files: { 'event.json': JSON.stringify({ event: eventAlone, m2mToken: {} }) },
    args: run,
    code: 2,
    stderr: '…m2mToken: user:tokens_generation mints no M2M token.…',
  },
  {
    title: 'an invalid recording',
    args: ['run', '--replay', 'event.json'],
    code: 2,
    stderr: '…error[recording_invalid]: event.json is not a recording of a run: version is not as expected.…',
  },
  {
    title: 'a workflow of a trigger that never fires',
    files: {
      'tokensWorkflow.ts': `export const workflowSettings = { id: 'late', trigger: 'user:post_authentication' }\nexport default async function () {}\n`,
    },
    args: run,
    code: 5,
    stderr: `error[trigger_never_fires]: The workflow "late" never runs: Mintage does not fire its trigger "user:post_authentication"
  --> tokensWorkflow.ts:1
   1 | export const workflowSettings = { id: 'late', trigger: 'user:post_authentication' }
  help: Move its check into the workflow of user:tokens_generation: it runs at each sign-in and refresh, and denyAccess refuses the tokens there. Then remove this file.
`,
  },
]

for (const { title, files, args, code, stderr } of cases) {
  test(`explains ${title}, and exits ${code}`, async () => {
    await using folder = await openFolder({
      'event.json': signInEvent,
      'tokensWorkflow.ts': workflow(''),
      ...files,
    })
    const result = await folder.mintage(...args)
    if (stderr.startsWith('…')) {
      for (const part of stderr.split('…').filter((text) => text.length > 5))
        assert.ok(result.stderr.includes(part), result.stderr)
    } else {
      assert.equal(result.stderr, stderr)
    }
    assert.equal(result.stdout, '')
    assert.equal(result.code, code)
    assert.doesNotMatch(result.stderr, /node:internal|\/src\/|\n\s+at /)
  })
}

test('prints an error before the run as JSON under --json', async () => {
  await using folder = await openFolder({ 'event.json': '[]', 'tokensWorkflow.ts': workflow('') })
  const { code, stdout, stderr } = await folder.mintage(
    'run',
    'tokensWorkflow.ts',
    '--event',
    'event.json',
    '--json',
  )
  assert.deepEqual(JSON.parse(stdout), {
    error: {
      code: 'event_invalid',
      message: 'expected a JSON object with an event.',
      at: { file: 'event.json' },
      hint: 'The file holds an event, or { "event": …, "accessToken": …, "idToken": … }; see docs/reference/events.md.',
    },
  })
  assert.equal(stderr, '')
  assert.equal(code, 2)
})
