// Kinde's SDK for Express.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { signedInApplication } from './harness/server-application.ts'
import { ada, openWorld, runApplication } from './harness/world.ts'

test('@kinde-oss/kinde-node-express signs in, reads the profile, refreshes, stays signed in and signs out', async (t) => {
  const { world, shown, signOut } = await signedInApplication(t, {
    library: '@kinde-oss/kinde-node-express',
    user: { id: 'kp_ada', email: ada.email, given_name: 'Ada', family_name: 'Lovelace' },
    isSignOutConfirmed: false,
  })
  assert.equal((await shown('/profile')).email, ada.email)

  const token: string = (await shown('/refresh')).token
  const withToken = (sent: string) =>
    fetch(`${world.applicationUrl}/profile`, { headers: { authorization: `Bearer ${sent}` } })
  assert.equal((await withToken(token)).status, 200)
  assert.equal((await withToken(`${token.slice(0, -8)}AAAAAAAA`)).status, 403)

  await signOut()
})

const machine = {
  client_id: 'c11e000000000000000000000000000f',
  client_secret: 'ThisSecretIsForTheTestsAndStandsInTheOpen000f',
}

test('jwtVerify of @kinde-oss/kinde-node-express takes the access tokens of its API and refuses others', async (t) => {
  const world = await openWorld(t, '@kinde-oss/kinde-node-express', {
    isHttps: true,
    yaml: `
  machine:
    type: m2m
    clientId: ${machine.client_id}
    clientSecret: ${machine.client_secret}
    apis: [{ audience: https://api.example.com }, { audience: '\${issuer}/api' }]
`,
  })
  await runApplication(t, 'kinde-node-express-api', world)
  const tokenFor = async (audience: string) => {
    const request = { ...machine, grant_type: 'client_credentials', audience }
    const answer = await fetch(`${world.directUrl}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams(request),
    })
    const { access_token } = z.looseObject({ access_token: z.string() }).parse(await answer.json())
    return access_token
  }
  const statusWith = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` }
    return (await fetch(`${world.applicationUrl}/orders`, { headers })).status
  }

  const token = await tokenFor('https://api.example.com')
  assert.equal(await statusWith(token), 200)
  assert.equal(await statusWith(`${token.slice(0, -8)}AAAAAAAA`), 403)
  assert.equal(await statusWith(await tokenFor(`${world.issuer}/api`)), 403)
})
