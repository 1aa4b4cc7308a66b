// The usual OpenID Connect client for browsers.
import { test } from 'node:test'
import { walkBrowserApplication } from './harness/browser-application.ts'

test('oidc-client-ts signs in, refreshes, stays signed in over reloads and signs out', async (t) => {
  await walkBrowserApplication(t, { library: 'oidc-client-ts', isSignOutConfirmed: true })
})

test('oidc-client-ts renews silently in a frame when it has no refresh token', async (t) => {
  await walkBrowserApplication(t, {
    library: 'oidc-client-ts',
    isSignOutConfirmed: true,
    replacing: { ' offline_access': '' },
  })
})
