// What a workflow or a far side sends never holds up the server: each host call of a real run, with long hostile texts in every place.
// The lag that a call causes is the processor time that the main thread spends on it. Wall time would count the neighbours' work too.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { startHttpServer } from '../harness/http-server.ts'
import { mainThreadMs } from '../harness/main-thread-time.ts'
import { claimsOf, openTestSandbox, testBindings, workflow } from '../harness/sandbox.ts'

const mostLagMs = 50
/** Garbage collection can fall into one attempt; a text that is expensive is so each time. */
const attempts = 3
/** The same texts each time; change it to look further. */
const seed = 11

const lifetime = { after }
let answerHeaders: Record<string, string> = {}
let answerStatus = 200
let answerBody = '{}'
const server = await startHttpServer(lifetime, () => ({
  status: answerStatus,
  headers: answerHeaders,
  text: answerBody,
}))
const runs = await openTestSandbox(lifetime, {
  hostCalls: {
    allow: [server.host],
    resolve: async () => ['127.0.0.1'],
    encryptionKey: () => Buffer.alloc(32),
  },
})
const deployment = await runs.deploy(
  workflow(`
  const { unit = '', times = 0, head = '', tail = '', place } = event
  const text = head + unit.repeat(times) + tail
  const call = {
    url: () => kinde.fetch(text),
    method: () => kinde.fetch('http://a.example.com/', { method: text }),
    headerName: () => kinde.fetch('http://a.example.com/', { headers: { [text]: 'x' } }),
    headerValue: () => kinde.fetch('http://a.example.com/', { headers: { x: text } }),
    headers: () => kinde.fetch('http://a.example.com/', { headers: [...text].map((one) => [one, one]) }),
    body: () => kinde.fetch('http://a.example.com/', { method: 'POST', body: text }),
    sealedBody: () => kinde.secureFetch('http://a.example.com/', { method: 'POST', body: text }),
    answer: () => kinde.fetch(event.server),
    tokenName: () => kinde.cache.jwtToken(text, { onMissingOrExpired: async () => 'x' }),
    token: () => kinde.cache.jwtToken('a', { onMissingOrExpired: async () => text }),
    validation: () => kinde.cache.jwtToken('a', {
      validation: { key: { type: 'static', static: { alg: 'HS256', key: text } } }, onMissingOrExpired: async () => 'x' }),
    validationMembers: () => kinde.cache.jwtToken('a', {
      validation: Object.fromEntries(Array.from({ length: times }, (_, index) => [unit + index, unit])), onMissingOrExpired: async () => 'x' }),
    jwksUrl: () => kinde.cache.jwtToken('a', {
      validation: { key: { type: 'jwks', jwks: { url: text } } }, onMissingOrExpired: async () => 'eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjk5OTk5OTk5OTl9.AA' }),
    variable: async () => kinde.env.getEnvironmentVariable(text),
    log: async () => { console.log(text) },
    thrown: async () => { throw new Error(text) },
    reason: async () => { kinde.auth.denyAccess(text) },
    claimName: async () => { kinde.accessToken.setCustomClaim(text, 'x') },
    claim: async () => { kinde.accessToken.setCustomClaim('x', text) },
  }[place]
  try {
    await call()
  } catch (error) {
    if (place === 'thrown') throw error
    kinde.accessToken.setCustomClaim('code', String(error.code ?? error.name))
  }`),
  [...testBindings, 'kinde.secureFetch'],
)

interface Given {
  readonly place: string
  readonly head?: string
  readonly unit: string
  readonly times: number
  readonly tail?: string
}

/** Secrets of a kind that a guest can almost spell, so that redaction has much to compare. */
const environment = {
  SHORT: { value: 'aaaaaaab', isSecret: true },
  LONG: { value: `${'a'.repeat(32_000)}b`, isSecret: true },
}

async function lagOf(given: Given): Promise<number> {
  return mainThreadMs(() =>
    runs.invoke(deployment, { event: { ...given, server: server.origin }, environment }),
  )
}

async function assertNoLag(given: Given): Promise<void> {
  const lags: number[] = []
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const lag = await lagOf(given)
    if (lag <= mostLagMs) return
    lags.push(lag)
  }
  assert.fail(`${lags.join(', ')} ms of the main thread for ${JSON.stringify(given)}; seed ${seed}`)
}

/** mulberry32: small, seeded, good enough to vary texts. */
function randomFrom(start: number): () => number {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const random = randomFrom(seed)
const below = (most: number) => Math.floor(random() * most)
const oneOf = (texts: readonly string[]): string => texts[below(texts.length)] ?? ''
const parts = [
  ...[
    '.',
    '..',
    '@',
    ':',
    '/',
    '?',
    '#',
    '&',
    '=',
    '%',
    '%41',
    '[',
    ']',
    '\\',
    ' ',
    '\t',
    ';',
    ',',
    '"',
    '-',
    '_',
    'eyJ',
  ],
  ...[
    'a',
    'A',
    '1',
    '0x',
    'xn--',
    'é',
    'ß',
    '点',
    '\u0301',
    '\u202e',
    '\ud800',
    '\ud83d\ude00',
    '\0',
    'Bearer ',
    'aaaaaaa',
  ],
]
const randomUnit = () => Array.from({ length: 1 + below(3) }, () => oneOf(parts)).join('')
const lengths = [200, 2_000, 16_000, 60_000, 400_000]

/** Warm code, as a server that has served anything has it. */
for (let run = 0; run < 20; run += 1) await lagOf({ place: 'answer', unit: '', times: 0 })

describe('no text holds the main thread up', () => {
  test('D2: refuses a host of 16,000 dots as quickly as any other', async () => {
    for (const scheme of ['http://', 'https://', 'HTTP://', '//', '']) {
      for (const tail of ['a/', '/', 'a.example.com/', ':80/', 'a:80']) {
        await assertNoLag({ place: 'url', head: scheme, unit: '.', times: 16_000, tail })
        await assertNoLag({ place: 'url', head: `${scheme}a.example.com`, unit: '.', times: 16_000, tail })
      }
    }
  })

  const places = [
    ...['url', 'method', 'headerName', 'headerValue', 'headers', 'body', 'sealedBody', 'tokenName', 'token'],
    ...[
      'validation',
      'validationMembers',
      'jwksUrl',
      'variable',
      'log',
      'thrown',
      'reason',
      'claimName',
      'claim',
    ],
  ]
  const heads = [
    '',
    'http://',
    'https://a.example.com/',
    'http://a.example.com/?',
    'http://u:',
    'http://[',
    '"',
    '!',
  ]
  for (const place of places) {
    test(`D2: stays responsive with random long texts: ${place}`, async () => {
      for (let round = 0; round < 12; round += 1) {
        const unit = randomUnit()
        const times = Math.ceil(Number(oneOf(lengths.map(String))) / unit.length)
        await assertNoLag({ place, head: oneOf(heads), unit, times, tail: oneOf(parts) })
      }
    })
  }

  /** What a header can carry on the wire. */
  const visible = (text: string) => text.replaceAll(/[^\x20-\x7e]/g, 'x')

  for (const name of ['location', 'content-type', 'content-encoding', 'content-length-x', 'set-cookie']) {
    test(`D2: stays responsive with random answers: ${name}`, async () => {
      for (let round = 0; round < 12; round += 1) {
        const unit = visible(randomUnit())
        const head = oneOf(['', 'http://', '//', '/', '../', 'text/plain;charset=', ';', server.origin])
        const value = `${head}${unit.repeat(Math.ceil(15_000 / unit.length))}${visible(oneOf(parts))}`
        answerStatus = name === 'location' ? Number(oneOf(['301', '303', '307'])) : 200
        answerHeaders = { [name]: value }
        await assertNoLag({ place: 'answer', unit: value.slice(0, 100), times: 0 })
      }
      answerStatus = 200
      answerHeaders = {}
    })
  }

  test('D2: reads a key set of hostile keys within its bounds', async () => {
    for (const keys of [
      `{"keys":[{"kty":"RSA","e":"AQAB","n":"${'f'.repeat(900_000)}"}]}`,
      `{"keys":[{"kty":"RSA",${Array.from({ length: 50_000 }, (_, index) => `"${index}":0`).join(',')}}]}`,
      `{"keys":[${'{},'.repeat(200_000)}{}]}`,
    ]) {
      answerBody = keys
      await assertNoLag({ place: 'jwksUrl', head: server.origin, unit: '', times: 0 })
    }
    answerBody = '{}'
  })
})

test('a call that is refused for its length says so', async () => {
  const codeOf = async (given: Given) =>
    claimsOf(await runs.invoke(deployment, { event: { ...given, server: server.origin } }))['code']
  assert.equal(await codeOf({ place: 'url', head: 'http://', unit: '.', times: 20_000 }), 'fetch_invalid')
  assert.equal(await codeOf({ place: 'validationMembers', unit: 'm', times: 20_000 }), 'jwt_cache_invalid')
  answerStatus = 302
  answerHeaders = { location: `/${'a'.repeat(16_384)}` }
  assert.equal(await codeOf({ place: 'answer', unit: '', times: 0 }), 'fetch_failed')
})
