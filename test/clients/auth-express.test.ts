// Auth.js with its provider for Kinde.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { launchBrowser } from '../harness/browser.ts'
import { ada, fillInSignIn, openWorld, runApplication, shownJson } from './harness/world.ts'

test('@auth/express with the Kinde provider signs in, refreshes, stays signed in and signs out', async (t) => {
  const world = await openWorld(t, '@auth/express')
  await runApplication(t, '@auth/express', world)
  const page = await (await launchBrowser(t)).newPage()
  const home = `${world.applicationUrl}/`

  const signIn = async () => {
    await page.goto(`${home}auth/signin?callbackUrl=/`)
    await page.click('text=Sign in with Kinde')
  }
  await signIn()
  await fillInSignIn(page)
  await page.waitForURL(home)
  const before = await shownJson(page, home)
  assert.equal(before.email, ada.email)
  assert.equal(before.name, 'Ada Lovelace')
  assert.equal(before.accessToken.sub, 'kp_ada')

  for (let round = 0; round < 2; round += 1) {
    const previous = await shownJson(page, home)
    await page.evaluate(`(async () => {
      const { csrfToken } = await (await fetch('/auth/csrf')).json()
      await fetch('/auth/session', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ csrfToken, data: {} }),
      })
    })()`)
    const after = await shownJson(page, home)
    assert.equal(after.email, ada.email)
    assert.notEqual(after.accessToken.jti, previous.accessToken.jti)
  }

  await page.goto(`${home}auth/signout?callbackUrl=/signed-out`)
  await page.click('button[type=submit]')
  await page.waitForURL(home)
  assert.equal(await shownJson(page, home), 'signed out')
  await signIn()
  await page.waitForSelector('input[name=password]')
})
