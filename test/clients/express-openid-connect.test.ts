// Auth0's middleware for Express, which works with any OpenID Provider.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signedInApplication } from './harness/server-application.ts'
import { ada } from './harness/world.ts'

test('express-openid-connect signs in, reads the profile, refreshes, stays signed in and signs out', async (t) => {
  const { shown, signOut } = await signedInApplication(t, {
    library: 'express-openid-connect',
    user: { sub: 'kp_ada', email: ada.email },
    isSignOutConfirmed: true,
  })
  assert.equal((await shown('/profile')).email, ada.email)
  await signOut()
})
