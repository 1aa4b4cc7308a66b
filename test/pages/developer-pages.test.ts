// What a developer sees on pages: the playground, and a failed sign-in in development.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { WorkflowError } from '../../src/errors/index.ts'
import { playgroundLandingPage } from '../../src/pages/index.ts'
import { launchBrowser, type TestBrowser } from '../harness/browser.ts'
import { ada, directoryFixture } from '../harness/directory-fixture.ts'
import { startIssuer } from '../harness/issuer.ts'
import { authorizationUrl } from '../harness/signed-in-tokens.ts'
import { userAgent } from '../harness/user-agent.ts'
import { shownText } from '../harness/visitor.ts'
import { hostedFixtures } from './fixtures.ts'
import { page as fixture } from './page-fixture.ts'
import { complaintsOf } from './page-probe.ts'
import { servePages } from './page-server.ts'

const cleanUps: (() => Promise<void>)[] = []
const lifetime = { after: (cleanUp: () => Promise<void>) => void cleanUps.push(cleanUp) }
const message = 'The workflow has 2 mistakes:\n  a.ts:1:2  Expected "}"\n  b.ts:3:4  Unknown name'
const pages = {
  ...hostedFixtures('en'),
  'several-mistakes': fixture(playgroundLandingPage, {
    language: 'en',
    brand: { application: 'Mintage' },
    signIn: { kind: 'link', href: '/sign-in' },
    buildError: { code: 'workflow_syntax', message },
    invocations: [],
  }),
}
let browser: TestBrowser
let origin: string

before(async () => {
  browser = await launchBrowser(lifetime)
  origin = (await servePages(lifetime, pages)).origin
})
after(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp()
})

test('E6: shows a build error with its line ends, as the terminal does', async () => {
  const page = await browser.newPage({ width: 1280 })
  await page.goto(`${origin}/several-mistakes`)
  const lines = (await page.locator('.failure-message').innerText()).split('\n').map((line) => line.trim())
  assert.deepEqual(
    lines,
    message.split('\n').map((line) => line.trim()),
  )
  await page.context().close()
})

test('E6: keeps the event folded, and leads the keyboard past the buttons to the result', async () => {
  const page = await browser.newPage({ width: 1280 })
  await page.goto(`${origin}/playground-result`)
  assert.equal(await page.locator('#event').isVisible(), false)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  assert.equal(await page.evaluate('document.activeElement.id'), 'result')
  await page.context().close()
})

test('E6: copies what stands beside a button, under the policy of the page', async () => {
  const page = await browser.newPage({ width: 375 })
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin })
  const complaints = complaintsOf(page, [origin])
  await page.goto(`${origin}/playground-result`)
  await page.locator('summary', { hasText: 'Event received' }).click()
  await page.getByRole('button', { name: 'Copy Event received' }).click()
  await page.getByRole('button', { name: 'Copied Event received' }).waitFor()
  const copied: unknown = JSON.parse(String(await page.evaluate('navigator.clipboard.readText()')))
  assert.deepEqual(copied, JSON.parse((await page.locator('#event').textContent()) ?? ''))
  assert.deepEqual(complaints, [])
  await page.context().close()
})

test('E6: has no copy button without script, and breaks names of claims between words', async () => {
  const page = await browser.newPage({ width: 1280, javaScriptEnabled: false })
  await page.goto(`${origin}/playground-result`)
  assert.equal(await page.locator('.copy').first().isVisible(), false)
  assert.match(await page.content(), /<code>feature_<wbr>flags<\/code>/)
  await page.context().close()
})

test('E6: says on the page of a failed sign-in that the last edit does not build, and so is not what failed', async (t) => {
  const edit = new WorkflowError('workflow_syntax', 'Expected "}" but found end of file.')
  const workflow = `
export const workflowSettings = { id: 'throws', trigger: 'user:tokens_generation' }
export default async function () { throw new Error('of the version before') }`
  let failed: WorkflowError | undefined
  const issuer = await startIssuer(t, {
    directory: await directoryFixture(),
    workflow,
    buildError: () => failed,
  })
  const agent = userAgent(issuer.url)
  const entrance = await agent.get(authorizationUrl(issuer.url))
  const first = await agent.submit(entrance, '/sign-in', { identifier: ada.email, password: ada.password })
  assert.doesNotMatch(shownText(first.text), /does not build/)
  failed = edit
  const second = await agent.submit(first, '/retry')
  assert.match(
    shownText(second.text),
    /Your last edit doesn\S*t build.*Expected .+ but found end of file\..*The previous version.*of the version before/,
  )
})
