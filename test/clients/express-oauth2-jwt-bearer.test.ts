// Auth0's check of access tokens for APIs on Express.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as client from 'openid-client'
import { userAgent } from '../harness/user-agent.ts'
import { signIn } from '../harness/visitor.ts'
import { ada, openWorld, runApplication, type World } from './harness/world.ts'

const library = 'express-oauth2-jwt-bearer'

/** What a signed-in user's client and the API do. */
async function actors(world: World) {
  const config = await client.discovery(
    new URL(world.issuer),
    'c11e0000000000000000000000000012',
    'ThisSecretIsForTheTestsAndStandsInTheOpen0012',
    undefined,
    { execute: [client.allowInsecureRequests] },
  )
  const agent = userAgent(world.issuer)
  const tokensFor = async (audience: string) => {
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: `${world.applicationUrl}/callback`,
      scope: 'openid profile email',
      audience,
    })
    const isSignedIn = agent.cookies.size > 0
    const callback = isSignedIn
      ? new URL((await agent.get(url.href)).location ?? '')
      : await signIn(agent, url, ada)
    return client.authorizationCodeGrant(config, callback)
  }
  const statusWith = async (token: string | undefined, path = '/orders') => {
    const headers = { authorization: `Bearer ${String(token)}` }
    return (await fetch(`${world.applicationUrl}${path}`, { headers })).status
  }

  return { tokensFor, statusWith }
}

test('express-oauth2-jwt-bearer takes the access tokens of its API and refuses ID tokens and others', async (t) => {
  const world = await openWorld(t, library)
  await runApplication(t, library, world)
  const { tokensFor, statusWith } = await actors(world)

  const { access_token, id_token } = await tokensFor('https://api.example.com')
  assert.equal(await statusWith(access_token), 200)
  assert.equal(await statusWith(access_token, '/reports'), 401, 'a permission is missing')
  assert.equal(await statusWith(id_token), 401)
  assert.equal(await statusWith(`${access_token.slice(0, -8)}AAAAAAAA`), 401)
  const withoutApi = await tokensFor('')
  assert.equal(await statusWith(withoutApi.access_token), 401)
})

test('B5: express-oauth2-jwt-bearer in its strict mode takes the tokens of an API of type at+jwt, by RFC 9068', async (t) => {
  const world = await openWorld(t, library, { accessTokenType: 'at+jwt' })
  await runApplication(t, `${library}-strict`, world)
  const { tokensFor, statusWith } = await actors(world)

  const { access_token, id_token } = await tokensFor('https://api.example.com')
  assert.equal(await statusWith(access_token), 200)
  assert.equal(await statusWith(id_token), 401)
  assert.equal(await statusWith((await tokensFor('')).access_token), 401)
})
