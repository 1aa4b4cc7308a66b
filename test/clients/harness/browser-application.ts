// An application that runs in the browser: bundled by esbuild as its author would, served as static files, and used through its page.
// Each has the buttons "Sign in", "Refresh" and "Sign out", and shows the user and the access token's claims as JSON in #state.
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { build } from 'esbuild'
import type { Page } from 'playwright-core'
import { launchBrowser } from '../../harness/browser.ts'
import { fileNameOf } from './guide.ts'
import {
  applicationSources,
  createOrganization,
  fillInSignIn,
  lookAtAccount,
  openWorld,
  workFolder,
  type World,
} from './world.ts'

const html = `<!doctype html><meta charset="utf-8"><title>Shop</title><div id="root"></div>
<script type="module" src="/app.js"></script>`

interface Walk {
  /** The title of the guide's section. */
  readonly library: string
  /** Whether signing out asks the user first, as the standard's sign-out does and Kinde's does not. */
  readonly isSignOutConfirmed: boolean
  /** Texts of the application, and what stands there instead: another setting than the guide's first. */
  readonly replacing?: Readonly<Record<string, string>>
  /** What the library offers besides, as the signed-in user. */
  readonly more?: (page: Page, world: World) => Promise<void>
  /** Where the browser finds application and issuer; see {@link WorldOptions}. */
  readonly domain?: string
}

/** Signs in, refreshes twice, reloads and signs out. */
export async function walkBrowserApplication(t: TestContext, walk: Walk): Promise<void> {
  const { domain } = walk
  const world = await openWorld(t, walk.library, domain === undefined ? {} : { domain })
  await serveApplication(t, walk, world)
  const page = await (await launchBrowser(t)).newPage()

  await page.goto(world.applicationUrl)
  await page.click('text=Sign in')
  await fillInSignIn(page)
  const first = await signedInState(page)
  assert.equal(first.user.email, 'ada@example.com')
  assert.equal(first.accessToken.sub, 'kp_ada')

  let { jti } = first.accessToken
  for (let round = 0; round < 2; round += 1) {
    await page.click('text=Refresh')
    await page.waitForFunction(`document.querySelector('#state')?.textContent.includes('${jti}') === false`)
    const refreshed = await signedInState(page)
    assert.equal(refreshed.accessToken.sub, 'kp_ada')
    assert.notEqual(refreshed.accessToken.jti, jti)
    jti = refreshed.accessToken.jti
  }
  for (let round = 0; round < 2; round += 1) {
    await page.reload()
    assert.equal((await signedInState(page)).user.email, 'ada@example.com')
    assert.equal(new URL(page.url()).origin, world.applicationUrl, 'the user stays in the application')
  }

  await walk.more?.(page, world)
  await page.click('text=Sign out')
  if (walk.isSignOutConfirmed) await page.click('form[action$="/logout/confirm"] button[type=submit]')
  await page.waitForURL((url) => url.origin === world.applicationUrl)
  await page.waitForSelector('text=Sign in')
  await page.reload()
  await page.click('text=Sign in')
  await page.waitForSelector('input[name=password]')
}

/**
 * By the buttons "New organization" and "Account", which Kinde's libraries lead to the issuer with: the user creates an organization and gets
 * tokens of it, looks at the account, and goes back to the application.
 */
export async function createOrganizationAndOpenAccount(page: Page, world: World): Promise<void> {
  await page.click('text=New organization')
  const redeemed = page.waitForResponse(
    (response) => response.request().postData()?.includes('authorization_code') === true,
  )
  await createOrganization(page)
  await redeemed
  // An application may still show the token that it read while the code was redeemed.
  await page.reload()
  const { user, accessToken } = await signedInState(page)
  assert.deepEqual([user.email, accessToken.sub], ['ada@example.com', 'kp_ada'])
  assert.match(accessToken.org_code, /^org_(?!engines$)/)

  await page.click('text=Account')
  await lookAtAccount(page, world)
  await signedInState(page)
}

async function signedInState(page: Page) {
  await page.waitForSelector('text=Sign out')
  return JSON.parse(await page.innerText('#state'))
}

async function serveApplication(
  t: TestContext,
  { library, replacing = {} }: Walk,
  world: World,
): Promise<void> {
  const folder = await workFolder(t)
  const [source = ''] = await applicationSources(library)
  const file = join(folder, `${fileNameOf(library)}.jsx`)
  let code = source
  for (const [before, after] of Object.entries(replacing)) {
    assert.ok(code.includes(before))
    code = code.replace(before, after)
  }
  await writeFile(file, world.here(code))
  const outfile = join(folder, 'app.js')
  await build({
    entryPoints: [file],
    outfile,
    bundle: true,
    format: 'esm',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'silent',
  })
  const script = await readFile(outfile)
  const server = createServer((request, response) => {
    const isScript = request.url === '/app.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : html)
  })
  server.listen(Number(new URL(world.applicationUrl).port), 'localhost')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
}
