// Every page that takes something from a person, in a real browser without script, against everything that happens on the way: pressed
// twice, the answer lost, reloaded, gone back, cookies blocked, an hour's wait. Each cell of the table ends where the page leads without
// any of it, by what the pages themselves offer, and nothing is made twice.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { launchBrowser, type TestBrowser } from '../harness/browser.ts'
import {
  deviceClient,
  directoryFixture,
  engines,
  userChanges,
  weaving,
} from '../harness/directory-fixture.ts'
import { startHttpServer } from '../harness/http-server.ts'
import { startIssuer, type TestIssuer } from '../harness/issuer.ts'
import { startUnreliableProxy, type UnreliableProxy } from '../harness/unreliable-proxy.ts'
import { startWebApplication, type WebApplication } from '../harness/web-application.ts'

const password = 'correct horse battery staple'

interface World {
  readonly issuer: TestIssuer
  readonly proxy: UnreliableProxy
  readonly application: WebApplication
  /** The API that the workflow calls for one of the users. */
  readonly api: { isDown: boolean }
  readonly clock: { aheadMs: number }
}

interface Row {
  /** Who signs in; each row has users of its own, so that rows leave each other alone. */
  readonly user: string
  readonly open: (page: Page, world: World) => Promise<void>
  /** The button of the page, where it is not the first one. */
  readonly button?: string
  readonly ends: RegExp
  /** The form hands a result to the engine, by a way on of its own. */
  readonly isSignIn?: true
  /** Read when the browser sends no cookie. */
  readonly withoutCookies?: RegExp
  /** What the row makes once. */
  readonly makes?: (world: World) => Promise<number>
}

const idOf = (user: string) => `kp_${user.padStart(32, '0')}`
const emailOf = (user: string) => `${user}@example.com`

/** Through the pages, to the one that the row is about. */
async function signInFor(user: string, page: Page, world: World, params: Readonly<Record<string, string>>) {
  await page.goto(world.application.loginUrl(params))
  await arriving(page, () => fill(page, user, world))
}

/** Until the browser shows the next page, or the error of a connection that was cut. */
async function arriving(page: Page, leave: () => Promise<void>): Promise<void> {
  const arrived = page.waitForEvent('framenavigated')
  await leave()
  await arrived
  await page.waitForLoadState()
}

const rows: Readonly<Record<string, Row>> = {
  'the sign-in page': {
    user: 'signin',
    open: async (page, { application }) => void (await page.goto(application.loginUrl())),
    ends: /Signed in as kp_/,
    isSignIn: true,
  },
  'the sign-up page': {
    user: 'signup',
    open: async (page, { application }) => void (await page.goto(application.loginUrl({ prompt: 'create' }))),
    ends: /Signed in as kp_/,
    isSignIn: true,
    makes: async ({ issuer }) => (await issuer.store.directory.users({ size: 500 })).items.length,
  },
  'the page for a temporary password': {
    user: 'temporary',
    async open(page, world) {
      await resetPassword('temporary', world, true)
      await signInFor('temporary', page, world, {})
    },
    ends: /Signed in as kp_/,
    isSignIn: true,
  },
  'the choice of an organization': {
    user: 'choosing',
    open: (page, world) => signInFor('choosing', page, world, {}),
    ends: /Signed in as kp_/,
    isSignIn: true,
  },
  'the creation of an organization': {
    user: 'creating',
    open: (page, world) => signInFor('creating', page, world, { is_create_org: 'true', org_name: 'Looms' }),
    ends: /Signed in as kp_/,
    isSignIn: true,
    makes: async ({ issuer }) => (await issuer.store.directory.organizationsOf(idOf('creating'))).length,
  },
  'the refusal, by its other account': {
    user: 'denied',
    open: (page, world) => signInFor('denied', page, world, {}),
    button: '#other-account',
    ends: /Signed in as kp_/,
  },
  'the failed workflow, by its retry': {
    user: 'failing',
    async open(page, world) {
      world.api.isDown = true
      await signInFor('failing', page, world, {})
      world.api.isDown = false
    },
    ends: /Signed in as kp_/,
    isSignIn: true,
  },
  'the forgotten password': {
    user: 'forgetful',
    async open(page, { application }) {
      await page.goto(application.loginUrl())
      await page.goto(`${page.url().split('?')[0] ?? ''}?view=forgotten-password`)
    },
    ends: /Check your mail/,
  },
  'the confirmation of a device': {
    user: 'device',
    async open(page, world) {
      await page.goto(`${world.proxy.origin}/device`)
      await arriving(page, () => fill(page, 'device', world))
    },
    ends: /Your device is connected/,
    withoutCookies: /Enter the code/,
  },
  'the new password of an account': {
    user: 'changing',
    async open(page, world) {
      await resetPassword('changing', world, false)
      await signInFor('changing', page, world, {})
      await page.goto(`${world.proxy.origin}/account/password`)
    },
    ends: /Your password has been changed/,
  },
  'signing out': {
    user: 'leaving',
    async open(page, world) {
      await signInFor('leaving', page, world, {})
      await page.goto(`${world.proxy.origin}/account`)
    },
    button: '#sign-out',
    ends: /You are signed out/,
  },
}

interface Cell {
  readonly page: Page
  readonly world: World
  readonly row: Row
  /** Fills in the page that is open, and presses its button. */
  press(): Promise<void>
  /** Presses where the button was. */
  pressAgain(): Promise<void>
}

/** The requests that a button makes: its form, and the way on from a step. */
const form = /^POST /
const wayOn = /^GET \/(?:oauth2\/auth|device)\/[\w-]{20,}/

/** Resolves to `ended` where the page that is open is the end. */
const events: Readonly<Record<string, (cell: Cell) => Promise<void | 'ended'>>> = {
  'is only pressed': ({ page, press }) => arriving(page, press),
  'is pressed again before the answer': ({ page, world: { proxy }, press, pressAgain }) =>
    arriving(page, async () => {
      const held = proxy.hold(form)
      await press()
      await held.count(1)
      await pressAgain()
      await held.count(2)
      held.release()
    }),
  async 'loses the answer to its form'({ page, world: { proxy }, press }) {
    const lost = proxy.lose(form)
    await arriving(page, press)
    await lost
    await page.reload()
  },
  async 'loses the answer on the way on'({ page, world: { proxy }, row, press }) {
    if (!row.isSignIn) return arriving(page, press)
    const lost = proxy.lose(wayOn)
    await arriving(page, press)
    await lost
    await page.reload()
  },
  async 'is reloaded first'({ page, press }) {
    await page.reload()
    await arriving(page, press)
  },
  async 'is gone back to after its end'({ page, world: place, row, press }) {
    await arriving(page, press)
    await goOn(page, row, place)
    // A page that answered a form is the browser's to ask for: it says that it would send the form again.
    const isShown = await page.goBack().then(
      () => true,
      () => false,
    )
    if (!isShown) return 'ended'
    if (row.isSignIn) return undefined
    assert.ok((await page.locator('main form, main a.button').count()) > 0)
    return 'ended'
  },
  async 'has its cookies blocked'({ page, world: { proxy }, row, press }) {
    proxy.arePassingCookies = false
    await arriving(page, press)
    assert.match(await page.locator('body').innerText(), row.withoutCookies ?? /Allow cookies for this site/)
    proxy.arePassingCookies = true
  },
  async 'waits for an hour'({ page, world: { clock }, press }) {
    clock.aheadMs += 61 * 60_000
    await arriving(page, press)
  },
}

const cleanUps: (() => Promise<void>)[] = []
const lifetime = { after: (cleanUp: () => Promise<void>) => void cleanUps.push(cleanUp) }
let browser: TestBrowser
let world: World

before(async () => {
  browser = await launchBrowser(lifetime)
  const proxy = await startUnreliableProxy(lifetime)
  const application = await startWebApplication(lifetime, () => proxy.origin)
  const api = { isDown: false }
  const far = await startHttpServer(lifetime, () =>
    api.isDown ? { status: 500, json: {} } : { json: { ok: true } },
  )
  const clock = { aheadMs: 0 }
  const users = Object.values(rows).map(({ user }) => user)
  const people = await Promise.all(
    [...users, 'other'].map((user) => userChanges({ id: idOf(user), email: emailOf(user), password })),
  )
  const membership = (user: string, { code }: { readonly code: string }) =>
    ({
      kind: 'add-membership',
      membership: {
        organizationCode: code,
        userId: idOf(user),
        roleIds: [],
        permissionIds: [],
        joinedAtMs: 1,
      },
    }) as const
  const directory = await directoryFixture({
    web: { redirectUris: [`${application.origin}/callback`], homepageUri: `${application.origin}/` },
    more: [...people.flat(), membership('choosing', engines), membership('choosing', weaving)],
  })
  const issuer = await startIssuer(lifetime, {
    directory,
    issuer: proxy.origin,
    allow: [far.host],
    nowMs: () => Date.now() + clock.aheadMs,
    workflow: `
export const workflowSettings = { id: 'decide', trigger: 'user:tokens_generation', bindings: { 'kinde.auth': {}, 'kinde.fetch': {} } }
export default async function decide(event) {
  const { id } = event.context.user
  if (id === '${idOf('denied')}') kinde.auth.denyAccess('Not on Saturdays.')
  if (id !== '${idOf('failing')}') return
  const { json } = await kinde.fetch('${far.origin}/plan', { method: 'GET', responseFormat: 'json' })
  if (json.ok !== true) throw new Error('no plan')
}`,
  })
  proxy.target = issuer.url
  world = { issuer, proxy, application, api, clock }
})
after(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp()
})

async function resetPassword(
  user: string,
  { issuer: { store } }: World,
  isTemporary: boolean,
): Promise<void> {
  const [, , change] = await userChanges({ id: idOf(user), email: emailOf(user), password })
  assert.ok(change?.kind === 'add-password')
  const { userId, hash } = change.password
  await store.commit([
    { kind: 'update-password', userId, set: { hash, due: isTemporary ? 'temporary' : 'none' } },
  ])
}

let signUps = 0

/** What the person knows, by the name of a field. */
async function known(field: string, user: string, { proxy }: World): Promise<string> {
  switch (field) {
    case 'identifier':
      return emailOf(user)
    case 'email':
      signUps += 1
      return user === 'signup' ? `new-${String(signUps)}@example.com` : emailOf(user)
    case 'password':
    case 'current_password':
      return password
    case 'new_password':
      return 'another one altogether'
    case 'user_code': {
      const begun = await fetch(`${proxy.target}/oauth2/device/auth`, {
        method: 'POST',
        body: new URLSearchParams({ client_id: deviceClient.id, scope: 'openid' }),
      })
      return ((await begun.json()) as { readonly user_code: string }).user_code
    }
    default:
      return 'Looms'
  }
}

const fields = 'main form input:not([type=hidden])'

/**
 * Fills in the form of the page, and resolves to what presses its button: by raw clicks, as a person does, because Playwright's own wait
 * until a page has answered the first one.
 */
async function aim(page: Page, user: string, place: World, button?: string): Promise<() => Promise<void>> {
  for (const input of await page.locator(fields).all()) {
    const name = (await input.getAttribute('name')) ?? ''
    const isRefused = (await input.getAttribute('aria-invalid')) === 'true'
    if (isRefused || (await input.inputValue()) === '') await input.fill(await known(name, user, place))
  }
  const target = page.locator(button ?? 'main button.choice, main .button-primary').first()
  await target.scrollIntoViewIfNeeded()
  const box = await target.boundingBox()
  assert.ok(box)
  return () => page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
}

/** Does what the page asks for: fills in its form and sends it, or presses its first button. */
async function fill(page: Page, user: string, place: World, button?: string): Promise<void> {
  const press = await aim(page, user, place, button)
  await press()
}

/** Goes on by what each page offers until the row has ended. */
async function goOn(page: Page, row: Row, place: World): Promise<void> {
  const seen: string[] = []
  let user = row.user
  for (let steps = 0; steps < 8; steps += 1) {
    const text = await page.locator('body').innerText()
    if (row.ends.test(text) || /Signed in as kp_/.test(text)) return
    seen.push(text)
    assert.doesNotMatch(
      text,
      /Unknown state|code was refused|set up correctly|didn't work/,
      seen.join('\n---\n'),
    )
    if (row.user === 'denied') user = 'other'
    const isButtonHere = row.button !== undefined && (await page.locator(row.button).count()) > 0
    const button = isButtonHere ? row.button : undefined
    // oxlint-disable-next-line no-loop-func -- called at once
    await arriving(page, () => fill(page, user, place, button))
  }
  assert.fail(`no end:\n${seen.join('\n---\n')}`)
}

for (const [where, row] of Object.entries(rows)) {
  describe(where, () => {
    for (const [what, happen] of Object.entries(events)) {
      test(`ends as it should when it ${what}`, async () => {
        const page = await browser.newPage({ javaScriptEnabled: false })
        page.setDefaultTimeout(60_000)
        await row.open(page, world)
        const made = await row.makes?.(world)
        try {
          let pressAgain = async (): Promise<void> => assert.fail('nothing was pressed before')
          const press = async () => {
            pressAgain = await aim(page, row.user, world, row.button)
            await pressAgain()
          }
          const state = await happen({ page, world, row, press, pressAgain: () => pressAgain() })
          if (state !== 'ended') await goOn(page, row, world)
        } finally {
          world.proxy.calm()
          await page.context().close()
        }
        if (made !== undefined) assert.equal(await row.makes?.(world), made + 1)
      })
    }
  })
}
