// Kinde's SDK for Next.js: a small application, built and started as in production.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { launchBrowser } from '../harness/browser.ts'
import {
  ada,
  createOrganization,
  fillInSignIn,
  lookAtAccount,
  openWorld,
  shownJson,
  startProgram,
  workFolder,
  type World,
} from './harness/world.ts'

const application = fileURLToPath(new URL('apps/kinde-auth-nextjs', import.meta.url))
const next = fileURLToPath(new URL('node_modules/next/dist/bin/next', import.meta.url))

/** Builds the application for this world and starts it. */
async function openApplication(t: TestContext, { here, applicationUrl }: World): Promise<void> {
  const folder = await workFolder(t)
  await cp(application, folder, { recursive: true })
  const settings = here(await readFile(join(application, '.env.local'), 'utf8'))
  await writeFile(join(folder, '.env.local'), `NEXT_TELEMETRY_DISABLED=1\n${settings}`)
  await promisify(execFile)(process.execPath, [next, 'build'], { cwd: folder })
  await startProgram(t, [next, 'start', '--port', new URL(applicationUrl).port], {
    isReady: /Ready/,
    cwd: folder,
  })
}

async function state(page: Page) {
  return JSON.parse(await page.innerText('#state'))
}

test('@kinde-oss/kinde-auth-nextjs signs in, protects a page, refreshes, stays signed in, creates an organization, opens the account and signs out', async (t) => {
  const world = await openWorld(t, '@kinde-oss/kinde-auth-nextjs', {
    // Shorter than what the SDK keeps in reserve, so that its middleware refreshes with each request.
    yaml: 'settings: { tokenLifetimes: { accessToken: 15 } }\n',
  })
  await openApplication(t, world)
  const page = await (await launchBrowser(t)).newPage()
  const home = `${world.applicationUrl}/`

  await page.goto(`${home}profile`)
  await fillInSignIn(page)
  await page.waitForURL(`${home}profile`)
  assert.deepEqual(JSON.parse(await page.innerText('#profile')), {
    email: ada.email,
    organization: 'org_engines',
  })

  await page.goto(home)
  const { user, accessToken } = await state(page)
  assert.deepEqual([user.id, user.email, user.given_name], ['kp_ada', ada.email, 'Ada'])
  let { jti } = accessToken
  for (let round = 0; round < 2; round += 1) {
    await page.click('text=Refresh')
    await page.waitForFunction(`document.querySelector('#state')?.textContent.includes('${jti}') === false`)
    ;({ jti } = (await state(page)).accessToken)
  }
  for (let round = 0; round < 2; round += 1) {
    await page.goto(`${home}profile`)
    await page.goto(home)
    const next = (await state(page)).accessToken.jti
    assert.notEqual(next, jti, 'the middleware has refreshed')
    jti = next
  }
  await page.reload()
  assert.equal((await state(page)).user.email, ada.email)
  const setup = await shownJson(page, `${home}api/auth/setup`) // what the SDK's hooks for the browser read
  assert.deepEqual([setup.message, setup.user.email], ['OK', ada.email])

  await page.goto(`${home}api/auth/create_org?org_name=Weaving%20Mill`)
  await createOrganization(page)
  await page.waitForURL((url) => url.origin === world.applicationUrl)
  await page.goto(home)
  assert.match((await state(page)).accessToken.org_code, /^org_(?!engines$)/)
  await page.goto(`${home}api/auth/portal?returnUrl=${encodeURIComponent(home)}`)
  await lookAtAccount(page, world)

  await page.click('text=Sign out')
  await page.waitForURL(home)
  await page.click('text=Sign in')
  await page.waitForSelector('input[name=password]')
})
