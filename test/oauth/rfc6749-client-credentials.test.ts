// RFC 6749 §4.4 with Kinde's rules for machines (C§2, C§3.3): a token for APIs that the application was given, with the scopes that
// were granted on them.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import * as client from 'openid-client'
import { MintageFileError, parseMintageYaml } from '../../src/config/index.ts'
import {
  ada,
  anotherApplication,
  audience,
  deviceClient,
  directoryFixture,
  engines,
  m2mClient,
  spaClient,
  webClient,
} from '../harness/directory-fixture.ts'
import { postForm, type Answer } from '../harness/form-request.ts'
import { startIssuer } from '../harness/issuer.ts'
import { relyingParty } from '../harness/relying-party.ts'

const second = 'https://billing.example.com'
const foreign = 'https://foreign.example.com'
const openClient = { id: 'c000000000000000000000000000open', secret: 'p'.repeat(48) } as const
const orgClient = { id: 'c0000000000000000000000000000org', secret: 'o'.repeat(48) } as const

const directory = await directoryFixture({
  m2m: {
    apis: [
      { apiId: 'api_1', scopeIds: ['scope_1'] },
      { apiId: 'api_2', scopeIds: ['scope_2', 'scope_3'] },
    ],
  },
  more: [
    ...(['api_2', 'api_3'] as const).map((id) => ({
      kind: 'put-api' as const,
      api: {
        id,
        name: id,
        audience: id === 'api_2' ? second : foreign,
        isManagementApi: false,
        accessTokenType: 'JWT' as const,
        scopes:
          id === 'api_2'
            ? [
                { id: 'scope_2', key: 'read:bills', description: null },
                { id: 'scope_3', key: 'write:bills', description: null },
              ]
            : [],
      },
    })),
    anotherApplication({
      clientId: orgClient.id,
      clientSecret: orgClient.secret,
      type: 'm2m',
      redirectUris: [],
      organizationCode: engines.code,
    }),
    {
      kind: 'put-property',
      property: {
        id: 'prop_region',
        key: 'kp_app_region',
        name: 'Region',
        description: null,
        context: 'app',
        type: 'single_line_text',
        isPrivate: false,
        categoryId: null,
      },
    },
    anotherApplication({
      clientId: openClient.id,
      clientSecret: openClient.secret,
      type: 'm2m',
      redirectUris: [],
      customization: {
        accessToken: ['feature_flags', 'application_properties'],
        idToken: [],
        properties: ['kp_app_region'],
      },
      properties: { kp_app_region: 'eu' },
    }),
  ],
})
const issuer = await startIssuer({ after }, { directory })
const machine = await relyingParty(issuer, m2mClient.id, client.ClientSecretPost(m2mClient.secret))

function ask(
  fields: [string, string][],
  party = m2mClient as { id: string; secret: string },
): Promise<Answer> {
  return postForm(`${issuer.url}/oauth2/token`, [
    ['grant_type', 'client_credentials'],
    ['client_id', party.id],
    ['client_secret', party.secret],
    ...fields,
  ])
}

function claimsOf({ body }: Answer): Readonly<Record<string, unknown>> {
  return decodeJwt(String(body['access_token']))
}

describe('a machine’s token', () => {
  test('has the claims of C§3.3 and no subject', async () => {
    const tokens = await client.clientCredentialsGrant(machine, { audience })
    const { exp, iat, jti, ...claims } = decodeJwt(tokens.access_token)
    assert.deepEqual(claims, {
      aud: [audience],
      azp: m2mClient.id,
      gty: ['client_credentials'],
      iss: issuer.url,
      scope: 'read:all',
      scp: ['read:all'],
      v: '2',
    })
    assert.equal(Number(exp) - Number(iat), 86_400)
    assert.match(String(jti), /^[0-9a-f-]{36}$/)
  })

  test('comes without an ID token and without a refresh token', async () => {
    const tokens = await client.clientCredentialsGrant(machine, { audience, scope: 'read:all' })
    assert.deepEqual([tokens.id_token, tokens.refresh_token], [undefined, undefined])
    assert.deepEqual([tokens.expires_in, tokens.scope], [86_400, 'read:all'])
  })

  test('of an application of one organization has its code', async () => {
    const answer = await ask([['audience', audience]], orgClient)
    assert.equal(claimsOf(answer)['org_code'], engines.code)
  })

  test('has the flags of the environment and the application’s properties where they are switched on (C§3.3)', async () => {
    const claims = claimsOf(await ask([['audience', audience]], openClient))
    assert.deepEqual(claims['feature_flags'], { theme: { t: 's', v: 'violet' } })
    assert.deepEqual(claims['application_properties'], { kp_app_region: { v: 'eu' } })
  })

  test('says nothing of a user', async () => {
    const tokens = await client.clientCredentialsGrant(machine, { audience })
    const response = await fetch(`${issuer.url}/oauth2/v2/user_profile`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    })
    assert.equal(response.status, 401)
  })
})

test('AS-16 no application can be declared under the id of a user (RFC 9700 §4.15)', () => {
  const declared = `applications: { thief: { type: m2m, clientId: ${ada.id} } }`
  assert.throws(() => parseMintageYaml(declared, 'mintage.yaml', () => undefined), MintageFileError)
})

describe('the audience of a machine’s token', () => {
  test('may be several: repeated, or joined by spaces', async () => {
    const forms: [string, string][][] = [
      [
        ['audience', audience],
        ['audience', second],
      ],
      [['audience', `${audience} ${second}`]],
    ]
    for (const fields of forms) assert.deepEqual(claimsOf(await ask(fields))['aud'], [audience, second])
  })

  test('may be left out by an application that has one API, also as an empty field', async () => {
    for (const fields of [[], [['audience', '']]] as [string, string][][])
      assert.deepEqual(claimsOf(await ask(fields, orgClient))['aud'], [audience])
  })

  test('has to be named by an application that has several', async () => {
    const answer = await ask([])
    assert.deepEqual([answer.status, answer.body['error']], [400, 'invalid_request'])
    assert.match(String(answer.body['error_description']), /audience is required/)
  })

  for (const [what, asked] of [
    ['was not given', foreign],
    ['is not there', 'https://nobody.example'],
  ] as const) {
    test(`cannot be one that ${what}: unauthorized_client (C§2)`, async () => {
      const answer = await ask([['audience', asked]])
      assert.deepEqual([answer.status, answer.body['error']], [400, 'unauthorized_client'])
    })
  }
})

describe('the scopes of a machine’s token', () => {
  test('are all that were granted on the API, when none is asked for', async () => {
    for (const scope of [[], [['scope', '']]] as [string, string][][]) {
      const answer = await ask([['audience', second], ...scope])
      assert.deepEqual(claimsOf(answer)['scp'], ['read:bills', 'write:bills'])
      assert.equal(answer.body['scope'], 'read:bills write:bills')
    }
  })

  test('are those that were asked for', async () => {
    const answer = await ask([
      ['audience', second],
      ['scope', 'write:bills'],
    ])
    assert.deepEqual(claimsOf(answer)['scp'], ['write:bills'])
  })

  test('are only those of this API that were granted', async () => {
    for (const scope of ['read:all', 'delete:bills', 'delete:bills openid']) {
      const answer = await ask([
        ['audience', second],
        ['scope', scope],
      ])
      assert.deepEqual([answer.status, answer.body['error']], [400, 'invalid_scope'])
    }
  })
})

describe('client credentials are not for', () => {
  for (const [what, id] of [
    ['a single-page application', spaClient.id],
    ['a device', deviceClient.id],
  ] as const) {
    test(what, async () => {
      const answer = await postForm(`${issuer.url}/oauth2/token`, {
        grant_type: 'client_credentials',
        client_id: id,
      })
      assert.deepEqual([answer.status, answer.body['error']], [400, 'unauthorized_client'])
    })
  }

  test('a wrong secret', async () => {
    const answer = await ask([['audience', audience]], { ...m2mClient, secret: 'x'.repeat(48) })
    assert.deepEqual([answer.status, answer.body['error']], [401, 'invalid_client'])
  })

  test('but are for a regular application, too: Kinde’s SDKs call the management API so', async () => {
    assert.equal((await ask([['audience', audience]], webClient)).status, 200)
  })
})

describe('the workflow of m2m:token_generation', () => {
  const workflow = (body: string) => `
    export const workflowSettings = { id: 'm2m', trigger: 'm2m:token_generation', bindings: { 'kinde.m2mToken': {} } }
    export default async function (event) { ${body} }`

  test('shapes the token, knows what was asked for, and cannot touch reserved claims', async (t) => {
    const own = await startIssuer(t, {
      directory,
      workflow: workflow(`
        kinde.m2mToken.setCustomClaim('event', event)
        kinde.m2mToken.setCustomClaim('gty', ['password'])
        kinde.m2mToken.setCustomClaim('scp', ['everything'])
        kinde.m2mToken.setCustomClaim('sub', 'kp_somebody')`),
    })
    const party = await relyingParty(own, m2mClient.id, client.ClientSecretPost(m2mClient.secret))
    const tokens = await client.clientCredentialsGrant(party, { audience: second, scope: 'read:bills' })
    const claims = decodeJwt(tokens.access_token)
    assert.deepEqual(claims['event'], {
      request: { auth: { audience: [second], scope: ['read:bills'] }, ip: '127.0.0.1' },
      context: {
        domains: { kindeDomain: own.url },
        application: { clientId: m2mClient.id },
        workflow: { trigger: 'm2m:token_generation' },
      },
    })
    assert.deepEqual(
      [claims['gty'], claims['scp'], claims.sub],
      [['client_credentials'], ['read:bills'], undefined],
    )
    assert.deepEqual((await client.tokenIntrospection(party, tokens.access_token))['event'], claims['event'])
  })

  test('that fails gives no token: 500 server_error', async (t) => {
    const own = await startIssuer(t, { directory, workflow: workflow(`throw new Error('down')`) })
    const answer = await postForm(`${own.url}/oauth2/token`, {
      grant_type: 'client_credentials',
      client_id: m2mClient.id,
      client_secret: m2mClient.secret,
      audience,
    })
    assert.deepEqual([answer.status, answer.body['error']], [500, 'server_error'])
    assert.match(String(answer.body['error_description']), /inv_/)
  })
})
