// A project with a web application, users and a machine that may deploy, and servers on it: for tests of what runs beside the live deployment.
// The workflow writes which version it is into every token.
import { randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { ServerSettings } from '../../src/app/index.ts'
import { contentOf } from '../../src/deployments/index.ts'
import { openSandbox } from '../../src/runtime/index.ts'
import { reservedClaims } from '../../src/tokens/index.ts'
import { buildProject, findProject } from '../../src/workflows/index.ts'
import { freePort } from './free-port.ts'
import type { Lifetime } from './http-server.ts'
import { openTestServer, type TestServer } from './running-server.ts'
import { makeProject } from './temp-project.ts'
import { userAgent } from './user-agent.ts'
import { callbackOf } from './visitor.ts'

export const deployer = {
  id: 'b1110000000000000000000000000001',
  secret: 'AMachineOfTheTestsOnlySecret000000000000001',
}
const web = {
  id: 'b1110000000000000000000000000002',
  secret: 'AMachineOfTheTestsOnlySecret000000000000002',
}
const redirectUri = 'http://localhost:9/callback'
const password = 'a password of the tests'
export const people = Array.from({ length: 12 }, (_, index) => `person-${String(index)}@example.com`)
const reports = 'https://api.reports.example'

const yaml = (settings: string) => `
settings:
  name: Rollout
${settings}
apis:
  reports: { audience: '${reports}' }
applications:
  web:
    type: reg
    clientId: ${web.id}
    clientSecret: ${web.secret}
    redirectUris: ['${redirectUri}']
  deployer:
    type: m2m
    clientId: ${deployer.id}
    clientSecret: ${deployer.secret}
    apis:
      - audience: \${issuer}/api
      - audience: ${reports}
users:
${people.map((email) => `  - { email: ${email}, password: ${password} }`).join('\n')}
`

const userFile = 'kindeSrc/environment/workflows/userWorkflow.ts'
const machineFile = 'kindeSrc/environment/workflows/machineWorkflow.ts'

/** `body` runs before the claim is written; `policy` is what a failure leads to. */
export function userWorkflow(version: string, body = '', policy = `action: 'stop'`): string {
  return `
export const workflowSettings = {
  id: 'user', trigger: 'user:tokens_generation', order: 10, failurePolicy: { ${policy} },
  bindings: { 'kinde.accessToken': {}, 'kinde.idToken': {}, 'kinde.fetch': {}, 'kinde.auth': {}, url: {} },
}
export default async function (event) {
  ${body}
  kinde.accessToken.setCustomClaim('version', '${version}')
}
`
}

function machineWorkflow(version: string, body = ''): string {
  return `
export const workflowSettings = {
  id: 'machine', trigger: 'm2m:token_generation', bindings: { 'kinde.m2mToken': {} },
}
export default async function () {
  ${body}
  kinde.m2mToken.setCustomClaim('version', '${version}')
}
`
}

export interface RolloutProject {
  readonly dir: string
  /** Replaces the workflows of the folder. */
  edit(version: string, body?: string, machineBody?: string): Promise<void>
  open(settings?: Partial<ServerSettings>): Promise<RolloutServer>
  /** Two servers on one database. */
  openReplicas(databaseUrl: string): Promise<readonly [RolloutServer, RolloutServer]>
}

export interface RolloutServer extends TestServer {
  readonly issuer: string
  /** Of this server, where the issuer is another one's. */
  readonly origin: string
  /** Deploys the folder as a draft; resolves to its id. `without`: workflow files that are taken out of it. */
  draft(version: string, body?: string, machineBody?: string, without?: readonly string[]): Promise<string>
  /** An operation of the management API, such as `POST /mintage/…`; fails with an answer that is not 2xx. */
  call(request: string, body?: object): Promise<Record<string, unknown>>
  /** Signs the person in, with more parameters, and what they do before it. */
  signIn(
    email: string,
    parameters?: Readonly<Record<string, string>>,
    previewPassword?: string,
  ): Promise<Tokens>
  refresh(refreshToken: string): Promise<Tokens>
  /** The version in a token of the machine. */
  machineVersion(): Promise<unknown>
}

export interface Tokens {
  readonly status: number
  readonly version: unknown
  readonly userId: string
  readonly claims: Readonly<Record<string, unknown>>
  readonly accessToken: string
  readonly refreshToken: string
  readonly error: string | undefined
}

const tokenAnswer = z.looseObject({
  access_token: z.string().default(''),
  refresh_token: z.string().default(''),
  error: z.string().optional(),
})

export async function rolloutProject(t: Lifetime, settings = '', policy?: string): Promise<RolloutProject> {
  const dir = await makeProject(t, {
    'kinde.json': JSON.stringify({ rootDir: 'kindeSrc' }),
    'mintage.yaml': yaml(settings),
    [userFile]: userWorkflow('live', '', policy),
    [machineFile]: machineWorkflow('live'),
  })
  async function edit(version: string, body?: string, machineBody?: string) {
    await writeFile(join(dir, userFile), userWorkflow(version, body, policy))
    await writeFile(join(dir, machineFile), machineWorkflow(version, machineBody))
  }
  const open = async (more: Partial<ServerSettings> = {}) =>
    rolloutServer(
      await openTestServer(t, { settings: { projectDir: dir, isDemo: false, ...more } }),
      dir,
      edit,
    )
  return {
    dir,
    edit,
    open,
    async openReplicas(databaseUrl) {
      const port = await freePort()
      const shared = {
        databaseUrl,
        issuer: `http://localhost:${String(port)}`,
        masterKey: randomBytes(32).toString('base64'),
      }
      return [await open({ ...shared, port }), await open({ ...shared, port: 0 })]
    },
  }
}

function rolloutServer(opened: TestServer, dir: string, edit: RolloutProject['edit']): RolloutServer {
  const { issuer, port } = opened.server
  const origin = `http://localhost:${String(port)}`

  async function token(form: Readonly<Record<string, string>>): Promise<Tokens> {
    const answer = await fetch(`${origin}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) })
    const body = tokenAnswer.parse(await answer.json())
    const [, payload = ''] = body.access_token.split('.')
    const claims: unknown = payload === '' ? {} : JSON.parse(Buffer.from(payload, 'base64url').toString())
    const known = z
      .looseObject({ version: z.unknown().optional(), sub: z.string().default('') })
      .parse(claims)
    return {
      status: answer.status,
      version: known.version,
      userId: known.sub,
      claims: known,
      accessToken: body.access_token,
      refreshToken: body.refresh_token,
      error: body.error,
    }
  }
  const machine = (audience: string) =>
    token({
      grant_type: 'client_credentials',
      client_id: deployer.id,
      client_secret: deployer.secret,
      audience,
    })
  async function call(request: string, body?: object): Promise<Record<string, unknown>> {
    const [method = '', path = ''] = request.split(' ')
    const { accessToken } = await machine(`${issuer}/api`)
    const answer = await fetch(`${origin}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${request}: ${String(answer.status)} ${text}`)
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text))
  }
  const client = { client_id: web.id, client_secret: web.secret }
  return {
    ...opened,
    issuer,
    origin,
    call,
    async draft(version, body, machineBody, without = []) {
      await edit(version, body, machineBody)
      await Promise.all(without.map((file) => rm(file)))
      const answer = await call('POST /mintage/deployments', {
        deployment: await contentOfFolder(dir),
        is_draft: true,
      })
      const { deployment, problems } = z
        .looseObject({ deployment: z.looseObject({ id: z.string() }), problems: z.array(z.unknown()) })
        .parse(answer)
      if (problems.length > 0) throw new Error(JSON.stringify(problems))
      return deployment.id
    },
    async signIn(email, parameters = {}, previewPassword) {
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: web.id,
        redirect_uri: redirectUri,
        scope: 'openid profile email offline',
        ...parameters,
      })
      const agent = userAgent(issuer)
      let page = await agent.get(`${issuer}/oauth2/auth?${query.toString()}`)
      if (previewPassword !== undefined)
        page = await agent.submit(page, '/preview', { preview_password: previewPassword })
      const callback = callbackOf(await agent.submit(page, '/sign-in', { identifier: email, password }))
      const code = callback.searchParams.get('code') ?? ''
      return token({ ...client, grant_type: 'authorization_code', code, redirect_uri: redirectUri })
    },
    refresh: (refreshToken) => token({ ...client, grant_type: 'refresh_token', refresh_token: refreshToken }),
    machineVersion: async () => (await machine(reports)).version,
  }
}

/** As `mintage deploy` sends it. */
async function contentOfFolder(dir: string): Promise<object> {
  const settings = {
    limits: {},
    strictClaims: false,
    strictBindings: false,
    secureFetchEncoding: 'base64url',
  } as const
  const sandbox = await openSandbox({ threads: 1 })
  try {
    const build = await buildProject(await findProject(dir), sandbox, { reservedClaims })
    const [failure] = build.failures
    if (failure) throw failure
    return await contentOf(build.deployments, settings)
  } finally {
    await sandbox.close()
  }
}
