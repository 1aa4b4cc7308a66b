// Kinde's SDK for browsers without a framework.
import { test } from 'node:test'
import { walkBrowserApplication } from './harness/browser-application.ts'

const library = '@kinde-oss/kinde-auth-pkce-js'

test(`${library} signs in on localhost, refreshes, stays signed in over reloads and signs out`, async (t) => {
  await walkBrowserApplication(t, { library, isSignOutConfirmed: false })
})

test(`B12: ${library} refreshes by cookie and stays signed in over reloads on another host`, async (t) => {
  await walkBrowserApplication(t, { library, isSignOutConfirmed: false, domain: 'shop.localhost' })
})
