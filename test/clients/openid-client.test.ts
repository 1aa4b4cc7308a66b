// Version 6 of openid-client, which checks everything that a relying party should check.
import { test } from 'node:test'
import { signedInApplication } from './harness/server-application.ts'
import { ada } from './harness/world.ts'

test('openid-client 6 signs in, reads userinfo, refreshes, stays signed in and signs out', async (t) => {
  const { signOut } = await signedInApplication(t, {
    library: 'openid-client',
    user: { sub: 'kp_ada', email: ada.email },
    isSignOutConfirmed: true,
  })
  await signOut()
})
