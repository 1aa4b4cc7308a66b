// RFC 8628: a device without a browser, and the person with one.
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { after, describe, test } from 'node:test'
import * as client from 'openid-client'
import { ada, audience, deviceClient, directoryFixture, spaClient } from '../harness/directory-fixture.ts'
import { postForm, type Answer } from '../harness/form-request.ts'
import { startIssuer } from '../harness/issuer.ts'
import { allScopes, isSignIn, refresh, relyingParty, textOf } from '../harness/relying-party.ts'
import { userAgent, type PageShown, type UserAgent } from '../harness/user-agent.ts'

const directory = await directoryFixture()
const issuer = await startIssuer({ after }, { directory })
const device = await relyingParty(issuer, deviceClient.id, client.None())
const grantType = 'urn:ietf:params:oauth:grant-type:device_code'

function start(changes: Record<string, string> = {}): Promise<Answer> {
  return postForm(`${issuer.url}/oauth2/device/auth`, {
    client_id: deviceClient.id,
    scope: allScopes,
    ...changes,
  })
}

function poll(deviceCode: unknown, clientId: string = deviceClient.id): Promise<Answer> {
  return postForm(`${issuer.url}/oauth2/token`, {
    grant_type: grantType,
    client_id: clientId,
    device_code: String(deviceCode),
  })
}

/** Types the code, compares it, and says yes. */
async function connect(agent: UserAgent, userCode: string): Promise<PageShown> {
  const confirm = await confirmation(agent, userCode)
  const next = await agent.submit(confirm, '#confirm-form')
  return isSignIn(next)
    ? agent.submit(next, '/sign-in', { identifier: ada.email, password: ada.password })
    : next
}

async function confirmation(agent: UserAgent, userCode: string): Promise<PageShown> {
  const page = await agent.get(`${issuer.url}/device`)
  return agent.submit(page, '/device', { user_code: userCode })
}

describe('the device flow', () => {
  test('shows a code, asks the person, and gives the device its tokens', async () => {
    const response = await client.initiateDeviceAuthorization(device, { scope: allScopes })
    const page = await connect(userAgent(issuer.url), response.user_code)
    assert.equal(page.status, 200)
    const tokens = await client.pollDeviceAuthorizationGrant(device, { ...response, interval: 0 })
    assert.equal(tokens.claims()?.sub, ada.id)
    assert.equal((await client.fetchUserInfo(device, tokens.access_token, ada.id)).email, ada.email)
    assert.ok((await refresh(device, { tokens })).tokens.refresh_token)
  })

  test('answers with what a device needs: codes, addresses, seconds', async () => {
    const { status, body, headers } = await start()
    assert.equal(status, 200)
    assert.match(String(body['user_code']), /^[A-Z0-9]{4}-[A-Z0-9]{4}$/)
    assert.equal(body['verification_uri'], `${issuer.url}/device`)
    assert.equal(
      body['verification_uri_complete'],
      `${issuer.url}/device?user_code=${String(body['user_code'])}`,
    )
    assert.equal(body['expires_in'], 600)
    assert.equal(body['interval'], 5)
    assert.match(headers.get('cache-control') ?? '', /no-store/)
  })

  test('has the code in the field when the person came by the complete address', async () => {
    const { body } = await start()
    const page = await userAgent(issuer.url).get(String(body['verification_uri_complete']))
    assert.match(page.text, new RegExp(`name="user_code"[^>]*value="${String(body['user_code'])}"`))
  })

  test('takes the code as people type it: small letters, spaces, no dash', async () => {
    const { body } = await start()
    const typed = String(body['user_code']).toLowerCase().replace('-', ' ')
    const page = await connect(userAgent(issuer.url), typed)
    assert.equal(page.status, 200)
    assert.equal((await poll(body['device_code'])).status, 200)
  })

  test('lets the person compare the code and see what is asked for (§5.4)', async () => {
    const { body } = await start()
    const page = await confirmation(userAgent(issuer.url), String(body['user_code']))
    assert.match(textOf(page), new RegExp(String(body['user_code'])))
    assert.match(textOf(page), /Television/)
  })

  test('goes on with an existing session', async () => {
    const agent = userAgent(issuer.url)
    const first = await start()
    await connect(agent, String(first.body['user_code']))
    const second = await start()
    const confirm = await confirmation(agent, String(second.body['user_code']))
    const done = await agent.submit(confirm, '#confirm-form')
    assert.equal(isSignIn(done), false)
    assert.equal((await poll(second.body['device_code'])).status, 200)
  })

  test('puts the audience into the token', async () => {
    const { body } = await start({ audience })
    await connect(userAgent(issuer.url), String(body['user_code']))
    const tokens = await poll(body['device_code'])
    const introspected = await client.tokenIntrospection(device, String(tokens.body['access_token']))
    assert.deepEqual(introspected.aud, [audience])
  })
})

describe('polling is answered', () => {
  test('with authorization_pending until the person decided', async () => {
    const { body } = await start()
    const answer = await poll(body['device_code'])
    assert.deepEqual([answer.status, answer.body['error']], [400, 'authorization_pending'])
  })

  test('with access_denied when the person refused', async () => {
    const { body } = await start()
    const agent = userAgent(issuer.url)
    const confirm = await confirmation(agent, String(body['user_code']))
    await agent.submit(confirm, '#refuse-form')
    const answer = await poll(body['device_code'])
    assert.deepEqual([answer.status, answer.body['error']], [400, 'access_denied'])
  })

  test('with expired_token after ten minutes', async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
    const { body } = await start()
    t.mock.timers.tick(601_000)
    const answer = await poll(body['device_code'])
    assert.deepEqual([answer.status, answer.body['error']], [400, 'expired_token'])
  })

  test('with invalid_grant for another client, and for an unknown code', async () => {
    const { body } = await start()
    await connect(userAgent(issuer.url), String(body['user_code']))
    assert.notEqual((await poll(body['device_code'], spaClient.id)).status, 200)
    assert.equal((await poll('made-up')).body['error'], 'invalid_grant')
    assert.equal((await poll(body['device_code'])).status, 200)
  })

  test('with tokens exactly once', async () => {
    const { body } = await start()
    await connect(userAgent(issuer.url), String(body['user_code']))
    const answers = await Promise.all(Array.from({ length: 20 }, () => poll(body['device_code'])))
    assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  })
})

describe('a user code', () => {
  test('that is unknown or used is reported on the page', async () => {
    const agent = userAgent(issuer.url)
    assert.equal((await confirmation(agent, 'AAAA-AAAA')).status, 400)
    const { body } = await start()
    await connect(agent, String(body['user_code']))
    assert.equal((await confirmation(agent, String(body['user_code']))).status, 400)
  })

  test('cannot be confirmed by a form of another site', async () => {
    const { body } = await start()
    const agent = userAgent(issuer.url)
    await agent.get(`${issuer.url}/device`)
    const forged = await fetch(`${issuer.url}/device`, {
      method: 'POST',
      headers: { cookie: [...agent.cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      body: new URLSearchParams({ user_code: String(body['user_code']), confirm: 'yes' }),
    })
    assert.ok(forged.status >= 400)
    assert.equal((await poll(body['device_code'])).body['error'], 'authorization_pending')
  })

  test('is in the database in no form that redeems it (RT-07)', async () => {
    const { body } = await start()
    await connect(userAgent(issuer.url), String(body['user_code']))
    const stored = hash('sha256', String(body['device_code']), 'hex')
    for (const value of [stored, `hash:${stored}`])
      assert.equal((await poll(value)).body['error'], 'invalid_grant')
  })
})

describe('a workflow in a device flow', () => {
  const workflow = (body: string) => `
    export const workflowSettings = { id: 'device', trigger: 'user:tokens_generation', bindings: { 'kinde.accessToken': {}, 'kinde.auth': {} } }
    export default async function (event) { ${body} }`

  test('runs once, when the person agreed, and shapes the device’s tokens', async (t) => {
    const own = await startIssuer(t, {
      directory,
      workflow: workflow(`kinde.accessToken.setCustomClaim('grant', event.request.auth.grantType)`),
    })
    const { body } = await postForm(`${own.url}/oauth2/device/auth`, {
      client_id: deviceClient.id,
      scope: allScopes,
    })
    const agent = userAgent(own.url)
    const page = await agent.submit(await agent.get(`${own.url}/device`), '/device', {
      user_code: String(body['user_code']),
    })
    const login = await agent.submit(page, '#confirm-form')
    await agent.submit(login, '/sign-in', { identifier: ada.email, password: ada.password })
    const answer = await postForm(`${own.url}/oauth2/token`, {
      grant_type: grantType,
      client_id: deviceClient.id,
      device_code: String(body['device_code']),
    })
    assert.equal(answer.status, 200)
    await own.store.invocations.flush()
    assert.equal((await own.store.invocations.list({ limit: 10 })).length, 1)
  })

  test('that denies is shown to the person and reported to the device', async (t) => {
    const own = await startIssuer(t, {
      directory,
      workflow: workflow(`kinde.auth.denyAccess('not on a television')`),
    })
    const { body } = await postForm(`${own.url}/oauth2/device/auth`, {
      client_id: deviceClient.id,
      scope: allScopes,
    })
    const agent = userAgent(own.url)
    const page = await agent.submit(await agent.get(`${own.url}/device`), '/device', {
      user_code: String(body['user_code']),
    })
    const login = await agent.submit(page, '#confirm-form')
    const denied = await agent.submit(login, '/sign-in', { identifier: ada.email, password: ada.password })
    assert.match(textOf(denied), /not on a television/)
    await agent.submit(denied, '/back')
    const answer = await postForm(`${own.url}/oauth2/token`, {
      grant_type: grantType,
      client_id: deviceClient.id,
      device_code: String(body['device_code']),
    })
    assert.deepEqual([answer.status, answer.body['error']], [400, 'access_denied'])
  })
})
