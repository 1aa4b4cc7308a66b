// C§3 in real tokens: what is in them by default, what an application switches on, and what is left out when it is not there. The rules
// row by row are tested beside the code (src/tokens/default-claims.test.ts).
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createHash } from 'node:crypto'
import * as client from 'openid-client'
import {
  ada,
  anotherApplication,
  audience,
  directoryFixture,
  engines,
  userChanges,
  webClient,
} from '../harness/directory-fixture.ts'
import { startIssuer } from '../harness/issuer.ts'
import { relyingParty, signIn, type SignedIn, type SignInGiven } from '../harness/relying-party.ts'

const secret = webClient.secret
const plain = 'c00000000000000000000000000plain'
const everything = 'c0000000000000000000000everything'
const stranger = {
  id: 'kp_00000000000000000000000stranger',
  email: 'stranger@example.com',
  password: ada.password,
}
const picture = 'https://example.com/ada.png'

const directory = await directoryFixture({
  more: [
    anotherApplication({ clientId: plain, customization: { accessToken: [], idToken: [], properties: [] } }),
    anotherApplication({
      clientId: everything,
      customization: {
        accessToken: [
          'roles',
          'org_name',
          'email',
          'external_organization_id',
          'user_properties',
          'organization_properties',
          'application_properties',
          'org_codes',
        ],
        idToken: ['organizations', 'user_properties', 'organization_properties'],
        properties: ['kp_usr_city', 'kp_usr_secret', 'kp_org_city', 'region'],
      },
      properties: { region: 'eu' },
      signingAlgorithm: 'EdDSA',
    }),
    ...(
      [
        ['kp_org_city', 'org', false],
        ['region', 'app', false],
        ['kp_usr_secret', 'usr', true],
      ] as const
    ).map(([key, context, isPrivate]) => ({
      kind: 'put-property' as const,
      property: {
        id: `prop_${key}`,
        key,
        name: key,
        description: null,
        type: 'single_line_text' as const,
        context,
        isPrivate,
        categoryId: null,
      },
    })),
    { kind: 'set-property', owner: { context: 'usr', id: ada.id }, key: 'kp_usr_secret', value: 'hidden' },
    ...(await userChanges(stranger)),
  ],
})
const issuer = await startIssuer({ after }, { directory })

function signInTo(
  clientId: string,
  params: Record<string, string> = {},
  person: NonNullable<SignInGiven['person']> = ada,
): Promise<SignedIn> {
  const metadata = clientId === everything ? { id_token_signed_response_alg: 'EdDSA' } : {}
  return relyingParty(issuer, clientId, client.ClientSecretPost(secret), metadata).then((rp) =>
    signIn(issuer, rp, { params, person }),
  )
}

describe('the tokens of an application that switched nothing on', () => {
  test('have the default claims and no other', async () => {
    const before = Math.floor(Date.now() / 1_000)
    const { accessToken, idToken } = await signInTo(plain, { audience })
    const { exp, iat, jti, ...ofAccess } = accessToken
    assert.deepEqual(ofAccess, {
      aud: [audience],
      azp: plain,
      client_id: plain,
      iss: issuer.url,
      scp: ['openid', 'profile', 'email', 'offline'],
      sub: ada.id,
      org_code: engines.code,
      permissions: ['read:reports', 'write:reports'],
      feature_flags: { theme: { t: 's', v: 'violet' } },
    })
    assert.match(String(jti), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    assert.ok(Number(iat) >= before && Number(exp) - Number(iat) === 86_400)

    const { exp: end, iat: start, jti: id, at_hash, nonce, auth_time, rat, ...ofId } = idToken
    assert.deepEqual(ofId, {
      aud: [plain],
      azp: plain,
      iss: issuer.url,
      sub: ada.id,
      updated_at: 1_767_225_600,
      email: ada.email,
      email_verified: true,
      family_name: 'Lovelace',
      given_name: 'Ada',
      name: 'Ada Lovelace',
      org_codes: [engines.code],
    })
    assert.equal(Number(end) - Number(start), 3_600)
    assert.ok(id !== jti && nonce)
    for (const time of [auth_time, rat]) assert.ok(Number(time) >= before && Number(time) <= Number(start))
    assert.equal(typeof at_hash, 'string')
  })

  test('say nothing of an organization to who is in none', async () => {
    const { accessToken, idToken } = await signInTo(plain, {}, stranger)
    assert.equal('org_code' in accessToken, false)
    assert.equal('permissions' in accessToken, false)
    assert.deepEqual(idToken['org_codes'], [])
    for (const claim of ['name', 'given_name', 'family_name', 'picture'])
      assert.equal(claim in idToken, false)
  })

  test('say what changed meanwhile, at the next refresh', async () => {
    const rp = await relyingParty(issuer, plain, client.ClientSecretPost(secret))
    const { tokens } = await signIn(issuer, rp)
    const user = await issuer.store.directory.user(ada.id)
    assert.ok(user)
    await issuer.store.commit([{ kind: 'update-user', userId: ada.id, set: { picture } }])
    const refreshed = await client.refreshTokenGrant(rp, tokens.refresh_token ?? '')
    assert.equal(refreshed.claims()?.['picture'], picture)
    await issuer.store.commit([{ kind: 'update-user', userId: ada.id, set: { picture: user.picture } }])
  })
})

test('the tokens of an application that switched everything on have each of it, private properties never', async () => {
  const { accessToken, idToken } = await signInTo(everything)
  assert.deepEqual(accessToken['roles'], [{ id: 'role_1', key: 'admin', name: 'Administrator' }])
  assert.deepEqual(
    [accessToken['org_name'], accessToken['email'], accessToken['org_codes']],
    [engines.name, ada.email, [engines.code]],
  )
  assert.equal('external_organization_id' in accessToken, false)
  assert.deepEqual(accessToken['user_properties'], { kp_usr_city: { v: 'London' } })
  assert.deepEqual(accessToken['organization_properties'], { kp_org_city: {} })
  assert.deepEqual(accessToken['application_properties'], { region: { v: 'eu' } })
  assert.deepEqual(idToken['organizations'], [{ id: engines.code, name: engines.name }])
  assert.deepEqual(idToken['user_properties'], { kp_usr_city: { v: 'London' } })
  assert.deepEqual(idToken['organization_properties'], { kp_org_city: {} })
})

describe('at_hash is the left half of the access token’s hash (OIDC Core §3.1.3.6)', () => {
  for (const [clientId, algorithm] of [
    [plain, 'sha256'],
    [everything, 'sha512'],
  ] as const) {
    test(`by ${algorithm}`, async () => {
      const { tokens, idToken } = await signInTo(clientId)
      const digest = createHash(algorithm).update(tokens.access_token).digest()
      assert.equal(idToken['at_hash'], digest.subarray(0, digest.length / 2).toString('base64url'))
    })
  }
})

test('lifetimes are the application’s own', async (t) => {
  const own = await startIssuer(t, {
    directory: await directoryFixture({
      web: { lifetimes: { accessToken: 120, idToken: 60, refreshToken: 600, session: 600 } },
    }),
  })
  const { accessToken, idToken, tokens } = await signIn(own, await relyingParty(own))
  assert.equal(Number(accessToken.exp) - Number(accessToken.iat), 120)
  assert.equal(Number(idToken.exp) - Number(idToken.iat), 60)
  assert.equal(tokens.expires_in, 120)
})
