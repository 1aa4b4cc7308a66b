// The usual OpenID Connect client for Angular. It repeats the scope of the sign-in at each refresh.
import { test } from 'node:test'
import { walkBrowserApplication } from './harness/browser-application.ts'

test('angular-oauth2-oidc signs in, refreshes with its scope, stays signed in over reloads and signs out', async (t) => {
  await walkBrowserApplication(t, { library: 'angular-oauth2-oidc', isSignOutConfirmed: true })
})
