// The complete server as an operator meets it: what it tells, to whom, and what it leaves behind when it cannot start.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { z } from 'zod'
import { openServer } from '../../src/app/index.ts'
import { openLogger } from '../../src/telemetry/index.ts'
import { invocationDocumentSchema } from '../../src/tokens/index.ts'
import { demoProject, demoWorkflow } from '../harness/demo-project.ts'
import { developing, openTestServer, type TestServer } from '../harness/running-server.ts'
import { makeProject } from '../harness/temp-project.ts'
import { userAgent, type PageShown, type UserAgent } from '../harness/user-agent.ts'
import { freePort } from '../harness/free-port.ts'

const person = { identifier: 'charles@example.com', password: 'difference-engine-42' }

async function signIn(agent: UserAgent, issuer: string): Promise<PageShown> {
  const landing = await agent.get(`${issuer}/playground`)
  return agent.submit(await agent.submit(landing, '/playground/sign-in'), '/sign-in', person)
}

/** An answer to a request whose Host header is the test's own. */
async function askAs(host: string, { server }: TestServer, path: string): Promise<string> {
  const asking = request({ host: 'localhost', port: server.port, path, headers: { host } })
  asking.end()
  const [response] = await once(asking, 'response')
  return text(response)
}

/** A client id, and the name of an interaction, which is the address of its pages: without the cookie's signature it opens nothing. */
const publicCookies: ReadonlySet<string> = new Set([
  'mintage_application',
  'mintage_interaction',
  'mintage_resume',
])

describe('a running server', () => {
  test('logs no password, token, code, secret or cookie, at any level (LG-01)', async (t) => {
    const { server, logLines } = await openTestServer(t)
    const agent = userAgent(server.issuer, { 'user-agent': 'canary-agent' })
    const page = await signIn(agent, server.issuer)
    const refreshed = await agent.submit(page, '/playground/refresh')
    const rawTokens = [...refreshed.text.matchAll(/raw-token-part-\d">([\w-]{20,})</g)].map(
      ([, part = '']) => part,
    )
    const payloads = rawTokens.filter((part) => !part.startsWith('eyJhbGci'))
    assert.ok(payloads.length >= 4)
    const secrets = [
      person.password,
      'ThisSecretIsForTheDemoOnly',
      ...payloads,
      ...[...agent.cookies].flatMap(([name, value]) => (publicCookies.has(name) ? [] : [value])),
    ]
    const log = logLines.join('\n')
    assert.ok(logLines.length > 10)
    for (const secret of secrets) assert.ok(!log.includes(secret), `the log holds ${secret.slice(0, 6)}…`)
    for (const line of logLines) assert.match(line, /^[\x20-\x7e]+$/)
  })

  test('is who the settings say, whatever a request claims (BR-10)', async (t) => {
    const projectDir = await demoProject(t, { settings: '  customDomains: [http://auth.localhost]' })
    const opened = await openTestServer(t, { settings: { projectDir } })
    const discovery = await askAs('evil.example', opened, '/.well-known/openid-configuration')
    assert.doesNotMatch(discovery, /evil/)
    assert.ok(discovery.includes(`"issuer":"${opened.server.issuer}"`))
    assert.doesNotMatch(await askAs('evil.example', opened, '/playground'), /evil/)
    const atDomain = await askAs('auth.localhost', opened, '/.well-known/openid-configuration')
    assert.ok(atDomain.includes('"issuer":"http://auth.localhost"'))
    // The playground signs in by the main address.
    assert.match(await askAs('auth.localhost', opened, '/playground'), /not_found/)
    assert.match(await askAs('auth.localhost', opened, '/'), /id="account" href="\/account"/)
    assert.doesNotMatch(await askAs('evil.example', opened, '/playground'), /not_found/)
  })

  test('believes only trusted proxies about the client’s address (AS-19)', async (t) => {
    for (const [proxies, expected] of [
      [[], /127\.0\.0\.1|::1/],
      [['127.0.0.1', '::1'], /^198\.51\.100\.7$/],
    ] as const) {
      const { server } = await openTestServer(t, { settings: { trustedProxies: proxies } })
      await signIn(userAgent(server.issuer, { 'x-forwarded-for': '198.51.100.7' }), server.issuer)
      await server.store.invocations.flush()
      const [invocation] = await server.store.invocations.list({ limit: 1 })
      const { event } = invocationDocumentSchema.parse(invocation?.document)
      assert.match(z.looseObject({ ip: z.string() }).parse(event['request']).ip, expected)
    }
  })

  test('shows the link of a mail in the developer’s terminal, and it works', async (t) => {
    const { server, shown } = await openTestServer(t)
    const agent = userAgent(server.issuer)
    const page = await agent.get(`${server.issuer}/forgotten-password`)
    await agent.submit(page, '/forgotten-password', { email: 'charles@example.com' })
    await server.settle()
    const [, link = ''] = /^mail to charles@example\.com: .*\n {2}(http\S+)$/.exec(shown[0] ?? '') ?? []
    assert.ok(link.startsWith(`${server.issuer}/reset-password?token=`))
    const form = await agent.get(link)
    const changed = await agent.submit(form, '/reset-password', { new_password: 'a-new-engine-43' })
    assert.equal(changed.status, 200)
    const signedIn = await agent.submit(
      await agent.submit(await agent.get(`${server.issuer}/playground`), '/playground/sign-in'),
      '/sign-in',
      { ...person, password: 'a-new-engine-43' },
    )
    assert.match(signedIn.text, /Hello Charles/)
  })

  test('says that it is ready, and answers 404 to an unknown path', async (t) => {
    const { server } = await openTestServer(t)
    assert.equal((await fetch(`${server.issuer}/readyz`)).status, 200)
    assert.equal((await fetch(`${server.issuer}/nothing`)).status, 404)
    assert.equal((await fetch(`${server.issuer}/api/v1/nothing`)).status, 404)
  })

  test('lets the sign-ins under way end when it closes', async (t) => {
    const { server } = await openTestServer(t)
    const agents = Array.from({ length: 10 }, () => userAgent(server.issuer))
    const pages = await Promise.all(
      agents.map(async (agent) =>
        agent.submit(await agent.get(`${server.issuer}/playground`), '/playground/sign-in'),
      ),
    )
    const posts = agents.map(async (agent, index) => {
      const page = pages[index]
      assert.ok(page)
      return agent.submit(page, '/sign-in', person).then(
        () => 'answered',
        (error: unknown) => (error instanceof TypeError ? 'refused' : 'broken'),
      )
    })
    await server.close()
    assert.ok(!(await Promise.all(posts)).includes('broken'))
  })
})

test('a workflow that fails is reported to the operator once, by its invocation and without a stack', async (t) => {
  const workflow = demoWorkflow(
    `if (event.context.auth.origin === 'refresh_token_request') throw new Error('no plan')`,
  )
  const projectDir = await demoProject(t, { workflow })
  const { server, logLines } = await openTestServer(t, { settings: { projectDir } })
  const agent = userAgent(server.issuer)
  await agent.submit(await signIn(agent, server.issuer), '/playground/refresh')
  await server.store.invocations.flush()
  const [invocation] = await server.store.invocations.list({ limit: 1 })
  // The project is the demo's, whose secrets are published: that is another warning.
  const warnings = logLines.filter((line) => /"level":"(warn|error)"(?!.*"published_credentials")/.test(line))
  assert.equal(warnings.length, 1, warnings.join('\n'))
  assert.match(warnings[0] ?? '', new RegExp(`"invocationId":"${invocation?.id}".*"event":"workflow_failed"`))
  assert.doesNotMatch(warnings[0] ?? '', /stack|no plan/)
})

test('a workflow that fails is reported to the operator, too, when the changes of another are issued', async (t) => {
  const failing = demoWorkflow(`throw new Error('no plan')`).replace(
    `id: 'demoTokens',`,
    `id: 'enrich', order: 20, failurePolicy: { action: 'continue' },`,
  )
  const projectDir = await demoProject(t, {
    workflow: demoWorkflow('').replace(`id: 'demoTokens',`, `id: 'demoTokens', order: 10,`),
  })
  await writeFile(join(projectDir, 'kindeSrc/environment/workflows/enrichWorkflow.ts'), failing)
  const { server, logLines } = await openTestServer(t, { settings: { projectDir } })
  await signIn(userAgent(server.issuer), server.issuer)
  const told = logLines.filter((line) => line.includes('"event":"workflow_failed"'))
  assert.equal(told.length, 1, told.join('\n'))
  assert.match(told[0] ?? '', /"workflowId":"enrich".*"decision":"issue-partial"/)
})

describe('a server that cannot start', () => {
  const log = openLogger({ level: 'error', format: 'json', write: () => {} })
  const listeners = { log, show: () => {} }

  test('leaves the port free again', async (t) => {
    const port = await freePort()
    const broken = await makeProject(t, {
      'kinde.json': '{}',
      'kindeSrc/environment/workflows/aWorkflow.ts': 'export default function ( {',
    })
    const dataDir = await makeProject(t, {})
    const settings = { ...developing(broken, dataDir), port }
    await assert.rejects(openServer(settings, listeners), { code: 'workflow_syntax' })
    const next = createServer().listen(port, 'localhost')
    await once(next, 'listening')
    next.close()
  })

  test('does not touch a database that another key encrypted', async (t) => {
    const dataDir = await makeProject(t, {})
    const project = await makeProject(t, { 'kinde.json': '{}' })
    const settings = { ...developing(project, dataDir), masterKey: Buffer.alloc(32, 1).toString('base64') }
    await (await openServer(settings, listeners)).close()
    const otherKey = Buffer.alloc(32, 2).toString('base64')
    await assert.rejects(openServer({ ...settings, masterKey: otherKey }, listeners), {
      code: 'master_key_wrong',
    })
  })
})
