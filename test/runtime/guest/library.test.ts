// The real @kinde/infrastructure, unmodified, on our bindings: C§6.3, C§6.5, C§6.7.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runGuest, type CallRequest, type GuestRun } from '../../harness/guest-engine.ts'

const event = { context: { domains: { kindeDomain: 'https://acme.example' } } }
const credentials = {
  KINDE_WF_M2M_CLIENT_ID: { value: 'id', isSecret: false },
  KINDE_WF_M2M_CLIENT_SECRET: { value: 'secret', isSecret: true },
}

function kinde(kind: string, request: CallRequest): unknown {
  if (kind === 'jwtCacheGet') return { ok: true, value: { miss: true } }
  if (kind === 'jwtCachePut') return { ok: true, value: { token: request.token } }
  const body = request.url?.endsWith('/oauth2/token')
    ? { access_token: 'm2m' }
    : { at: request.url, sent: request.body }
  return { ok: true, value: { status: 200, headers: [], body: JSON.stringify(body), url: request.url } }
}

function withLibrary(body: string, more: Partial<GuestRun> = {}) {
  const source = `
    import * as library from '@kinde/infrastructure'
    export default async function (event) { ${body} }`
  return runGuest({ source, event, answer: kinde, ...more })
}

test('createKindeAPI gets its token without await through the cache and then calls in parallel', async () => {
  const result = await withLibrary(
    `const api = await library.createKindeAPI(event)
     const [user, org] = await Promise.all([
       api.get({ endpoint: 'user', params: { id: 'kp 1' } }),
       api.post({ endpoint: 'org', params: { name: 'n' } }),
     ])
     library.accessTokenCustomClaims().seen = [user.data.at, org.data.sent]`,
    { env: credentials },
  )
  assert.equal(result.kind, 'completed', result.message)
  assert.deepEqual(result.claims['accessToken']?.['seen'], [
    'https://acme.example/api/v1/user?id=kp+1',
    '{"name":"n"}',
  ])
  assert.deepEqual(
    result.calls.map(({ kind }) => kind),
    ['jwtCacheGet', 'fetch', 'jwtCachePut', 'fetch', 'fetch'],
  )
  assert.deepEqual(result.order, [
    ...['call 0', 'deliver 0', 'call 1', 'wait 1', 'call 2', 'deliver 2'],
    ...['call 3', 'call 4', 'deliver 3', 'deliver 4'],
  ])
  assert.equal(
    result.calls[1]?.request.body,
    'audience=https%3A%2F%2Facme.example%2Fapi&grant_type=client_credentials&client_id=id&client_secret=secret&scope=',
  )
  assert.deepEqual(result.calls[3]?.request.headers?.[0], ['authorization', 'Bearer m2m'])
})

test('a missing binding gives the library its own text (C§6.5)', async () => {
  const env = ['kinde.env', 'kinde.fetch', 'kinde.cache']
  const rows: [string, string, string[]?][] = [
    [
      'library.idTokenCustomClaims()',
      'IdToken binding not available, please add to workflow/page settings to enable',
    ],
    [
      'library.accessTokenCustomClaims()',
      'accessToken binding not available, please add to workflow/page settings to enable',
    ],
    [
      'library.m2mTokenClaims()',
      'm2mToken binding not available, please add to workflow/page settings to enable',
    ],
    [
      'library.getEnvironmentVariable("X")',
      'env binding not available, please add to workflow/page settings to enable',
    ],
    [
      'library.getLocalization("x")',
      'localization binding not available, please add to workflow/page settings to enable',
    ],
    ['library.denyAccess("x")', 'auth binding not available'],
    ['library.invalidateFormField("a", "b")', 'widget binding not available'],
    ['await library.secureFetch("https://a.example", {})', 'secureFetch binding not available'],
    [
      'library.setEnforcementPolicy("skip")',
      'mfa binding not available, please add to workflow settings to enable',
    ],
    [
      'library.denyPlanSelection("x")',
      'plan binding not available, please add to workflow/page settings to enable',
    ],
    [
      'library.denyPlanCancellation("x")',
      'plan binding not available, please add to workflow/page settings to enable',
    ],
    ['await library.fetch("https://a.example", {})', 'fetch binding not available', ['kinde.env']],
    ['await library.createKindeAPI(event)', 'M2M client ID not set', env],
    ['await library.getM2MToken("t", { skipCache: true })', 'getM2MToken: Missing required parameters', env],
    ['kinde.accessToken', 'kinde is not defined', ['console']],
    [
      'await library.createKindeAPI(event, { clientId: "a", clientSecret: "b" })',
      "cannot read property 'jwtToken' of undefined",
      ['kinde.fetch'],
    ],
  ]
  for (const [call, text, bindings] of rows) {
    const { kind, error } = await withLibrary(call, { bindings: bindings ?? ['kinde.fetch'] })
    assert.deepEqual([kind, error.message], ['threw', text], call)
  }
})

test("a secret that is not set, a token answer without token and an answer that fails keep the library's words", async () => {
  const { KINDE_WF_M2M_CLIENT_ID } = credentials
  const noSecret = await withLibrary('await library.createKindeAPI(event)', {
    env: { KINDE_WF_M2M_CLIENT_ID },
  })
  assert.equal(noSecret.error.message, 'M2M client secret not set')
  const noToken = await withLibrary('await library.createKindeAPI(event, { skipCache: true })', {
    env: credentials,
    answer: () => ({ ok: true, value: { status: 401, headers: [], body: '{}', url: '' } }),
  })
  assert.equal(
    noToken.error.message,
    'getM2MToken: Failed to obtain token - getM2MToken: No access token returned',
  )
  const failed = await withLibrary('await library.createKindeAPI(event, { skipCache: true })', {
    env: credentials,
    answer: () => ({ ok: false, code: 'fetch_timeout', message: 'took too long' }),
  })
  assert.equal(failed.error.message, 'getM2MToken: Failed to obtain token - took too long')
})

test('env gives value and isSecret in both spellings and undefined for what is not there', async () => {
  const { claims } = await withLibrary(
    `const t = kinde.accessToken.getCustomClaims()
     t.a = library.getEnvironmentVariable('KINDE_WF_M2M_CLIENT_SECRET')
     t.b = kinde.env.getEnvironmentVariable('KINDE_WF_M2M_CLIENT_SECRET')?.value
     t.c = String(kinde.env.get('__proto__'))`,
    { env: credentials },
  )
  assert.deepEqual(claims['accessToken'], {
    a: { value: 'secret', isSecret: true },
    b: 'secret',
    c: 'undefined',
  })
})

test('a default export may be an object with handle or a function that is not async; anything else is said', async () => {
  const results = await Promise.all(
    [
      `export default { handle(event) { kinde.accessToken.setCustomClaim('a', this !== undefined) } }`,
      `export default function () { 'use strict'; kinde.accessToken.setCustomClaim('a', this === undefined) }`,
      `export default () => ({ then(resolve) { kinde.accessToken.setCustomClaim('a', true); resolve({ accessToken: 1 }) } })`,
      `export const workflowSettings = {}`,
      `export default { run() {} }`,
    ].map((source) => runGuest({ source })),
  )
  for (const { claims } of results.slice(0, 3)) assert.deepEqual(claims['accessToken'], { a: true })
  assert.deepEqual(
    results.map(({ inspected }) => JSON.parse(inspected).defaultExport),
    ['handle-object', 'function', 'function', 'missing', 'other'],
  )
  assert.equal(results[3]?.error.message, 'The workflow exports no default function')
  assert.match(results[4]?.error.message ?? '', /neither a function nor an object with a method/)
})

test('require gives url and util and refuses everything else in the words of Kinde (C§6.1)', async () => {
  const { claims } = await runGuest({
    source: `export default () => {
      const say = (name) => { try { return Object.keys(require(name)).join() } catch (error) { return error.message } }
      kinde.accessToken.setCustomClaim('said', ['url', 'node:url', 'util', 'node:util', 'fs', './missing', 'node:fs', ''].map(say))
    }`,
  })
  assert.deepEqual(claims['accessToken']?.['said'], [
    ...['URL,URLSearchParams', 'URL,URLSearchParams', 'format,inspect', 'format,inspect'],
    ...['not permitted to load file fs', 'not permitted to load file ./missing'],
    ...['No such built-in module: node:fs', 'Illegal module name'],
  ])
})
