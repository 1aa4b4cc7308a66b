// A session that has not proved enough opens nothing for a signed-in user (docs/decisions/0060). Each test takes the proof of a session away
// in the database, as a sign-in leaves it that has passed one of two factors.
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { describe, test, type TestContext } from 'node:test'
import { ada, deviceClient, directoryFixture } from '../harness/directory-fixture.ts'
import { postForm } from '../harness/form-request.ts'
import { startIssuer, type TestIssuer } from '../harness/issuer.ts'
import { isSignIn } from '../harness/relying-party.ts'
import { authorizationUrl } from '../harness/signed-in-tokens.ts'
import { userAgent, type UserAgent } from '../harness/user-agent.ts'
import { passThrough, shownText, signIn } from '../harness/visitor.ts'

async function signedIn(t: TestContext) {
  const issuer = await startIssuer(t, { directory: await directoryFixture() })
  const agent = userAgent(issuer.url)
  await signIn(agent, authorizationUrl(issuer.url))
  return { issuer, agent }
}

async function weaken({ plainStore: { artifacts, commit } }: TestIssuer, agent: UserAgent): Promise<void> {
  const idHash = hash('sha256', agent.cookies.get('mintage_session') ?? '', 'hex')
  const found = await artifacts.find('Session', idHash)
  assert.ok(found)
  assert.deepEqual(found.payload['amr'], ['pwd'])
  const { consumedAtMs: _, successorIdHash: __, ...artifact } = found
  await commit([
    { kind: 'put-artifact', artifact: { ...artifact, payload: { ...found.payload, amr: ['otp'] } } },
  ])
}

describe('a session without a first factor', () => {
  test('opens no page of the account until the user has signed in again', async (t) => {
    const { issuer, agent } = await signedIn(t)
    await weaken(issuer, agent)
    const pages = ['', '/password', '/profile', '/organizations', '/sessions', '/delete']
    for (const path of pages.map((page) => `/account${page}`))
      assert.ok(isSignIn(await agent.get(path)), path)
    await signIn(agent, authorizationUrl(issuer.url))
    assert.match(shownText((await agent.get('/account')).text), /ada@example\.com/)
  })

  test('gives an application no tokens in silence', async (t) => {
    const { issuer, agent } = await signedIn(t)
    await weaken(issuer, agent)
    const answer = await passThrough(agent, authorizationUrl(issuer.url, { prompt: 'none' }))
    assert.equal(answer.searchParams.get('error'), 'login_required')
    assert.equal(answer.searchParams.get('code'), null)
  })

  test('takes no form of a step for a signed-in user: no organization is created', async (t) => {
    const { issuer, agent } = await signedIn(t)
    const page = await agent.get(authorizationUrl(issuer.url, { is_create_org: 'true' }))
    await weaken(issuer, agent)
    const answer = await agent.submit(page, '/create-organization', { name: 'Looms & Co' })
    assert.ok(isSignIn(answer), shownText(answer.text))
    const organizations = await issuer.store.directory.organizationsOf(ada.id)
    assert.ok(organizations.every(({ name }) => name !== 'Looms & Co'))
  })

  test('connects no device', async (t) => {
    const { issuer, agent } = await signedIn(t)
    const request = { client_id: deviceClient.id, scope: 'openid' }
    const { body } = await postForm(`${issuer.url}/oauth2/device/auth`, request)
    const entry = await agent.get(`${issuer.url}/device`)
    const confirm = await agent.submit(entry, '/device', { user_code: String(body['user_code']) })
    await weaken(issuer, agent)
    assert.ok(isSignIn(await agent.submit(confirm, '#confirm-form')))
  })

  test('can be signed out', async (t) => {
    const { issuer, agent } = await signedIn(t)
    const account = await agent.get('/account')
    await weaken(issuer, agent)
    const answer = await agent.submit(account, '/account/sign-out')
    assert.equal(new URL(answer.url).pathname, '/logout/success')
  })
})
