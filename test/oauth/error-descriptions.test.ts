// RFC 6749 §4.1.2.1 and §5.2: error_description has printable ASCII without `"` and `\`, whichever way an error leaves.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { directoryFixture, redirectUri, webClient } from '../harness/directory-fixture.ts'
import { postForm } from '../harness/form-request.ts'
import { startIssuer } from '../harness/issuer.ts'
import { refreshTokenOf, relyingParty, signIn } from '../harness/relying-party.ts'
import { userAgent } from '../harness/user-agent.ts'

const issuer = await startIssuer({ after }, { directory: await directoryFixture() })
const rp = await relyingParty(issuer)

const denying = `
export const workflowSettings = { id: 'deny', trigger: 'user:tokens_generation', bindings: { 'kinde.auth': {} } }
export default async function () { kinde.auth.denyAccess('“Müller” said: "no" \\\\ never\\n😀') }`
const expected = "'Muller' said: 'no' / never ?"

function authorizationUrl(params: Record<string, string>): string {
  const query = {
    response_type: 'code',
    client_id: webClient.id,
    redirect_uri: redirectUri,
    scope: 'openid',
    ...params,
  }
  return `${issuer.url}/oauth2/auth?${new URLSearchParams(query).toString()}`
}

describe('B10: a workflow’s reason in any characters', () => {
  test('is well-formed in the answer of the token endpoint', async () => {
    await issuer.deploy(undefined)
    const { tokens } = await signIn(issuer, rp)
    await issuer.deploy(denying)
    const { body } = await postForm(`${issuer.url}/oauth2/token`, {
      grant_type: 'refresh_token',
      client_id: webClient.id,
      client_secret: webClient.secret,
      refresh_token: refreshTokenOf(tokens),
    })
    assert.deepEqual([body['error'], body['error_description']], ['access_denied', expected])
  })

  for (const mode of ['query', 'fragment', 'form_post']) {
    test(`is well-formed in an authorization response by ${mode}`, async () => {
      await issuer.deploy(undefined)
      const { agent } = await signIn(issuer, rp)
      await issuer.deploy(denying)
      const answer = await agent.get(
        authorizationUrl({ prompt: 'none', response_mode: mode, state: 's&t=ü' }),
      )
      if (mode === 'form_post') {
        const [, value] = /name="error_description" value="([^"]*)"/.exec(answer.text) ?? []
        assert.equal(value?.replaceAll('&#39;', "'"), expected)
        return
      }
      const { location = '' } = answer
      const params = new URLSearchParams(location.split(/[?#]/)[1])
      assert.deepEqual([params.get('error_description'), params.get('state')], [expected, 's&t=ü'])
    })
  }
})

test('B10: no error of a request has characters that are not allowed', async () => {
  const agent = userAgent(issuer.url)
  const texts: string[] = []
  for (const params of [
    { prompt: '"\\ü' },
    { claims: '"' },
    { max_age: '"' },
    { response_mode: '"' },
    { scope: '"' },
  ]) {
    // oxlint-disable-next-line no-await-in-loop -- one browser
    const { location = '' } = await agent.get(authorizationUrl(params))
    texts.push(new URLSearchParams(location.split(/[?#]/)[1]).get('error_description') ?? '')
  }
  for (const form of [
    {},
    { grant_type: '"' },
    { grant_type: 'client_credentials', audience: '"', ...credentials() },
  ]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const { body } = await postForm(`${issuer.url}/oauth2/token`, form)
    const { error_description: text = '' } = body
    texts.push(typeof text === 'string' ? text : 'not a string')
  }
  for (const text of texts) assert.match(text, /^[ !#-[\]-~]*$/)
})

function credentials(): Record<string, string> {
  return { client_id: webClient.id, client_secret: webClient.secret }
}
