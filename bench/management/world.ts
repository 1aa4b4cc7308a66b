// A server in this process over a directory of any size, and a machine that asks its management API.
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openServer, type RunningServer } from '../../src/app/index.ts'
import { aMembership, anIdentity, aUser } from '../../src/store/contract/samples.ts'
import { openStore, type Store, type UserImport } from '../../src/store/index.ts'
import { openLogger } from '../../src/telemetry/index.ts'

export const machine = {
  id: 'b1110000000000000000000000000001',
  secret: 'AMachineOfTheBenchOnlySecret000000000000000001',
}
const organizationCode = 'org_large'

export interface World {
  readonly users: number
  readonly issuer: string
  /** Milliseconds of one request, its answer read. Throws when it is refused. */
  ask(path: string): Promise<number>
  close(): Promise<void>
}

export const userId = (index: number): string => `kp_${index.toString(16).padStart(32, '0')}`
export const emailOf = (index: number): string => `person-${index}@example.com`

interface More {
  /** Of mintage.yaml, from its first start on. */
  readonly yaml?: string
  /** Runs before the server that is measured starts. */
  fill?(store: Store): Promise<void>
}

/** `members` of the users belong to one organization. */
export async function openWorld(users: number, members: number, more: More = {}): Promise<World> {
  const project = await makeProject({
    'mintage.yaml': `settings: { managementApi: { requestsPerMinute: 100000000 } }
applications:
  machine: { type: m2m, clientId: ${machine.id}, clientSecret: ${machine.secret}, apis: [{ audience: '\${issuer}/api' }] }
organizations: { large: { code: ${organizationCode} } }
${more.yaml ?? ''}`,
  })
  await (await project.open()).close()
  const store = await project.openStore()
  await fill(store, users, members)
  await more.fill?.(store)
  await store.close()
  const server = await project.open()
  const token = await tokenOf(server.issuer)
  return {
    users,
    issuer: server.issuer,
    async ask(path) {
      const from = performance.now()
      const response = await fetch(`${server.issuer}/api/v1${path}`, {
        headers: { authorization: `Bearer ${token}` },
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${path}: ${response.status} ${text.slice(0, 200)}`)
      return performance.now() - from
    },
    async close() {
      await server.close()
      await project.remove()
    },
  }
}

interface Project {
  open(): Promise<RunningServer>
  /** While no server is open. */
  openStore(): Promise<Store>
  remove(): Promise<void>
}

/** A project in a folder of its own, with these files beside kinde.json. */
export async function makeProject(files: Readonly<Record<string, string>>): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'mintage-bench-'))
  const projectDir = join(folder, 'project')
  await mkdir(join(projectDir, 'kindeSrc'), { recursive: true })
  for (const [name, text] of Object.entries({ 'kinde.json': '{"rootDir": "kindeSrc"}', ...files })) {
    const file = join(projectDir, name)
    // oxlint-disable-next-line no-await-in-loop -- a few files
    await mkdir(dirname(file), { recursive: true })
    // oxlint-disable-next-line no-await-in-loop -- a few files
    await writeFile(file, text)
  }
  const log = openLogger({ level: 'error', format: 'json', write: (line) => console.error(line) })
  const dataDir = join(folder, 'data')
  const masterKey = Buffer.alloc(32, 1).toString('base64')
  return {
    open: () =>
      openServer(
        {
          projectDir,
          dataDir,
          masterKey,
          databaseUrl: undefined,
          host: '127.0.0.1',
          port: 0,
          issuer: undefined,
          isProduction: false,
          isDemo: false,
          trustedProxies: [],
          hasPlayground: false,
          logLevel: 'error',
          drainDelayMs: 0,
        },
        { log, show: () => {} },
      ),
    openStore: () =>
      openStore({
        location: { kind: 'sqlite', file: join(dataDir, 'mintage.db') },
        masterKey: Buffer.from(masterKey, 'base64'),
      }),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

async function fill(store: Store, users: number, members: number): Promise<void> {
  const atMs = Date.now()
  for (let start = 0; start < users; start += 1_000) {
    const batch = Array.from({ length: Math.min(1_000, users - start) }, (_, index) =>
      userNumber(start + index, start + index < members, atMs),
    )
    // oxlint-disable-next-line no-await-in-loop -- one batch at a time
    await store.commit([{ kind: 'import-users', users: batch }])
  }
}

export function userNumber(index: number, isMember: boolean, atMs: number): UserImport {
  const id = userId(index)
  const email = emailOf(index)
  return {
    user: aUser(id, {
      firstName: `First ${index}`,
      lastName: 'Last',
      preferredEmail: email,
      createdAtMs: atMs,
      updatedAtMs: atMs,
    }),
    identities: [anIdentity(id, email, { id: `identity_${index}`, createdAtMs: atMs })],
    password: null,
    memberships: isMember ? [aMembership(organizationCode, id, { joinedAtMs: atMs })] : [],
    properties: {},
    featureFlags: {},
  }
}

/** For the management API unless another audience is named. */
export async function tokenOf(issuer: string, audience = `${issuer}/api`): Promise<string> {
  const response = await fetch(`${issuer}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: machine.id,
      client_secret: machine.secret,
      audience,
    }),
  })
  const answer: unknown = await response.json()
  if (!response.ok) throw new Error(`${response.status} ${JSON.stringify(answer)}`)
  return String(Object(answer).access_token)
}
