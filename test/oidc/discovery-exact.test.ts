// B8: discovery says exactly what holds. Each value that it lists is used here, and a member that it does not list is not known here: who
// adds one adds its use.
import assert from 'node:assert/strict'
import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { decodeJwt, decodeProtectedHeader, exportJWK, SignJWT, type JWTPayload } from 'jose'
import * as client from 'openid-client'
import { z } from 'zod'
import { anIdentity } from '../../src/store/contract/samples.ts'
import { startHttpServer } from '../harness/http-server.ts'
import {
  ada,
  anotherApplication,
  audience,
  deviceClient,
  directoryFixture,
  logoutUri,
  m2mClient,
  redirectUri,
  spaClient,
  webClient,
  adasUsername,
} from '../harness/directory-fixture.ts'
import { getJson, postForm, type Answer } from '../harness/form-request.ts'
import { startIssuer } from '../harness/issuer.ts'
import { authorizationRequest, isSignIn, relyingParty, signIn, visit } from '../harness/relying-party.ts'
import { userAgent } from '../harness/user-agent.ts'

const keyPairs: Readonly<Record<string, { readonly publicKey: KeyObject; readonly privateKey: KeyObject }>> =
  {
    RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
    PS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    EdDSA: generateKeyPairSync('ed25519'),
  }
const told = await startHttpServer({ after }, () => ({ status: 200 }))
const secret = 'x'.repeat(48)

const issuer = await startIssuer(
  { after },
  {
    directory: await directoryFixture({
      web: { backchannelLogoutUri: `${told.origin}/logout` },
      more: [
        ...['RS256', 'ES256', 'EdDSA'].map((algorithm) =>
          anotherApplication({
            clientId: `alg_${algorithm}`,
            signingAlgorithm: z.enum(['RS256', 'ES256', 'EdDSA']).parse(algorithm),
          }),
        ),
        anotherApplication({ clientId: 'basic', clientSecret: secret, authMethod: 'client_secret_basic' }),
        anotherApplication({
          clientId: 'keys',
          clientSecret: null,
          authMethod: 'private_key_jwt',
          jwks: {
            keys: Object.entries(keyPairs).map(([alg, { publicKey }]) => ({
              ...publicKey.export({ format: 'jwk' }),
              alg,
              kid: alg,
            })),
          },
        }),
        {
          kind: 'add-identity',
          identity: anIdentity(ada.id, '+447700900000', { type: 'phone' }),
        },
        adasUsername,
      ],
    }),
  },
)
const set = { picture: 'https://a.example/ada.png', providedId: 'customer-1' }
await issuer.store.commit([{ kind: 'update-user', userId: ada.id, set }])

const { body: metadata } = await getJson(`${issuer.url}/.well-known/openid-configuration`)
const listed = (name: string) => z.array(z.string()).parse(metadata[name])
const at = (name: string) => z.string().parse(metadata[name])
const rp = await relyingParty(issuer)
const credentials = { client_id: webClient.id, client_secret: webClient.secret }

function authorizationUrl(params: Readonly<Record<string, string>>): string {
  const query = {
    response_type: 'code',
    client_id: webClient.id,
    redirect_uri: redirectUri,
    scope: 'openid',
    ...params,
  }
  return `${at('authorization_endpoint')}?${new URLSearchParams(query).toString()}`
}

async function assertion(alg: string): Promise<string> {
  const pair = keyPairs[alg]
  assert.ok(pair)
  return new SignJWT({ jti: randomUUID(), iss: 'keys', sub: 'keys', aud: issuer.url })
    .setProtectedHeader({ alg, kid: alg })
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(pair.privateKey)
}

async function assertionForm(alg: string): Promise<Record<string, string>> {
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await assertion(alg),
  }
}

function form(
  endpoint: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return postForm(at(endpoint), fields, headers)
}

const basic = { authorization: `Basic ${Buffer.from(`basic:${secret}`).toString('base64')}` }

/** The answer of an endpoint with each way of client authentication. */
async function authenticated(
  endpoint: string,
  method: string,
  fields: Record<string, string>,
): Promise<Answer> {
  switch (method) {
    case 'client_secret_basic':
      return form(endpoint, fields, basic)
    case 'client_secret_post':
      return form(endpoint, { ...fields, ...credentials })
    case 'private_key_jwt':
      return form(endpoint, { ...fields, ...(await assertionForm('ES256')) })
    case 'none':
      return form(endpoint, { ...fields, client_id: spaClient.id })
    case 'Bearer': {
      const { tokens } = await signIn(issuer, rp)
      return form(endpoint, fields, { authorization: `Bearer ${tokens.access_token}` })
    }
    default:
      throw new Error(`${method} is listed and not known here`)
  }
}

/** Resolves to the values that did not hold. */
async function failing(
  values: readonly string[],
  holds: (value: string) => Promise<boolean>,
): Promise<string[]> {
  const failed: string[] = []
  // oxlint-disable-next-line no-await-in-loop -- one browser after the other
  for (const value of values) if (!(await holds(value))) failed.push(value)
  return failed
}

const everyClaim = async (): Promise<JWTPayload> => {
  const scope = 'openid profile email phone offline'
  const signedIn = await signIn(issuer, rp, { params: { scope, audience } })
  const userinfo = await client.fetchUserInfo(rp, signedIn.tokens.access_token, ada.id)
  return { ...signedIn.accessToken, ...signedIn.idToken, ...userinfo }
}

const uses: Readonly<Record<string, () => Promise<unknown>>> = {
  issuer: async () => assert.equal(at('issuer'), issuer.url),
  authorization_endpoint: async () =>
    assert.ok(isSignIn(await userAgent(issuer.url).get(authorizationUrl({})))),
  token_endpoint: async () => assert.equal((await form('token_endpoint', {})).status, 400),
  userinfo_endpoint: async () => assert.equal((await getJson(at('userinfo_endpoint'))).status, 401),
  jwks_uri: async () => assert.equal((await getJson(at('jwks_uri'))).status, 200),
  end_session_endpoint: async () => {
    const query = new URLSearchParams({ redirect: logoutUri }).toString()
    const left = await userAgent(issuer.url).get(`${at('end_session_endpoint')}?${query}`)
    assert.equal(left.location, logoutUri)
  },
  introspection_endpoint: async () =>
    assert.equal(
      (await form('introspection_endpoint', { ...credentials, token: 'x' })).body['active'],
      false,
    ),
  revocation_endpoint: async () =>
    assert.equal((await form('revocation_endpoint', { ...credentials, token: 'x' })).status, 200),
  device_authorization_endpoint: async () =>
    assert.equal((await form('device_authorization_endpoint', { client_id: deviceClient.id })).status, 200),
  pushed_authorization_request_endpoint: async () => {
    const pushed = { ...credentials, response_type: 'code', redirect_uri: redirectUri }
    assert.equal((await form('pushed_authorization_request_endpoint', pushed)).status, 201)
  },
  claims_parameter_supported: async () => {
    const claims = JSON.stringify({
      id_token: { email: null },
      userinfo: { given_name: { essential: true } },
    })
    const { idToken, tokens } = await signIn(issuer, rp, { params: { scope: 'openid', claims } })
    assert.equal(idToken['email'], ada.email)
    assert.equal((await client.fetchUserInfo(rp, tokens.access_token, ada.id)).given_name, 'Ada')
  },
  claims_supported: async () => {
    const claims = await everyClaim()
    assert.deepEqual(
      listed('claims_supported').filter((claim) => claims[claim] === undefined),
      [],
    )
  },
  claim_types_supported: async () => {
    assert.deepEqual(listed('claim_types_supported'), ['normal'])
    assert.equal((await everyClaim())['_claim_names'], undefined)
  },
  code_challenge_methods_supported: async () =>
    assert.deepEqual(
      await failing(listed('code_challenge_methods_supported'), async (method) => {
        const challenge = { code_challenge: 'a'.repeat(43), code_challenge_method: method }
        return isSignIn(await userAgent(issuer.url).get(authorizationUrl(challenge)))
      }),
      [],
    ),
  grant_types_supported: async () =>
    assert.deepEqual(
      await failing(listed('grant_types_supported'), async (grantType) => {
        const party = grantType.endsWith('device_code') ? { client_id: deviceClient.id } : credentials
        const { body } = await form('token_endpoint', { ...party, grant_type: grantType })
        return body['error'] !== 'unsupported_grant_type' && body['error'] !== 'unauthorized_client'
      }),
      [],
    ),
  authorization_response_iss_parameter_supported: async () => {
    const callback = await visit(new URL(authorizationUrl({})), userAgent(issuer.url))
    assert.equal(callback.searchParams.get('iss'), issuer.url)
  },
  response_modes_supported: async () =>
    assert.deepEqual(
      await failing(listed('response_modes_supported'), async (mode) => {
        const answer = await userAgent(issuer.url).get(
          authorizationUrl({ response_mode: mode, prompt: 'none' }),
        )
        const { location = '' } = answer
        if (mode === 'form_post') return answer.text.includes(`action="${redirectUri}"`)
        return location.startsWith(`${redirectUri}${mode === 'fragment' ? '#' : '?'}error=login_required`)
      }),
      [],
    ),
  response_types_supported: async () =>
    assert.deepEqual(
      await failing(listed('response_types_supported'), async (type) =>
        isSignIn(await userAgent(issuer.url).get(authorizationUrl({ response_type: type }))),
      ),
      [],
    ),
  scopes_supported: async () =>
    assert.deepEqual(
      await failing(listed('scopes_supported'), async (scope) => {
        const { tokens } = await signIn(issuer, rp, { params: { scope: `openid ${scope}` } })
        return String(tokens.scope).split(' ').includes(scope)
      }),
      [],
    ),
  subject_types_supported: async () => {
    assert.deepEqual(listed('subject_types_supported'), ['public'])
    const other = await relyingParty(issuer, 'alg_RS256')
    assert.equal((await signIn(issuer, rp)).idToken.sub, (await signIn(issuer, other)).idToken.sub)
  },
  token_endpoint_auth_methods_supported: async () =>
    assert.deepEqual(
      await failing(listed('token_endpoint_auth_methods_supported'), async (method) => {
        const answer = await authenticated('token_endpoint', method, {
          grant_type: 'refresh_token',
          refresh_token: 'unknown',
        })
        return answer.body['error'] === 'invalid_grant'
      }),
      [],
    ),
  introspection_endpoint_auth_methods_supported: async () =>
    assert.deepEqual(
      await failing(listed('introspection_endpoint_auth_methods_supported'), async (method) => {
        const answer = await authenticated('introspection_endpoint', method, { token: 'unknown' })
        return answer.status === 200 && answer.body['active'] === false
      }),
      [],
    ),
  revocation_endpoint_auth_methods_supported: async () =>
    assert.deepEqual(
      await failing(listed('revocation_endpoint_auth_methods_supported'), async (method) => {
        return (await authenticated('revocation_endpoint', method, { token: 'unknown' })).status === 200
      }),
      [],
    ),
  token_endpoint_auth_signing_alg_values_supported: async () =>
    assert.deepEqual(
      await failing(listed('token_endpoint_auth_signing_alg_values_supported'), async (alg) => {
        const fields = { grant_type: 'client_credentials', audience, ...(await assertionForm(alg)) }
        return (await form('token_endpoint', fields)).status === 200
      }),
      [],
    ),
  id_token_signing_alg_values_supported: async () =>
    assert.deepEqual(
      await failing(listed('id_token_signing_alg_values_supported'), async (alg) => {
        const party = await relyingParty(issuer, `alg_${alg}`, client.ClientSecretPost(webClient.secret), {
          id_token_signed_response_alg: alg,
        })
        const { tokens } = await signIn(issuer, party)
        return decodeProtectedHeader(tokens.id_token ?? '').alg === alg
      }),
      [],
    ),
  dpop_signing_alg_values_supported: async () =>
    assert.deepEqual(
      await failing(listed('dpop_signing_alg_values_supported'), async (alg) => {
        const pair = keyPairs[alg]
        assert.ok(pair)
        const dpop = await new SignJWT({ jti: randomUUID(), htm: 'POST', htu: at('token_endpoint') })
          .setProtectedHeader({ alg, typ: 'dpop+jwt', jwk: await exportJWK(pair.publicKey) })
          .setIssuedAt()
          .sign(pair.privateKey)
        const machine = { client_id: m2mClient.id, client_secret: m2mClient.secret, audience }
        const { body } = await form(
          'token_endpoint',
          { grant_type: 'client_credentials', ...machine },
          { dpop },
        )
        return body['token_type'] === 'DPoP'
      }),
      [],
    ),
  request_uri_parameter_supported: async () => {
    assert.equal(metadata['request_uri_parameter_supported'], false)
    const address = authorizationUrl({ request_uri: 'https://client.example/request' })
    const answer = await userAgent(issuer.url).get(address)
    assert.equal(new URL(answer.location ?? '').searchParams.get('error'), 'request_uri_not_supported')
  },
  backchannel_logout_supported: async () => assert.ok(await logoutToken()),
  backchannel_logout_session_supported: async () => assert.ok(decodeJwt(await logoutToken())['sid']),
  ui_locales_supported: async () =>
    assert.deepEqual(
      await failing(listed('ui_locales_supported'), async (language) => {
        const page = await userAgent(issuer.url).get(authorizationUrl({ ui_locales: language }))
        return page.text.includes(`<html lang="${language}"`)
      }),
      [],
    ),
  prompt_values_supported: async () =>
    assert.deepEqual(
      await failing(listed('prompt_values_supported'), async (prompt) => {
        const { agent } = await signIn(issuer, rp)
        const answer = await agent.get(authorizationUrl({ prompt }))
        if (prompt === 'none') return new URL(answer.location ?? '').searchParams.has('code')
        return prompt === 'create' ? /action="[^"]*\/sign-up"/.test(answer.text) : isSignIn(answer)
      }),
      [],
    ),
}

async function logoutToken(): Promise<string> {
  const { agent } = await signIn(issuer, rp)
  await agent.get(`${issuer.url}/logout?${new URLSearchParams({ redirect: logoutUri }).toString()}`)
  return new URLSearchParams(told.requests.at(-1)?.body).get('logout_token') ?? ''
}

describe('B8: what discovery lists is used', () => {
  for (const [member, use] of Object.entries(uses)) test(member, async () => void (await use()))

  test('and it lists nothing else', () => {
    assert.deepEqual(new Set(Object.keys(metadata)), new Set(Object.keys(uses)))
  })
})

describe('B8: what is used is listed', () => {
  test('every scope that a token can have, every claim of the tokens and of userinfo', async () => {
    const signedIn = await signIn(issuer, rp, {
      params: { scope: 'openid profile email phone address offline offline_access x' },
    })
    for (const scope of String(signedIn.tokens.scope).split(' '))
      assert.ok(listed('scopes_supported').includes(scope))
    const standard = new Set(['client_id', 'scp', 'id'])
    // Claims that the application switched on (C§3): tokens.accessToken and tokens.idToken of mintage.yaml.
    const optIns = new Set(['org_name', 'user_properties', 'organizations'])
    const unlisted = Object.keys(await everyClaim()).filter(
      (claim) => !listed('claims_supported').includes(claim) && !standard.has(claim) && !optIns.has(claim),
    )
    assert.deepEqual(unlisted, [])
  })

  test('what is not listed is refused with the standard’s error', async () => {
    const refused: Readonly<Record<string, readonly [Record<string, string>, string]>> = {
      'an unsigned request object': [{ request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported'],
      'a signed request object': [{ request: 'eyJhbGciOiJFUzI1NiJ9.e30.AA' }, 'request_not_supported'],
      'a request by reference': [{ request_uri: 'https://a.example/r' }, 'request_uri_not_supported'],
      'dynamic registration in the request': [{ registration: '{}' }, 'registration_not_supported'],
      'an implicit response': [{ response_type: 'id_token', nonce: 'n' }, 'unsupported_response_type'],
      'another response mode': [{ response_mode: 'web_message' }, 'unsupported_response_mode'],
      'none with consent': [{ prompt: 'none consent' }, 'invalid_request'],
      'none with login': [{ prompt: 'none login' }, 'invalid_request'],
      'none with select_account': [{ prompt: 'none select_account' }, 'invalid_request'],
      'consent before none': [{ prompt: 'consent none' }, 'invalid_request'],
      'an unknown prompt': [{ prompt: 'dance' }, 'invalid_request'],
      'a negative max_age': [{ max_age: '-1' }, 'invalid_request'],
      'claims that are not JSON': [{ claims: 'email' }, 'invalid_request'],
      'an essential acr that the server cannot meet': [
        { claims: '{"id_token":{"acr":{"essential":true,"values":["phr"]}}}' },
        'unmet_authentication_requirements',
      ],
    }
    const { agent } = await signIn(issuer, rp)
    for (const [what, [params, error]] of Object.entries(refused)) {
      // oxlint-disable-next-line no-await-in-loop -- one browser
      const { location = '' } = await agent.get(authorizationUrl({ ...params, state: 's' }))
      const answer = new URLSearchParams(location.split(/[?#]/)[1])
      assert.deepEqual(
        [answer.get('error'), answer.get('state'), answer.get('iss')],
        [error, 's', issuer.url],
        what,
      )
    }
    for (const params of [{ request: 'a.b.c' }, { request_uri: 'https://a.example/r' }]) {
      const pushed = { ...credentials, response_type: 'code', redirect_uri: redirectUri, ...params }
      // oxlint-disable-next-line no-await-in-loop -- two
      const { body } = await form('pushed_authorization_request_endpoint', pushed)
      assert.match(String(body['error']), /^request(_uri)?_not_supported$/)
    }
  })

  test('a voluntary acr, acr_values, display and claims_locales are taken and change nothing', async () => {
    const params = {
      acr_values: 'phr',
      display: 'popup',
      claims_locales: 'de',
      claims: '{"id_token":{"acr":{"values":["phr"]},"auth_time":{"essential":true}}}',
    }
    const { idToken } = await signIn(issuer, rp, { params })
    assert.equal(idToken['acr'], undefined)
    assert.ok(idToken['auth_time'])
  })

  test('claims by name survive a refresh and a pushed request, and no scope gives them away to others', async () => {
    const claims = JSON.stringify({ userinfo: { phone_number: null, phone_number_verified: null } })
    const { url, checks } = await authorizationRequest(rp, { params: { scope: 'openid offline', claims } })
    const pushed = await client.buildAuthorizationUrlWithPAR(rp, url.searchParams)
    const callback = await visit(pushed, userAgent(issuer.url))
    const first = await client.authorizationCodeGrant(rp, callback, checks)
    const second = await client.refreshTokenGrant(rp, first.refresh_token ?? '')
    for (const { access_token } of [first, second]) {
      // oxlint-disable-next-line no-await-in-loop -- two
      const userinfo = await client.fetchUserInfo(rp, access_token, ada.id)
      assert.deepEqual([userinfo.phone_number, userinfo['phone_number_verified']], ['+447700900000', true])
      assert.deepEqual([userinfo.email, userinfo.given_name], [undefined, undefined])
    }
  })
})
