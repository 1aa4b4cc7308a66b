import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { identifierOf, newIdentity, newUser } from '../../src/directory/index.ts'
import { openStore, type InvocationRecord, type Store } from '../../src/store/index.ts'
import { openFolder, type Folder } from './mintage.ts'

const masterKey = Buffer.alloc(32, 1)
const startedAtMs = Date.UTC(2030, 0, 2, 3, 4, 5)

function invocation(id: string, change: Partial<InvocationRecord> = {}): InvocationRecord {
  const outcome = change.outcome ?? 'completed'
  return {
    id,
    startedAtMs,
    trigger: 'user:tokens_generation',
    origin: 'authorization_request',
    workflowId: 'tokens',
    deploymentId: 'dep_1',
    clientId: 'app_1',
    userId: 'kp_1',
    organizationCode: null,
    outcome,
    decision: 'issue',
    durationMs: 12.4,
    accessTokenJti: null,
    idTokenJti: null,
    document: {
      workflow: { id: 'tokens', file: 'kindeSrc/tokensWorkflow.ts', trigger: 'user:tokens_generation' },
      event: {},
      outcome,
      decision: 'issue',
      deployment: 'dep_1',
      durationMs: 12.4,
      accessToken: { before: { sub: 'kp_1' }, after: { sub: 'kp_1', plan: 'pro' } },
      refused: [],
      log: [{ level: 'info', text: 'a line\u001b[2J' }],
      calls: [],
    },
    ...change,
  }
}

/** A folder with the data of a server that ran, and its database, for the test to write to. */
async function openRecords(
  t: TestContext,
  ...records: readonly InvocationRecord[]
): Promise<{ folder: Folder; store: Store }> {
  const folder = await openFolder({ '.mintage/master.key': masterKey.toString('base64') })
  const location = { kind: 'sqlite', file: join(folder.path, '.mintage/mintage.db') } as const
  const store = await openStore({ location, masterKey })
  t.after(async () => {
    await store.close()
    await folder[Symbol.asyncDispose]()
  })
  await append(store, ...records)
  return { folder, store }
}

async function append(store: Store, ...records: readonly InvocationRecord[]): Promise<void> {
  for (const record of records) store.invocations.append(record)
  await store.invocations.flush()
}

const header =
  'started (UTC)             decision            took  invocation                                outcome  origin  client  user  organization  deployment\n'

const line = (
  id: string,
  rest = 'completed  authorization_request  client=app_1  user=kp_1  deployment=dep_1',
) => `2030-01-02T03:04:05.000Z  issue              12 ms  ${id}  ${rest}\n`

describe('mintage logs', () => {
  test('shows the newest runs last, one on each line', async (t) => {
    const { folder } = await openRecords(t, invocation('inv_1'), invocation('inv_2'), invocation('inv_3'))
    const { code, stdout, stderr } = await folder.mintage('logs', '--limit', '2')
    assert.equal(stderr, '')
    assert.equal(stdout, header + line('inv_2') + line('inv_3'))
    assert.equal(code, 0)
  })

  test('shows those of one user, by id or by address, and those that ended in one way', async (t) => {
    const { folder, store } = await openRecords(
      t,
      invocation('inv_1'),
      invocation('inv_2', { userId: 'kp_2' }),
      invocation('inv_3', { userId: 'kp_2', outcome: 'threw' }),
    )
    const email = identifierOf('email', 'ada@example.com')
    assert.ok(email)
    const random = (size: number) => Buffer.alloc(size, 2)
    await store.commit([
      { kind: 'add-user', user: newUser('kp_2', { firstName: 'Ada', lastName: null }, startedAtMs) },
      {
        kind: 'add-identity',
        identity: newIdentity(email, 'kp_2', {
          connection: undefined,
          isVerified: true,
          atMs: startedAtMs,
          random,
        }),
      },
    ])
    const ids = async (...args: string[]) =>
      [...(await folder.mintage('logs', ...args)).stdout.matchAll(/inv_\d/g)].map(([id]) => id)
    assert.deepEqual(await ids('--user', 'kp_2'), ['inv_2', 'inv_3'])
    assert.deepEqual(await ids('--user', 'Ada@example.com', '--outcome', 'threw'), ['inv_3'])
  })

  test('shows what differs from the previous invocation of the same user and client', async (t) => {
    const changed = {
      ...invocation('inv_2').document,
      accessToken: { before: { sub: 'kp_1' }, after: { sub: 'kp_1', plan: 'free' } },
    }
    const { folder } = await openRecords(
      t,
      invocation('inv_1'),
      invocation('inv_other', { userId: 'kp_2' }),
      invocation('inv_2', { deploymentId: 'dep_2', document: changed }),
    )
    const { stdout } = await folder.mintage('logs', 'show', 'inv_2')
    assert.match(
      stdout,
      /\nsince the previous invocation\n {2}inv_1 of 2030-01-02T03:04:05\.000Z, of this user and client\n {2}~ deployment {2}dep_1 → dep_2\n {2}~ accessToken\.plan {2}"pro" → "free"\n$/,
    )
    const first = await folder.mintage('logs', 'show', 'inv_1')
    assert.doesNotMatch(first.stdout, /previous/)
  })

  test('filters by time, organization, deployment and text', async (t) => {
    const { folder } = await openRecords(
      t,
      invocation('inv_1', { startedAtMs: startedAtMs - 60_000, deploymentId: 'dep_0' }),
      invocation('inv_2', { organizationCode: 'org_1' }),
      invocation('inv_3', {
        document: { ...invocation('inv_3').document, log: [{ level: 'info', text: 'The Needle' }] },
      }),
    )
    const ids = async (...args: string[]) =>
      [...(await folder.mintage('logs', ...args)).stdout.matchAll(/inv_\d/g)].map(([id]) => id)
    assert.deepEqual(await ids('--until', '2030-01-02T03:04'), ['inv_1'])
    assert.deepEqual(await ids('--since', '2030-01-02T03:04', '--until', '2030-01-02T04:00'), [
      'inv_2',
      'inv_3',
    ])
    assert.deepEqual(await ids('--deployment', 'dep_0'), ['inv_1'])
    assert.deepEqual(await ids('--org', 'org_1'), ['inv_2'])
    assert.deepEqual(await ids('--text', 'the needle'), ['inv_3'])
    assert.deepEqual(await ids('--text', 'the needle', '--deployment', 'dep_0'), [])
  })

  test('prints a JSON document on each line with --json', async (t) => {
    const { folder } = await openRecords(t, invocation('inv_1'), invocation('inv_2'))
    const { stdout } = await folder.mintage('logs', '--json')
    const documents = stdout
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text))
    assert.deepEqual(
      documents.map(({ id, sequence }) => [id, sequence]),
      [
        ['inv_1', 1],
        ['inv_2', 2],
      ],
    )
    assert.equal(documents[0].document.accessToken.after.plan, 'pro')
  })

  test('shows one run whole, as mintage run does, with control characters written out', async (t) => {
    const { folder } = await openRecords(t, invocation('inv_1'))
    const { code, stdout } = await folder.mintage('logs', 'show', 'inv_1')
    assert.equal(
      stdout,
      `${line('inv_1')}tokens  user:tokens_generation
  file        kindeSrc/tokensWorkflow.ts
  deployment  dep_1
  outcome     completed
  decision    issue: tokens are issued as the workflow shaped them
  took        12 ms

access token  14 → 27 bytes
  + plan  "pro"

console
  info   a line\\u001b[2J
`,
    )
    assert.equal(code, 0)
  })

  test('goes on with each new run with --follow, and ends in order when it is stopped', async (t) => {
    const { folder, store } = await openRecords(t, invocation('inv_1'))
    const launcher = fileURLToPath(new URL('../../bin/mintage.js', import.meta.url))
    const child = spawn(process.execPath, [launcher, 'logs', '--follow'], { cwd: folder.path })
    t.after(() => child.kill('SIGKILL'))
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    assert.match(String((await lines.next()).value), /^started/)
    assert.match(String((await lines.next()).value), /inv_1/)
    await append(store, invocation('inv_2'))
    assert.match(String((await lines.next()).value), /inv_2/)
    const ended = once(child, 'exit')
    child.kill('SIGINT')
    assert.deepEqual(await ended, [0, null])
  })

  test('E5: shows those since a moment, of a client, of a workflow, and all of these at once', async (t) => {
    const { folder } = await openRecords(
      t,
      invocation('inv_1', { startedAtMs: Date.now() - 3_600_000, clientId: 'app_2', workflowId: 'other' }),
      invocation('inv_2', { startedAtMs: Date.now() - 60_000, clientId: 'app_2' }),
      invocation('inv_3', { startedAtMs: Date.now(), workflowId: 'other', outcome: 'threw' }),
      invocation('inv_4', { startedAtMs: Date.now(), otherWorkflowIds: ['other'] }),
    )
    const ids = async (...args: string[]) =>
      [...(await folder.mintage('logs', ...args)).stdout.matchAll(/inv_\d/g)].map(([id]) => id)
    assert.deepEqual(await ids('--since', '30m'), ['inv_2', 'inv_3', 'inv_4'])
    const noon = new Date(Date.now() - 1_800_000).toISOString()
    assert.deepEqual(await ids('--since', noon), ['inv_2', 'inv_3', 'inv_4'])
    assert.deepEqual(await ids('--since', noon.slice(0, 16)), ['inv_2', 'inv_3', 'inv_4'])
    assert.deepEqual(await ids('--client', 'app_2'), ['inv_1', 'inv_2'])
    assert.deepEqual(await ids('--workflow', 'other'), ['inv_1', 'inv_3', 'inv_4'])
    assert.deepEqual(await ids('--workflow', 'other', '--since', '2h', '--outcome', 'threw'), ['inv_3'])
    assert.deepEqual(await ids('--client', 'app_2', '--since', '30m', '--json'), ['inv_2'])
  })

  test('E5: finds an outcome by its name and by the code of its error', async (t) => {
    const { folder } = await openRecords(
      t,
      invocation('inv_1', { outcome: 'memory-exceeded' }),
      invocation('inv_2', { outcome: 'claim-reserved' }),
      invocation('inv_3', { outcome: 'crashed' }),
    )
    const ids = async (outcome: string) =>
      [...(await folder.mintage('logs', '--outcome', outcome)).stdout.matchAll(/inv_\d/g)].map(([id]) => id)
    assert.deepEqual(await ids('memory-exceeded'), ['inv_1'])
    assert.deepEqual(await ids('memory_exceeded'), ['inv_1'])
    assert.deepEqual(await ids('claim_reserved'), ['inv_2'])
    assert.deepEqual(await ids('sandbox_crashed'), ['inv_3'])
  })

  test('E5: finds and shows invocations that are stored under an earlier name of their outcome', async (t) => {
    const earlier = [
      ['out-of-memory', 'memory-exceeded'],
      ['too-many-calls', 'calls-exceeded'],
      ['log-too-large', 'log-exceeded'],
      ['invalid-claims', 'claims-invalid'],
      ['reserved-claims', 'claim-reserved'],
      ['unavailable', 'busy'],
    ] as const
    const { folder } = await openRecords(
      t,
      ...earlier.flatMap(([before, now], index) => [
        invocation(`inv_${String(index)}_before`, { outcome: before }),
        invocation(`inv_${String(index)}_now`, { outcome: now }),
      ]),
    )
    for (const [index, [, now]] of earlier.entries()) {
      const ids = [`inv_${String(index)}_before`, `inv_${String(index)}_now`]
      const { stdout } = await folder.mintage('logs', '--outcome', now, '--json')
      const found = stdout
        .trimEnd()
        .split('\n')
        .map((text) => JSON.parse(text))
      assert.deepEqual(
        found.map(({ id, outcome, document }) => [id, outcome, document.outcome]),
        ids.map((id) => [id, now, now]),
      )
    }
    const listed = await folder.mintage('logs', '--outcome', 'memory_exceeded')
    assert.equal(listed.stdout.match(/ {2}inv_0_(?:before|now) {2}memory-exceeded /g)?.length, 2)
    const shown = await folder.mintage('logs', 'show', 'inv_0_before')
    assert.match(shown.stdout, /^ {2}outcome +memory-exceeded$/m)
  })

  test('E5: says why there is nothing to show', async (t) => {
    const { folder, store } = await openRecords(t)
    const empty = await folder.mintage('logs')
    assert.equal(empty.code, 0)
    assert.equal(empty.stdout, '')
    assert.match(empty.stderr, /^No invocations in sqlite .*A workflow runs when a user signs in/)
    await append(store, invocation('inv_1'))
    const filtered = await folder.mintage('logs', '--client', 'app_9', '--json')
    assert.equal(filtered.stdout, '')
    assert.match(
      filtered.stderr,
      /^No invocation matches the filters\. .*2030-01-02T03:04:05.*client app_1\.$/m,
    )
  })

  test('E5: saves the event of a run for mintage run', async (t) => {
    const { folder } = await openRecords(t, invocation('inv_1'))
    const saved = await folder.mintage('logs', 'show', 'inv_1', '--event')
    const input = JSON.parse(saved.stdout) as Record<string, Record<string, unknown>>
    assert.deepEqual(Object.keys(input), ['event', 'accessToken'])
    assert.deepEqual(input['accessToken'], { sub: 'kp_1' })
  })

  const wrong: [title: string, args: string[], message: RegExp][] = [
    ['an unknown id', ['show', 'inv_9'], /There is no invocation "inv_9"/],
    ['an unknown address', ['--user', 'eve@example.com'], /There is no user "eve@example\.com"/],
    ['an unknown outcome', ['--outcome', 'trew'], /There is no outcome "trew"[\s\S]*Did you mean threw\?/],
    ['a limit that is not a number', ['--limit', 'all'], /--limit needs a whole number/],
    ['an unknown action', ['tail'], /has no action "tail"/],
    ['a time that cannot be read', ['--since', 'yesterday'], /--since does not take "yesterday"[\s\S]*2h/],
    ['an event without an id', ['--event'], /--event is for mintage logs show ID/],
    ['show without an id', ['show'], /needs the ID/],
    ['an invalid database address', ['--database-url', 'mysql://u:canary@h/d'], /is not a Postgres address/],
    [
      'a parameter of the database address that cannot be read',
      ['--database-url', 'postgres://u:canary@h/d?pool_max_conns=many'],
      /pool_max_conns needs a whole number from 1 to 1000/,
    ],
  ]
  for (const [title, args, message] of wrong) {
    test(`refuses ${title} and exits 2`, async (t) => {
      const { folder } = await openRecords(t, invocation('inv_1'))
      const { code, stderr } = await folder.mintage('logs', ...args)
      assert.match(stderr, message)
      assert.doesNotMatch(stderr, /canary/)
      assert.equal(code, 2)
    })
  }

  test('creates neither a database nor a key', async (t) => {
    const folder = await openFolder()
    t.after(() => folder[Symbol.asyncDispose]())
    const { code, stderr } = await folder.mintage('logs')
    assert.match(stderr, /error\[file_unreadable\]: There is no database in /)
    assert.equal(code, 2)
    assert.match((await folder.mintage('logs')).stderr, /There is no database/)
  })
})
