// Commands as clients of a server: what they say when it is not there, is another one, or refuses them.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freePort } from '../harness/free-port.ts'
import { startHttpServer } from '../harness/http-server.ts'
import { openProjectServer } from '../harness/project-server.ts'
import { typeShell } from '../harness/mintage-command.ts'
import { openFolder } from './mintage.ts'

const launcher = fileURLToPath(new URL('../../bin/mintage.js', import.meta.url))
const deployer = {
  id: 'b1110000000000000000000000000001',
  secret: 'AMachineOfTheTestsOnlySecret000000000000001',
}
const reader = {
  id: 'b1110000000000000000000000000002',
  secret: 'AMachineOfTheTestsOnlySecret000000000000002',
}
const outsider = {
  id: 'b1110000000000000000000000000003',
  secret: 'AMachineOfTheTestsOnlySecret000000000000003',
}
const bound = {
  id: 'b1110000000000000000000000000004',
  secret: 'AMachineOfTheTestsOnlySecret000000000000004',
}

const yaml = `
organizations: { acme: { code: org_acme, name: Acme } }
applications:
  deployer:
    type: m2m
    clientId: ${deployer.id}
    clientSecret: ${deployer.secret}
    apis: [{ audience: '\${issuer}/api', scopes: [read:deployments, create:deployments, update:deployments] }]
  reader:
    type: m2m
    clientId: ${reader.id}
    clientSecret: ${reader.secret}
    apis: [{ audience: '\${issuer}/api', scopes: [read:users] }]
  bound: { type: m2m, clientId: ${bound.id}, clientSecret: ${bound.secret}, organization: acme, apis: [{ audience: '\${issuer}/api' }] }
  outsider: { type: m2m, clientId: ${outsider.id}, clientSecret: ${outsider.secret} }
`

interface Credentials {
  readonly id: string
  readonly secret: string
}

const lifetime = { after }
const {
  server: { issuer },
} = await openProjectServer(lifetime, yaml)

describe('mintage deployments --to', () => {
  async function mintage(line: string, credentials: Credentials = deployer, more = '') {
    const variables = `MINTAGE_CLIENT_ID=${credentials.id} MINTAGE_CLIENT_SECRET=${credentials.secret} ${more}`
    await using folder = await openFolder()
    return await typeShell(`${variables} ${process.execPath} ${launcher} ${line}`, folder.path)
  }

  test('says that there are no deployments, and lists none as JSON', async () => {
    const { exitCode, stdout, stderr } = await mintage(`deployments --to ${issuer}`)
    assert.equal(stderr, `No deployments in ${issuer}. mintage deploy makes one.\n`)
    assert.deepEqual([exitCode, stdout], [0, ''])
    const json = await mintage(`deployments --to ${issuer} --json`)
    assert.deepEqual(JSON.parse(json.stdout), { deployments: [], has_more: false, deleted: null })
  })

  test('names the scope that the machine lacks, and where it goes', async () => {
    const { exitCode, stderr } = await mintage(`deployments --to ${issuer}`, reader)
    assert.equal(exitCode, 2)
    assert.match(stderr, /^error\[scope_missing\]: The machine lacks the scope read:deployments at http/)
    assert.match(stderr, /Add read:deployments to the scopes of the machine in mintage\.yaml/)
  })

  test('says that the secret is wrong, or that the machine has no access to the management API', async () => {
    for (const credentials of [{ ...deployer, secret: 'wrong' }, outsider]) {
      const { exitCode, stderr } = await mintage(`deployments --to ${issuer}`, credentials)
      assert.equal(exitCode, 2)
      assert.match(stderr, /^error\[credentials_refused\]: http\S+ gives the machine no token \(/)
      assert.doesNotMatch(stderr, /wrong|TestsOnlySecret/)
    }
  })

  test('refuses a token that the server did not make, and shows nothing of it', async () => {
    const { exitCode, stderr } = await mintage(
      `deployments --to ${issuer}`,
      deployer,
      'MINTAGE_TOKEN=abcdefgh',
    )
    assert.equal(exitCode, 2)
    assert.match(stderr, /^error\[credentials_refused\]: /)
    assert.doesNotMatch(stderr, /abcdefgh/)
  })

  test('asks for credentials, and never takes them over an unencrypted connection to another machine', async () => {
    await using folder = await openFolder()
    const without = await folder.mintage('deployments', '--to', issuer)
    assert.equal(without.code, 2)
    assert.match(without.stderr, /^error\[credentials_missing\]: There are no credentials for http/)
    const clear = await mintage('deployments --to http://id.example.com')
    assert.equal(clear.exitCode, 2)
    assert.match(clear.stderr, /unencrypted connection/)
  })

  test('says that no server answers', async () => {
    const { exitCode, stderr } = await mintage(`deployments --to http://localhost:${await freePort()}`)
    assert.equal(exitCode, 6)
    assert.match(
      stderr,
      /^error\[server_unreachable\]: No server of Mintage answers at http:\/\/localhost:\d+ \(/,
    )
  })

  test('says that the server is of another version when it has no such operation, or answers in another form', async () => {
    for (const [status, body] of [
      [404, { errors: { code: 'ROUTE_NOT_FOUND', message: 'The requested API route does not exist' } }],
      [200, { code: 'OK', message: 'Success', deployments: [{ id: 7 }] }],
    ] as const) {
      const older = await startHttpServer(lifetime, ({ url }) =>
        url.pathname.startsWith('/api/')
          ? { status, json: body }
          : { json: { issuer: 'http://older', access_token: 'token' } },
      )
      const { exitCode, stderr } = await mintage(`deployments --to ${older.origin}`)
      assert.equal(exitCode, 6)
      assert.match(stderr, /^error\[server_version\]: /)
      assert.match(stderr, /another version of Mintage/)
    }
  })

  test('says that something else answers there', async () => {
    const other = await startHttpServer(lifetime, () => ({ text: '<html>a shop</html>' }))
    const { exitCode, stderr } = await mintage(`deployments --to ${other.origin}`)
    assert.equal(exitCode, 6)
    assert.match(stderr, /^error\[server_unreachable\]: .* not as a server of Mintage does/)
  })

  test('says that it is asked by a token, too', async () => {
    const other = await startHttpServer(lifetime, () => ({ text: '<html>a shop</html>' }))
    const { exitCode, stderr } = await mintage(
      `deployments --to ${other.origin}`,
      deployer,
      'MINTAGE_TOKEN=abc',
    )
    assert.equal(exitCode, 6)
    assert.match(stderr, /^error\[server_unreachable\]: .* not as a server of Mintage does/)
  })

  test('names the address that a server redirects to, and sends nothing there', async () => {
    const target = await startHttpServer(lifetime, () => ({ json: { issuer: 'http://other' } }))
    const moved = await startHttpServer(lifetime, ({ url }) => ({
      status: 308,
      headers: { location: `${target.origin}${url.pathname}` },
    }))
    const { exitCode, stderr } = await mintage(`deployments --to ${moved.origin}`)
    assert.equal(exitCode, 6)
    assert.ok(stderr.includes(`redirected to ${target.origin}/.well-known/openid-configuration`), stderr)
    assert.equal(target.requests.length, 0)
  })

  test('says that a proxy refuses an upload as too large', async () => {
    const proxy = await startHttpServer(lifetime, ({ url }) =>
      url.pathname.startsWith('/api/')
        ? { status: 413, text: '<html>413 Request Entity Too Large</html>' }
        : { json: { issuer: 'http://older', access_token: 'token' } },
    )
    const { exitCode, stderr } = await mintage(`rollback --to ${proxy.origin}`)
    assert.equal(exitCode, 2)
    assert.match(
      stderr,
      /^error\[request_too_large\]: .* or a proxy before it\.\n {2}help: .*client_max_body_size/,
    )
  })

  test('gets another token when its own has expired', async () => {
    let tokens = 0
    const server = await startHttpServer(lifetime, ({ url, headers }) => {
      if (!url.pathname.startsWith('/api/'))
        return { json: { issuer: 'http://server', access_token: `token-${String((tokens += 1))}` } }
      return headers.authorization === 'Bearer token-4'
        ? { json: { code: 'OK', message: 'Success', deployments: [], deleted: null } }
        : {
            status: 403,
            json: { errors: [{ code: 'TOKEN_INVALID', message: 'Send a token that is not expired.' }] },
          }
    })
    // Discovery counts as well: the second token is the fourth answer.
    const { exitCode, stderr } = await mintage(`deployments --to ${server.origin}`)
    assert.equal(exitCode, 0, stderr)
    assert.match(stderr, /^No deployments in /)
  })

  test('refuses an ID that is empty or no part of an address, before anything is sent', async () => {
    for (const id of ["''", '.', '..']) {
      const { exitCode, stderr } = await mintage(`activate ${id} --to ${issuer}`)
      assert.equal(exitCode, 2)
      assert.match(stderr, /^error\[usage\]: "\.*" is not a valid deployment id\./)
    }
  })

  test('says of a machine of one organization which machine to use', async () => {
    const { exitCode, stderr } = await mintage(`deployments --to ${issuer}`, bound)
    assert.equal(exitCode, 2)
    assert.match(stderr, /^error\[server_refused\]: This application belongs to one organization/)
    assert.match(stderr, /help: Use a machine that belongs to no organization/)
  })

  test('takes either a server or a database', async () => {
    const { exitCode, stderr } = await mintage(`deployments --to ${issuer} --data-dir .mintage`)
    assert.equal(exitCode, 2)
    assert.match(stderr, /--to names a server, and --data-dir a database beside it/)
  })
})
