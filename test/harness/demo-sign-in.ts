// The demo as a client that is not ours meets it: discovery, a sign-in on the pages, the code, a refresh.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  discovery,
  refreshTokenGrant,
} from 'openid-client'
import { parse } from 'yaml'
import { z } from 'zod'
import { userAgent } from './user-agent.ts'

const demoSchema = z.object({
  applications: z.object({
    demo_web: z.object({ clientId: z.string(), clientSecret: z.string(), redirectUris: z.array(z.string()) }),
  }),
  users: z.tuple([z.object({ email: z.string(), password: z.string() })], z.unknown()),
})

/** Signs the first user of the demo in `demoDir` in at `issuer`, and refreshes once. Throws AssertionError when something is wrong. */
export async function signInToDemo(issuer: string, demoDir: string): Promise<void> {
  const { client, redirectUri, user } = await demo(demoDir)
  const config = await discovery(new URL(issuer), client.id, client.secret, undefined, {
    execute: [allowInsecureRequests],
  })
  const agent = userAgent(issuer)
  const parameters = { redirect_uri: redirectUri, scope: 'openid profile email offline', state: 'smoke' }
  let page = await agent.get(buildAuthorizationUrl(config, parameters).href)
  page = await agent.submit(page, '/sign-in', { identifier: user.email, password: user.password })
  // Ada belongs to two organizations.
  const organization = /name="org_code"[^>]*value="([^"]+)"/.exec(page.text)?.[1]
  if (organization !== undefined) page = await agent.submit(page, '/organization', { org_code: organization })
  assert.ok(page.location, `the sign-in ended on a page: ${page.url}`)
  const tokens = await authorizationCodeGrant(config, new URL(page.location), {
    expectedState: 'smoke',
    idTokenExpected: true,
  })
  const refreshed = await refreshTokenGrant(config, tokens.refresh_token ?? '')
  assert.notEqual(refreshed.refresh_token, tokens.refresh_token, 'the refresh token rotates')
  assert.equal(
    refreshed.claims()?.['greeting'],
    'Good to see you again, Ada',
    'the workflow shaped the ID token',
  )
}

/** Its first application and user, as its mintage.yaml publishes them. */
async function demo(dir: string) {
  const file: unknown = parse(await readFile(join(dir, 'mintage.yaml'), 'utf8'))
  const { applications, users } = demoSchema.parse(file)
  const { clientId, clientSecret, redirectUris } = applications.demo_web
  return {
    client: { id: clientId, secret: clientSecret },
    redirectUri: redirectUris.find((uri) => !uri.startsWith('${issuer}')) ?? '',
    user: users[0],
  }
}
