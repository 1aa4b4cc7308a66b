// B16: our own endpoints take every token that we issue, as large as the limit of claims lets it become.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import * as client from 'openid-client'
import { relyingParty, signIn } from '../harness/relying-party.ts'
import { openTestServer } from '../harness/running-server.ts'
import { makeProject } from '../harness/temp-project.ts'
import { projectFiles } from '../reliability/project.ts'

const ada = { id: 'kp_ada', email: 'ada@example.com', password: 'correct horse battery staple' }
const largeText = 'x'.repeat(15_800)

const files = projectFiles([ada])
const workflowFile = 'kindeSrc/environment/workflows/tokensWorkflow.ts'
const projectDir = await makeProject(
  { after },
  {
    ...files,
    [workflowFile]: `
export const workflowSettings = { id: 'large', trigger: 'user:tokens_generation', bindings: { 'kinde.accessToken': {}, 'kinde.idToken': {} } }
export default async function () {
  kinde.accessToken.setCustomClaim('large', '${largeText}')
  kinde.idToken.setCustomClaim('large', '${largeText}')
}`,
  },
)
const { server } = await openTestServer({ after }, { settings: { projectDir, isDemo: false } })
const issuer = { url: server.issuer }

describe('B16: tokens with as many claims as a workflow may set', async () => {
  const rp = await relyingParty(issuer)
  const { tokens } = await signIn(issuer, rp, { person: ada })
  assert.ok(tokens.access_token.length > 21_000)

  test('B16: are taken by userinfo, by GET and by POST', async () => {
    const headers = { authorization: `Bearer ${tokens.access_token}` }
    for (const path of ['/oauth2/v2/user_profile', '/oauth2/user_profile']) {
      for (const method of ['GET', 'POST']) {
        const answer = await fetch(`${issuer.url}${path}`, { method, headers })
        assert.equal(answer.status, 200, `${method} ${path}`)
        await answer.arrayBuffer()
      }
    }
  })

  test('B16: are taken beside cookies and other headers of an ordinary size', async () => {
    const headers = { authorization: `Bearer ${tokens.access_token}`, 'x-other': 'y'.repeat(15_000) }
    assert.equal((await fetch(`${issuer.url}/oauth2/v2/user_profile`, { headers })).status, 200)
  })

  test('B16: are introspected and revoked', async () => {
    assert.equal((await client.tokenIntrospection(rp, tokens.access_token)).active, true)
    await client.tokenRevocation(rp, tokens.access_token)
    assert.equal((await client.tokenIntrospection(rp, tokens.access_token)).active, false)
  })

  test('B16: are taken as the hint of a sign-out, which is in the request line', async () => {
    const url = client.buildEndSessionUrl(rp, { id_token_hint: tokens.id_token ?? '' })
    const answer = await fetch(url, { redirect: 'manual' })
    assert.ok(answer.status < 400, String(answer.status))
  })

  test('B16: leave a bound on headers', async () => {
    const answer = await fetch(`${issuer.url}/healthz`, { headers: { 'x-large': 'x'.repeat(200_000) } })
    assert.equal(answer.status, 431)
  })
})
