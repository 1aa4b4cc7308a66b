// oidc-client-ts as hooks of React.
import { test } from 'node:test'
import { walkBrowserApplication } from './harness/browser-application.ts'

test('react-oidc-context signs in, refreshes, stays signed in over reloads and signs out', async (t) => {
  await walkBrowserApplication(t, { library: 'react-oidc-context', isSignOutConfirmed: true })
})
