// fetch, kinde.fetch, kinde.secureFetch and kinde.cache.jwtToken as a workflow sees them (C§6.3, C§6.6).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runGuest, type GuestRun } from '../../harness/guest-engine.ts'

const reply = (body: string, status = 200, contentType = 'application/json') => ({
  ok: true,
  value: { status, headers: [['content-type', contentType]], body, url: 'https://a.example/' },
})

function run(body: string, answer: GuestRun['answer'] = () => reply('{"n":1}')) {
  const source = `export default async function () { const out = kinde.accessToken.getCustomClaims(); ${body} }`
  return runGuest({ source, answer })
}

test('every form of body becomes a string with the content type of its form (C§6.6)', async () => {
  const { calls } = await run(`
    const post = (body, headers) => kinde.fetch('https://a.example/', { method: 'post', body, headers })
    await post('{"a":1}', { 'Content-Type': 'application/json' })
    await post({ a: [1, undefined] })
    await post({ a: 1 }, new Headers({ 'content-type': 'application/vnd.a+json' }))
    await post(new URLSearchParams({ a: 'b c' }))
    await post(7)
    await post(undefined)
    await kinde.fetch('https://a.example/?x=1', { body: 'a=1&b=2' })
    await kinde.fetch(new URL('https://a.example/p'), { body: { q: 'é' } })
    await kinde.fetch('https://a.example/')`)
  const sent = calls.map(({ request }) => [
    request.method,
    request.url,
    request.body,
    request.headers?.find(([name]) => name.toLowerCase() === 'content-type')?.[1],
  ])
  assert.deepEqual(sent, [
    ['POST', 'https://a.example/', '{"a":1}', 'application/json'],
    ['POST', 'https://a.example/', '{"a":[1,null]}', 'application/json'],
    ['POST', 'https://a.example/', '{"a":1}', 'application/vnd.a+json'],
    ['POST', 'https://a.example/', 'a=b+c', 'application/x-www-form-urlencoded;charset=UTF-8'],
    ['POST', 'https://a.example/', '7', 'text/plain;charset=UTF-8'],
    ['POST', 'https://a.example/', undefined, undefined],
    ['GET', 'https://a.example/?x=1&a=1&b=2', undefined, undefined],
    ['GET', 'https://a.example/p?q=%C3%A9', undefined, undefined],
    ['GET', 'https://a.example/', undefined, undefined],
  ])
})

test('a body that cannot be sent and an invalid address throw a TypeError that says so', async () => {
  const body = await run(`await kinde.fetch('https://a.example', { method: 'POST', body: new Map() })`)
  assert.equal(
    body.error.message,
    'kinde.fetch: a body of type Map is not supported; pass a string, URLSearchParams, FormData, a Blob, bytes, or data for JSON',
  )
  assert.equal(
    (await run(`await kinde.fetch()`)).error.message,
    'kinde.fetch: the first argument must be an address, not undefined',
  )
})

test('kinde.fetch blocks only when it is touched early, and gives the same answer either way', async () => {
  const { claims, order } = await run(`
    const early = kinde.fetch('https://a.example/1')
    const late = kinde.fetch('https://a.example/2')
    out.early = [early.json.n, early.text, early.ok, early.status, early.headers.get('content-type')]
    out.again = (await early).json.n
    const response = await late
    out.late = [response.json.n, response.text, response.ok, response.status, late.json.n]
    out.promise = [early instanceof Promise, Object.keys(early).length, typeof response.then]`)
  assert.deepEqual(claims['accessToken'], {
    early: [1, '{"n":1}', true, 200, 'application/json'],
    again: 1,
    late: [1, '{"n":1}', true, 200, 1],
    promise: [true, 0, 'undefined'],
  })
  assert.deepEqual(order, ['call 0', 'call 1', 'wait 0', 'deliver 1'])
})

test('an empty body means no data; a body that is not JSON makes json throw and text give it', async () => {
  const empty = await run(
    `const r = await kinde.fetch('https://a.example'); out.x = [String(r.json), r.text]`,
    () => reply('', 204),
  )
  assert.deepEqual(empty.claims['accessToken'], { x: ['undefined', ''] })
  const html = await run(
    `const r = await kinde.fetch('https://a.example'); out.text = r.text; try { r.json } catch (error) { out.error = error.message }`,
    () => reply('<html>', 502, 'text/html'),
  )
  assert.deepEqual(html.claims['accessToken'], {
    text: '<html>',
    error:
      'The answer is not JSON: status 502, text/html, begins with "<html>". Read .text, or ask for responseFormat "text"',
  })
})

test('the global fetch answers as the web does and as the library does', async () => {
  const { claims } = await run(`
    const r = await fetch('https://a.example')
    out.x = [r.ok, r.status, r.url, r.headers.get('Content-Type'), r.data.n, (await r.clone().json()).n, await r.text()]`)
  assert.deepEqual(claims['accessToken']?.['x'], [
    true,
    200,
    'https://a.example/',
    'application/json',
    1,
    1,
    '{"n":1}',
  ])
})

test("a failed call rejects with its code; uncaught it is the outcome's callCode, re-thrown as another error it is not", async () => {
  const answer = () => ({ ok: false, code: 'egress_denied', message: 'not allowed' })
  const uncaught = await run(`await kinde.fetch('https://a.example')`, answer)
  assert.deepEqual(
    [uncaught.error.name, uncaught.error.message, uncaught.error.callCode],
    ['FetchError', 'not allowed', 'egress_denied'],
  )
  const early = await run(`kinde.fetch('https://a.example').json`, answer)
  assert.equal(early.error.callCode, 'egress_denied')
  const rethrown = await run(
    `try { await fetch('https://a.example') } catch (e) { throw new Error('mine: ' + e.code) }`,
    answer,
  )
  assert.deepEqual([rethrown.error.message, rethrown.error.callCode], ['mine: egress_denied', undefined])
  const unawaited = await run(
    `kinde.fetch('https://a.example'); await kinde.fetch('https://a.example').catch(() => {})`,
    answer,
  )
  assert.equal(unawaited.kind, 'completed')
})

test('jwtToken takes a hit as it is, fills a miss from a plain or async callback, and shares one look-up in a run', async () => {
  const answer: GuestRun['answer'] = (kind, { name, token }) => ({
    ok: true,
    value: kind === 'jwtCachePut' ? { token } : name === 'hit' ? { token: 'known' } : { miss: true },
  })
  const { claims, calls } = await run(
    `let made = 0
     const make = async () => 'async' + ++made
     out.x = await Promise.all([
       kinde.cache.jwtToken('hit', { onMissingOrExpired: () => 'never' }),
       kinde.cache.jwtToken('plain', { onMissingOrExpired: () => 'plain' }),
       kinde.cache.jwtToken('async', { validation: { key: { type: 'static' } }, onMissingOrExpired: make }),
       kinde.cache.jwtToken('async', { validation: { key: { type: 'static' } }, onMissingOrExpired: make }),
     ])
     out.y = await kinde.cache.jwtToken('nothing') === undefined
     try { await kinde.cache.jwtToken('bad', { onMissingOrExpired: () => ({}) }) } catch (error) { out.z = error.message }`,
    answer,
  )
  assert.deepEqual(claims['accessToken'], {
    x: ['known', 'plain', 'async1', 'async1'],
    y: true,
    z: 'kinde.cache.jwtToken: onMissingOrExpired must give the token as a string, not {}',
  })
  assert.equal(
    calls.filter(({ kind, request }) => kind === 'jwtCacheGet' && request.name === 'async').length,
    1,
  )
})
