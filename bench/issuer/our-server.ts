// Our server as `mintage start` opens it, on SQLite in a folder of its own, in a process of its own: with or without a workflow, with
// as many users as its arguments say. Prints on standard output where it listens and which refresh tokens its sign-ins gave. When its
// standard input ends, it prints how long its event loop stood at most, removes its folder and ends.
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { openServer } from '../../src/app/index.ts'
import { requestRehearsal } from '../../src/rehearsal/index.ts'
import { openLogger } from '../../src/telemetry/index.ts'
import {
  ada,
  audience,
  directoryFixture,
  redirectUri,
  webClient,
} from '../../test/harness/directory-fixture.ts'
import { developing } from '../../test/harness/running-server.ts'
import { userAgent } from '../../test/harness/user-agent.ts'
import { manyRecords } from '../../test/harness/many-records.ts'
import { tokensWorkflow } from '../tokens-workflow.ts'
import { manyUsers } from './many-users.ts'
import { answerQuestions } from './questions.ts'
import { chains } from './same-claims.ts'

const [hasWorkflow, users = '0', records = '0'] = process.argv.slice(2)
const folder = await mkdtemp(join(tmpdir(), 'mintage-bench-'))
const workflows = join(folder, 'project', 'kindeSrc', 'environment', 'workflows')
await mkdir(workflows, { recursive: true })
await writeFile(join(folder, 'project', 'kinde.json'), '{ "version": "2024-12-09", "rootDir": "kindeSrc" }')
if (hasWorkflow === 'workflow')
  await writeFile(join(workflows, 'tokensWorkflow.ts'), tokensWorkflow('event.context.auth.origin'))
const server = await openServer(
  {
    ...developing(join(folder, 'project'), join(folder, 'data')),
    isDemo: false,
    host: '127.0.0.1',
    masterKey: randomBytes(32).toString('base64'),
    hasPlayground: false,
    logLevel: 'info',
  },
  {
    log: openLogger({ level: 'info', format: 'json', write: (line) => process.stderr.write(line) }),
    show: () => {},
  },
)
process.stdin.on('end', () => void end())
await server.store.commit(await directoryFixture())
for (const changes of manyUsers(Number(users))) await server.store.commit(changes)
for (const invocations of manyRecords(Number(records))) {
  for (const invocation of invocations) server.store.invocations.append(invocation)
  await server.store.invocations.flush()
}

const tokens: string[] = []
const params = new URLSearchParams({
  response_type: 'code',
  client_id: webClient.id,
  redirect_uri: redirectUri,
  scope: 'openid profile email offline',
  audience,
})
for (let index = 0; index < chains; index += 1) {
  const agent = userAgent(server.issuer)
  const page = await agent.get(`${server.issuer}/oauth2/auth?${params.toString()}`)
  const { location = '' } = await agent.submit(page, '/sign-in', {
    identifier: ada.email,
    password: ada.password,
  })
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: webClient.id,
    client_secret: webClient.secret,
    redirect_uri: redirectUri,
    code: new URL(location).searchParams.get('code') ?? '',
  })
  const response = await fetch(`${server.issuer}/oauth2/token`, { method: 'POST', body })
  tokens.push(String(Reflect.get(Object(await response.json()), 'refresh_token')))
}
let rehearsal = ''
answerQuestions({ rehearse, 'how far is the rehearsal': () => server.store.rehearsals.find(rehearsal) })
const loop = monitorEventLoopDelay({ resolution: 5 })
loop.enable()
process.stdout.write(`${JSON.stringify({ issuer: server.issuer, tokens })}\n`)

/** What is live, for all users: the same work as with a candidate, because nothing is compared before both have run. */
async function rehearse(): Promise<void> {
  const { deploymentRoles } = await server.store.directory.catalog()
  const live = deploymentRoles.find(({ id }) => id === 'live')
  rehearsal = await requestRehearsal(
    {
      deploymentId: live?.deploymentId ?? '',
      request: { users: { kind: 'all' }, scopes: ['openid', 'profile', 'email'], audiences: [audience] },
      author: 'bench',
      audit: { event: 'management.createRehearsal', clientId: null },
    },
    { store: server.store, nowMs: () => server.store.nowMs() },
  )
}

async function end(): Promise<void> {
  const inMs = (nanoseconds: number) => Math.round(nanoseconds / 1e5) / 10
  const said = { loopP99Ms: inMs(loop.percentile(99)), loopMaxMs: inMs(loop.max) }
  await server.store.invocations.flush()
  const [newest] = await server.store.invocations.list({ limit: 1 })
  const [oldest] = await server.store.invocations.list({ limit: 1, order: 'oldest-first' })
  const kept = newest && oldest ? newest.sequence - oldest.sequence + 1 : 0
  process.stdout.write(`${JSON.stringify({ ...said, records: kept })}\n`)
  await server.close()
  await rm(folder, { recursive: true, force: true })
}
