import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import {
  expiredCertificate,
  selfSignedCertificate,
  testAuthority,
  validCertificate,
  type TestCertificate,
} from '../../net/fixtures/certificates.ts'
import { failureOf, fetchRequest, hostCallsFor, runContext, valueOf } from './fixtures/calls.ts'
import { serve } from '../../net/fixtures/local-server.ts'

describe('TLS (SBX-72)', () => {
  const certificateAuthorities = [testAuthority]
  const cases: readonly (readonly [string, TestCertificate, string, readonly string[], string])[] = [
    [
      'is self-signed',
      selfSignedCertificate,
      'crm.example.com',
      certificateAuthorities,
      'the certificate is self-signed',
    ],
    [
      'comes from an unknown authority',
      validCertificate,
      'crm.example.com',
      [],
      'the issuer of the certificate is not known',
    ],
    [
      'has expired',
      expiredCertificate,
      'crm.example.com',
      certificateAuthorities,
      'the certificate has expired',
    ],
    [
      'is for another name',
      validCertificate,
      'shop.example.com',
      certificateAuthorities,
      'the certificate is for another name',
    ],
  ]
  for (const [what, certificate, host, authorities, text] of cases) {
    test(`refuses a certificate that ${what}, also where the operator allows the origin`, async (t) => {
      const server = await serve(t, (_request, response) => response.end('reached'), certificate)
      const origin = `https://${host}:${server.port}`
      const calls = hostCallsFor(t, {
        allow: [origin],
        resolve: async () => ['127.0.0.1'],
        certificateAuthorities: authorities,
      })
      assert.equal(
        failureOf(await calls.execute('fetch', fetchRequest(`${origin}/`), runContext())),
        `fetch_failed: GET ${origin}/: ${text}`,
      )
      assert.deepEqual(server.requests(), [])
    })
  }
  test('takes a certificate of an authority that the operator trusts, for a name and for an address', async (t) => {
    const server = await serve(t, (_request, response) => response.end('reached'), validCertificate)
    for (const origin of [`https://crm.example.com:${server.port}`, server.origin]) {
      const calls = hostCallsFor(t, {
        allow: [origin],
        resolve: async () => ['127.0.0.1'],
        certificateAuthorities,
      })
      assert.equal(valueOf(await calls.execute('fetch', fetchRequest(origin), runContext())).body, 'reached')
    }
  })
  test('does not speak TLS to a server that does not', async (t) => {
    const server = await serve(t, (_request, response) => response.end())
    const origin = `https://127.0.0.1:${server.port}`
    const failure = failureOf(
      await hostCallsFor(t, { allow: [origin] }).execute('fetch', fetchRequest(`${origin}/`), runContext()),
    )
    assert.equal(failure, `fetch_failed: GET ${origin}/: no TLS connection could be agreed on`)
  })
})

test('ignores proxies and TLS overrides of the environment (SBX-74)', async (t) => {
  const proxy = await serve(t, (_request, response) => response.end('proxy'))
  const plain = await serve(t, (_request, response) => response.end('direct'))
  const secure = await serve(t, (_request, response) => response.end('direct'), selfSignedCertificate)
  const program = `
    import { openHostCalls } from ${JSON.stringify(new URL('index.ts', import.meta.url).href)}
    import { fetchRequest, runContext } from ${JSON.stringify(new URL('fixtures/calls.ts', import.meta.url).href)}
    const origins = ${JSON.stringify([plain.origin, secure.origin])}
    const calls = openHostCalls({ allow: origins })
    const results = await Promise.all(origins.map((origin) => calls.execute('fetch', fetchRequest(origin), runContext())))
    process.stdout.write(JSON.stringify(results.map(({ answer }) => answer.ok ? answer.value.body : answer.message)))
    await calls.close()`
  const env = {
    HTTP_PROXY: proxy.origin,
    HTTPS_PROXY: proxy.origin,
    http_proxy: proxy.origin,
    https_proxy: proxy.origin,
    NODE_USE_ENV_PROXY: '1',
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
    NODE_NO_WARNINGS: '1',
  }
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    env,
  })
  assert.deepEqual(JSON.parse(stdout), ['direct', `GET ${secure.origin}/: the certificate is self-signed`])
  assert.equal(proxy.connections(), 0)
})

test('the end of a run closes the sockets of its calls, and no request follows (SBX-75)', async (t) => {
  const arrived = Promise.withResolvers<void>()
  let waiting = 0
  const server = await serve(t, (_request, response) => {
    response.on('close', () => (waiting -= 1))
    waiting += 1
    if (waiting === 20) arrived.resolve()
  })
  const calls = hostCallsFor(t, { allow: [server.origin] })
  const run = new AbortController()
  const context = runContext({ signal: run.signal })
  const answers = Array.from({ length: 20 }, (_, i) =>
    calls.execute('fetch', fetchRequest(`${server.origin}/${i}`), context),
  )
  await arrived.promise
  const endedAt = performance.now()
  run.abort()
  for (const result of await Promise.all(answers))
    assert.match(failureOf(result), /the run ended before the answer came$/)
  while (server.openSockets() > 0) await new Promise((resolve) => setImmediate(resolve))
  assert.ok(performance.now() - endedAt < 1_000)
  assert.match(
    failureOf(await calls.execute('fetch', fetchRequest(`${server.origin}/late`), context)),
    /the run ended/,
  )
  assert.equal(server.requests().length, 20)
})
