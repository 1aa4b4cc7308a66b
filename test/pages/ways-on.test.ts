// Where a person goes on when something ends or nothing is there: every page leads somewhere, in words for people, and keeps the choice of
// a language.
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { ada, directoryFixture, redirectUri, webClient } from '../harness/directory-fixture.ts'
import { startIssuer, type IssuerGiven } from '../harness/issuer.ts'
import { authorizationUrl } from '../harness/signed-in-tokens.ts'
import { userAgent, type PageShown, type UserAgent } from '../harness/user-agent.ts'
import { shownText, signIn } from '../harness/visitor.ts'

const homepageUri = 'https://app.example.com/'

async function opened(t: TestContext, given: Partial<IssuerGiven> = {}) {
  const directory = await directoryFixture({ web: { homepageUri } })
  const issuer = await startIssuer(t, { directory, ...given })
  return { issuer, agent: userAgent(issuer.url, { accept: 'text/html,*/*;q=0.8' }) }
}

/** The addresses of the buttons that are links. */
function waysOf({ text }: PageShown): string[] {
  return [...text.matchAll(/<a class="button[^>]*\shref="([^"]*)"/g)].map(([, href = '']) => href)
}

function germanLinkOf({ text }: PageShown): string {
  const href = /href="([^"]*)"\s+lang="de"/.exec(text)?.[1] ?? ''
  return href.replaceAll('&amp;', '&')
}

function headingOf({ text }: PageShown): string {
  return /<h1>([^<]*)/.exec(text)?.[1] ?? ''
}

describe('C5: the account of a person who is signed out', () => {
  test('C5: opens after a sign-in that begins there', async (t) => {
    const { agent } = await opened(t, { workflow: denyingWorkflow })
    const entrance = await agent.get('/account')
    assert.equal(headingOf(entrance), 'Sign in')
    const account = await agent.submit(entrance, '/sign-in', {
      identifier: ada.email,
      password: ada.password,
    })
    assert.equal(new URL(account.url).pathname, '/account')
    assert.match(shownText(account.text), /Ada Lovelace.*ada@example\.com/)
  })

  test('C5: is offered again to a person who cancels, beside the way to the application', async (t) => {
    const { agent } = await opened(t)
    const cancelled = await agent.submit(await agent.get('/account'), '/cancel')
    assert.equal(headingOf(cancelled), 'You are signed out')
    assert.deepEqual(waysOf(cancelled), ['/account', homepageUri])
  })

  test('C5: gives no tokens: the code that comes back is worth nothing', async (t) => {
    const { issuer, agent } = await opened(t)
    await signIn(agent, authorizationUrl(issuer.url))
    const params = {
      client_id: 'account',
      response_type: 'code',
      scope: 'openid offline',
      redirect_uri: `${issuer.url}/account/signed-in`,
    }
    const response = await fetch(`${issuer.url}/oauth2/auth?${new URLSearchParams(params).toString()}`, {
      redirect: 'manual',
      headers: { cookie: cookieHeader(agent) },
    })
    const code = new URL(response.headers.get('location') ?? '').searchParams.get('code') ?? ''
    assert.notEqual(code, '')
    for (const clientSecret of ['', 'account', webClient.secret]) {
      const redeemed = await fetch(`${issuer.url}/oauth2/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code,
          client_id: 'account',
          client_secret: clientSecret,
          redirect_uri: params.redirect_uri,
        }),
      })
      assert.equal(redeemed.status, 401)
    }
  })
})

const denyingWorkflow = `
export const workflowSettings = { id: 'deny', trigger: 'user:tokens_generation', bindings: { 'kinde.auth': {} } }
export default async function () { kinde.auth.denyAccess('No tokens today') }`

function cookieHeader({ cookies }: UserAgent): string {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
}

describe('C5: a page at which something ends', () => {
  test('C5: leads on from an address that does not exist, in words for people', async (t) => {
    const { agent } = await opened(t)
    const page = await agent.get('/no-such-page')
    assert.equal(page.status, 404)
    assert.equal(headingOf(page), 'Page not found')
    assert.deepEqual(waysOf(page), [homepageUri, '/account'])
  })

  test('C5: leads on from the bare address, for people and for developers', async (t) => {
    const { agent } = await opened(t)
    const page = await agent.get('/')
    assert.equal(page.status, 200)
    assert.deepEqual(waysOf(page), [homepageUri, '/account'])
    assert.match(page.text, /href="\/\.well-known\/openid-configuration"/)
  })

  for (const { what, params } of [
    { what: 'an unknown client', params: { client_id: 'unknown' } },
    { what: 'a redirect address that is not registered', params: { redirect_uri: `${redirectUri}/other` } },
  ]) {
    test(`C5: leads back from ${what}, and keeps the developer's words apart`, async (t) => {
      const { issuer, agent } = await opened(t)
      const page = await agent.get(authorizationUrl(issuer.url, params))
      assert.equal(page.status, 400)
      assert.deepEqual(waysOf(page), [homepageUri, '/account'])
      const [forPeople = '', forDevelopers = ''] = page.text.split('<details')
      assert.doesNotMatch(shownText(forPeople), /client_id|redirect_uri|invalid_|registration/)
      assert.match(forDevelopers, /invalid_/)
    })
  }

  test('C5: leads back from a signed-out browser', async (t) => {
    const { issuer, agent } = await opened(t)
    await signIn(agent, authorizationUrl(issuer.url))
    const page = await agent.submit(await agent.get('/account'), '/account/sign-out')
    assert.equal(headingOf(page), 'You are signed out')
    assert.equal(waysOf(page)[0], homepageUri)
  })

  test('C5: leads to the application that the browser came from last, where there are several', async (t) => {
    const other = { homepageUri: 'https://other.example.com/' }
    const directory = await directoryFixture({ web: { homepageUri }, spa: other })
    const issuer = await startIssuer(t, { directory })
    const agent = userAgent(issuer.url, { accept: 'text/html' })
    assert.deepEqual(waysOf(await agent.get('/nothing')), ['/account'])
    await agent.get(authorizationUrl(issuer.url))
    assert.deepEqual(waysOf(await agent.get('/nothing')), [homepageUri, '/account'])
  })

  test('C5: tells blocked cookies, a form that is out of date and a used link apart', async (t) => {
    const { issuer, agent } = await opened(t, { isEmailProofRequired: true })
    const entrance = await agent.get(authorizationUrl(issuer.url, { prompt: 'create' }))
    const withoutCookies = userAgent(issuer.url, { accept: 'text/html' })
    assert.match(shownText((await withoutCookies.get(entrance.url)).text), /Allow cookies for this site/)
    assert.match(
      shownText((await withoutCookies.post('/forgotten-password', { email: 'a@example.com' })).text),
      /Allow cookies for this site/,
    )
    assert.match(
      shownText((await agent.post('/forgotten-password', { email: 'a@example.com' })).text),
      /This page is out of date/,
    )
    assert.match(
      shownText((await agent.get('/finish-sign-up?token=used')).text),
      /This link no longer works.*you can sign in/,
    )
  })
})

describe('C5: the choice of a language', () => {
  test('C5: is on each page that answers a form, and leads to a GET of the same step', async (t) => {
    const { issuer, agent } = await opened(t)
    const entrance = await agent.get(authorizationUrl(issuer.url))
    const wrong = await agent.submit(entrance, '/sign-in', { identifier: 'x', password: 'y' })
    assert.equal(wrong.status, 400)
    const german = await agent.get(germanLinkOf(wrong))
    assert.equal(headingOf(german), 'Anmelden')

    const signUp = await agent.get(`${entrance.url}?view=sign-up&lang=en`)
    const faulty = await agent.submit(signUp, '/sign-up', { email: 'x' })
    assert.equal(headingOf(await agent.get(germanLinkOf(faulty))), 'Konto anlegen')

    const forgotten = await agent.get(`${entrance.url}?view=forgotten-password&lang=en`)
    const again = await agent.submit(forgotten, '/forgotten-password', { email: 'x' })
    assert.equal(headingOf(await agent.get(germanLinkOf(again))), 'Passwort zurücksetzen')

    const device = await agent.submit(await agent.get('/device?lang=en'), '/device', {
      user_code: 'ABCD-EFGH',
    })
    const inGerman = await agent.get(germanLinkOf(device))
    assert.equal(headingOf(inGerman), 'Gerät verbinden')
    assert.match(inGerman.text, /value="ABCD-EFGH"/)
  })

  test('C5: is on the pages that a form leads to, and survives a reload of them', async (t) => {
    const { issuer, agent } = await opened(t)
    await agent.submit(await agent.get('/forgotten-password'), '/forgotten-password', { email: ada.email })
    await issuer.settle()
    const form = await agent.get(`/reset-password?token=${issuer.mails[0]?.token ?? ''}`)
    const refused = await agent.submit(form, '/reset-password', { new_password: 'short' })
    assert.equal(headingOf(await agent.get(germanLinkOf(refused))), 'Neues Passwort wählen')
    const again = await agent.get(`/reset-password?token=${issuer.mails[0]?.token ?? ''}&lang=en`)
    const changed = await agent.submit(again, '/reset-password', { new_password: 'another one altogether' })
    assert.equal(headingOf(changed), 'Your password has been changed')
    assert.equal(headingOf(await agent.get(germanLinkOf(changed))), 'Ihr Passwort wurde geändert')
  })
})
