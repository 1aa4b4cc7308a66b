import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { z } from 'zod'
import { parseEncryptionKey } from './encryption-key.ts'
import { failureOf, fetchRequest, hostCallsFor, runContext, valueOf } from './fixtures/calls.ts'
import { serve, textOf } from '../../net/fixtures/local-server.ts'

const guide = new URL('../../../docs/guides/decrypt-secure-fetch.md', import.meta.url)
const guideSchema = z.object({ decrypt: z.function({ input: [z.string(), z.string()], output: z.string() }) })

/** The code of the guide, as a reader would paste it. */
async function decryptOfTheGuide() {
  const code = /```js\n([\s\S]*?)```/.exec(await readFile(guide, 'utf8'))?.[1] ?? ''
  const module: unknown = await import(`data:text/javascript,${encodeURIComponent(code)}`)
  return guideSchema.parse({ ...Object(module) }).decrypt
}

const keyText = randomBytes(32).toString('base64')
const encryptionKey = () => parseEncryptionKey(keyText)
const post = (url: string, body: string, headers: [string, string][] = []) =>
  fetchRequest(url, { method: 'POST', body, headers })

describe('secureFetch (SBX-76)', () => {
  test('sends what the guide decrypts, as text/plain, and reads the answer as it is', async (t) => {
    const decrypt = await decryptOfTheGuide()
    const server = await serve(t, async (request, response) => {
      response.end(`${request.headers['content-type']} ${decrypt(await textOf(request), keyText)}`)
    })
    const calls = hostCallsFor(t, { allow: [server.origin], encryptionKey })
    for (const secureFetchEncoding of ['base64url', 'base64'] as const) {
      const result = await calls.execute(
        'secureFetch',
        post(server.origin, '{"ü":1}'),
        runContext({ secureFetchEncoding }),
      )
      assert.equal(valueOf(result).body, 'text/plain {"ü":1}')
    }
    const own = await calls.execute(
      'secureFetch',
      post(server.origin, 'x', [['Content-Type', 'application/jose']]),
      runContext(),
    )
    assert.equal(valueOf(own).body, 'application/jose x')
  })

  test('never sends the same text twice for the same body, nor any part of the plaintext', async (t) => {
    const server = await serve(t, async (request, response) => response.end(await textOf(request)))
    const calls = hostCallsFor(t, { allow: [server.origin], encryptionKey })
    const nonces = new Set<string>()
    for (let call = 0; call < 20; call += 1) {
      const { body } = valueOf(
        await calls.execute('secureFetch', post(server.origin, 'secret-plaintext'), runContext()),
      )
      assert.match(body, /^[A-Za-z0-9_-]+$/)
      const bytes = Buffer.from(body, 'base64url')
      assert.equal(bytes.length, 12 + 16 + 16)
      assert.doesNotMatch(bytes.toString('latin1'), /secret|plaintext/)
      nonces.add(bytes.subarray(0, 12).toString('hex'))
    }
    assert.equal(nonces.size, 20)
  })

  test('a changed bit or another key does not decrypt', async (t) => {
    const decrypt = await decryptOfTheGuide()
    const server = await serve(t, async (request, response) => response.end(await textOf(request)))
    const calls = hostCallsFor(t, { allow: [server.origin], encryptionKey })
    const { body } = valueOf(await calls.execute('secureFetch', post(server.origin, 'hello'), runContext()))
    for (const place of [0, 12, 28]) {
      const bytes = Buffer.from(body, 'base64url')
      bytes.writeUInt8(bytes.readUInt8(place) ^ 1, place)
      assert.throws(() => decrypt(bytes.toString('base64url'), keyText))
    }
    assert.throws(() => decrypt(body, randomBytes(32).toString('base64')))
  })

  test('a rotated key holds from the next call on, and the first one still decrypts what it sealed', async (t) => {
    const decrypt = await decryptOfTheGuide()
    const server = await serve(t, async (request, response) => response.end(await textOf(request)))
    const keys = [keyText, randomBytes(32).toString('base64')]
    let active = 0
    const calls = hostCallsFor(t, {
      allow: [server.origin],
      encryptionKey: async () => Buffer.from(keys[active] ?? '', 'base64'),
    })
    const sealed = []
    for (active of [0, 1])
      sealed.push(valueOf(await calls.execute('secureFetch', post(server.origin, 'x'), runContext())).body)
    assert.deepEqual(
      sealed.map((body, i) => decrypt(body, keys[i] ?? '')),
      ['x', 'x'],
    )
  })

  test('without a key nothing is sent', async (t) => {
    const server = await serve(t, (_request, response) => response.end())
    const allow = [server.origin]
    for (const [key, text] of [
      [{}, 'no encryption key is active for secureFetch'],
      [{ encryptionKey: () => undefined }, 'no encryption key is active for secureFetch'],
      [{ encryptionKey: () => Buffer.alloc(16) }, 'the encryption key for secureFetch is not 32 bytes long'],
    ] as const) {
      const result = await hostCallsFor(t, { allow, ...key }).execute(
        'secureFetch',
        post(`${server.origin}/`, 'x'),
        runContext(),
      )
      assert.equal(failureOf(result), `encryption_key_missing: POST ${server.origin}/: ${text}`)
    }
    assert.equal(server.connections(), 0)
  })

  test('sends POST only, and obeys the rules of egress', async (t) => {
    const calls = hostCallsFor(t, { encryptionKey })
    const get = await calls.execute('secureFetch', fetchRequest('https://example.com/'), runContext())
    assert.equal(
      failureOf(get),
      'fetch_invalid: GET https://example.com/: secureFetch sends POST requests only',
    )
    assert.match(
      failureOf(await calls.execute('secureFetch', post('http://127.1/', 'x'), runContext())),
      /^egress_denied: /,
    )
  })
})

describe('an encryption key', () => {
  test('is 32 bytes in base64 or base64url', () => {
    const bytes = Buffer.alloc(32, 0xfb)
    assert.deepEqual(parseEncryptionKey(` ${bytes.toString('base64')}\n`), bytes)
    assert.deepEqual(parseEncryptionKey(bytes.toString('base64url')), bytes)
  })
  for (const text of [
    '',
    'abc',
    Buffer.alloc(31).toString('base64'),
    Buffer.alloc(33).toString('base64'),
    `${'a'.repeat(40)}!!!`,
  ]) {
    test(`is not ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseEncryptionKey(text), {
        code: 'usage',
        message: 'The encryption key is not 32 bytes in base64.',
      })
    })
  }
})
