import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose'
import { failureOf, hostCallsFor, runContext } from './fixtures/calls.ts'
import { serve } from '../../net/fixtures/local-server.ts'
import type { HostCallContext, HostCallResult } from './host-call.ts'
import type { HostCallsOptions } from './host-calls.ts'

const nowMs = Date.UTC(2030, 0, 1)
const nowSeconds = nowMs / 1_000
const hmacKey = 'k'.repeat(32)
const byHmac = { key: { type: 'static', static: { alg: 'HS256', key: hmacKey } } }

function hs256(claims: JWTPayload = { exp: nowSeconds + 3_600 }, key = hmacKey): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(key))
}

function cacheFor(t: TestContext, options: HostCallsOptions = {}) {
  t.mock.timers.enable({ apis: ['Date'], now: nowMs })
  const calls = hostCallsFor(t, options)
  return {
    get: (request: object, context: HostCallContext = runContext()) =>
      calls.execute('jwtCacheGet', request, context),
    put: (request: object, context: HostCallContext = runContext()) =>
      calls.execute('jwtCachePut', request, context),
    passSeconds: (seconds: number) => t.mock.timers.tick(seconds * 1_000),
  }
}

function valueOf(result: HostCallResult): unknown {
  return result.answer.ok ? result.answer.value : failureOf(result)
}

describe('the cache of tokens', () => {
  test('misses, keeps what is put, and makes no outgoing call', async (t) => {
    const cache = cacheFor(t)
    const token = await hs256()
    assert.deepEqual(await cache.get({ name: 'n' }), { answer: { ok: true, value: { miss: true } } })
    assert.deepEqual(await cache.put({ name: 'n', token }), { answer: { ok: true, value: { token } } })
    assert.deepEqual(valueOf(await cache.get({ name: 'n' })), { token })
  })

  test('takes the quotes of JSON off a token', async (t) => {
    const cache = cacheFor(t)
    const token = await hs256()
    assert.deepEqual(
      valueOf(await cache.put({ name: 'n', token: JSON.stringify(token), validation: byHmac })),
      { token },
    )
    assert.deepEqual(valueOf(await cache.get({ name: 'n', validation: byHmac })), { token })
  })

  test('gives a token out until thirty seconds before it expires', async (t) => {
    const cache = cacheFor(t)
    const token = await hs256({ exp: nowSeconds + 100 })
    await cache.put({ name: 'n', token })
    cache.passSeconds(69)
    assert.deepEqual(valueOf(await cache.get({ name: 'n' })), { token })
    cache.passSeconds(1)
    assert.deepEqual(valueOf(await cache.get({ name: 'n' })), { miss: true })
  })

  test('gives a token that expires sooner back to the run that brought it, and to no other', async (t) => {
    const cache = cacheFor(t)
    const token = await hs256({ exp: nowSeconds + 30 })
    assert.deepEqual(valueOf(await cache.put({ name: 'n', token })), { token })
    assert.deepEqual(valueOf(await cache.get({ name: 'n' })), { miss: true })
  })

  for (const [what, text] of [
    ['', 'the token is not a JWT'],
    ['abc', 'the token is not a JWT'],
    ['{"access_token":"x"}', 'the token is not a JWT'],
    ['x'.repeat(16 * 1024 + 1), 'it is longer than 16384 characters'],
    [new UnsecuredJWT({ exp: nowSeconds + 100 }).encode(), 'the token is not signed'],
    [
      `${Buffer.from('{"alg":"nOnE"}').toString('base64url')}.${Buffer.from('{"exp":9e9}').toString('base64url')}.x`,
      'the token is not signed',
    ],
  ] as const) {
    test(`refuses ${JSON.stringify(what.slice(0, 30))}: ${text} (JW-01)`, async (t) => {
      assert.equal(
        valueOf(await cacheFor(t).put({ name: 'n', token: what })),
        `jwt_cache_invalid: the token for "n": ${text}`,
      )
    })
  }

  test('refuses a token that has expired, is not valid yet, or never expires', async (t) => {
    const cache = cacheFor(t)
    const textFor = async (claims: JWTPayload) =>
      valueOf(await cache.put({ name: 'n', token: await hs256(claims), validation: byHmac }))
    assert.equal(
      await textFor({ exp: nowSeconds }),
      'jwt_cache_invalid: the token for "n": the token has expired',
    )
    assert.equal(await textFor({}), 'jwt_cache_invalid: the token for "n": the token has no exp claim')
    const exp = nowSeconds + 100
    assert.equal(
      await textFor({ exp, nbf: nowSeconds + 6 }),
      'jwt_cache_invalid: the token for "n": the token is not valid yet',
    )
    assert.notEqual(typeof (await textFor({ exp, nbf: nowSeconds + 5 })), 'string')
  })

  test('refuses a token that another key signed, and keeps nothing', async (t) => {
    const cache = cacheFor(t)
    const token = await hs256(undefined, 'x'.repeat(32))
    assert.match(
      String(valueOf(await cache.put({ name: 'n', token, validation: byHmac }))),
      /the signature of the token does not fit$/,
    )
    assert.deepEqual(valueOf(await cache.get({ name: 'n', validation: byHmac })), { miss: true })
  })

  for (const [request, text] of [
    [{}, 'are wrong at "name"'],
    [{ name: '' }, 'are wrong at "name"'],
    [{ name: 'n'.repeat(201) }, 'are wrong at "name"'],
    [{ name: 'n', validation: { key: { type: 'jwks' } } }, 'are wrong at "validation"'],
    [
      { name: 'n', validation: { key: { type: 'static', static: { alg: 'none', key: 'x' } } } },
      'are wrong at "validation"',
    ],
    [{ name: 'n', scope: 'other' }, 'are wrong at "": Unrecognized key: "scope"'],
  ] as const) {
    test(`refuses to look up ${JSON.stringify(request).slice(0, 60)}`, async (t) => {
      const failure = failureOf(await cacheFor(t).get(request))
      assert.ok(
        failure.startsWith(`jwt_cache_invalid: the arguments of kinde.cache.jwtToken ${text}`),
        failure,
      )
    })
  }

  test('names of odd spelling are names like others (SBX-56)', async (t) => {
    const cache = cacheFor(t)
    const names = ['a:b', 'a', 'a\0', '__proto__', 'constructor', 'ﬁ', 'fi', '[]', '"a"']
    const tokens = await Promise.all(names.map((name) => hs256({ exp: nowSeconds + 100, sub: name })))
    for (const [i, name] of names.entries()) await cache.put({ name, token: tokens[i] })
    for (const [i, name] of names.entries())
      assert.deepEqual(valueOf(await cache.get({ name })), { token: tokens[i] })
  })

  test('keeps a thousand tokens and drops the oldest (SBX-56)', async (t) => {
    const cache = cacheFor(t)
    const token = await hs256()
    for (let i = 0; i <= 1_000; i += 1) await cache.put({ name: `n${i}`, token })
    assert.deepEqual(valueOf(await cache.get({ name: 'n0' })), { miss: true })
    assert.deepEqual(valueOf(await cache.get({ name: 'n1' })), { token })
  })

  test('scope, name and validation cannot be spelled to collide (SBX-57)', async (t) => {
    const cache = cacheFor(t, { cacheScope: ({ runId }) => runId })
    const put = { name: 'b","c', token: await hs256() }
    await cache.put(put, runContext({ runId: 'a' }))
    for (const [runId, name] of [
      ['a","b', 'c'],
      ['a","b","c', ''],
      ['', 'a","b","c'],
      ['b', 'b","c'],
      ['a', 'b'],
      ['a', 'b\\",\\"c'],
    ] as const) {
      if (name !== '')
        assert.deepEqual(valueOf(await cache.get({ name }, runContext({ runId }))), { miss: true })
    }
    assert.deepEqual(valueOf(await cache.get({ name: put.name }, runContext({ runId: 'a' }))), {
      token: put.token,
    })
  })

  test('a token that was stored unchecked is not handed to who wants it checked (SBX-57)', async (t) => {
    const cache = cacheFor(t)
    await cache.put({ name: 'n', token: await hs256(undefined, 'x'.repeat(32)) })
    assert.deepEqual(valueOf(await cache.get({ name: 'n', validation: byHmac })), { miss: true })
  })
})

describe('one fetch for many waiters', () => {
  test('the first run misses, the others get what it puts', async (t) => {
    const cache = cacheFor(t)
    const token = await hs256()
    const run = (i: number) => runContext({ runId: `run-${i}` })
    assert.deepEqual(valueOf(await cache.get({ name: 'n' }, run(0))), { miss: true })
    const waiting = Array.from({ length: 20 }, (_, i) => cache.get({ name: 'n' }, run(i + 1)))
    await cache.put({ name: 'n', token }, run(0))
    for (const result of await Promise.all(waiting)) assert.deepEqual(valueOf(result), { token })
  })

  test('when the first one brings a bad token or ends, the next one fetches', async (t) => {
    const cache = cacheFor(t)
    const ends = [0, 1, 2].map(() => new AbortController())
    const run = (i: 0 | 1 | 2) =>
      runContext({ runId: `run-${i}`, signal: (ends[i] ?? new AbortController()).signal })
    assert.deepEqual(valueOf(await cache.get({ name: 'n' }, run(0))), { miss: true })
    const second = cache.get({ name: 'n' }, run(1))
    const third = cache.get({ name: 'n' }, run(2))
    await cache.put({ name: 'n', token: '' }, run(0))
    assert.deepEqual(valueOf(await second), { miss: true })
    ends[1]?.abort()
    assert.deepEqual(valueOf(await third), { miss: true })
    const fourth = cache.get({ name: 'n' }, run(0))
    ends[0]?.abort()
    assert.equal(valueOf(await fourth), 'fetch_failed: the run ended before the token came')
    ends[2]?.abort()
  })

  test('a run does not wait longer than a call may take', async (t) => {
    const cache = cacheFor(t)
    const { limits } = runContext()
    const impatient = runContext({ runId: 'run-2', limits: { ...limits, callMs: 20 } })
    await cache.get({ name: 'n' }, runContext())
    assert.deepEqual(valueOf(await cache.get({ name: 'n' }, impatient)), { miss: true })
  })
})

describe('validation by JWKS', () => {
  async function issuer(t: TestContext) {
    const keys = new Map<string, Awaited<ReturnType<typeof generateKeyPair>>>()
    const addKey = async (kid: string, alg: string) =>
      keys.set(kid, await generateKeyPair(alg, { extractable: true }))
    await addKey('one', 'RS256')
    const server = await serve(t, async (_request, response) => {
      const jwks = await Promise.all(
        [...keys].map(async ([kid, { publicKey }]) => ({ ...(await exportJWK(publicKey)), kid, use: 'sig' })),
      )
      response.end(
        JSON.stringify({
          keys: [...jwks, { kty: 'oct', kid: 'oct', k: Buffer.from(hmacKey).toString('base64url') }],
        }),
      )
    })
    const sign = (kid: string, alg: string) => {
      const key = keys.get(kid)?.privateKey
      assert.ok(key)
      return new SignJWT({ exp: nowSeconds + 3_600 }).setProtectedHeader({ alg, kid }).sign(key)
    }
    return {
      server,
      keys,
      addKey,
      sign,
      validation: { key: { type: 'jwks', jwks: { url: `${server.origin}/.well-known/jwks.json` } } },
    }
  }

  test('checks the signature, fetches the keys once, and shows the fetch', async (t) => {
    const { server, sign, validation } = await issuer(t)
    const cache = cacheFor(t, { allow: [server.origin] })
    const first = await cache.put({ name: 'n', token: await sign('one', 'RS256'), validation })
    assert.equal(first.answer.ok, true)
    assert.deepEqual(first.trace, {
      method: 'GET',
      url: `${server.origin}/.well-known/jwks.json`,
      status: 200,
    })
    const second = await cache.put({ name: 'm', token: await sign('one', 'RS256'), validation })
    assert.equal(second.trace, undefined)
    cache.passSeconds(300)
    await cache.put({ name: 'm', token: await sign('one', 'RS256'), validation })
    assert.equal(server.requests().length, 2)
  })

  test('fetches the keys again for a key that it does not know, once', async (t) => {
    const { server, addKey, sign, validation } = await issuer(t)
    const cache = cacheFor(t, { allow: [server.origin] })
    await cache.put({ name: 'n', token: await sign('one', 'RS256'), validation })
    await addKey('two', 'ES256')
    await addKey('three', 'EdDSA')
    assert.equal(
      (await cache.put({ name: 'n', token: await sign('two', 'ES256'), validation })).answer.ok,
      true,
    )
    assert.equal(
      (await cache.put({ name: 'n', token: await sign('three', 'EdDSA'), validation })).answer.ok,
      true,
    )
    assert.equal(server.requests().length, 2)
    const stranger = await new SignJWT({ exp: nowSeconds + 100 })
      .setProtectedHeader({ alg: 'ES256', kid: '../../dev/null' })
      .sign((await generateKeyPair('ES256')).privateKey)
    const failure = failureOf(await cache.put({ name: 'n', token: stranger, validation }))
    assert.equal(failure, 'jwt_cache_invalid: the token for "n": the JWKS holds no key for the token')
    assert.equal(server.requests().length, 3)
  })

  test('takes no HMAC, neither with the public key as its secret nor with a key of the set (JW-02)', async (t) => {
    const { server, keys, validation } = await issuer(t)
    const cache = cacheFor(t, { allow: [server.origin] })
    const { publicKey } = keys.get('one') ?? (await generateKeyPair('RS256'))
    for (const [kid, secret] of [
      ['one', await exportSPKI(publicKey)],
      ['oct', hmacKey],
    ] as const) {
      const token = await new SignJWT({ exp: nowSeconds + 100 })
        .setProtectedHeader({ alg: 'HS256', kid })
        .sign(Buffer.from(secret))
      const failure = failureOf(await cache.put({ name: 'n', token, validation }))
      assert.match(failure, /the algorithm of the token is not one that its validation allows$/)
    }
  })

  test('fetches keys under the rules of egress', async (t) => {
    const { server, sign, validation } = await issuer(t)
    const failure = failureOf(
      await cacheFor(t).put({ name: 'n', token: await sign('one', 'RS256'), validation }),
    )
    assert.match(
      failure,
      /^egress_denied: the token for "n": GET http:\S+: the address 127\.0\.0\.1 is a loopback address$/,
    )
    assert.equal(server.connections(), 0)
  })

  test('refuses an answer that is not a key set', async (t) => {
    const { sign } = await issuer(t)
    const server = await serve(t, (request, response) =>
      response.writeHead(request.url === '/404' ? 404 : 200).end('{"keys":1}'),
    )
    const cache = cacheFor(t, { allow: [server.origin] })
    for (const [path, text] of [
      ['/404', 'the JWKS could not be fetched: status 404'],
      ['/', 'the JWKS is malformed'],
    ] as const) {
      const validation = { key: { type: 'jwks', jwks: { url: server.origin + path } } }
      const failure = failureOf(await cache.put({ name: 'n', token: await sign('one', 'RS256'), validation }))
      assert.equal(failure, `jwt_cache_invalid: the token for "n": ${text}`)
    }
  })
})
