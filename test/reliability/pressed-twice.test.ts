// C1 and C2: people press twice, and answers get lost. A step is taken once and answered as often as a browser asks: by a second press,
// by a press on another replica, by a reload after the connection was cut.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test, type TestContext } from 'node:test'
import { ada, deviceClient, directoryFixture, engines, redirectUri } from '../harness/directory-fixture.ts'
import { startGate } from '../harness/gate.ts'
import { startIssuer, type IssuerGiven } from '../harness/issuer.ts'
import { authorizationUrl, redeemCode, refreshTokens, tokensOf } from '../harness/signed-in-tokens.ts'
import { userAgent, type PageShown, type UserAgent } from '../harness/user-agent.ts'
import { callbackOf, shownText, signIn } from '../harness/visitor.ts'

const credentials = { identifier: ada.email, password: ada.password }

/** The gate opens when the test says so, however busy the machine is. */
const patient = { wallClockMs: 25_000, callMs: 25_000 }

/** A workflow that waits for the gate, so that a test presses while it runs. */
function waiting(origin: string): string {
  return `
export const workflowSettings = { id: 'slow', trigger: 'user:tokens_generation', bindings: { 'kinde.fetch': {}, url: {} } }
export default async function slow() { await kinde.fetch('${origin}/slow', { method: 'GET' }) }`
}

async function opened(t: TestContext, given: Partial<IssuerGiven> = {}) {
  const gate = await startGate(t)
  const issuer = await startIssuer(t, {
    directory: await directoryFixture(),
    allow: [gate.origin],
    limits: patient,
    ...given,
  })
  return { issuer, gate, agent: userAgent(issuer.url), slow: () => issuer.deploy(waiting(gate.origin)) }
}

/** The same browser before it got an answer: what the first press brings it is lost. */
function sameBrowser(agent: UserAgent, origin: string): UserAgent {
  const again = userAgent(origin)
  again.plant(agent.cookies)
  return again
}

async function runs(issuer: {
  store: {
    invocations: { flush(): Promise<void>; list(filter: { limit: number }): Promise<readonly unknown[]> }
  }
}): Promise<number> {
  await issuer.store.invocations.flush()
  return (await issuer.store.invocations.list({ limit: 10 })).length
}

function idOf(page: PageShown): string {
  return new URL(page.url).pathname.split('/')[2] ?? ''
}

describe('C1: a second press on Sign in while the workflow runs', () => {
  test('gets the answer of the first: one run, one code, and the code works', async (t) => {
    const { issuer, gate, agent, slow } = await opened(t)
    await slow()
    const page = await agent.get(authorizationUrl(issuer.url))
    const again = sameBrowser(agent, issuer.url)
    const first = agent.submit(page, '/sign-in', credentials)
    await gate.reached()
    const second = again.submit(page, '/sign-in', credentials)
    const third = again.get(`/oauth2/auth/${idOf(page)}`)
    gate.open()
    const [one, two, three] = [await first, await second, await third].map(callbackOf)
    assert.equal(two?.href, one?.href)
    assert.equal(three?.href, one?.href)
    assert.equal(gate.calls, 1)
    assert.equal(await runs(issuer), 1)
    tokensOf(await redeemCode(issuer.url, callbackOf(await second)))
    assert.match(shownText((await again.get('/account')).text), /ada@example\.com/)
  })

  test('on another replica gets it as well', async (t) => {
    const masterKey = randomBytes(32)
    const { issuer, gate, agent, slow } = await opened(t, { masterKey })
    const other = await startIssuer(t, {
      directory: [],
      masterKey,
      issuer: issuer.url,
      allow: [gate.origin],
      limits: patient,
      workflow: waiting(gate.origin),
      location: { kind: 'sqlite', file: `${issuer.folder}/mintage.db` },
    })
    await slow()
    const page = await agent.get(authorizationUrl(issuer.url))
    const path = `/oauth2/auth/${idOf(page)}`
    const cookie = () => [...agent.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const csrf = /name="csrf" value="([^"]*)"/.exec(page.text)?.[1] ?? ''
    const press = (origin: string) =>
      fetch(`${origin}${new URL(page.url).pathname}/sign-in`, {
        method: 'POST',
        redirect: 'manual',
        headers: { cookie: cookie() },
        body: new URLSearchParams({ csrf, ...credentials }),
      })
    const pressed = await Promise.all([press(issuer.url), press(other.url)])
    assert.deepEqual(
      pressed.map(({ status, headers }) => [status, headers.get('location')]),
      Array(2).fill([303, `${issuer.url}${path}`]),
    )
    const headers = { cookie: cookie() }
    const resumed = [issuer.url, other.url].map((origin) =>
      fetch(`${origin}${path}`, { redirect: 'manual', headers }),
    )
    await gate.reached()
    gate.open()
    const [one, two] = (await Promise.all(resumed)).map(({ headers: answer }) => answer.get('location'))
    assert.ok(one?.startsWith(redirectUri), one ?? '')
    assert.equal(two, one)
    assert.equal(gate.calls, 1)
  })

  test('after the application has used the code leads on to the application or to a new sign-in, and ends no tokens', async (t) => {
    const { issuer, agent } = await opened(t, {
      directory: await directoryFixture({ web: { homepageUri: 'https://app.example.com/home' } }),
    })
    const page = await agent.get(authorizationUrl(issuer.url))
    const done = callbackOf(await agent.submit(page, '/sign-in', credentials))
    const tokens = tokensOf(await redeemCode(issuer.url, done))

    for (const back of [
      await agent.get(page.url),
      await agent.submit(page, '/sign-in', credentials),
      await agent.submit(page, '/sign-in', { ...credentials, password: 'another' }),
      await agent.get(`/oauth2/auth/${idOf(page)}`),
    ]) {
      assert.equal(back.location, undefined)
      assert.match(shownText(back.text), /already finished this sign-in/)
      assert.match(back.text, /id="home" href="https:\/\/app\.example\.com\/home"/)
      const again = /id="again" href="([^"]*)"/.exec(back.text)?.[1] ?? ''
      assert.ok(callbackOf(await agent.get(again)).searchParams.get('code'))
    }
    assert.equal((await refreshTokens(issuer.url, tokens.refreshToken)).status, 200)
  })

  test('signs no user in again after the user has signed out', async (t) => {
    const { issuer, agent } = await opened(t)
    const page = await agent.get(authorizationUrl(issuer.url))
    await agent.submit(page, '/sign-in', credentials)
    await agent.submit(await agent.get('/account'), '/account/sign-out')
    for (const back of [await agent.get(page.url), await agent.get(`/oauth2/auth/${idOf(page)}`)]) {
      assert.equal(back.location, undefined)
      assert.match(shownText((await agent.get('/account')).text), /^Sign in/)
    }
  })
})

describe('C2: a second press on', () => {
  test('Create organization makes no second organization, from another tab neither', async (t) => {
    const { issuer, gate, agent, slow } = await opened(t)
    await signIn(agent, authorizationUrl(issuer.url))
    await slow()
    const page = await agent.get(authorizationUrl(issuer.url, { is_create_org: 'true' }))
    const tab = await agent.get(page.url)
    const presses = [page, page, tab].map((one) =>
      agent.submit(one, '/create-organization', { name: 'Looms' }),
    )
    await gate.reached()
    gate.open()
    const answers = (await Promise.all(presses)).map((answer) => callbackOf(answer).href)
    assert.equal(new Set(answers).size, 1)
    const late = await agent.submit(tab, '/create-organization', { name: 'Looms too' })
    callbackOf(late)
    const organizations = await issuer.store.directory.organizationsOf(ada.id)
    assert.deepEqual(organizations.map(({ name }) => name).toSorted(), [engines.name, 'Looms'].toSorted())
    assert.equal(gate.calls, 1)
  })

  test('Create account makes one user and sends one mail', async (t) => {
    for (const isEmailProofRequired of [true, false]) {
      // oxlint-disable-next-line no-await-in-loop -- one issuer after the other
      const { issuer, agent } = await opened(t, { isEmailProofRequired })
      // oxlint-disable-next-line no-await-in-loop -- as above
      const page = await agent.get(authorizationUrl(issuer.url, { prompt: 'create' }))
      const grace = { email: 'grace@example.com', password: 'nanoseconds in a wire' }
      const press = () => agent.submit(page, '/sign-up', grace)
      // oxlint-disable-next-line no-await-in-loop -- as above
      const answers = await Promise.all([press(), press(), press()])
      assert.equal(new Set(answers.map(({ location, text }) => location ?? text)).size, 1)
      // oxlint-disable-next-line no-await-in-loop -- as above
      await issuer.settle()
      assert.equal(issuer.mails.length, isEmailProofRequired ? 1 : 0)
    }
  })

  test('Send the link sends one mail, and the page opened anew sends another', async (t) => {
    const { issuer, agent } = await opened(t)
    const page = await agent.get('/forgotten-password')
    await Promise.all([1, 2, 3].map(() => agent.submit(page, '/forgotten-password', { email: ada.email })))
    await issuer.settle()
    assert.equal(issuer.mails.length, 1)
    await agent.submit(await agent.get('/forgotten-password'), '/forgotten-password', { email: ada.email })
    await issuer.settle()
    assert.equal(issuer.mails.length, 2)
  })

  test('Save the password says that it is changed, as the first did', async (t) => {
    const { issuer, agent } = await opened(t)
    await signIn(agent, authorizationUrl(issuer.url))
    const page = await agent.get('/account/password')
    const form = { current_password: ada.password, new_password: 'another one altogether' }
    const answers = await Promise.all([1, 2].map(() => agent.submit(page, '/account/password', form)))
    for (const { text } of answers) assert.match(shownText(text), /Your password has been changed/)
  })

  test('Yes, connect it connects the device and says so twice', async (t) => {
    const { issuer, gate, agent, slow } = await opened(t)
    await signIn(agent, authorizationUrl(issuer.url))
    const begun = await fetch(`${issuer.url}/oauth2/device/auth`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: deviceClient.id, scope: 'openid' }),
    })
    const { user_code: userCode } = (await begun.json()) as { user_code: string }
    await slow()
    const confirm = await agent.submit(await agent.get('/device'), '/device', { user_code: userCode })
    const again = sameBrowser(agent, issuer.url)
    const first = agent.submit(confirm, '#confirm-form')
    await gate.reached()
    const second = again.submit(confirm, '#confirm-form')
    gate.open()
    for (const { text } of [await first, await second])
      assert.match(shownText(text), /Your device is connected/)
    assert.equal(gate.calls, 1)
  })

  test('Sign out leads to the same page', async (t) => {
    const { issuer, agent } = await opened(t)
    await signIn(agent, authorizationUrl(issuer.url))
    const page = await agent.get('/logout')
    const again = sameBrowser(agent, issuer.url)
    for (const one of [agent, again])
      // oxlint-disable-next-line no-await-in-loop -- one press after the other
      assert.match(shownText((await one.submit(page, '/logout/confirm')).text), /You are signed out/)
  })
})
