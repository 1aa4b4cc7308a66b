// RFC 9112 §3.2 and §3.3: the authority of the issuer is a setting. Nothing that the server derives from a request's URL follows what
// the request line says.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { directoryFixture, m2mClient, webClient } from '../harness/directory-fixture.ts'
import { startIssuer } from '../harness/issuer.ts'
import { sendBytes, sendRaw } from '../harness/raw-request.ts'
import { openTestServer } from '../harness/running-server.ts'

const foreign = 'https://evil-as.example'
const issuer = await startIssuer({ after }, { directory: await directoryFixture() })
const { server } = await openTestServer({ after })
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const machine = { client_id: m2mClient.id, client_secret: m2mClient.secret }
const dpopKeys = await generateKeyPair('ES256', { extractable: true })

function body(fields: Readonly<Record<string, string>>): string {
  return new URLSearchParams(fields).toString()
}

async function dpopProof(htu: string): Promise<string> {
  return new SignJWT({ jti: randomUUID(), iat: Math.floor(Date.now() / 1_000), htm: 'POST', htu })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(dpopKeys.publicKey) })
    .sign(dpopKeys.privateKey)
}

async function tokenWithProof(target: string, htu: string) {
  return sendRaw(issuer.url, {
    method: 'POST',
    target,
    headers: { ...form, dpop: await dpopProof(htu) },
    body: body({ ...machine, grant_type: 'client_credentials' }),
  })
}

describe('B1: an absolute-form target', () => {
  test('B1: does not change the address that a DPoP proof must name', async () => {
    const own = `${issuer.url}/oauth2/token`
    const theirs = `${foreign}/oauth2/token`
    const refused = await tokenWithProof(theirs, theirs)
    assert.deepEqual([refused.status, JSON.parse(refused.text).error], [400, 'invalid_dpop_proof'])
    for (const target of [theirs, own, '/oauth2/token'])
      assert.equal((await tokenWithProof(target, own)).status, 200, target)
  })

  test('B1: does not change the audience that a client assertion must name', async () => {
    const assertion = await new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(webClient.id)
      .setSubject(webClient.id)
      .setAudience(`${foreign}/oauth2/token`)
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(Buffer.from(webClient.secret))
    const answer = await sendRaw(issuer.url, {
      method: 'POST',
      target: `${foreign}/oauth2/token`,
      headers: form,
      body: body({
        grant_type: 'client_credentials',
        client_assertion: assertion,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      }),
    })
    assert.equal(answer.status, 401)
  })

  const authorization = `/oauth2/auth?${body({
    client_id: 'd3300000000000000000000000000001',
    response_type: 'code',
    scope: 'openid',
    redirect_uri: `${server.issuer}/playground/callback`,
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
    state: 's',
  })}`
  const targets = [
    '/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server',
    '/.well-known/jwks',
    authorization,
    '/oauth2/auth?client_id=unknown',
    '/oauth2/v2/user_profile',
    '/device',
    '/logout',
    '/account',
    '/reset-password?token=x',
    '/interaction/unknown',
    '/api/v1/openapi.json',
    '/api/v1/users',
    '/api/v2/nothing',
    '/playground',
    '/playground/callback?code=x&state=y',
    '/playground/unknown',
    '/',
    '/unknown',
    '/healthz',
    '/readyz',
  ]
  for (const target of targets) {
    test(`B1: changes nothing in the answer to GET ${target.split('?', 1)[0] ?? ''}`, async () => {
      const plain = await sendRaw(server.issuer, { target })
      const foreignHost = { host: 'evil-as.example' }
      for (const absolute of [`${foreign}${target}`, `HTTP://EVIL-AS.example:1${target}`]) {
        const answer = await sendRaw(server.issuer, { target: absolute, headers: foreignHost })
        assert.equal(answer.status, plain.status)
        assert.doesNotMatch(JSON.stringify([answer.headers, answer.text]), /evil-as/i)
        assert.equal(answer.headers['content-type'], plain.headers['content-type'])
      }
    })
  }

  const posts: readonly (readonly [path: string, fields: Readonly<Record<string, string>>])[] = [
    ['/oauth2/auth', { client_id: 'unknown' }],
    ['/oauth2/device/auth', { client_id: 'd3300000000000000000000000000003', scope: 'openid' }],
    ['/oauth2/par', { client_id: 'unknown' }],
    ['/logout', { state: 'x' }],
    ['/playground/sign-in', {}],
  ]
  for (const [path, fields] of posts) {
    test(`B1: changes nothing in the answer to POST ${path}`, async () => {
      const given = { method: 'POST', headers: form, body: body(fields) }
      const plain = await sendRaw(server.issuer, { ...given, target: path })
      const answer = await sendRaw(server.issuer, { ...given, target: `${foreign}${path}` })
      assert.equal(answer.status, plain.status)
      assert.doesNotMatch(JSON.stringify([answer.headers, answer.text]), /evil-as/i)
    })
  }
})

describe('B1: a target that names no resource', () => {
  const refused: readonly (readonly [target: string, method?: string])[] = [
    ['/\\evil-as.example/.well-known/openid-configuration'],
    ['\\\\evil-as.example/.well-known/openid-configuration'],
    ['https://user:password@evil-as.example/.well-known/openid-configuration'],
    ['https://localhost@evil-as.example/.well-known/openid-configuration'],
    ['https:///.well-known/openid-configuration'],
    ['https://evil-as.example\\.localhost/.well-known/openid-configuration'],
    ['ftp://evil-as.example/.well-known/openid-configuration'],
    ['javascript:alert(1)'],
    ['/.well-known/openid-configuration#@evil-as.example'],
    ['evil-as.example:443'],
    ['*'],
    ['*', 'POST'],
  ]
  for (const [target, method = 'GET'] of refused) {
    test(`B1: is refused with 400: ${method} ${target}`, async () => {
      const answer = await sendBytes(
        issuer.url,
        `${method} ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
      )
      assert.match(answer, /^HTTP\/1\.1 400 /)
      assert.doesNotMatch(answer, /evil-as/)
    })
  }

  test('B1: is not found below an empty first segment', async () => {
    for (const target of ['//evil-as.example/oauth2/token', '//', `${foreign}//evil-as.example/`]) {
      const answer = await sendRaw(server.issuer, { target })
      assert.equal(answer.status, 404, target)
      assert.doesNotMatch(answer.text, /evil-as/)
    }
  })

  test('B1: answers CONNECT and the options of the whole server, and goes on serving', async () => {
    const connect = await sendBytes(issuer.url, 'CONNECT evil-as.example:443 HTTP/1.1\r\nHost: a\r\n\r\n')
    assert.match(connect, /^HTTP\/1\.1 501 /)
    const options = await sendRaw(issuer.url, { method: 'OPTIONS', target: '*' })
    assert.equal(options.status, 204)
    assert.equal((await sendRaw(issuer.url, { target: '/.well-known/jwks' })).status, 200)
  })
})

describe('B1: the Host header', () => {
  for (const [name, hosts] of [
    ['is refused when there are two', 'Host: localhost\r\nHost: evil-as.example'],
    ['is refused when it holds userinfo', 'Host: a@evil-as.example'],
    ['is refused when it holds a path', 'Host: evil-as.example/x'],
    ['is refused when it is a list', 'Host: localhost, evil-as.example:x'],
  ] as const) {
    test(`B1: ${name}`, async () => {
      const request = `GET /.well-known/openid-configuration HTTP/1.1\r\n${hosts}\r\nConnection: close\r\n\r\n`
      assert.match(await sendBytes(issuer.url, request), /^HTTP\/1\.1 400 /)
    })
  }
})
