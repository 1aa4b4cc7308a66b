// Kinde's SDK for browsers without a framework.
import { test } from 'node:test'
import { walkBrowserApplication } from './harness/browser-application.ts'

test('@kinde-oss/kinde-auth-pkce-js signs in, refreshes, stays signed in over reloads and signs out', async (t) => {
  await walkBrowserApplication(t, { library: '@kinde-oss/kinde-auth-pkce-js', isSignOutConfirmed: false })
})
