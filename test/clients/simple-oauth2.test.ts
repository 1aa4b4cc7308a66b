// A client of plain OAuth 2.0, which sends its secret by HTTP Basic and revokes its tokens at sign-out.
import { test } from 'node:test'
import { signedInApplication } from './harness/server-application.ts'
import { ada } from './harness/world.ts'

test('B7: simple-oauth2 signs in, refreshes, stays signed in, revokes its tokens and signs out', async (t) => {
  const { signOut } = await signedInApplication(t, {
    library: 'simple-oauth2',
    user: { sub: 'kp_ada', email: ada.email },
    isSignOutConfirmed: false,
  })
  await signOut()
})
