// What crypto.subtle of a workflow promises beside its results: standard errors, bounded costs, replays that give the same
// bytes, keys that stay hidden (docs/decisions/0044).
import assert from 'node:assert/strict'
import { webcrypto } from 'node:crypto'
import { after, test } from 'node:test'
import { z } from 'zod'
import { claimsOf, workflow } from '../harness/sandbox.ts'
import { base64, generatedPair, helpers, openCryptoRuns, rsa } from '../harness/web-crypto.ts'

const { subtle } = webcrypto
const { runs, inWorkflow } = await openCryptoRuns({ after })

test('D6: a workflow generates keys of every kind, each usable, non-extractable ones never exported', async () => {
  const out = await inWorkflow(
    `const publicExponent = new Uint8Array([1, 0, 1])
    const kinds = [
      [{ name: 'HMAC', hash: 'SHA-256' }, ['sign', 'verify'], {}],
      [{ name: 'ECDSA', namedCurve: 'P-256' }, ['sign', 'verify'], { hash: 'SHA-256' }],
      [{ name: 'ECDSA', namedCurve: 'P-384' }, ['sign', 'verify'], { hash: 'SHA-256' }],
      [{ name: 'ECDSA', namedCurve: 'P-521' }, ['sign', 'verify'], { hash: 'SHA-512' }],
      ['Ed25519', ['sign', 'verify'], {}],
      [{ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048, publicExponent }, ['sign', 'verify'], {}],
    ]
    const seen = []
    for (const [algorithm, usages, parameters] of kinds) {
      const made = await subtle.generateKey(algorithm, false, usages)
      const { publicKey = made, privateKey = made } = made
      const use = { name: publicKey.algorithm.name, ...parameters }
      const signature = await subtle.sign(use, privateKey, utf8('x'))
      seen.push([
        await subtle.verify(use, publicKey, signature, utf8('x')),
        privateKey.extractable, publicKey.extractable, privateKey.usages.join(), publicKey.usages.join(),
        await named(() => subtle.exportKey('jwk', privateKey)),
      ])
    }
    return seen`,
    {},
    { limits: { runningTimeMs: 20_000, wallClockMs: 60_000 } },
  )
  const pair = [true, false, true, 'sign', 'verify', 'InvalidAccessError']
  assert.deepEqual(out, [
    [true, false, false, 'sign,verify', 'sign,verify', 'InvalidAccessError'],
    ...Array.from({ length: 5 }, () => pair),
  ])
})

test('D6: wrong arguments are refused with the names of the standard', async () => {
  const { publicKey } = await generatedPair({ name: 'RSASSA-PKCS1-v1_5', ...rsa, hash: 'SHA-256' }, [
    'sign',
    'verify',
  ])
  const tiny = await generatedPair(
    { name: 'RSASSA-PKCS1-v1_5', ...rsa, modulusLength: 512, hash: 'SHA-256' },
    ['sign', 'verify'],
  )
  const ec = await generatedPair({ name: 'ECDSA', namedCurve: 'P-256' }, ['sign', 'verify'])
  const out = await inWorkflow(
    `const rs256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
    const es256 = { name: 'ECDSA', namedCurve: 'P-256' }
    const key = await subtle.importKey('spki', bytes(given.spki), rs256, false, ['verify'])
    const hmac = await subtle.importKey('raw', new Uint8Array(32), { name: 'HMAC', hash: 'SHA-256' }, true, ['sign'])
    const aes = await subtle.importKey('raw', new Uint8Array(32), 'AES-GCM', true, ['encrypt'])
    const raw = (algorithm, usages = ['sign']) => subtle.importKey('raw', new Uint8Array(32), algorithm, true, usages)
    const jwk = (change, algorithm = es256, usages = ['verify']) => subtle.importKey('jwk', { ...given.jwk, ...change }, algorithm, true, usages)
    const pbkdf2 = (hash, iterations, length) => subtle.importKey('raw', utf8('x'), 'PBKDF2', false, ['deriveBits'])
      .then((secret) => subtle.deriveBits({ name: 'PBKDF2', hash, salt: utf8('salt'), iterations }, secret, length))
    const attempts = {
      'spki that cannot be parsed': () => subtle.importKey('spki', utf8('nonsense'), rs256, false, ['verify']),
      'spki of another kind of key': () => subtle.importKey('spki', bytes(given.spki), es256, false, ['verify']),
      'spki as pkcs8': () => subtle.importKey('pkcs8', bytes(given.spki), rs256, false, ['sign']),
      'an RSA key of 512 bits': () => subtle.importKey('spki', bytes(given.tiny), rs256, false, ['verify']),
      'another kty': () => jwk({ kty: 'RSA' }),
      'another crv': () => jwk({ crv: 'P-384' }),
      'another alg': () => jwk({ alg: 'ES384' }),
      'another use': () => jwk({ use: 'enc' }),
      'key_ops without the usage': () => jwk({ key_ops: ['sign'] }),
      'ext false, extractable': () => jwk({ ext: false }),
      'a point off the curve': () => jwk({ x: given.jwk.y }),
      'k that is not base64url': () => subtle.importKey('jwk', { kty: 'oct', k: '++' }, { name: 'HMAC', hash: 'SHA-256' }, true, ['sign']),
      'an AES key of 31 bytes': () => subtle.importKey('raw', new Uint8Array(31), 'AES-GCM', true, ['encrypt']),
      'a secret of 49 KiB': () => subtle.importKey('raw', new Uint8Array(49 * 1024), { name: 'HMAC', hash: 'SHA-256' }, true, ['sign']),
      'an unknown algorithm': () => raw('Ed448'),
      'an unknown hash': () => raw({ name: 'HMAC', hash: 'MD5' }),
      'an unknown curve': () => subtle.generateKey({ name: 'ECDSA', namedCurve: 'K-256' }, true, ['sign']),
      'raw for RSA': () => subtle.importKey('raw', new Uint8Array(9), rs256, true, ['verify']),
      'a usage of another algorithm': () => raw({ name: 'HMAC', hash: 'SHA-256' }, ['encrypt']),
      'no usages': () => raw({ name: 'HMAC', hash: 'SHA-256' }, []),
      'private usage, public key': () => subtle.importKey('spki', bytes(given.spki), rs256, false, ['sign']),
      'a key that must not sign': () => subtle.sign(rs256, key, utf8('x')),
      'a key of another algorithm': () => subtle.sign(es256, hmac, utf8('x')),
      'an export that is not allowed': () => subtle.exportKey('spki', key),
      'an empty iv': () => subtle.encrypt({ name: 'AES-GCM', iv: new Uint8Array(0) }, aes, utf8('x')),
      'a tag of 100 bits': () => subtle.encrypt({ name: 'AES-GCM', iv: new Uint8Array(12), tagLength: 100 }, aes, utf8('x')),
      'ten million rounds': () => pbkdf2('SHA-256', 1e7, 256),
      'too many rounds for two blocks': () => pbkdf2('SHA-256', 6e5, 512),
      'no rounds': () => pbkdf2('SHA-256', 0, 256),
      'an RSA key of 16,384 bits': () => subtle.generateKey({ ...rs256, modulusLength: 16384, publicExponent: new Uint8Array([3]) }, true, ['sign']),
      'an even exponent': () => subtle.generateKey({ ...rs256, modulusLength: 2048, publicExponent: new Uint8Array([2]) }, true, ['sign']),
      'data that is text': () => subtle.digest('SHA-256', 'text'),
      'data of 3 MiB': () => subtle.digest('SHA-256', new Uint8Array(3 * 1024 * 1024)),
      'no iv': () => subtle.encrypt('AES-GCM', aes, utf8('x')),
      'a key that is a plain object': () => subtle.sign('HMAC', { type: 'secret' }, utf8('x')),
      'a format that does not exist': () => subtle.importKey('pem', utf8('x'), rs256, true, ['verify']),
      'a usage that does not exist': () => raw({ name: 'HMAC', hash: 'SHA-256' }, ['print']),
      'bytes for jwk': () => subtle.importKey('jwk', utf8('x'), es256, true, ['verify']),
    }
    const seen = {}
    for (const [name, attempt] of Object.entries(attempts)) (seen[await named(attempt)] ??= []).push(name)
    return seen`,
    z.json().parse({
      spki: base64(await subtle.exportKey('spki', publicKey)),
      tiny: base64(await subtle.exportKey('spki', tiny.publicKey)),
      jwk: await subtle.exportKey('jwk', ec.publicKey),
    }),
  )
  assert.deepEqual(out, {
    DataError: [
      'spki that cannot be parsed',
      'spki of another kind of key',
      'spki as pkcs8',
      'another kty',
      'another crv',
      'another alg',
      'another use',
      'key_ops without the usage',
      'ext false, extractable',
      'a point off the curve',
      'k that is not base64url',
      'an AES key of 31 bytes',
      'a secret of 49 KiB',
    ],
    NotSupportedError: [
      'an RSA key of 512 bits',
      'an unknown algorithm',
      'an unknown hash',
      'an unknown curve',
      'raw for RSA',
    ],
    SyntaxError: ['a usage of another algorithm', 'no usages', 'private usage, public key'],
    InvalidAccessError: [
      'a key that must not sign',
      'a key of another algorithm',
      'an export that is not allowed',
    ],
    OperationError: [
      'an empty iv',
      'a tag of 100 bits',
      'ten million rounds',
      'too many rounds for two blocks',
      'no rounds',
      'an RSA key of 16,384 bits',
      'an even exponent',
      'data of 3 MiB',
    ],
    TypeError: [
      'data that is text',
      'no iv',
      'a key that is a plain object',
      'a format that does not exist',
      'a usage that does not exist',
      'bytes for jwk',
    ],
  })
})

test('D6: a replay signs, encrypts and generates the same bytes', async () => {
  const deployment = await runs.deploy(
    workflow(
      `const seen = []
      const ecdsa = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign'])
      const rsa = await subtle.importKey('jwk', event.jwk, { name: 'RSA-PSS', hash: 'SHA-256' }, true, ['sign'])
      const { d, p, q, dp, dq, qi, ...rest } = event.jwk
      const lock = await subtle.importKey('jwk', { ...rest, key_ops: ['encrypt'], alg: 'RSA-OAEP-256' }, { name: 'RSA-OAEP', hash: 'SHA-256' }, true, ['encrypt'])
      for (let round = 0; round < 2; round++) seen.push(
        text(await subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, ecdsa.privateKey, utf8('x'))),
        text(await subtle.sign({ name: 'RSA-PSS', saltLength: 32 }, rsa, utf8('x'))),
        text(await subtle.encrypt('RSA-OAEP', lock, utf8('x'))),
      )
      kinde.accessToken.setCustomClaim('seen', seen)
      kinde.accessToken.setCustomClaim('key', await subtle.exportKey('jwk', ecdsa.privateKey))
      kinde.accessToken.setCustomClaim('top', await subtle.exportKey('jwk', await atTop))`,
      `${helpers}\nconst atTop = subtle.generateKey('AES-GCM' && { name: 'AES-GCM', length: 256 }, true, ['encrypt'])`,
    ),
  )
  const pair = await generatedPair({ name: 'RSA-PSS', ...rsa, hash: 'SHA-256' }, ['sign', 'verify'])
  const event = { jwk: z.json().parse(await subtle.exportKey('jwk', pair.privateKey)) }
  const first = await runs.invoke(deployment, { event })
  const claims = z
    .object({ seen: z.array(z.string()), key: z.unknown(), top: z.unknown() })
    .parse(claimsOf(first))
  const replayed = await runs.invoke(deployment, { event, replay: structuredClone(first.recording) })
  assert.deepEqual(claimsOf(replayed), claimsOf(first))
  assert.deepEqual(replayed.recording, first.recording)
  const [ecdsa, pss, oaep, ecdsaAgain, pssAgain, oaepAgain] = claims.seen
  assert.equal(ecdsa, ecdsaAgain, 'the nonce follows from key and text')
  assert.notEqual(pss, pssAgain)
  assert.notEqual(oaep, oaepAgain)
  const other = claimsOf(await runs.invoke(deployment, { event }))
  assert.notDeepEqual(other['key'], claims.key)
  assert.notDeepEqual(other['top'], claims.top, 'a key that the top level generates is new in each run')
})

test('D6: a key that is imported at the top level is there in each run, out of the reach of the other code', async () => {
  const deployment = await runs.deploy(
    workflow(
      `const caught = []
      for (const owner of [Object.prototype, Array.prototype])
        Object.defineProperty(owner, 'toJSON', { configurable: true, get() { caught.push(Reflect.ownKeys(this).join()); return undefined } })
      WeakMap.prototype.get = WeakMap.prototype.set = JSON.stringify = JSON.parse = () => { throw new Error('replaced') }
      Object.defineProperty(Object.prototype, 'material', { configurable: true, set() { caught.push('set') } })
      const key = await imported
      const signature = text(await subtle.sign('HMAC', key, utf8('x')))
      const exported = await named(() => subtle.exportKey('raw', key))
      key.usages.push('verify'); key.algorithm.name = 'other'
      const verified = await named(() => subtle.verify('HMAC', key, bytes(signature), utf8('x')))
      delete Object.prototype.toJSON; delete Array.prototype.toJSON; delete Object.prototype.material
      kinde.accessToken.setCustomClaim('out', { caught, signature, exported, verified, own: Reflect.ownKeys(key).length, tag: String(key) })`,
      `${helpers}\nconst imported = subtle.importKey('raw', utf8('secret'), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])`,
    ),
  )
  const key = await subtle.importKey('raw', Buffer.from('secret'), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ])
  const expected = {
    caught: [],
    signature: base64(await subtle.sign('HMAC', key, Buffer.from('x'))),
    exported: 'InvalidAccessError',
    verified: 'InvalidAccessError',
    own: 0,
    tag: '[object CryptoKey]',
  }
  for (let round = 0; round < 2; round++)
    assert.deepEqual(claimsOf(await runs.invoke(deployment))['out'], expected)
})

test('D6: a run that does nothing but sign ends when its running time is over', async () => {
  const { outcome } = await runs.invoke(
    await runs.deploy(
      workflow(
        `const { privateKey } = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-521' }, true, ['sign'])
        for (;;) await subtle.sign({ name: 'ECDSA', hash: 'SHA-512' }, privateKey, utf8('x')).catch(() => {})`,
        helpers,
      ),
    ),
    { limits: { runningTimeMs: 200 } },
  )
  assert.equal(outcome.kind, 'running-time-exceeded')
})
