import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { failureOf, fetchRequest, hostCallsFor, runContext, valueOf } from './fixtures/calls.ts'
import { serve } from '../../net/fixtures/local-server.ts'
import { isWithinOwnCall, type OwnOrigin } from './own-origin.ts'

const origin = 'http://localhost:4000'
const customDomain = 'https://auth.example.com'

function issuer(handle: OwnOrigin['handle']): { readonly ownOrigin: OwnOrigin } {
  return { ownOrigin: { origins: [origin, customDomain], handle } }
}

const echo = issuer(async (request) =>
  Response.json({
    method: request.method,
    url: request.url,
    headers: Object.fromEntries(request.headers),
    body: await request.text(),
  }),
)

function parsedBody(result: Parameters<typeof valueOf>[0]): unknown {
  return JSON.parse(valueOf(result).body)
}

describe('a call to our own issuer (SBX-73)', () => {
  test('is answered in process, where nothing listens, with method, headers and body', async (t) => {
    const request = fetchRequest(`${origin}/oauth2/token?a=ä#c`, {
      method: 'POST',
      headers: [['Content-Type', 'application/x-www-form-urlencoded']],
      body: 'grant_type=client_credentials',
    })
    const result = await hostCallsFor(t, echo).execute('fetch', request, runContext())
    assert.deepEqual(parsedBody(result), {
      method: 'POST',
      url: `${origin}/oauth2/token?a=%C3%A4`,
      headers: {
        accept: '*/*',
        'accept-encoding': 'gzip, br',
        'content-type': 'application/x-www-form-urlencoded',
        'user-agent': 'mintage',
      },
      body: 'grant_type=client_credentials',
    })
    assert.equal(valueOf(result).url, `${origin}/oauth2/token?a=%C3%A4`)
    assert.deepEqual(result.trace, {
      method: 'POST',
      url: `${origin}/oauth2/token?a=%C3%A4`,
      status: 200,
    })
  })

  test('gives every header of the answer, and a status of 4xx as an answer', async (t) => {
    const calls = hostCallsFor(
      t,
      issuer(
        async () =>
          new Response(null, {
            status: 403,
            headers: [
              ['set-cookie', 'a=1'],
              ['set-cookie', 'b=2'],
            ],
          }),
      ),
    )
    const value = valueOf(await calls.execute('fetch', fetchRequest(`${origin}/`), runContext()))
    assert.deepEqual(value, {
      status: 403,
      headers: [
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ],
      body: '',
      url: `${origin}/`,
    })
  })

  for (const spelling of [
    'http://LOCALHOST:4000/x',
    'http://localhost.:4000/x',
    'http://localhost:04000/x',
    'http:\\\\localhost:4000\\x',
    `${customDomain}/x`,
  ]) {
    test(`is known in the spelling ${spelling}`, async (t) => {
      const result = await hostCallsFor(t, echo).execute('fetch', fetchRequest(spelling), runContext())
      assert.equal(valueOf(result).status, 200)
    })
  }

  for (const [address, reason] of [
    ['https://localhost:4000/', /localhost is a name of the local network$/],
    ['http://localhost:4001/', /localhost is a name of the local network$/],
    ['http://127.0.0.1:4000/', /is a loopback address$/],
    ['http://localhost:4000@127.0.0.1/', /a user name or password in the address is refused$/],
    ['http://u:p@localhost:4000/', /a user name or password in the address is refused$/],
    ['ftp://localhost:4000/', /not ftp:$/],
  ] as const) {
    test(`is nothing else: ${address} stays under the rules`, async (t) => {
      const result = await hostCallsFor(t, echo).execute('fetch', fetchRequest(address), runContext())
      assert.match(failureOf(result), /^egress_denied: /)
      assert.match(failureOf(result), reason)
    })
  }

  test('cannot frame the message or speak for a proxy', async (t) => {
    for (const name of ['Host', 'X-Forwarded-For', 'Transfer-Encoding']) {
      const request = fetchRequest(`${origin}/`, { headers: [[name, '1']] })
      const result = await hostCallsFor(t, echo).execute('fetch', request, runContext())
      assert.match(failureOf(result), /^fetch_invalid: .* cannot be set by a workflow$/)
    }
  })
})

describe('the limits of a call to our own issuer', () => {
  const { limits } = runContext()

  test('count decoded bytes', async (t) => {
    const zeros = gzipSync(Buffer.alloc(2 * limits.callBytes))
    const calls = hostCallsFor(
      t,
      issuer(async () => new Response(zeros, { headers: { 'content-encoding': 'gzip' } })),
    )
    const result = await calls.execute('fetch', fetchRequest(`${origin}/`), runContext())
    assert.equal(
      failureOf(result),
      `fetch_too_large: GET ${origin}/: the body of the answer is larger than ${limits.callBytes} bytes`,
    )
  })

  test('count headers', async (t) => {
    const headers = Array.from({ length: 201 }, (_, n): [string, string] => [`x-${n}`, '1'])
    const calls = hostCallsFor(
      t,
      issuer(async () => new Response('', { headers })),
    )
    const result = await calls.execute('fetch', fetchRequest(`${origin}/`), runContext())
    assert.match(failureOf(result), /^fetch_too_large: .*the answer has more than 200 headers$/)
  })

  for (const [what, handle] of [
    ['does not come', () => new Promise<Response>(() => {})],
    [
      'does not end, and its stream is closed',
      async () =>
        new Response(
          new ReadableStream({
            start(controller) {
              controller.enqueue(Buffer.from('x'))
            },
          }),
        ),
    ],
  ] as const) {
    test(`end an answer that ${what}`, async (t) => {
      const aborted = Promise.withResolvers<void>()
      const calls = hostCallsFor(
        t,
        issuer((request) => {
          request.signal.addEventListener('abort', () => aborted.resolve())
          return handle()
        }),
      )
      const context = runContext({ limits: { ...limits, callMs: 40 } })
      const result = await calls.execute('fetch', fetchRequest(`${origin}/`), context)
      assert.equal(failureOf(result), `fetch_timeout: GET ${origin}/: took longer than 40 ms`)
      await aborted.promise
    })
  }

  test('end it with the run', async (t) => {
    const arrived = Promise.withResolvers<void>()
    const calls = hostCallsFor(
      t,
      issuer(() => {
        arrived.resolve()
        return new Promise(() => {})
      }),
    )
    const run = new AbortController()
    const result = calls.execute('fetch', fetchRequest(`${origin}/`), runContext({ signal: run.signal }))
    await arrived.promise
    run.abort()
    assert.equal(
      failureOf(await result),
      `fetch_failed: GET ${origin}/: the run ended before the answer came`,
    )
  })

  test('an answer that throws is a call that broke off, and says nothing of the host', async (t) => {
    for (const handle of [
      () => Promise.reject(new Error('/secret/path')),
      (): never => {
        throw new Error('/secret/path')
      },
    ]) {
      const result = await hostCallsFor(t, issuer(handle)).execute(
        'fetch',
        fetchRequest(`${origin}/`),
        runContext(),
      )
      assert.equal(failureOf(result), `fetch_failed: GET ${origin}/: the call failed`)
    }
  })
})

describe('redirects', () => {
  test('within our own issuer, from it and to it follow the rules of every redirect', async (t) => {
    const other = await serve(t, (request, response) =>
      response
        .writeHead(302, { location: `${origin}/there?${String('x-api-key' in request.headers)}` })
        .end(),
    )
    const calls = hostCallsFor(t, {
      allow: [other.origin],
      ...issuer(async (request) => {
        const { pathname, search } = new URL(request.url)
        if (pathname === '/there') return new Response(`there ${search}`)
        return new Response(null, { status: 307, headers: { location: pathname.slice(1) || '/there' } })
      }),
    })
    const bodyOf = async (url: string) =>
      valueOf(
        await calls.execute('fetch', fetchRequest(url, { headers: [['X-Api-Key', 'k']] }), runContext()),
      ).body
    assert.equal(await bodyOf(`${origin}/`), 'there ')
    assert.equal(await bodyOf(`${origin}/${other.origin}/`), 'there ?false')
    const inner = await calls.execute('fetch', fetchRequest(`${origin}/http://127.0.0.1:8081/`), runContext())
    assert.match(failureOf(inner), /^egress_denied: .*is a loopback address$/)
    const post = fetchRequest(`${origin}/${other.origin}/`, { method: 'POST', body: 'client_secret=x' })
    assert.match(
      failureOf(await calls.execute('fetch', post, runContext())),
      /a body is never sent on to another origin$/,
    )
  })
})

test('a call of a call is refused before it is sent, and says why (SBX-73)', async (t) => {
  const asked: string[] = []
  const calls = hostCallsFor(
    t,
    issuer(async (request) => {
      asked.push(request.url)
      // A run that the issuer starts for this request takes the mark over from here.
      const context = runContext({ isWithinOwnCall: isWithinOwnCall() })
      return new Response(failureOf(await calls.execute('fetch', fetchRequest(`${origin}/2`), context)))
    }),
  )
  assert.equal(isWithinOwnCall(), false)
  const result = await calls.execute('fetch', fetchRequest(`${origin}/1`), runContext())
  assert.equal(
    valueOf(result).body,
    `egress_denied: GET ${origin}/2: this run was started by a call of a workflow to this issuer, and cannot call this issuer in turn`,
  )
  assert.deepEqual(asked, [`${origin}/1`])
  assert.equal(isWithinOwnCall(), false)
})
