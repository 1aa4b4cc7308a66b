// What a caller with a good token may send to hurt: sizes, depths, encodings, characters, limits of pages. Each is refused with
// the usual envelope, none is a defect, and the API goes on answering.
import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
import { mainThreadMs } from '../harness/main-thread-time.ts'
import { issuerUrl, openManagementWorld } from '../harness/management-world.ts'

const world = await openManagementWorld({ after })

afterEach(async () => {
  assert.deepEqual(world.defects, [])
  assert.equal((await world.call('GET /user?id=kp_ada')).status, 200)
})

async function refusedAs(pattern: RegExp, request: string, body?: unknown): Promise<void> {
  const { status, json } = await world.call(request, body)
  const text = JSON.stringify({ status, json })
  assert.match(text, pattern)
  assert.match(text, /"errors":\[\{"code":"/)
  assert.ok(text.length < 8_192, 'the answer does not grow with the request')
}

const properties = 'PATCH /users/kp_ada/properties'

test('a body that is not JSON, or not an object', async () => {
  for (const text of ['{', 'null', '"x"', '[]', '1', '{"properties":{}}}', '\uFEFF{}x', 'properties=1']) {
    await refusedAs(/"status":400,.*INVALID_REQUEST/, properties, text)
  }
})

test('a body that is larger than the limit, with or without its length', async () => {
  await refusedAs(/"status":413,.*REQUEST_TOO_LARGE/, properties, {
    properties: { plan: 'x'.repeat(300_000) },
  })
  const stream = new ReadableStream({
    pull(controller) {
      controller.enqueue(Buffer.alloc(64 * 1024, ' '))
    },
  })
  const response = await world.handle(
    new Request(`${issuerUrl}/api/v1/users/kp_ada/properties`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${await world.token()}` },
      body: stream,
      duplex: 'half',
    }),
  )
  assert.equal(response.status, 413)
})

test('a body that is nested a hundred thousand deep', async () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  await refusedAs(/"status":400,/, properties, `{"properties":{"plan":${deep}}}`)
  await refusedAs(/"status":400,/, properties, `{"properties":{"plan":${deep},"x":"\\u0000"}}`)
})

test('reports ten mistakes of a body with a hundred thousand, at little cost', async () => {
  const tookMs = await mainThreadMs(async () => {
    await refusedAs(/"status":400,/, 'POST /user', { identities: Array(100_000).fill(1) })
    const { json } = await world.call(
      properties,
      `{"properties":{${Array.from({ length: 10_000 }, (_, n) => `"k${n}":[]`).join()}}}`,
    )
    assert.ok(JSON.stringify(json).split('INVALID_REQUEST').length <= 11)
  })
  assert.ok(tookMs < 2_000, `${tookMs.toFixed()} ms of processor time`)
})

test('the character NUL, wherever it is', async () => {
  await refusedAs(/cannot hold the character NUL/, properties, '{"properties":{"plan":"a\\u0000"}}')
  await refusedAs(/cannot hold the character NUL/, properties, '{"properties":{"a\\u0000":"x"}}')
  await refusedAs(/"status":400,.*control characters/, 'GET /user?id=kp%00')
  await refusedAs(/"status":400,.*control characters/, 'GET /users/kp%00ada/mfa')
  const { status } = await world.call(properties, String.raw`{"properties":{"plan":"\\u0000"}}`)
  assert.equal(status, 200, 'its spelling is a text like any other')
})

test('keys that every object has', async () => {
  for (const key of ['__proto__', String.raw`\u005f_proto__`, 'constructor', 'toString', 'hasOwnProperty']) {
    await refusedAs(/"status":400,/, properties, `{"properties":{"${key}":{"polluted":"x"}}}`)
    await refusedAs(/"status":400,/, properties, `{"properties":{"${key}":"x"}}`)
  }
  assert.equal('polluted' in {}, false)
})

test('parameters that are not numbers, or numbers beyond the limits', async () => {
  for (const size of ['0', '-1', '501', '1e9', '1.5', 'NaN', 'Infinity', 'ten', '0x10abc']) {
    await refusedAs(/"status":400,.*page_size/, `GET /users?page_size=${size}`)
  }
  assert.equal((await world.call('GET /users?page_size=500')).status, 200)
})

test('page tokens that were not handed out', async () => {
  for (const token of ['%F0%9F%92%A9', "'%3B--", 'kp_zzz', 'WzEsMl0']) {
    assert.equal(
      (await world.call(`GET /users?next_token=${token}`)).status,
      200,
      'a place in the order of ids',
    )
    await refusedAs(/"status":400,.*next_token/, `GET /roles?next_token=${token}`)
  }
  await refusedAs(/"status":400,.*next_token/, `GET /users?next_token=${'x'.repeat(1_001)}`)
})

test('ids that are long, encoded or SQL', async () => {
  for (const id of ['x'.repeat(300), "'%20OR%201=1--", '%25', '%F0%9F%92%A9', '%2e%2e%2f', 'kp_ada%20']) {
    const { status } = await world.call(`GET /user?id=${id}`)
    assert.ok(status === 404 || status === 400, `${id}: ${status}`)
    const inPath = await world.call(`GET /users/${id}/mfa`)
    assert.ok(inPath.status === 404 || inPath.status === 400, `${id}: ${inPath.status}`)
  }
})

test('a list of more look-ups than the limit', async () => {
  const list = (count: number) => Array.from({ length: count }, (_, n) => `u${n}@example.com`).join()
  assert.equal((await world.call(`GET /users?email=${list(100)}`)).status, 200)
  await refusedAs(/email: at most 100 values are allowed/, `GET /users?email=${list(101)}`)
})

test('a parameter that is given twice counts once', async () => {
  assert.equal((await world.call('GET /user?id=kp_ada&id=kp_none')).status, 200)
})

test('A1: an error in a handler is one redacted record of the log and a JSON answer, and nothing is printed', async (t) => {
  const token = 'Bearer abc.def.ghi'
  const broken = await openManagementWorld(t, (store) => ({
    ...store,
    directory: new Proxy(store.directory, {
      get(target, name) {
        if (name === 'organizations') return () => Promise.reject(new Error(`inside of it, with ${token}`))
        const member: unknown = Reflect.get(target, name)
        return typeof member === 'function' ? member.bind(target) : member
      },
    }),
  }))
  const printed = [t.mock.method(console, 'error'), t.mock.method(process.stderr, 'write')]
  const { status, json } = await broken.call('GET /organizations')
  assert.equal(status, 500)
  assert.deepEqual(json, {
    errors: [{ code: 'INTERNAL_ERROR', message: 'Something went wrong inside Mintage.' }],
  })
  const errors = broken.logLines.filter((line) => line.includes('"level":"error"'))
  assert.equal(errors.length, 1)
  assert.match(errors.join(), /inside of it/)
  assert.ok(!errors.join().includes('abc.def.ghi'))
  assert.deepEqual(
    printed.map(({ mock }) => mock.callCount()),
    [0, 0],
  )
})
