// crypto.subtle of a workflow beside Node's: what one signs, encrypts, wraps or derives, the other verifies, decrypts,
// unwraps and derives, for every algorithm and key format of both (W3C Web Cryptography; docs/decisions/0044).
import assert from 'node:assert/strict'
import { webcrypto } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { z } from 'zod'
import {
  base64,
  fromBase64,
  generatedPair,
  generatedSecret,
  message,
  openCryptoRuns,
  rsa,
} from '../harness/web-crypto.ts'

const { subtle } = webcrypto
const { inWorkflow } = await openCryptoRuns({ after })
const signatures: readonly { name: string; key: object; sign: object }[] = [
  ...['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'].flatMap((hash) => [
    { name: 'RSASSA-PKCS1-v1_5', key: { ...rsa, hash }, sign: {} },
    { name: 'RSA-PSS', key: { ...rsa, hash }, sign: { saltLength: hash === 'SHA-1' ? 0 : 32 } },
  ]),
  ...['P-256', 'P-384', 'P-521'].flatMap((namedCurve) =>
    ['SHA-256', 'SHA-512'].map((hash) => ({ name: 'ECDSA', key: { namedCurve }, sign: { hash } })),
  ),
  { name: 'Ed25519', key: {}, sign: {} },
]

describe('D6: a workflow verifies what Node signed and signs what Node verifies:', () => {
  for (const { name, key, sign } of signatures) {
    test(`${name} ${JSON.stringify(key)} ${JSON.stringify(sign)}`, async () => {
      const pair = await generatedPair({ name, ...key }, ['sign', 'verify'])
      const given = {
        key: { name, ...key, publicExponent: undefined },
        sign: { name, ...sign },
        spki: base64(await subtle.exportKey('spki', pair.publicKey)),
        pkcs8: base64(await subtle.exportKey('pkcs8', pair.privateKey)),
        publicJwk: await subtle.exportKey('jwk', pair.publicKey),
        privateJwk: await subtle.exportKey('jwk', pair.privateKey),
        signature: base64(await subtle.sign({ name, ...sign }, pair.privateKey, Buffer.from(message))),
        message,
      }
      const out = await inWorkflow(
        `const { key, sign } = given
        const publicKeys = [
          await subtle.importKey('spki', bytes(given.spki), key, true, ['verify']),
          await subtle.importKey('jwk', given.publicJwk, key, true, ['verify']),
        ]
        const privateKeys = [
          await subtle.importKey('pkcs8', bytes(given.pkcs8), key, true, ['sign']),
          await subtle.importKey('jwk', given.privateJwk, key, true, ['sign']),
        ]
        const data = utf8(given.message)
        const verified = await Promise.all(publicKeys.flatMap((publicKey) => [
          subtle.verify(sign, publicKey, bytes(given.signature), data),
          subtle.verify(sign, publicKey, bytes(given.signature), utf8('another text')),
          subtle.verify(sign, publicKey, new Uint8Array(10), data),
        ]))
        return {
          verified,
          algorithm: publicKeys[0].algorithm,
          signatures: await Promise.all(privateKeys.map(async (privateKey) => text(await subtle.sign(sign, privateKey, data)))),
          spki: text(await subtle.exportKey('spki', publicKeys[1])),
          pkcs8: text(await subtle.exportKey('pkcs8', privateKeys[1])),
          jwks: [await subtle.exportKey('jwk', publicKeys[0]), await subtle.exportKey('jwk', privateKeys[0])],
        }`.replace(
          'algorithm: publicKeys[0].algorithm',
          'algorithm: { ...publicKeys[0].algorithm, publicExponent: undefined }',
        ),
        z.json().parse(JSON.parse(JSON.stringify(given))),
      )
      const answer = z
        .object({
          verified: z.array(z.boolean()),
          algorithm: z.record(z.string(), z.unknown()),
          signatures: z.array(z.string()),
          spki: z.string(),
          pkcs8: z.string(),
          jwks: z.array(z.record(z.string(), z.unknown())),
        })
        .parse(out)
      assert.deepEqual(answer.verified, [true, false, false, true, false, false])
      for (const signature of answer.signatures)
        assert.ok(
          await subtle.verify({ name, ...sign }, pair.publicKey, fromBase64(signature), Buffer.from(message)),
        )
      const { publicExponent: _, ...algorithm } = JSON.parse(JSON.stringify(pair.publicKey.algorithm))
      assert.deepEqual(answer.algorithm, algorithm)
      assert.deepEqual([answer.spki, answer.pkcs8], [given.spki, given.pkcs8])
      assert.deepEqual(answer.jwks.map(material), [given.publicJwk, given.privateJwk].map(material))
    })
  }

  test('HMAC, raw and jwk', async () => {
    for (const hash of ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512']) {
      const key = await subtle.generateKey({ name: 'HMAC', hash }, true, ['sign', 'verify'])
      const mac = base64(await subtle.sign('HMAC', key, Buffer.from(message)))
      const out = await inWorkflow(
        `const algorithm = { name: 'HMAC', hash: given.hash }
        const raw = await subtle.importKey('raw', bytes(given.raw), algorithm, true, ['sign', 'verify'])
        const jwk = await subtle.importKey('jwk', given.jwk, algorithm, true, ['sign', 'verify'])
        return [
          text(await subtle.sign('HMAC', raw, utf8(given.message))),
          await subtle.verify('hmac', jwk, bytes(given.mac), utf8(given.message)),
          await subtle.verify('HMAC', jwk, bytes(given.mac), utf8('another text')),
          await subtle.exportKey('jwk', raw),
          text(await subtle.exportKey('raw', jwk)),
        ]`,
        {
          hash,
          mac,
          message,
          raw: base64(await subtle.exportKey('raw', key)),
          jwk: z.json().parse(await subtle.exportKey('jwk', key)),
        },
      )
      const [made, right, wrong, jwk, raw] = z.array(z.unknown()).parse(out)
      assert.deepEqual([made, right, wrong], [mac, true, false])
      assert.deepEqual(jwk, await subtle.exportKey('jwk', key))
      assert.equal(raw, base64(await subtle.exportKey('raw', key)))
    }
  })
})

describe('D6: a workflow and Node decrypt what the other encrypted:', () => {
  const iv = base64(Buffer.alloc(16, 7))
  const ciphers: readonly { name: string; parameters: Record<string, string | number> }[] = [
    { name: 'AES-GCM', parameters: { iv, additionalData: iv } },
    { name: 'AES-GCM', parameters: { iv, tagLength: 96 } },
    { name: 'AES-CBC', parameters: { iv } },
    { name: 'AES-CTR', parameters: { counter: base64(Buffer.alloc(16, 0xff)), length: 32 } },
    { name: 'RSA-OAEP', parameters: { label: iv } },
    { name: 'RSA-OAEP', parameters: {} },
  ]
  for (const { name, parameters } of ciphers) {
    test(`${name} ${Object.keys(parameters).join()}`, async () => {
      const usages = ['encrypt', 'decrypt'] as const
      const data = Buffer.alloc(77, 'x')
      const isRsa = name === 'RSA-OAEP'
      const algorithm = isRsa ? { name, ...rsa, hash: 'SHA-256' } : { name, length: 256 }
      const made = isRsa ? await generatedPair(algorithm, usages) : await generatedSecret(algorithm, usages)
      const [lock, open] = 'publicKey' in made ? [made.publicKey, made.privateKey] : [made, made]
      const nodes = { name, ...inBytes(parameters) }
      const out = await inWorkflow(
        `const parameters = { name: given.name }
        for (const [key, value] of Object.entries(given.parameters))
          parameters[key] = typeof value === 'string' ? bytes(value) : value
        const algorithm = { name: given.name, hash: 'SHA-256' }
        const lock = await subtle.importKey('jwk', given.lock, algorithm, true, ['encrypt'])
        const open = await subtle.importKey('jwk', given.open, algorithm, true, ['decrypt'])
        const broken = bytes(given.encrypted).fill(1, 20, 30)
        return [
          text(await subtle.decrypt(parameters, open, bytes(given.encrypted))),
          text(await subtle.encrypt(parameters, lock, bytes(given.data))),
          await named(() => subtle.decrypt(parameters, open, broken)),
        ]`,
        {
          name,
          parameters,
          data: base64(data),
          lock: await jwkFor(lock, 'encrypt'),
          open: await jwkFor(open, 'decrypt'),
          encrypted: base64(await subtle.encrypt(nodes, lock, data)),
        },
      )
      const [decrypted, encrypted, error] = z.array(z.string()).parse(out)
      assert.equal(decrypted, base64(data))
      assert.equal(base64(await subtle.decrypt(nodes, open, fromBase64(encrypted))), base64(data))
      if (name === 'AES-GCM' || isRsa) assert.equal(error, 'OperationError')
    })
  }

  test('keys that are wrapped by AES-KW, AES-GCM and RSA-OAEP', async () => {
    const wrapping = await subtle.generateKey({ name: 'AES-KW', length: 128 }, true, ['wrapKey', 'unwrapKey'])
    const content = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt'])
    const out = await inWorkflow(
      `const wrapping = await subtle.importKey('raw', bytes(given.wrapping), 'AES-KW', false, ['wrapKey', 'unwrapKey'])
      const key = await subtle.unwrapKey('raw', bytes(given.wrapped), wrapping, 'AES-KW', 'AES-GCM', true, ['encrypt'])
      const gcm = await subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, ['wrapKey', 'unwrapKey'])
      const parameters = { name: 'AES-GCM', iv: new Uint8Array(12) }
      const asJwk = await subtle.wrapKey('jwk', key, gcm, parameters)
      const again = await subtle.unwrapKey('jwk', asJwk, gcm, parameters, 'AES-GCM', true, ['encrypt'])
      return [text(await subtle.exportKey('raw', again)), text(await subtle.wrapKey('raw', again, wrapping, 'AES-KW'))]`,
      {
        wrapping: base64(await subtle.exportKey('raw', wrapping)),
        wrapped: base64(await subtle.wrapKey('raw', content, wrapping, 'AES-KW')),
      },
    )
    const [raw, wrapped] = z.array(z.string()).parse(out)
    assert.equal(raw, base64(await subtle.exportKey('raw', content)))
    const unwrapped = await subtle.unwrapKey(
      'raw',
      fromBase64(wrapped),
      wrapping,
      'AES-KW',
      'AES-GCM',
      true,
      ['encrypt'],
    )
    assert.equal(base64(await subtle.exportKey('raw', unwrapped)), raw)
  })
})

test('D6: digests, HKDF, PBKDF2, ECDH and X25519 give what Node gives', async () => {
  const data = Buffer.from(message)
  const password = await subtle.importKey('raw', data, 'PBKDF2', false, ['deriveBits'])
  const secretKey = await subtle.importKey('raw', data, 'HKDF', false, ['deriveBits'])
  const hkdf = { name: 'HKDF', hash: 'SHA-384', salt: data, info: data }
  const pbkdf2 = { name: 'PBKDF2', hash: 'SHA-256', salt: data, iterations: 1000 }
  const agreed: Record<string, unknown> = {}
  const expected: string[] = []
  for (const algorithm of [
    { name: 'ECDH', namedCurve: 'P-256' },
    { name: 'ECDH', namedCurve: 'P-521' },
    { name: 'X25519' },
  ]) {
    const [mine, theirs] = [
      await generatedPair(algorithm, ['deriveBits']),
      await generatedPair(algorithm, ['deriveBits']),
    ]
    agreed[JSON.stringify(algorithm)] = {
      mine: await subtle.exportKey('jwk', mine.privateKey),
      theirs: base64(await subtle.exportKey('raw', theirs.publicKey)),
    }
    expected.push(
      base64(await subtle.deriveBits({ ...algorithm, public: theirs.publicKey }, mine.privateKey, 128)),
    )
  }
  const out = await inWorkflow(
    `const data = utf8(given.message)
    const digests = await Promise.all(['SHA-1', 'sha-256', { name: 'SHA-384' }, 'SHA-512'].map((name) => subtle.digest(name, data)))
    const hkdf = await subtle.importKey('raw', data, 'HKDF', false, ['deriveBits', 'deriveKey'])
    const pbkdf2 = await subtle.importKey('raw', data.buffer, 'PBKDF2', false, ['deriveBits'])
    const agreed = await Promise.all(Object.entries(given.agreed).map(async ([algorithm, { mine, theirs }]) => {
      const used = JSON.parse(algorithm)
      const key = await subtle.importKey('jwk', mine, used, false, ['deriveBits'])
      const other = await subtle.importKey('raw', bytes(theirs), used, true, [])
      return text(await subtle.deriveBits({ ...used, public: other }, key, 128))
    }))
    const parameters = { name: 'HKDF', hash: 'SHA-384', salt: data, info: data }
    const derived = await subtle.deriveKey(parameters, hkdf, { name: 'AES-GCM', length: 256 }, true, ['encrypt'])
    return {
      digests: digests.map(text),
      hkdf: [text(await subtle.deriveBits(parameters, hkdf, 256)), text(await subtle.exportKey('raw', derived))],
      pbkdf2: text(await subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: data, iterations: 1000 }, pbkdf2, 512)),
      agreed,
    }`,
    { message, agreed: z.json().parse(agreed) },
  )
  const digests = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'].map(async (name) =>
    base64(await subtle.digest(name, data)),
  )
  const fromHkdf = base64(await subtle.deriveBits(hkdf, secretKey, 256))
  assert.deepEqual(out, {
    digests: await Promise.all(digests),
    hkdf: [fromHkdf, fromHkdf],
    pbkdf2: base64(await subtle.deriveBits(pbkdf2, password, 512)),
    agreed: expected,
  })
})

function material(jwk: object): object {
  const { kty, crv, x, y, d, n, e, p, q, dp, dq, qi } = jwk as Record<string, unknown>
  return { kty, crv, x, y, d, n, e, p, q, dp, dq, qi }
}

function inBytes(parameters: Readonly<Record<string, string | number>>) {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      typeof value === 'string' ? fromBase64(value) : value,
    ]),
  )
}

async function jwkFor(key: webcrypto.CryptoKey, operation: string) {
  const jwk = await subtle.exportKey('jwk', key)
  return z.json().parse({ ...jwk, key_ops: [operation] })
}
