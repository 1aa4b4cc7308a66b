// Kinde's SDK for React.
import { test } from 'node:test'
import { createOrganizationAndOpenAccount, walkBrowserApplication } from './harness/browser-application.ts'

const library = '@kinde-oss/kinde-auth-react'

test(`B12: ${library} signs in, refreshes by cookie, stays signed in over reloads, creates an organization, opens the account and signs out`, async (t) => {
  await walkBrowserApplication(t, {
    library,
    isSignOutConfirmed: false,
    replacing: {
      "import { decodeJwt } from 'jose'": `import { decodeJwt } from 'jose'
import { PortalLink } from '@kinde-oss/kinde-auth-react/components'`,
      'login, logout,': 'login, register, logout,',
      '<button onClick={() => logout()}>Sign out</button>': `<button onClick={() => logout()}>Sign out</button>
      <button onClick={() => register({ isCreateOrg: true, orgName: 'Weaving Mill' })}>New organization</button>
      <PortalLink returnUrl="http://localhost:3000">Account</PortalLink>`,
    },
    more: createOrganizationAndOpenAccount,
  })
})

test(`B12: ${library} stays signed in over reloads where application and issuer are hosts of one domain`, async (t) => {
  await walkBrowserApplication(t, { library, isSignOutConfirmed: false, domain: 'shop.localhost' })
})

test(`${library} stays signed in over reloads with the refresh token in localStorage`, async (t) => {
  await walkBrowserApplication(t, {
    library,
    isSignOutConfirmed: false,
    replacing: {
      'audience="https://api.example.com"': 'audience="https://api.example.com" useInsecureForRefreshToken',
      'RefreshType.cookie': 'RefreshType.refreshToken',
    },
  })
})
