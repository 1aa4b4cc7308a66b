// `npm run smoke`: what a new user does first, from outside. Starts `npm start` as it is, in a data folder of its own and on a free
// port, reads discovery, signs the demo's user in by the pages, redeems the code and refreshes once. Exits 0, or says what went wrong.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  discovery,
  refreshTokenGrant,
} from 'openid-client'
import { parse } from 'yaml'
import { z } from 'zod'
import { userAgent } from './harness/user-agent.ts'
import { freePort } from './harness/free-port.ts'

const demoSchema = z.object({
  applications: z.object({
    demo_web: z.object({ clientId: z.string(), clientSecret: z.string(), redirectUris: z.array(z.string()) }),
  }),
  users: z.tuple([z.object({ email: z.string(), password: z.string() })], z.unknown()),
})

const root = fileURLToPath(new URL('..', import.meta.url))
const dataDir = await mkdtemp(join(tmpdir(), 'mintage-smoke-'))
const port = await freePort('127.0.0.1')
const server = spawn('npm', ['start', '--silent', '--', '--port', String(port), '--data-dir', dataDir], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
  detached: true,
})
try {
  await ready()
  await signInAndRefresh(`http://localhost:${String(port)}`)
  console.log('smoke: discovery, sign-in and refresh work')
} finally {
  // npm hands no signal on to what it started: the whole group is stopped.
  if (server.pid !== undefined) process.kill(-server.pid, 'SIGTERM')
  await once(server, 'exit')
  await rm(dataDir, { recursive: true, force: true })
}

async function ready(): Promise<void> {
  for await (const line of createInterface({ input: server.stdout })) {
    console.log(line)
    if (line.startsWith('Ready')) return
  }
  throw new Error('npm start ended before it was ready')
}

async function signInAndRefresh(issuer: string): Promise<void> {
  const { client, redirectUri, user } = await demo()
  const config = await discovery(new URL(issuer), client.id, client.secret, undefined, {
    execute: [allowInsecureRequests],
  })
  const agent = userAgent(issuer)
  const parameters = { redirect_uri: redirectUri, scope: 'openid profile email offline', state: 'smoke' }
  let page = await agent.get(buildAuthorizationUrl(config, parameters).href)
  page = await agent.submit(page, '/sign-in', { identifier: user.email, password: user.password })
  // Ada belongs to two organizations.
  const organization = /name="org_code"[^>]*value="([^"]+)"/.exec(page.text)?.[1]
  if (organization !== undefined) page = await agent.submit(page, '/organization', { org_code: organization })
  assert.ok(page.location, `the sign-in ended on a page: ${page.url}`)
  const tokens = await authorizationCodeGrant(config, new URL(page.location), {
    expectedState: 'smoke',
    idTokenExpected: true,
  })
  const refreshed = await refreshTokenGrant(config, tokens.refresh_token ?? '')
  assert.notEqual(refreshed.refresh_token, tokens.refresh_token, 'the refresh token rotates')
  assert.equal(
    refreshed.claims()?.['greeting'],
    'Good to see you again, Ada',
    'the workflow shaped the ID token',
  )
}

/** The demo's first application and user, as its mintage.yaml has them in the open. */
async function demo() {
  const file: unknown = parse(await readFile(join(root, 'examples/demo/mintage.yaml'), 'utf8'))
  const { applications, users } = demoSchema.parse(file)
  const { clientId, clientSecret, redirectUris } = applications.demo_web
  return {
    client: { id: clientId, secret: clientSecret },
    redirectUri: redirectUris.find((uri) => !uri.startsWith('${issuer}')) ?? '',
    user: users[0],
  }
}
