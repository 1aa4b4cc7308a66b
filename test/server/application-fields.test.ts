// B6: what mintage.yaml takes works, and what cannot work is refused with its line and column: each field of an application.
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { describe, test, type TestContext } from 'node:test'
import { MintageFileError } from '../../src/config/index.ts'
import { postForm } from '../harness/form-request.ts'
import { openProjectServer } from '../harness/project-server.ts'
import type { TestServer } from '../harness/running-server.ts'
import { isSignIn } from '../harness/relying-party.ts'
import { userAgent } from '../harness/user-agent.ts'
import { callbackOf, passThrough, signIn } from '../harness/visitor.ts'

const clientId = 'b0000000000000000000000000000001'
const clientSecret = 's'.repeat(48)
const ada = { email: 'ada@example.com', password: 'sunflower-engine-42' }
const pkce = {
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
  code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
} as const

function open(t: TestContext, application: string, more = ''): Promise<TestServer> {
  return openProjectServer(
    t,
    `applications:
  app:
    clientId: ${clientId}
${application.replaceAll(/^/gm, '    ')}
${more}
users: [{ email: ${ada.email}, password: ${ada.password} }]
`,
  )
}

function authorizationUrl({ server }: TestServer, redirectUri: string): string {
  const { code_challenge, code_challenge_method } = pkce
  const query = { response_type: 'code', client_id: clientId, redirect_uri: redirectUri, scope: 'openid' }
  const params = new URLSearchParams({ ...query, code_challenge, code_challenge_method })
  return `${server.issuer}/oauth2/auth?${params.toString()}`
}

describe('B6: redirect URIs of several kinds in one application', () => {
  for (const [type, secret] of [
    ['reg', clientSecret],
    ['spa', undefined],
  ] as const) {
    test(`each work for type ${type}, and what is not one of them is refused`, async (t) => {
      const app = await open(
        t,
        `type: ${type}
${secret === undefined ? '' : `clientSecret: ${secret}\n`}redirectUris:
  - http://localhost:5173/cb
  - com.example.app:/cb
  - myapp://callback
  - http://127.0.0.1/cb
  - http://[::1]/cb
  - https://*.preview.example.com/cb
  - https://app.example.com/cb?from=mintage`,
      )
      const agent = userAgent(app.server.issuer)
      await signIn(agent, authorizationUrl(app, 'http://localhost:5173/cb'), ada)
      for (const redirectUri of [
        'com.example.app:/cb',
        'myapp://callback',
        'http://127.0.0.1/cb',
        'http://127.0.0.1:51004/cb',
        'http://[::1]:51004/cb',
        'https://pr-7.preview.example.com/cb',
        'https://app.example.com/cb?from=mintage',
      ]) {
        const callback = await passThrough(agent, authorizationUrl(app, redirectUri))
        assert.ok(callback.href.startsWith(redirectUri), callback.href)
        const { status, body } = await postForm(`${app.server.issuer}/oauth2/token`, {
          grant_type: 'authorization_code',
          client_id: clientId,
          redirect_uri: redirectUri,
          code: callback.searchParams.get('code') ?? '',
          code_verifier: pkce.code_verifier,
          ...(secret !== undefined && { client_secret: secret }),
        })
        assert.equal(status, 200, JSON.stringify(body))
      }
      for (const redirectUri of [
        'http://localhost:5174/cb',
        'http://localhost/cb',
        'com.example.app:/other',
        'com.example.app.evil:/cb',
        'http://127.0.0.1:51004/other',
        'http://127.0.0.1:99999/cb',
        'http://127.0.0.1:51004@evil.example/cb',
        'http://127.0.0.1.evil.example:51004/cb',
        'https://127.0.0.1:51004/cb',
        'https://a.b.preview.example.com/cb',
      ]) {
        const page = await agent.get(authorizationUrl(app, redirectUri))
        assert.deepEqual([page.status, page.location], [400, undefined], redirectUri)
      }
    })
  }

  test('let the forms of the sign-in lead to each of them (CSP form-action)', async (t) => {
    const app = await open(
      t,
      `type: spa\nredirectUris: [com.example.app:/cb, 'http://127.0.0.1/cb', 'http://[::1]/cb']`,
    )
    for (const [redirectUri, source] of [
      ['com.example.app:/cb', 'com.example.app:'],
      ['http://127.0.0.1:51004/cb', 'http://127.0.0.1:51004'],
      ['http://[::1]:51004/cb', 'http:'],
    ] as const) {
      const page = await userAgent(app.server.issuer).get(authorizationUrl(app, redirectUri))
      assert.ok(isSignIn(page))
      const [, formAction = ''] =
        /form-action ([^;]*)/.exec(page.headers.get('content-security-policy') ?? '') ?? []
      assert.ok(formAction.split(' ').includes(source), formAction)
    }
  })
})

describe('B6: an application', () => {
  test('of type reg without redirect URIs gets its machine tokens', async (t) => {
    const app = await open(
      t,
      `type: reg\nclientSecret: ${clientSecret}\napis: [{ audience: https://api.example.com }]`,
      'apis: { api: { audience: https://api.example.com } }',
    )
    const { status } = await postForm(`${app.server.issuer}/oauth2/token`, {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      audience: 'https://api.example.com',
    })
    assert.equal(status, 200)
  })

  test('signs out to a wildcard, to a loopback address and to its own scheme', async (t) => {
    const app = await open(
      t,
      `type: spa
logoutUris: ['https://*.example.com/bye', 'http://127.0.0.1/bye', com.example.app:/bye]`,
    )
    for (const uri of ['https://pr-1.example.com/bye', 'http://127.0.0.1:5/bye', 'com.example.app:/bye']) {
      const query = new URLSearchParams({ redirect: uri })
      const kinde = await userAgent(app.server.issuer).get(`${app.server.issuer}/logout?${query.toString()}`)
      assert.equal(callbackOf(kinde).href, uri)
      const rp = new URLSearchParams({ client_id: clientId, post_logout_redirect_uri: uri })
      const agent = userAgent(app.server.issuer)
      const standard = await agent.get(`${app.server.issuer}/logout?${rp.toString()}`)
      assert.equal(standard.location ?? standard.status, standard.location === undefined ? 200 : uri)
    }
    const query = new URLSearchParams({ redirect: 'https://a.b.example.com/bye' })
    const other = await userAgent(app.server.issuer).get(`${app.server.issuer}/logout?${query.toString()}`)
    assert.equal(other.location, undefined)
  })

  test('may be called from each origin that it lists, and from those of its redirect URIs', async (t) => {
    const app = await open(
      t,
      `type: spa
redirectUris: ['https://*.preview.example.com/cb', 'http://127.0.0.1/cb', 'http://localhost:5173/cb']
corsOrigins: ['https://*.example.net', capacitor://localhost, 'http://intranet:8080']`,
    )
    for (const [origin, isAllowed] of [
      ['https://pr-7.preview.example.com', true],
      ['http://127.0.0.1:51004', true],
      ['http://localhost:5173', true],
      ['https://a.example.net', true],
      ['capacitor://localhost', true],
      ['http://intranet:8080', true],
      ['http://localhost:5174', false],
      ['https://a.b.example.net', false],
      ['https://evil.example', false],
      ['null', false],
    ] as const) {
      const response = await fetch(`${app.server.issuer}/oauth2/token`, {
        method: 'POST',
        headers: { origin },
        body: new URLSearchParams({ grant_type: 'refresh_token', client_id: clientId, refresh_token: 'x' }),
      })
      assert.equal(response.headers.get('access-control-allow-origin'), isAllowed ? origin : null, origin)
    }
  })

  for (const algorithm of ['RS256', 'ES256', 'EdDSA']) {
    test(`of every type starts with signingAlgorithm ${algorithm}, every lifetime and every way to authenticate`, async (t) => {
      const rest = `signingAlgorithm: ${algorithm}, requireDpop: true, tokenLifetimes: { accessToken: 1, idToken: 1, refreshToken: 1, session: 1 }`
      const key = JSON.stringify(keyOf('ed25519'))
      const { server } = await openProjectServer(
        t,
        `applications:
  post: { type: reg, authMethod: client_secret_post, requirePkce: true, backchannelLogoutUri: 'http://127.0.0.1:9/bye', homepageUri: 'https://a.example/', loginUri: 'https://a.example/login', ${rest} }
  basic: { type: m2m, authMethod: client_secret_basic, organization: acme, ${rest} }
  key: { type: reg, authMethod: private_key_jwt, jwks: { keys: [${key}, { kty: AKP, alg: ML-DSA-44, pub: AA }] }, ${rest} }
  browser: { type: spa, authMethod: none, ${rest} }
  television: { type: device, logoutUris: ['https://a.example/'], ${rest} }
organizations: { acme: {} }`,
      )
      const { applications } = await server.store.directory.catalog()
      for (const { clientId: id } of applications) {
        // An unknown code is judged after the client: a client that the engine refuses would be told something else.
        const { body } = await postForm(`${server.issuer}/oauth2/token`, {
          grant_type: 'urn:nobody',
          client_id: id,
        })
        assert.ok(['invalid_client', 'unsupported_grant_type'].includes(String(body['error'])))
        assert.ok(!String(body['error_description']).includes('metadata'))
      }
    })
  }
})

function keyOf(type: 'ed25519'): object {
  return generateKeyPairSync(type).publicKey.export({ format: 'jwk' })
}

describe('B6: what cannot work is refused with its place', () => {
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' })
  const privateKey = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const shortKey = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })
  const keys = (...list: readonly object[]) => `jwks: { keys: ${JSON.stringify(list)} }`
  const jwt = 'type: m2m, authMethod: private_key_jwt'
  const refused: readonly (readonly [string, RegExp])[] = [
    [
      'type: spa, redirectUris: [javascript:alert(1)]',
      /redirectUris\[0\]: the URI has the scheme javascript:/,
    ],
    ['type: spa, redirectUris: [intent:x]', /redirectUris\[0\]: the URI has the scheme intent:/],
    [
      'type: spa, redirectUris: [https://a.example/, http://a.example/]',
      /redirectUris\[1\]: the URI uses http/,
    ],
    ['type: spa, logoutUris: ["data:text/html,x"]', /logoutUris\[0\]: the URI has the scheme data:/],
    ['type: m2m, redirectUris: [https://a.example/]', /redirectUris: an application of type m2m makes no/],
    [
      'type: device, redirectUris: [https://a.example/]',
      /redirectUris: an application of type device makes no/,
    ],
    ['type: m2m, requirePkce: true', /requirePkce: an application of type m2m makes no/],
    ['type: spa, requirePkce: false', /requirePkce: an application of type spa cannot do without/],
    [
      'type: m2m, backchannelLogoutUri: https://a.example/',
      /backchannelLogoutUri: an application of type m2m has no/,
    ],
    [
      'type: reg, backchannelLogoutUri: com.example.app:/x',
      /backchannelLogoutUri: expected an http or https/,
    ],
    [
      'type: reg, backchannelLogoutUri: "https://a.example/#x"',
      /backchannelLogoutUri: the URI holds a fragment/,
    ],
    [
      'type: reg, backchannelLogoutUri: "https://u:p@a.example/"',
      /backchannelLogoutUri: the URI holds a user name/,
    ],
    ['type: reg, homepageUri: javascript:x', /homepageUri: expected an http or https/],
    ['type: reg, loginUri: /login', /loginUri: expected an http or https/],
    ['type: spa, corsOrigins: [https://a.example/]', /corsOrigins\[0\]: expected an origin/],
    ['type: spa, corsOrigins: ["https://A.example"]', /corsOrigins\[0\]: expected an origin/],
    ['type: spa, corsOrigins: ["https://*.com"]', /corsOrigins\[0\]: expected an origin/],
    ['type: spa, corsOrigins: ["*"]', /corsOrigins\[0\]: expected an origin/],
    ['type: spa, corsOrigins: ["null"]', /corsOrigins\[0\]: expected an origin/],
    [`${jwt}`, /authMethod: private_key_jwt needs the public keys/],
    [`${jwt}, ${keys()}`, /jwks: holds no key that can verify/],
    [`${jwt}, ${keys(p384)}`, /jwks: holds no key that can verify/],
    [`${jwt}, ${keys({ ...keyOf('ed25519'), use: 'enc' })}`, /jwks: holds no key that can verify/],
    [`${jwt}, ${keys({ ...keyOf('ed25519'), alg: 'ES256' })}`, /jwks: holds no key that can verify/],
    [`${jwt}, ${keys({ kty: 'RSA', n: 'AQAB', e: 'AQAB' })}`, /jwks\.keys\[0\]: the key is/],
    [
      `${jwt}, ${keys({ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' })}`,
      /jwks\.keys\[0\]: the key is not a valid/,
    ],
    [`${jwt}, ${keys(shortKey)}`, /jwks\.keys\[0\]: the key is shorter/],
    [`${jwt}, ${keys(keyOf('ed25519'), privateKey)}`, /jwks\.keys\[1\]: the key holds a private/],
    [`${jwt}, ${keys({ kty: 'oct', k: 'AAAA' })}`, /jwks\.keys\[0\]: the key holds a private/],
    [`${jwt}, ${keys({ ...keyOf('ed25519'), kid: '' })}`, /jwks\.keys\[0\]: the key has an invalid kid/],
    [`${jwt}, ${keys(keyOf('ed25519'))}, clientSecret: ${clientSecret}`, /clientSecret: an application that/],
    [`type: m2m, ${keys(keyOf('ed25519'))}`, /jwks: is for authMethod: private_key_jwt only/],
    ['type: reg, authMethod: none', /authMethod: an application of type reg has to authenticate/],
    [
      'type: spa, authMethod: client_secret_post',
      /authMethod: an application of type spa authenticates by none/,
    ],
    [
      `type: device, clientSecret: ${clientSecret}`,
      /clientSecret: an application of type device cannot keep/,
    ],
    ['type: reg, organization: acme', /organization: only an m2m application/],
    ['type: reg, tokenLifetimes: { idToken: 0 }', /tokenLifetimes\.idToken/],
    ['type: reg, tokenLifetimes: { session: 1.5 }', /tokenLifetimes\.session/],
    ['type: reg, signingAlgorithm: HS256', /signingAlgorithm: expected RS256 or ES256 or EdDSA/],
    [
      'type: m2m, apis: [{ audience: a }, { audience: a }]',
      /apis\[1\]\.audience: .* has this audience already/,
    ],
  ]
  for (const [fields, message] of refused) {
    test(fields.slice(0, 90), async (t) => {
      const yaml = `organizations: { acme: {} }\napis: { a: { audience: a } }\napplications:\n  app: { ${fields} }\n`
      await assert.rejects(openProjectServer(t, yaml), (error) => {
        assert.ok(error instanceof MintageFileError, String(error))
        const problem = error.problems.find((one) => message.test(one.message))
        assert.ok(problem, error.problems.map((one) => one.message).join('\n'))
        assert.equal(problem.at.line, 4)
        assert.ok(problem.at.column > 8)
        return true
      })
    })
  }

  for (const [what, apis, message] of [
    ['an audience with a space', 'a: { audience: my api }', /audience: expected an audience without spaces/],
    ['an audience like a client_id', `a: { audience: '${clientId}' }`, /does not look like a client_id/],
    ['the audience of the management API', "a: { audience: '${issuer}/api' }", /the management API has this/],
    [
      'a scope about people',
      'a: { audience: a, scopes: { offline_access: x } }',
      /this scope is about a person/,
    ],
  ] as const) {
    test(`${what} of an API`, async (t) => {
      await assert.rejects(openProjectServer(t, `apis:\n  ${apis}\n`), (error) => {
        assert.ok(error instanceof MintageFileError, String(error))
        assert.match(error.message, message)
        assert.equal(error.problems[0]?.at.line, 2)
        return true
      })
    })
  }
})
