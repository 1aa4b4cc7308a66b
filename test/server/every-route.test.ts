// Every route of a running server, a process of its own, against requests that no client of good will sends: each method without a body,
// with an empty one and one of the wrong type, with an absolute-form target, a foreign Host, no token and a wrong one, and an upload that
// breaks off. What holds for all of them: no 5xx, no stack anywhere, one record of the log at most, a content type, and no cache where
// tokens or people appear.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { Agent, request, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { z } from 'zod'
import { routes as issuerRoutes } from '../../src/issuer/request/routes.ts'
import { operations } from '../../src/management/operations.ts'
import { machineToken, managementProject } from '../harness/management-project.ts'
import { serverRoutes, type ServerRoute } from '../harness/server-routes.ts'
import { startCommand } from '../harness/serving-command.ts'
import { freePort } from '../harness/free-port.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'] as const
const form = 'application/x-www-form-urlencoded'

interface Variation {
  readonly name: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly isAbsolute?: boolean
}

const variations: readonly Variation[] = [
  { name: 'without a body' },
  { name: 'with an empty body', headers: { 'content-length': '0' } },
  { name: 'with text', headers: { 'content-type': 'text/plain' }, body: 'hello' },
  { name: 'with broken JSON', headers: { 'content-type': 'application/json' }, body: '{"a":' },
  { name: 'with JSON of the wrong type', headers: { 'content-type': 'application/json' }, body: '[1,null]' },
  { name: 'with a form', headers: { 'content-type': form }, body: 'token=x&client_id=y&a=%00' },
  { name: 'with a form that is not UTF-8', headers: { 'content-type': form }, body: 'token=%ED%A0%80' },
  {
    name: 'with a form of another kind',
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    body: '--x--',
  },
  { name: 'to an absolute-form target', isAbsolute: true },
  { name: 'to a foreign host', headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' } },
  { name: 'with a wrong token', headers: { authorization: 'Bearer x.y.z' } },
  { name: 'with a broken cookie', headers: { cookie: '_session=x; _interaction=%; mintage_playground=y' } },
  { name: 'from a browser', headers: { accept: 'text/html', 'sec-fetch-site': 'cross-site' } },
]

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

const agent = new Agent({ keepAlive: true, maxSockets: 16 })

async function ask(port: number, method: string, path: string, given: Variation): Promise<Answer> {
  const target = given.isAbsolute === true ? `http://evil.example${path}` : path
  // Node would send a body of GET without its length.
  const length = given.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(given.body)) }
  const headers = { host: `localhost:${port}`, ...length, ...given.headers }
  const sending = request({ host: '127.0.0.1', port, method, path: target, headers, agent })
  sending.end(given.body)
  const [incoming] = await once(sending, 'response')
  return { status: incoming.statusCode, headers: incoming.headers, text: await text(incoming) }
}

/** Public documents, which anything between server and client may keep. */
const isPublic = (path: string) =>
  /^\/(?:\.well-known\/|(?:api|account_api)\/v1\/openapi\.json$|assets\/)/.test(path)

const stack = /\n\s*at .+:\d+|node_modules|file:\/\/|\/src\/\w+\/|TypeError|node:internal/

function problemsOf(
  { path, part }: ServerRoute,
  method: string,
  { status, headers, text: body }: Answer,
): string[] {
  const type = headers['content-type'] ?? ''
  const hasBody = body !== ''
  const isJsonOnly = part === 'management' || part === 'account-api' || part === 'health'
  const cache = headers['cache-control'] ?? ''
  return [
    // An operation of Kinde that Mintage does not have says so.
    status >= 500 &&
      !(status === 501 && /"NOT_(IMPLEMENTED|OFFERED)"/.test(body)) &&
      method !== 'HEAD' &&
      `status ${status}`,
    method === 'HEAD' && status >= 500 && status !== 501 && `status ${status}`,
    stack.test(body) && `a stack: ${body.slice(0, 200)}`,
    hasBody && method === 'HEAD' && 'a body',
    hasBody &&
      !/^(?:application\/json|text\/html; charset=utf-8|text\/css; charset=utf-8)(?:;|$)/i.test(type) &&
      `content type “${type}”`,
    hasBody && isJsonOnly && !type.startsWith('application/json') && `content type “${type}”`,
    hasBody && type.startsWith('application/json') && !isJson(body) && `no JSON: ${body.slice(0, 80)}`,
    hasBody && !isPublic(path) && !cache.includes('no-store') && `cache-control “${cache}”`,
    status === 405 && headers.allow === undefined && 'no Allow',
    `${JSON.stringify(headers)}${body}`.includes('evil.example') && 'the address of a stranger',
  ].filter((problem) => problem !== false)
}

function isJson(body: string): boolean {
  try {
    JSON.parse(body)
    return true
  } catch {
    return false
  }
}

/** Sends the beginning of a body and goes away, politely or by a reset. */
async function abortUpload(port: number, path: string, headers: readonly string[], isReset: boolean) {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const lines = [`POST ${path} HTTP/1.1`, 'Host: localhost', ...headers, '', 'abc']
  await new Promise<void>((resolve) => void socket.write(lines.join('\r\n'), () => resolve()))
  if (isReset) socket.resetAndDestroy()
  else socket.end()
  await once(socket.resume(), 'close')
}

const recordSchema = z.looseObject({ level: z.string(), event: z.string() })
/** Of the start and the end. */
const ownEvents = new Set([
  'mail_not_configured',
  'secrets_in_project_file',
  'server_ready',
  'server_stopping',
  'server_stopped',
])

test('every route answers every request: no 5xx, no stack, a content type, no cache, and a quiet log', async (t) => {
  const port = await freePort('127.0.0.1')
  const issuer = `http://localhost:${port}`
  const dir = await managementProject(t, {
    applications: `  web:
    type: reg
    redirectUris: ['\${issuer}/playground/callback']
`,
  })
  const options = [
    '--production',
    '--playground',
    '--issuer',
    issuer,
    '--port',
    String(port),
    '--project',
    dir,
  ]
  const command = startCommand(t, ['start', ...options], {
    cwd: dir,
    env: { MINTAGE_MASTER_KEY: randomBytes(32).toString('base64') },
  })
  await command.until(/"server_ready"/)
  const token = await machineToken(issuer)
  const routes = await serverRoutes()
  const problems: string[] = []
  let requests = 0

  const tell = async (route: ServerRoute, method: string, given: Variation) => {
    const answer = await ask(port, method, route.path, given).catch((error: unknown) => {
      throw new Error(`${method} ${route.path} ${given.name}`, { cause: error })
    })
    requests += 1
    for (const problem of problemsOf(route, method, answer))
      problems.push(`${method} ${route.path} ${given.name}: ${problem}`)
  }
  for (const route of routes) {
    const withToken = variations.map((given) => ({
      ...given,
      name: `${given.name}, with a good token`,
      headers: { authorization: `Bearer ${token}`, ...given.headers },
    }))
    const all = route.part === 'management' ? [...variations, ...withToken] : variations
    await Promise.all(methods.flatMap((method) => all.map((given) => tell(route, method, given))))
    for (const headers of [
      [`Content-Type: ${form}`, 'Content-Length: 100'],
      ['Content-Type: application/json', 'Transfer-Encoding: chunked'],
    ])
      for (const isReset of [false, true]) {
        await abortUpload(port, route.path, headers, isReset)
        requests += 1
      }
  }
  assert.deepEqual(problems, [])
  assert.equal((await fetch(`${issuer}/readyz`)).status, 200)
  assert.equal(await command.stop(), 0)
  agent.destroy()

  assert.equal(command.errorOutput(), '')
  const lines = command.output().trim().split('\n')
  const records = lines.map((line) => recordSchema.parse(JSON.parse(line)))
  const told = records.filter(({ event }) => !ownEvents.has(event))
  assert.deepEqual(
    told.filter(({ level }) => level !== 'info' && level !== 'debug'),
    [],
  )
  assert.ok(told.length <= requests, `${told.length} records of ${requests} requests`)
})

describe('the list of routes', () => {
  test('has the routes of each part of the server', async () => {
    const listed = await serverRoutes()
    const paths = new Set(listed.map(({ path }) => path))
    const missing = Object.values(issuerRoutes).filter((path) => !paths.has(path))
    assert.deepEqual(missing, [])
    const count = (of: ServerRoute['part']) => listed.filter(({ part }) => part === of).length
    assert.equal(count('health'), 2)
    assert.ok(count('playground') >= 9)
    assert.ok(count('issuer') >= 40)
    assert.ok(count('management') >= new Set(operations.map(({ path }) => path)).size)
  })

  test('holds every path of docs/reference/endpoints.md', async () => {
    const page = await readFile(new URL('../../docs/reference/endpoints.md', import.meta.url), 'utf8')
    const cells = [...page.matchAll(/^\| (`\/[^|]*) \|/gm)].map(([, cell = '']) => cell)
    const documented = cells.flatMap((cell) =>
      [...cell.matchAll(/`(\/[^`]*)`/g)].map(([, path = '']) => path),
    )
    assert.ok(documented.length > 20)
    const paths = (await serverRoutes()).map(({ path }) => path)
    const isListed = (path: string) =>
      path.endsWith('/*') ? paths.some((one) => one.startsWith(path.slice(0, -1))) : paths.includes(path)
    assert.deepEqual(
      documented.filter((path) => !isListed(path)),
      [],
    )
  })
})
