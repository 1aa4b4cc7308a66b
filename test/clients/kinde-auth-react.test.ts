// Kinde's SDK for React.
import { test } from 'node:test'
import { walkBrowserApplication } from './harness/browser-application.ts'

const library = '@kinde-oss/kinde-auth-react'

test(`B12: ${library} signs in, refreshes by cookie, stays signed in over reloads and signs out`, async (t) => {
  await walkBrowserApplication(t, { library, isSignOutConfirmed: false })
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
