// B12: Kinde's library of the browser SDKs (React, PKCE-js), unmodified and in a real browser, at an issuer that is not on Kinde's domain.
// It keeps its tokens in memory and refreshes by cookie: a reload, another tab and a sign-out are what its users do.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { after, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { ada, directoryFixture, spaClient } from '../harness/directory-fixture.ts'
import { launchBrowser } from '../harness/browser.ts'
import { startHttpServer } from '../harness/http-server.ts'
import { startIssuer } from '../harness/issuer.ts'

const library = await readFile(fileURLToPath(import.meta.resolve('@kinde/js-utils')), 'utf8')

/** One page for all addresses: signed in by the callback, or by what the browser kept. */
const script = `
import * as kinde from '/js-utils.js'
const { issuer, clientId } = await (await fetch('/settings.json')).json()
kinde.setActiveStorage(new kinde.MemoryStorage())
kinde.setInsecureStorage(new kinde.LocalStorage())
const redirectURL = location.origin + '/callback'
const show = (text) => { document.querySelector('output').textContent = text }
document.querySelector('#sign-in').onclick = async () => {
  const scope = ['openid', 'profile', 'email', 'offline']
  location.assign((await kinde.generateAuthUrl(issuer, 'login', { clientId, redirectURL, scope })).url)
}
document.querySelector('#sign-out').onclick = () =>
  location.assign(issuer + '/logout?redirect=' + encodeURIComponent(location.origin + '/signed-out'))
document.querySelector('#refresh').onclick = async () => {
  show('…')
  const { success } = await kinde.refreshToken({ domain: issuer, clientId })
  show(success ? 'refreshed' : 'not refreshed')
}
const urlParams = new URLSearchParams(location.search)
const result = urlParams.has('code')
  ? await kinde.exchangeAuthCode({ urlParams, domain: issuer, clientId, redirectURL })
  : await kinde.checkAuth({ domain: issuer, clientId })
show(result.success ? 'signed in as ' + (await kinde.getUserProfile()).email : 'signed out')
window.readable = () => JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }, result])
`
const html = `<!doctype html><title>Application</title>
<button id="sign-in">Sign in</button><button id="refresh">Refresh</button><button id="sign-out">Sign out</button>
<output></output><script type="module" src="/application.js"></script>`

let issuerUrl = ''
const application = await startHttpServer({ after }, ({ url }) => {
  const answers = new Map([
    ['/js-utils.js', { headers: { 'content-type': 'text/javascript' }, text: library }],
    ['/application.js', { headers: { 'content-type': 'text/javascript' }, text: script }],
    ['/settings.json', { headers: {}, text: JSON.stringify({ issuer: issuerUrl, clientId: spaClient.id }) }],
  ])
  return answers.get(url.pathname) ?? { headers: { 'content-type': 'text/html' }, text: html }
})
const origin = application.origin.replace('127.0.0.1', 'localhost')
const issuer = await startIssuer(
  { after },
  {
    directory: await directoryFixture({
      spa: {
        isCookieRefresh: true,
        redirectUris: [`${origin}/callback`],
        logoutUris: [`${origin}/signed-out`],
      },
    }),
  },
)
issuerUrl = issuer.url
const browser = await launchBrowser({ after })

const shown = (page: Page, text: string) => page.locator('output', { hasText: text }).waitFor()

async function signIn(): Promise<Page> {
  const page = await browser.newPage()
  await page.goto(origin)
  await shown(page, 'signed out')
  await page.click('#sign-in')
  await page.fill('[name=identifier]', ada.email)
  await page.fill('[name=password]', ada.password)
  await page.press('[name=password]', 'Enter')
  await shown(page, `signed in as ${ada.email}`)
  return page
}

describe('B12 Kinde’s browser library', () => {
  test('stays signed in over reloads, and no script of the page reads the refresh token', async () => {
    const page = await signIn()
    for (const reload of [1, 2, 3]) {
      await page.goto(`${origin}/reload-${String(reload)}`)
      await shown(page, `signed in as ${ada.email}`)
    }
    const cookies = await page.context().cookies(`${issuer.url}/oauth2/token`)
    const cookie = cookies.find(({ name }) => name === `refresh_token_${spaClient.id}`)
    assert.deepEqual([cookie?.httpOnly, cookie?.sameSite, cookie?.path], [true, 'Lax', '/oauth2/token'])
    const readable = String(await page.evaluate('readable()'))
    assert.match(readable, /_kbrte=1/)
    assert.equal(readable.includes(cookie?.value ?? 'a cookie'), false)
  })

  test('refreshes while the page is open, by what it remembers and by the cookie', async () => {
    const page = await signIn()
    for (const reload of [1, 2]) {
      await page.click('#refresh')
      await shown(page, 'refreshed')
      await page.goto(`${origin}/again-${String(reload)}`)
      await shown(page, `signed in as ${ada.email}`)
    }
  })

  test('stays signed in when several tabs load at once', async () => {
    const page = await signIn()
    const tabs = [page, ...(await Promise.all([1, 2, 3].map(() => page.context().newPage())))]
    for (const round of [1, 2, 3]) {
      await Promise.all(tabs.map((tab) => tab.goto(`${origin}/round-${String(round)}`)))
      await Promise.all(tabs.map((tab) => shown(tab, `signed in as ${ada.email}`)))
    }
    assert.deepEqual(await issuer.store.audit.list({ event: 'refresh_token.reused', limit: 1 }), [])
  })

  test('is signed out by a sign-out, and stays so', async () => {
    const page = await signIn()
    await page.click('#sign-out')
    await page.waitForURL(`${origin}/signed-out`)
    await shown(page, 'signed out')
    await page.goto(`${origin}/later`)
    await shown(page, 'signed out')
    assert.deepEqual(
      (await page.context().cookies()).filter(({ name }) => /refresh_token|_kbrte/.test(name)),
      [],
    )
  })
})
