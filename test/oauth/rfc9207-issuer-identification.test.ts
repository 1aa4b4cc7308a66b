// RFC 9207: every answer of the authorization endpoint says whose it is, so that a client cannot be mixed up.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import * as client from 'openid-client'
import { ada, directoryFixture } from '../harness/directory-fixture.ts'
import { startIssuer } from '../harness/issuer.ts'
import { authorizationRequest, isSignIn, relyingParty, signIn, visit } from '../harness/relying-party.ts'
import { userAgent } from '../harness/user-agent.ts'

const issuer = await startIssuer({ after }, { directory: await directoryFixture() })
const rp = await relyingParty(issuer)

describe('AS-13 iss is in', () => {
  for (const mode of ['query', 'fragment']) {
    test(`a success, by ${mode}`, async () => {
      const { url } = await authorizationRequest(rp, { params: { response_mode: mode } })
      assert.equal(parameters(await visit(url, userAgent(issuer.url)), mode).get('iss'), issuer.url)
    })

    test(`an error, by ${mode}`, async () => {
      const { url } = await authorizationRequest(rp, { params: { response_mode: mode, prompt: 'none' } })
      const params = parameters(await visit(url, userAgent(issuer.url)), mode)
      assert.deepEqual([params.get('error'), params.get('iss')], ['login_required', issuer.url])
    })
  }

  test('a success, by form_post: a form that the browser sends', async () => {
    const { url, checks } = await authorizationRequest(rp, { params: { response_mode: 'form_post' } })
    const agent = userAgent(issuer.url)
    const page = await agent.get(url.href)
    assert.ok(isSignIn(page))
    const form = await agent.submit(page, '/sign-in', { identifier: ada.email, password: ada.password })
    const fields = formFields(form.text)
    assert.equal(fields.get('iss'), issuer.url)
    const request = new Request('http://127.0.0.1:9/callback', { method: 'POST', body: fields })
    assert.ok((await client.authorizationCodeGrant(rp, request, checks)).access_token)
  })

  test('an error, by form_post', async () => {
    const { url } = await authorizationRequest(rp, { params: { response_mode: 'form_post', prompt: 'none' } })
    const fields = formFields((await userAgent(issuer.url).get(url.href)).text)
    assert.deepEqual([fields.get('error'), fields.get('iss')], ['login_required', issuer.url])
  })

  test('the metadata, as a promise', () => {
    assert.equal(rp.serverMetadata().authorization_response_iss_parameter_supported, true)
  })
})

test('AS-13 a client that checks it refuses the answer of another issuer', async () => {
  const { url, checks } = await authorizationRequest(rp)
  const callback = await visit(url, userAgent(issuer.url))
  callback.searchParams.set('iss', 'https://evil.example')
  await assert.rejects(client.authorizationCodeGrant(rp, callback, checks), ({ cause }: Error) => {
    assert.match(String(cause), /unexpected "iss"/)
    return true
  })
  assert.ok((await signIn(issuer, rp)).tokens.access_token)
})

function parameters(url: URL, mode: string): URLSearchParams {
  return mode === 'query' ? url.searchParams : new URLSearchParams(url.hash.slice(1))
}

function formFields(html: string): URLSearchParams {
  const inputs = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)]
  return new URLSearchParams(Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, value])))
}
