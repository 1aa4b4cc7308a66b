// What every application on a server is put through. Each has the same addresses: `/` shows the user, `/login` and `/logout` lead to the
// issuer, `/refresh` shows the claims of the access token before and after a refresh.
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { launchBrowser } from '../../harness/browser.ts'
import { fillInSignIn, openWorld, runApplication, shownJson, type World } from './world.ts'

interface Walk {
  /** The title of the guide's section. */
  readonly library: string
  /** Whether signing out asks the user first, as the standard's sign-out does and Kinde's does not. */
  readonly isSignOutConfirmed: boolean
  /** The claims of the user as `/` shows them. */
  readonly user: Readonly<Record<string, unknown>>
}

interface SignedInApplication {
  readonly world: World
  /** The JSON that a path of the application shows. */
  shown(path: string): ReturnType<typeof shownJson>
  signOut(): Promise<void>
}

/** Signs in, refreshes twice and reloads. The caller looks at what the library offers besides, and signs out. */
export async function signedInApplication(
  t: TestContext,
  { library, isSignOutConfirmed, user }: Walk,
): Promise<SignedInApplication> {
  const world = await openWorld(t, library)
  await runApplication(t, library, world)
  const page = await (await launchBrowser(t)).newPage()
  const home = `${world.applicationUrl}/`
  const shown = (path: string) => shownJson(page, `${world.applicationUrl}${path}`)

  await page.goto(`${home}login`)
  await fillInSignIn(page)
  await page.waitForURL(home)
  const isShown = async () => {
    const claims = await shown('/')
    assert.deepEqual({ ...claims, ...user }, claims)
  }
  await isShown()
  for (let round = 0; round < 2; round += 1) {
    const { before, after } = await shown('/refresh')
    assert.notEqual(after.jti, before.jti)
    assert.equal(after.sub, 'kp_ada')
  }
  await isShown()

  const signOut = async () => {
    await page.goto(`${home}logout`)
    if (isSignOutConfirmed) await page.click('form[action$="/logout/confirm"] button[type=submit]')
    await page.waitForURL(home)
    assert.equal(await shown('/'), 'signed out')
    await page.goto(`${home}login`)
    await page.waitForSelector('input[name=password]')
  }
  return { world, shown, signOut }
}
