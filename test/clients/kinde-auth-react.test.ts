// Kinde's SDK for React.
import { test } from 'node:test'
import { walkBrowserApplication } from './harness/browser-application.ts'

test('@kinde-oss/kinde-auth-react signs in, refreshes, stays signed in over reloads and signs out', async (t) => {
  await walkBrowserApplication(t, { library: '@kinde-oss/kinde-auth-react', isSignOutConfirmed: false })
})
