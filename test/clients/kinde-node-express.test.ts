// Kinde's SDK for Express.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signedInApplication } from './harness/server-application.ts'
import { ada } from './harness/world.ts'

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
