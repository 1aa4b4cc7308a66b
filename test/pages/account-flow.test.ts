// The pages outside of a sign-in as a browser without script meets them: passwords, the account, signing out, devices, errors.
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { z } from 'zod'
import {
  ada,
  deviceClient,
  directoryFixture,
  logoutUri,
  redirectUri,
  type FixtureOptions,
} from '../harness/directory-fixture.ts'
import { startIssuer, type IssuerGiven } from '../harness/issuer.ts'
import { authorizationUrl, refreshTokens, signedInTokens } from '../harness/signed-in-tokens.ts'
import { userAgent, type UserAgent } from '../harness/user-agent.ts'
import { callbackOf, shownText, signIn } from '../harness/visitor.ts'

const newPassword = 'another one altogether'

async function opened(t: TestContext, options: FixtureOptions = {}, given: Partial<IssuerGiven> = {}) {
  const issuer = await startIssuer(t, { directory: await directoryFixture(options), ...given })
  return { issuer, agent: userAgent(issuer.url) }
}

async function isSignedIn(agent: UserAgent): Promise<boolean> {
  return (await agent.get('/account')).url.endsWith('/account')
}

describe('a forgotten password', () => {
  test('leads by the link of a mail to another one, and back into the sign-in that it began in', async (t) => {
    const { issuer, agent } = await opened(t)
    const entrance = await agent.get(authorizationUrl(issuer.url, { lang: 'de' }))
    const ask = await agent.get(`${entrance.url}?view=forgotten-password`)
    const sent = await agent.submit(ask, '/forgotten-password', { email: ada.email })
    assert.match(shownText(sent.text), /Sehen Sie in Ihre Mails|ada@example\.com/)
    await issuer.settle()
    const [mail] = issuer.mails
    assert.equal(mail?.kind, 'password-reset')
    assert.equal(mail.context['language'], 'de')

    const form = await agent.get(`/reset-password?token=${mail.token ?? ''}`)
    assert.match(form.text, /<html lang="de">/)
    assert.match(form.text, /Web application/)
    const changed = await agent.submit(form, '/reset-password', { new_password: newPassword })
    assert.equal(changed.status, 200)
    const next = /id="continue" href="([^"]*)"/.exec(changed.text)?.[1] ?? ''
    assert.equal(new URL(next, issuer.url).href, entrance.url)

    const back = await agent.get(next)
    callbackOf(await agent.submit(back, '/sign-in', { identifier: ada.email, password: newPassword }))
  })

  test('reports an invalid address, also outside of a sign-in', async (t) => {
    const { issuer, agent } = await opened(t)
    const page = await agent.get('/forgotten-password')
    const again = await agent.submit(page, '/forgotten-password', { email: 'ada' })
    assert.equal(again.status, 400)
    assert.match(again.text, /id="email-problem"/)
    await agent.submit(again, '/forgotten-password', { email: ada.email })
    await issuer.settle()
    assert.equal(issuer.mails.length, 1)
  })

  test('keeps the link when the new one is refused', async (t) => {
    const { issuer, agent } = await opened(t)
    await agent.submit(await agent.get('/forgotten-password'), '/forgotten-password', { email: ada.email })
    await issuer.settle()
    const form = await agent.get(`/reset-password?token=${issuer.mails[0]?.token ?? ''}`)
    const again = await agent.submit(form, '/reset-password', { new_password: 'short' })
    assert.equal(again.status, 400)
    assert.match(shownText(again.text), /Choose a longer password/)
    assert.equal((await agent.submit(again, '/reset-password', { new_password: newPassword })).status, 200)
  })
})

describe('the account', () => {
  test('shows who is signed in, and nothing to anybody else', async (t) => {
    const { issuer, agent } = await opened(t)
    assert.doesNotMatch((await agent.get('/account')).text, /Your account|@/)
    await signIn(agent, authorizationUrl(issuer.url))
    const page = await agent.get('/account')
    assert.match(shownText(page.text), /Ada Lovelace.*ada@example\.com.*Analytical Engines/)
  })

  test('changes the password: other sessions and grants end, this session stays', async (t) => {
    const { issuer, agent } = await opened(t)
    const { refreshToken } = await signedInTokens(issuer.url, agent)
    const elsewhere = userAgent(issuer.url)
    await signIn(elsewhere, authorizationUrl(issuer.url))

    const form = await agent.get('/account/password')
    const wrong = await agent.submit(form, '/account/password', {
      current_password: 'not it',
      new_password: newPassword,
    })
    assert.equal(wrong.status, 400)
    assert.match(shownText(wrong.text), /not your current password/)
    const changed = await agent.submit(wrong, '/account/password', {
      current_password: ada.password,
      new_password: newPassword,
    })
    assert.match(shownText(changed.text), /Your password has been changed/)

    assert.deepEqual([await isSignedIn(agent), await isSignedIn(elsewhere)], [true, false])
    assert.equal((await refreshTokens(issuer.url, refreshToken)).body.error, 'invalid_grant')
  })

  test('with an address that is not confirmed offers a link by mail, which asks before it confirms', async (t) => {
    const { issuer, agent } = await opened(t)
    await signIn(agent, authorizationUrl(issuer.url))
    assert.doesNotMatch((await agent.get('/account')).text, /id="confirm-email"/)
    const identity = await issuer.store.directory.identity('email', ada.email)
    assert.ok(identity)
    await issuer.store.commit([
      { kind: 'update-identity', identityId: identity.id, set: { isVerified: false } },
    ])
    const account = await agent.get('/account')
    assert.match(shownText(account.text), /ada@example\.com \(not confirmed yet\)/)
    const sent = await agent.submit(account, '/account/confirm-email')
    assert.match(shownText(sent.text), /We have sent a link to ada@example\.com/)
    await issuer.settle()
    const [mail] = issuer.mails
    assert.equal(mail?.kind, 'verify-email')

    // Opened by the scanner of a mail box, then by its owner, wherever that is.
    const elsewhere = userAgent(issuer.url)
    const link = `/verify-email?token=${mail.token ?? ''}`
    await userAgent(issuer.url).get(link)
    const page = await elsewhere.get(link)
    assert.equal((await issuer.store.directory.identity('email', ada.email))?.isVerified, false)
    assert.match(shownText(page.text), /choose a password for ada@example\.com/)
    const done = await agent.submit(await agent.get(link), '/verify-email')
    assert.match(shownText(done.text), /Your address is confirmed/)
    assert.equal((await issuer.store.directory.identity('email', ada.email))?.isVerified, true)
    assert.doesNotMatch((await agent.get('/account')).text, /id="confirm-email"/)
    assert.equal((await elsewhere.get(link)).status, 400)
  })

  test('sends a few of those links in an hour, and says so when there are no more', async (t) => {
    const { issuer, agent } = await opened(t)
    await signIn(agent, authorizationUrl(issuer.url))
    const identity = await issuer.store.directory.identity('email', ada.email)
    assert.ok(identity)
    await issuer.store.commit([
      { kind: 'update-identity', identityId: identity.id, set: { isVerified: false } },
    ])
    const statuses: number[] = []
    let answer = ''
    for (let count = 0; count < 7; count++) {
      const page = await agent.submit(await agent.get('/account'), '/account/confirm-email')
      statuses.push(page.status)
      answer = page.text
    }
    assert.deepEqual([statuses[0], statuses.at(-1)], [200, 429])
    assert.match(shownText(answer), /We have sent several links/)
    await issuer.settle()
    assert.equal(issuer.mails.length, statuses.filter((status) => status === 200).length)
  })

  test('signs out by its button, with all that was granted', async (t) => {
    const { issuer, agent } = await opened(t)
    const { refreshToken } = await signedInTokens(issuer.url, agent)
    const done = await agent.submit(await agent.get('/account'), '/account/sign-out')
    assert.match(shownText(done.text), /You are signed out/)
    assert.equal(await isSignedIn(agent), false)
    assert.equal((await refreshTokens(issuer.url, refreshToken)).body.error, 'invalid_grant')
  })

  test('of a user who was suspended meanwhile is not shown', async (t) => {
    const { issuer, agent } = await opened(t)
    await signIn(agent, authorizationUrl(issuer.url))
    await issuer.store.commit([{ kind: 'update-user', userId: ada.id, set: { isSuspended: true } }])
    assert.equal(await isSignedIn(agent), false)
  })
})

describe('signing out', () => {
  test('asks first, ends the session, and goes to the address that the hint allows', async (t) => {
    const { issuer, agent } = await opened(t)
    const { idToken } = await signedInTokens(issuer.url, agent)
    const query = { id_token_hint: idToken, post_logout_redirect_uri: logoutUri, state: 'bye' }
    const page = await agent.get(`/logout?${new URLSearchParams(query).toString()}`)
    assert.match(shownText(page.text), /Sign out\?.*ada@example\.com.*Web application asks/)
    assert.equal(await isSignedIn(agent), true)

    const left = await agent.submit(page, '/logout/confirm')
    assert.equal(left.location, `${logoutUri}?state=bye`)
    assert.equal(await isSignedIn(agent), false)
  })

  test('without a hint ends at one of our pages', async (t) => {
    const { issuer, agent } = await opened(t)
    await signIn(agent, authorizationUrl(issuer.url))
    const done = await agent.submit(await agent.get('/logout'), '/logout/confirm')
    assert.match(shownText(done.text), /You are signed out/)
  })

  test('without a session ends there, too', async (t) => {
    const { agent } = await opened(t)
    const page = await agent.get('/logout?redirect=')
    const done = await agent.submit(page, '/logout/confirm')
    assert.match(shownText(done.text), /You are signed out/)
  })
})

const deviceAnswer = z.looseObject({
  device_code: z.string(),
  user_code: z.string(),
  verification_uri_complete: z.string(),
})

async function startDevice(issuer: string) {
  const response = await fetch(`${issuer}/oauth2/device/auth`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: deviceClient.id, scope: 'openid profile offline' }),
  })
  return deviceAnswer.parse(await response.json())
}

async function redeemDevice(issuer: string, deviceCode: string): Promise<unknown> {
  const response = await fetch(`${issuer}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      client_id: deviceClient.id,
      device_code: deviceCode,
    }),
  })
  return response.json()
}

describe('a device', () => {
  test('is connected by its code, after a look at it and a sign-in', async (t) => {
    const { issuer, agent } = await opened(t)
    const device = await startDevice(issuer.url)
    const page = await agent.get(device.verification_uri_complete)
    assert.match(page.text, new RegExp(`value="${device.user_code}"`))

    const confirm = await agent.submit(page, '/device')
    assert.match(shownText(confirm.text), /Is this your device\?/)
    const entrance = await agent.submit(confirm, '/device')
    const done = await agent.submit(entrance, '/sign-in', { identifier: ada.email, password: ada.password })
    assert.match(shownText(done.text), /Your device is connected/)

    const tokens = z.looseObject({ access_token: z.string(), refresh_token: z.string() })
    tokens.parse(await redeemDevice(issuer.url, device.device_code))
  })

  test('with an unknown code shows the problem at the field', async (t) => {
    const { agent } = await opened(t)
    const again = await agent.submit(await agent.get('/device'), '/device', { user_code: 'ABCD-EFGH' })
    assert.equal(again.status, 400)
    assert.match(again.text, /id="user_code-problem"/)
  })

  test('can be refused', async (t) => {
    const { issuer, agent } = await opened(t)
    const device = await startDevice(issuer.url)
    const confirm = await agent.submit(await agent.get(device.verification_uri_complete), '/device')
    const done = await agent.submit(confirm, '/device', { abort: 'yes' })
    assert.match(shownText(done.text), /The device was not connected/)
    const refused = z.looseObject({ error: z.literal('access_denied') })
    refused.parse(await redeemDevice(issuer.url, device.device_code))
  })
})

describe('an error that cannot go to the application', () => {
  test('is a page with its code, in the language of the browser', async (t) => {
    const { issuer } = await opened(t)
    const german = userAgent(issuer.url, { 'accept-language': 'de-AT, en;q=0.5' })
    const page = await german.get(authorizationUrl(issuer.url, { redirect_uri: `${redirectUri}/other` }))
    assert.equal(page.status, 400)
    assert.match(page.text, /<html lang="de">/)
    assert.match(shownText(page.text), /invalid_redirect_uri/)
  })

  test('of an unknown or finished sign-in says what to do', async (t) => {
    const { agent } = await opened(t)
    const page = await agent.get('/interaction/none')
    assert.equal(page.status, 400)
    assert.match(shownText(page.text), /start there/)
  })
})
