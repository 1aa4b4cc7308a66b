// Kinde's SDK for browsers without a framework.
import { test } from 'node:test'
import { createOrganizationAndOpenAccount, walkBrowserApplication } from './harness/browser-application.ts'

const library = '@kinde-oss/kinde-auth-pkce-js'

test(`${library} signs in on localhost, refreshes, stays signed in over reloads and signs out`, async (t) => {
  await walkBrowserApplication(t, {
    library,
    isSignOutConfirmed: false,
    // The page at the end of the sign-in leads on by itself, to the pages of the web as well.
    replacing: { 'kinde.login()': 'kinde.login({ hasSuccessPage: true })' },
  })
})

test(`B12: ${library} refreshes by cookie, stays signed in over reloads on another host, creates an organization and opens the account`, async (t) => {
  await walkBrowserApplication(t, {
    library,
    isSignOutConfirmed: false,
    domain: 'shop.localhost',
    replacing: {
      "button('Sign out', () => kinde.logout()),": `button('Sign out', () => kinde.logout()),
        button('New organization', () => kinde.createOrg({ org_name: 'Weaving Mill' })),
        button('Account', () => kinde.portal({ returnUrl: 'http://localhost:3000' })),`,
    },
    more: createOrganizationAndOpenAccount,
  })
})
