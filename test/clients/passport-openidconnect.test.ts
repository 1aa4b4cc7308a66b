// The strategy of Passport, which sends no PKCE, with the usual package for refreshes beside it.
import { test } from 'node:test'
import { signedInApplication } from './harness/server-application.ts'
import { ada } from './harness/world.ts'

test('passport-openidconnect signs in without PKCE, refreshes, stays signed in and signs out', async (t) => {
  const { signOut } = await signedInApplication(t, {
    library: 'passport-openidconnect',
    user: { id: 'kp_ada', name: 'Ada Lovelace', email: ada.email },
    isSignOutConfirmed: false,
  })
  await signOut()
})
