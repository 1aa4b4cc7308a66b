// The whole walk at a running issuer in a real browser, with script and without it, on a phone and on a desk.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launchBrowser, type TestBrowser } from '../harness/browser.ts'
import { openPlace, walk } from './live-walk.ts'
import { complaintsOf, lookAt } from './page-probe.ts'

const cleanUps: (() => Promise<void>)[] = []
const lifetime = { after: (cleanUp: () => Promise<void>) => void cleanUps.push(cleanUp) }
let browser: TestBrowser

before(async () => {
  browser = await launchBrowser(lifetime)
})
after(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp()
})

/** What goes without saying of each page. */
const expected = { tooWide: [], nameless: [], tooLow: [] }

for (const { width, javaScriptEnabled } of [
  { width: 1280, javaScriptEnabled: true },
  { width: 375, javaScriptEnabled: false },
]) {
  const circumstances = `${String(width)} px, ${javaScriptEnabled ? 'with' : 'without'} script`

  test(`every page fits, names its controls, and violates no policy: ${circumstances} (BR-06)`, async () => {
    const place = await openPlace(lifetime)
    const page = await browser.newPage({ width, javaScriptEnabled })
    page.setDefaultTimeout(60_000)
    const complaints = complaintsOf(page, [place.issuer.url, place.application.origin])
    const seen: string[] = []

    await walk(page, place, async (name) => {
      seen.push(name)
      const { targets: _, ...faults } = await lookAt(page)
      assert.deepEqual(faults, expected, name)
      assert.notEqual(await page.title(), 'run', name)
    })

    assert.equal(seen.length, 30)
    assert.deepEqual(complaints, [])
    await page.context().close()
  })
}
