// Through all pages of a running issuer, as a person with a browser goes: from an application and back to it. Whoever walks is told at
// each page and does there what it came for: looks for faults, or draws a picture.
import type { Page } from 'playwright-core'
import { z } from 'zod'
import { ada, deviceClient, directoryFixture, engines } from '../harness/directory-fixture.ts'
import { startHttpServer, type Lifetime, type LocalServer } from '../harness/http-server.ts'
import { startIssuer, type TestIssuer } from '../harness/issuer.ts'
import { authorizationUrl } from '../harness/signed-in-tokens.ts'

export interface LivePlace {
  readonly issuer: TestIssuer
  readonly application: LocalServer
}

export async function openPlace(lifetime: Lifetime): Promise<LivePlace> {
  const application = await startHttpServer(lifetime, () => ({
    headers: { 'content-type': 'text/html' },
    text: '<!doctype html><title>The application</title><link rel="icon" href="data:,">',
  }))
  const web = {
    redirectUris: [`${application.origin}/callback`],
    logoutUris: [`${application.origin}/signed-out`],
    homepageUri: `${application.origin}/`,
  }
  const directory = await directoryFixture({ isInBoth: true, web })
  const issuer = await startIssuer(lifetime, { directory, isEmailProofRequired: true })
  return { issuer, application }
}

export const hostileReason = `Not today. <script>document.title = 'run'</script><img src=x onerror="document.title = 'run'">`

function workflow(body: string): string {
  return `
export const workflowSettings = { id: 'walk', trigger: 'user:tokens_generation', bindings: { 'kinde.auth': {} } }
export default async function () {
  ${body}
}`
}

type At = (name: string) => Promise<void>

export async function walk(page: Page, place: LivePlace, tell: At): Promise<void> {
  const at: At = async (name) => {
    await focusGiven(page)
    await tell(name)
  }
  await passwords(page, place, at)
  await organizations(page, place, at)
  await refusals(page, place, at)
  await account(page, place, at)
  await device(page, place, at)
  await signingUp(page, place, at)
  await leaving(page, place, at)
}

function urlOf({ issuer, application }: LivePlace, params: Readonly<Record<string, string>> = {}): string {
  return authorizationUrl(issuer.url, { redirect_uri: `${application.origin}/callback`, ...params })
}

async function atApplication(page: Page, { application }: LivePlace): Promise<URLSearchParams> {
  await page.waitForURL(`${application.origin}/**`)
  return new URL(page.url()).searchParams
}

/** The browser focuses the page's field in its own time, and complains when somebody was faster, as on a busy machine. */
async function focusGiven(page: Page): Promise<void> {
  if ((await page.locator('[autofocus]').count()) > 0) await page.locator('[autofocus]:focus').waitFor()
}

async function fill(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  const [first = ''] = Object.keys(values)
  await page.locator(`input[name=${first}]`).waitFor()
  await focusGiven(page)
  for (const [name, value] of Object.entries(values)) await page.locator(`input[name=${name}]`).fill(value)
}

async function passwords(page: Page, place: LivePlace, at: At): Promise<void> {
  await page.goto(urlOf(place, { lang: 'de' }))
  await at('sign-in-de')
  await page.goto(urlOf(place))
  await at('sign-in')
  await fill(page, { identifier: ada.email, password: 'wrong password' })
  await page.click('#sign-in-submit')
  await at('wrong-password')
  await page.click('a[href*="view=forgotten-password"]')
  await at('forgotten-password')
  await fill(page, { email: ada.email })
  await page.click('#forgotten-password-submit')
  await at('check-mail')
  await page.goto(`${place.issuer.url}/reset-password?token=${await mailedToken(place)}`)
  await at('reset-password')
  await fill(page, { new_password: ada.password })
  await page.click('#set-password-submit')
  await at('password-changed')
  await page.click('#continue')
}

async function mailedToken({ issuer }: LivePlace): Promise<string> {
  await issuer.settle()
  return issuer.mails.at(-1)?.token ?? ''
}

/** The browser is at the sign-in form. */
async function organizations(page: Page, place: LivePlace, at: At): Promise<void> {
  await fill(page, { identifier: ada.email, password: ada.password })
  await page.click('#sign-in-submit')
  await at('choose-organization')
  await page.click(`button[value=${engines.code}]`)
  await atApplication(page, place)
  await page.goto(urlOf(place, { is_create_org: 'true', org_name: 'Looms & Co' }))
  await at('create-organization')
  await page.click('#create-organization-submit')
  await atApplication(page, place)
}

async function refusals(page: Page, place: LivePlace, at: At): Promise<void> {
  await place.issuer.deploy(workflow(`kinde.auth.denyAccess(${JSON.stringify(hostileReason)})`))
  await page.goto(urlOf(place, { org_code: engines.code }))
  await at('denied')
  await page.click('#back')
  const denied = await atApplication(page, place)
  if (denied.get('error') !== 'access_denied') throw new Error(`came back with ${denied.toString()}`)
  await place.issuer.deploy(workflow(`throw new Error('The customer file has no line for this user')`))
  await page.goto(urlOf(place, { org_code: engines.code }))
  await at('failed')
  await place.issuer.deploy(undefined)
  await page.click('#retry')
  await atApplication(page, place)
  await page.goto(urlOf(place, { org_code: 'org_of_others' }))
  await at('not-a-member')
  await page.goto(urlOf(place, { redirect_uri: `${place.application.origin}/other` }))
  await at('error')
}

async function account(page: Page, { issuer }: LivePlace, at: At): Promise<void> {
  await page.goto(`${issuer.url}/account`)
  await at('account')
  await page.click('#change-password')
  await fill(page, { current_password: 'not it', new_password: ada.password })
  await page.click('#set-password-submit')
  await at('change-password')
  await page.goto(`${issuer.url}/account`)
  await page.click('#to-profile')
  await fill(page, { given_name: 'Augusta Ada', family_name: 'King' })
  await page.click('#profile-submit')
  await page.locator('[role=status]').waitFor()
  await at('account-profile')
  await page.click('#delete-account')
  await fill(page, { current_password: 'not it' })
  await page.click('#delete-account-submit')
  await at('account-delete')
  await page.click('#cancel')
  await page.click('#to-organizations')
  await at('account-organizations')
  await page.click('.choice')
  await at('account-organization')
  await page.click('#to-sessions')
  await at('account-sessions')
}

const deviceAnswer = z.looseObject({ verification_uri_complete: z.string() })

async function device(page: Page, { issuer }: LivePlace, at: At): Promise<void> {
  const response = await fetch(`${issuer.url}/oauth2/device/auth`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: deviceClient.id, scope: 'openid profile email' }),
  })
  await page.goto(deviceAnswer.parse(await response.json()).verification_uri_complete)
  await at('enter-user-code')
  await page.click('#user-code-submit')
  await at('confirm-device')
  await page.click('#confirm')
  await page.click(`button[value=${engines.code}]`)
  await at('device-done')
}

async function signingUp(page: Page, place: LivePlace, at: At): Promise<void> {
  await page.goto(urlOf(place, { prompt: 'create' }))
  await at('sign-up')
  const grace = { given_name: 'Grace', family_name: 'Hopper', email: 'grace@example.com' }
  await fill(page, { ...grace, password: 'short' })
  await page.click('#sign-up-submit')
  await at('sign-up-faulty')
  await fill(page, { password: 'nanoseconds in a wire' })
  await page.click('#sign-up-submit')
  await at('check-mail-of-sign-up')
  await page.goto(`${place.issuer.url}/finish-sign-up?token=${await mailedToken(place)}`)
  await at('confirm-email')
  await page.click('#confirm')
  await atApplication(page, place)
}

async function leaving(page: Page, place: LivePlace, at: At): Promise<void> {
  await page.goto(`${place.issuer.url}/logout`)
  await at('sign-out')
  await page.click('#sign-out')
  await at('signed-out')
  await place.issuer.store.commit([{ kind: 'update-password', userId: ada.id, set: { due: 'temporary' } }])
  await page.goto(urlOf(place, { org_code: engines.code }))
  await fill(page, { identifier: ada.email, password: ada.password })
  await page.click('#sign-in-submit')
  await at('temporary-password')
  await fill(page, { current_password: ada.password, new_password: 'another one altogether' })
  await page.click('#set-password-submit')
  await atApplication(page, place)
}
