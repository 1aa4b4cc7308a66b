// RFC 8707 by Kinde's parameter (C§1, C§2): which APIs a token is for, in every spelling that an SDK sends.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import * as client from 'openid-client'
import { audience, directoryFixture, redirectUri, webClient } from '../harness/directory-fixture.ts'
import { postForm } from '../harness/form-request.ts'
import { startIssuer } from '../harness/issuer.ts'
import { refresh, relyingParty, signIn, visit } from '../harness/relying-party.ts'
import { userAgent } from '../harness/user-agent.ts'

const second = 'https://billing.example.com'
const notGiven = 'https://foreign.example.com'

const issuer = await startIssuer(
  { after },
  {
    directory: await directoryFixture({
      web: {
        apis: [
          { apiId: 'api_1', scopeIds: [] },
          { apiId: 'api_2', scopeIds: [] },
        ],
      },
      more: [
        ['api_2', second],
        ['api_3', notGiven],
      ].map(([id = '', address = '']) => ({
        kind: 'put-api' as const,
        api: {
          id,
          name: id,
          audience: address,
          isManagementApi: false,
          accessTokenType: 'JWT' as const,
          scopes: [],
        },
      })),
    }),
  },
)
const rp = await relyingParty(issuer)

async function callbackFor(asked: [string, string][]): Promise<URL> {
  const query = new URLSearchParams([
    ['response_type', 'code'],
    ['client_id', webClient.id],
    ['redirect_uri', redirectUri],
    ['scope', 'openid offline'],
    ...asked,
  ])
  return visit(new URL(`${issuer.url}/oauth2/auth?${query.toString()}`), userAgent(issuer.url))
}

async function audienceOf(asked: [string, string][]): Promise<unknown> {
  const callback = await callbackFor(asked)
  const { body } = await postForm(`${issuer.url}/oauth2/token`, {
    grant_type: 'authorization_code',
    client_id: webClient.id,
    client_secret: webClient.secret,
    redirect_uri: redirectUri,
    code: callback.searchParams.get('code') ?? '',
  })
  return decodeJwt(String(body['access_token'])).aud
}

describe('the audience that was asked for is in the access token, as an array', () => {
  const spellings: Readonly<Record<string, readonly [[string, string][], string[]]>> = {
    one: [[['audience', audience]], [audience]],
    'two, joined by a space (js-utils)': [[['audience', `${audience} ${second}`]], [audience, second]],
    'two, repeated (TypeScript SDK)': [
      [
        ['audience', audience],
        ['audience', second],
      ],
      [audience, second],
    ],
    'the same twice': [[['audience', `${audience} ${audience}`]], [audience]],
    'an empty one (js-utils, when it is unset)': [[['audience', '']], []],
    'spaces alone': [[['audience', '  ']], []],
    none: [[], []],
    'by resource (RFC 8707)': [[['resource', audience]], [audience]],
    'by two resources': [
      [
        ['resource', audience],
        ['resource', second],
      ],
      [audience, second],
    ],
    'by both names': [
      [
        ['audience', audience],
        ['resource', second],
      ],
      [audience, second],
    ],
  }
  for (const [what, [asked, expected]] of Object.entries(spellings)) {
    test(what, async () => assert.deepEqual(await audienceOf(asked), expected))
  }

  test('and stays in the refreshed one, whatever the refresh asks for', async () => {
    const first = await signIn(issuer, rp, { params: { audience } })
    const second_ = await refresh(rp, first)
    assert.deepEqual(second_.accessToken.aud, [audience])
    const asked = await client.refreshTokenGrant(rp, second_.tokens.refresh_token ?? '', { audience: second })
    assert.deepEqual(decodeJwt(asked.access_token).aud, [audience])
  })

  test('and never in the ID token, which is for the client', async () => {
    const { idToken } = await signIn(issuer, rp, { params: { audience } })
    assert.deepEqual(idToken.aud, [webClient.id])
  })
})

describe('an audience that is not an API of the application is refused with invalid_target', () => {
  for (const [what, asked] of [
    ['not given to it', notGiven],
    ['unknown', 'https://nobody.example'],
    ['one of two', `${audience} ${notGiven}`],
  ] as const) {
    test(what, async () => {
      const callback = await callbackFor([['audience', asked]])
      assert.equal(callback.searchParams.get('error'), 'invalid_target')
      assert.equal(callback.searchParams.get('code'), null)
    })
  }
})
