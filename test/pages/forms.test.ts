// The forms of the pages, for people who listen to them, who type on a phone, and who use a password manager.
import assert from 'node:assert/strict'
import { after, before, describe, test, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { launchBrowser, type TestBrowser } from '../harness/browser.ts'
import { ada, directoryFixture, engines, weaving } from '../harness/directory-fixture.ts'
import { startIssuer } from '../harness/issuer.ts'
import { authorizationUrl } from '../harness/signed-in-tokens.ts'
import { userAgent } from '../harness/user-agent.ts'
import { shownText, signIn } from '../harness/visitor.ts'
import { complaintsOf } from './page-probe.ts'

const cleanUps: (() => Promise<void>)[] = []
let browser: TestBrowser

before(async () => {
  browser = await launchBrowser({ after: (cleanUp) => void cleanUps.push(cleanUp) })
})
after(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp()
})

async function opened(t: TestContext) {
  const issuer = await startIssuer(t, { directory: await directoryFixture() })
  return { issuer, agent: userAgent(issuer.url) }
}

async function openPage(t: TestContext, options: Parameters<TestBrowser['newPage']>[0] = {}) {
  const { issuer } = await opened(t)
  const page = await browser.newPage(options)
  t.after(() => page.context().close())
  return { issuer, page, complaints: complaintsOf(page, [issuer.url]) }
}

/** What a screen reader reads after the name of the field. */
async function descriptionOf(page: Page, field: string): Promise<string> {
  const ids = (await page.locator(`#${field}`).getAttribute('aria-describedby')) ?? ''
  const texts = ids
    .split(' ')
    .filter(Boolean)
    .map((id) => page.locator(`#${id}`).innerText())
  return (await Promise.all(texts)).join(' ')
}

function tagOf(html: string, id: string): string {
  return new RegExp(`<input\\b[^>]*\\sid="${id}"[^>]*>`).exec(html)?.[0].replaceAll(/\s+/g, ' ') ?? ''
}

test('C6: ties the wrong-password error to both fields, as an error of each', async (t) => {
  const { issuer, page } = await openPage(t)
  await page.goto(authorizationUrl(issuer.url))
  await page.fill('#identifier', ada.email)
  await page.fill('#password', 'not this one')
  await page.click('#sign-in-submit')
  await page.getByRole('alert').waitFor()
  for (const field of ['identifier', 'password']) {
    assert.match(await descriptionOf(page, field), /The email address or the password is incorrect/)
    assert.equal(await page.locator(`#${field}`).getAttribute('aria-invalid'), 'true')
  }
})

describe('C6: a form', () => {
  test('C6: shows all of its problems at once, at sign-up', async (t) => {
    const { issuer, agent } = await opened(t)
    const page = await agent.get(authorizationUrl(issuer.url, { prompt: 'create' }))
    const values = { given_name: 'x'.repeat(101), email: 'ada@', password: 'short' }
    const again = await agent.submit(page, '/sign-up', values)
    for (const field of ['given_name', 'email', 'password'])
      assert.match(again.text, new RegExp(`id="${field}-problem"`))
  })

  test('C6: shows all of its problems at once, at a change of the password', async (t) => {
    const { issuer, agent } = await opened(t)
    await signIn(agent, authorizationUrl(issuer.url))
    const form = await agent.get('/account/password')
    const values = { current_password: 'not it', new_password: 'short' }
    const again = await agent.submit(form, '/account/password', values)
    assert.match(shownText(again.text), /not your current password.*Choose a longer password/)
    const empty = await agent.submit(form, '/account/password', { current_password: '', new_password: '' })
    assert.equal(empty.text.match(/Fill in this field/g)?.length, 2)
  })

  test('C6: takes a sign-up without names, and says that they are optional', async (t) => {
    const { issuer, agent } = await opened(t)
    const page = await agent.get(authorizationUrl(issuer.url, { prompt: 'create' }))
    for (const name of ['given_name', 'family_name']) assert.doesNotMatch(tagOf(page.text, name), /required/)
    assert.match(shownText(page.text), /First name \(optional\) Last name \(optional\)/)
    const values = { email: 'cher@example.com', password: 'a password of some length' }
    assert.notEqual((await agent.submit(page, '/sign-up', values)).location, undefined)
    assert.match(shownText((await agent.get('/account')).text), /Hello cher@example\.com/)
  })

  test('C6: tells a password manager whose password it sets', async (t) => {
    const { issuer, agent } = await opened(t)
    await signIn(agent, authorizationUrl(issuer.url))
    const change = await agent.get('/account/password')
    assert.match(change.text, /name="username"\s+value="ada@example\.com"\s+autocomplete="username"/)
    await agent.submit(await agent.get('/forgotten-password'), '/forgotten-password', { email: ada.email })
    await issuer.settle()
    const reset = await agent.get(`/reset-password?token=${issuer.mails[0]?.token ?? ''}`)
    assert.match(reset.text, /name="username"\s+value="ada@example\.com"\s+autocomplete="username"/)
  })

  test('C6: brings up the right keyboard, and corrects no identifier, password or code', async (t) => {
    const { issuer, agent } = await opened(t)
    const entrance = (await agent.get(authorizationUrl(issuer.url))).text
    const device = (await agent.get('/device')).text
    for (const tag of [
      tagOf(entrance, 'identifier'),
      tagOf(entrance, 'password'),
      tagOf(device, 'user_code'),
    ])
      assert.match(tag, /autocapitalize="none" autocorrect="off" spellcheck="false"/)
    assert.match(tagOf(entrance, 'identifier'), /inputmode="email"/)
  })
})

describe('C6: a password', () => {
  test('C6: is shown and hidden by a button, under the policy of the page, and sent as a password', async (t) => {
    const { issuer, page, complaints } = await openPage(t, { width: 375 })
    await page.goto(authorizationUrl(issuer.url))
    await page.fill('#password', 'seen by me alone')
    assert.equal(await page.locator('#password').getAttribute('type'), 'password')
    await page.getByRole('button', { name: 'Show password' }).click()
    assert.equal(await page.locator('#password').getAttribute('type'), 'text')
    await page.getByRole('button', { name: 'Hide password' }).click()
    assert.equal(await page.locator('#password').getAttribute('type'), 'password')
    assert.deepEqual(complaints, [])
  })

  test('C6: has no such button without script', async (t) => {
    const { issuer, page } = await openPage(t, { javaScriptEnabled: false })
    await page.goto(authorizationUrl(issuer.url))
    assert.equal(await page.locator('.field-reveal').isVisible(), false)
  })
})

test('C6: keeps names of people, organizations and applications in their own direction of writing', async (t) => {
  const name = 'אנליטי'
  const directory = await directoryFixture({ isInBoth: true, web: { name } })
  const issuer = await startIssuer(t, { directory })
  const agent = userAgent(issuer.url)
  const entrance = await agent.get(authorizationUrl(issuer.url))
  assert.match(entrance.text, new RegExp(`<bdi>${name}</bdi>`))
  const choice = await agent.submit(entrance, '/sign-in', { identifier: ada.email, password: ada.password })
  for (const isolated of [name, engines.name, weaving.name, ada.email])
    assert.match(choice.text, new RegExp(`<bdi[^>]*>\\s*${isolated}\\s*</bdi>`))
})
