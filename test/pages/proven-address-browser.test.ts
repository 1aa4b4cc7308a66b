// C8 in a real browser: two people, each with their own, and one address that belongs to the second.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { launchBrowser, type TestBrowser } from '../harness/browser.ts'
import { openPlace, type LivePlace } from './live-walk.ts'
import { complaintsOf, lookAt } from './page-probe.ts'
import { authorizationUrl } from '../harness/signed-in-tokens.ts'

const cleanUps: (() => Promise<void>)[] = []
const lifetime = { after: (cleanUp: () => Promise<void>) => void cleanUps.push(cleanUp) }
let browser: TestBrowser

before(async () => {
  browser = await launchBrowser(lifetime)
})
after(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp()
})

const address = 'grace@example.com'
const ofStranger = 'chosen by a stranger'
const ofOwner = 'chosen by the owner'
const draft = `
export const workflowSettings = {
  id: 'draft', trigger: 'user:tokens_generation', bindings: { 'kinde.idToken': {} },
}
export default async function () { kinde.idToken.setCustomClaim('version', 'draft') }`

function urlOf({ issuer, application }: LivePlace, params: Readonly<Record<string, string>> = {}): string {
  return authorizationUrl(issuer.url, { redirect_uri: `${application.origin}/callback`, ...params })
}

async function fill(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(values)) await page.locator(`input[name=${name}]`).fill(value)
}

async function signIn(page: Page, place: LivePlace, password: string): Promise<void> {
  await page.goto(urlOf(place))
  await fill(page, { identifier: address, password })
  await page.click('#sign-in-submit')
}

for (const { width, javaScriptEnabled } of [
  { width: 1280, javaScriptEnabled: true },
  { width: 375, javaScriptEnabled: false },
]) {
  test(`C8: lets the owner of the address choose the password, and enter that of a preview: ${String(width)} px`, async () => {
    const place = await openPlace(lifetime)
    const stranger = await browser.newPage({ width, javaScriptEnabled })
    const owner = await browser.newPage({ width, javaScriptEnabled })
    const complaints = complaintsOf(owner, [place.issuer.url, place.application.origin])
    await stranger.goto(urlOf(place, { prompt: 'create' }))
    await fill(stranger, {
      given_name: 'Mallory',
      family_name: 'Malice',
      email: address,
      password: ofStranger,
    })
    await stranger.click('#sign-up-submit')
    await place.issuer.settle()

    await owner.goto(`${place.issuer.url}/finish-sign-up?token=${place.issuer.mails.at(-1)?.token ?? ''}`)
    const { targets: _, ...faults } = await lookAt(owner)
    assert.deepEqual(faults, { tooWide: [], nameless: [], tooLow: [] })
    assert.equal(await owner.inputValue('input[name=given_name]'), 'Mallory')
    await fill(owner, { given_name: 'Grace', family_name: 'Hopper', new_password: ofOwner })
    await owner.click('#confirm-submit')
    await owner.getByRole('heading', { name: 'Your address is confirmed' }).waitFor()

    await signIn(stranger, place, ofStranger)
    await stranger.getByRole('alert').waitFor()
    await signIn(owner, place, ofOwner)
    await owner.waitForURL(`${place.application.origin}/callback?**`)

    // The same person is invited to try a version that is not live (C§6.11): its password is asked for, and theirs is not.
    const preview = await place.issuer.preview(draft)
    await owner.goto(urlOf(place, { deploy_id: preview.deploymentId }))
    await owner.getByRole('heading', { name: 'Preview a new version' }).waitFor()
    for (const password of ['not the password', preview.password]) {
      // oxlint-disable-next-line no-await-in-loop -- one page after the other
      await fill(owner, { preview_password: password })
      // oxlint-disable-next-line no-await-in-loop
      await owner.click('#preview-submit')
      // oxlint-disable-next-line no-await-in-loop
      if (password !== preview.password) await owner.getByRole('alert').waitFor()
    }
    await owner.waitForURL(`${place.application.origin}/callback?**`)
    await place.issuer.store.invocations.flush()
    const [newest] = await place.issuer.store.invocations.list({ limit: 1 })
    assert.equal(newest?.deploymentId, preview.deploymentId)
    assert.deepEqual(complaints, [])
  })
}
