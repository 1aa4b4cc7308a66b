// A server over a project whose workflow uses everything that makes a run differ from the last one, and machines and people that get
// tokens of it: for tests of what is recorded and run again.
import assert from 'node:assert/strict'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { redirectUri, webClient } from '../harness/directory-fixture.ts'
import { History } from '../harness/history.ts'
import { startHttpServer, type LocalServer, type Lifetime } from '../harness/http-server.ts'
import { typeMintage } from '../harness/mintage-command.ts'
import { openTestServer, type TestServer } from '../harness/running-server.ts'
import { makeProject } from '../harness/temp-project.ts'
import { Client, codeOf, tokensOf } from '../reliability/client.ts'

export const secret = 's3cr3t-of-the-crm'
export const person = { id: 'kp_1', email: 'one@example.com', password: 'correct horse battery staple' }
const machine = {
  id: 'b1110000000000000000000000000009',
  secret: 'AMachineOfTheTestsOnlySecret000000000000009',
}
const operator = {
  id: 'b1110000000000000000000000000010',
  secret: 'AMachineOfTheTestsOnlySecret000000000000010',
}
export const userWorkflow = 'kindeSrc/environment/workflows/tokensWorkflow.ts'

const userBody = (crm: string) => `
  const { json } = await kinde.fetch('${crm}/customers?key=' + kinde.env.get('CRM_KEY').value)
  await new Promise((resolve) => setTimeout(resolve, 2))
  const key = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode('x'))
  kinde.accessToken.setCustomClaim('plan', json.plan)
  kinde.accessToken.setCustomClaim('order', json.order)
  kinde.accessToken.setCustomClaim('run', [Date.now(), Math.random(), crypto.randomUUID(), new Uint8Array(signature).toHex()])
  kinde.idToken.setCustomClaim('plan', json.plan)
  console.log('asked the CRM', json.order)`

export const userSource = (body: string) => `
export const workflowSettings = {
  id: 'plan', trigger: 'user:tokens_generation',
  bindings: { 'kinde.accessToken': {}, 'kinde.idToken': {}, 'kinde.fetch': {}, 'kinde.env': {}, 'kinde.auth': {} },
}
export default async function (event) {${body}
}`

const machineSource = `
export const workflowSettings = { id: 'machines', trigger: 'm2m:token_generation', bindings: { 'kinde.m2mToken': {} } }
export default async function () { kinde.m2mToken.setCustomClaim('at', [Date.now(), Math.random()]) }`

export interface ReplayedProject {
  readonly dir: string
  readonly dataDir: string
  readonly crm: LocalServer
  readonly server: TestServer['server']
  /** The body of the workflow that is live. */
  readonly body: string
  signIn(): Promise<{ readonly refresh: () => Promise<void> }>
  machineToken(): Promise<void>
  /** A request to the management API, by a machine that may read invocations and replay them. */
  api(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ readonly status: number; readonly json: unknown }>
  /** A copy of the project whose user workflow has another body. */
  edited(change: (body: string) => string): Promise<string>
  /** The command with the data of this server. */
  mintage(
    ...args: string[]
  ): Promise<{ readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }>
}

interface ReplayedProjectOptions {
  readonly databaseUrl?: string
  /** Of mintage.yaml, after a comma. */
  readonly settings?: string
  /** Beside those of the project; `CRM/` in them is the CRM's address. */
  readonly files?: Readonly<Record<string, string>>
}

export async function startReplayedProject(
  t: Lifetime,
  { databaseUrl, settings = '', files = {} }: ReplayedProjectOptions = {},
): Promise<ReplayedProject> {
  let order = 0
  const crm = await startHttpServer(t, () => ({ json: { plan: 'pro', order: ++order } }))
  const body = userBody(crm.origin)
  const dir = await makeProject(t, {
    'kinde.json': '{"rootDir": "kindeSrc"}',
    [userWorkflow]: userSource(body),
    'kindeSrc/environment/workflows/machinesWorkflow.ts': machineSource,
    ...Object.fromEntries(
      Object.entries(files).map(([file, text]) => [file, text.replaceAll('CRM/', `${crm.origin}/`)]),
    ),
    'mintage.yaml': `
settings: { egress: { allow: ['${crm.host}'] }${settings} }
environmentVariables: { CRM_KEY: { value: ${secret}, isSecret: true } }
apis: { orders: { audience: 'https://api.example.com' } }
applications:
  web:
    name: Web application
    type: reg
    clientId: ${webClient.id}
    clientSecret: ${webClient.secret}
    redirectUris: ['${redirectUri}']
  machine: { type: m2m, clientId: ${machine.id}, clientSecret: ${machine.secret}, apis: [{ audience: 'https://api.example.com' }] }
  operator:
    type: m2m
    clientId: ${operator.id}
    clientSecret: ${operator.secret}
    apis: [{ audience: '\${issuer}/api', scopes: [read:invocations, create:replays] }]
users:
  - { id: ${person.id}, email: ${person.email}, password: ${person.password}, firstName: Ada, lastName: Lovelace }
`,
  })
  const dataDir = await mkdtemp(join(tmpdir(), 'mintage-data-'))
  t.after(() => rm(dataDir, { recursive: true, force: true }))
  const database = databaseUrl === undefined ? {} : { databaseUrl }
  const { server } = await openTestServer(t, {
    settings: { projectDir: dir, isDemo: false, dataDir, ...database },
  })
  const history = new History()
  return {
    dir,
    dataDir,
    crm,
    server,
    body,
    async signIn() {
      const client = new Client({ name: 'client', history, origin: () => server.issuer })
      let { refreshToken } = tokensOf(await client.redeem(codeOf(await client.signIn(person))))
      return {
        async refresh() {
          ;({ refreshToken } = tokensOf(await client.refresh(refreshToken)))
        },
      }
    },
    async machineToken() {
      const response = await fetch(`${server.issuer}/oauth2/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: machine.id,
          client_secret: machine.secret,
          audience: 'https://api.example.com',
        }),
      })
      assert.equal(response.status, 200, await response.text())
    },
    async api(method, path, body) {
      const asked = await fetch(`${server.issuer}/oauth2/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: operator.id,
          client_secret: operator.secret,
          audience: `${server.issuer}/api`,
        }),
      })
      const { access_token: token } = (await asked.json()) as { readonly access_token: string }
      const response = await fetch(`${server.issuer}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      })
      return { status: response.status, json: await response.json() }
    },
    async edited(change) {
      const copy = await mkdtemp(join(tmpdir(), 'mintage-edited-'))
      t.after(() => rm(copy, { recursive: true, force: true }))
      await cp(dir, copy, { recursive: true })
      await writeFile(join(copy, userWorkflow), userSource(change(body)))
      return copy
    },
    mintage: (...args) =>
      typeMintage(
        [
          ...args,
          '--data-dir',
          dataDir,
          ...(databaseUrl === undefined ? [] : ['--database-url', databaseUrl]),
        ],
        dir,
      ),
  }
}
