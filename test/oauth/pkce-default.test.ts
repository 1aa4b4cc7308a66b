// RFC 9700 §2.1.1: public clients must use PKCE, confidential clients may. What mintage.yaml leaves out is decided here.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { openProjectServer } from '../harness/project-server.ts'
import { userAgent } from '../harness/user-agent.ts'

const redirectUri = 'http://127.0.0.1:9/callback'
const clientIds = {
  reg: 'a0000000000000000000000000000001',
  strict: 'a0000000000000000000000000000002',
  spa: 'a0000000000000000000000000000003',
} as const

const { server } = await openProjectServer(
  { after },
  `
applications:
  web: { type: reg, clientId: ${clientIds.reg}, redirectUris: ['${redirectUri}'] }
  strict: { type: reg, clientId: ${clientIds.strict}, redirectUris: ['${redirectUri}'], requirePkce: true }
  browser: { type: spa, clientId: ${clientIds.spa}, redirectUris: ['${redirectUri}'] }
`,
)

/** The error of an authorization request without a code_challenge; undefined when the sign-in page is shown. */
async function errorWithoutPkce(clientId: string): Promise<string | null | undefined> {
  const query = { response_type: 'code', client_id: clientId, redirect_uri: redirectUri, scope: 'openid' }
  const url = `${server.issuer}/oauth2/auth?${new URLSearchParams(query).toString()}`
  const { location, status } = await userAgent(server.issuer).get(url)
  if (location !== undefined) return new URL(location).searchParams.get('error')
  assert.equal(status, 200)
  return undefined
}

describe('B3: an authorization request without PKCE', () => {
  test('is taken from a confidential client by default', async () => {
    assert.equal(await errorWithoutPkce(clientIds.reg), undefined)
  })

  test('is refused for a confidential client with requirePkce: true', async () => {
    assert.equal(await errorWithoutPkce(clientIds.strict), 'invalid_request')
  })

  test('is refused for a public client', async () => {
    assert.equal(await errorWithoutPkce(clientIds.spa), 'invalid_request')
  })
})
