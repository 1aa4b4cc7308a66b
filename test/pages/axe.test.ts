// Each state of each page against axe-core's rules for WCAG 2.2 A and AA, in a real browser: on a phone in light colours, on a desk in dark
// ones. What axe cannot judge is in browser.test.ts and forms.test.ts.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import axe from 'axe-core'
import { z } from 'zod'
import { launchBrowser, type TestBrowser } from '../harness/browser.ts'
import type { LocalServer } from '../harness/http-server.ts'
import { hostedFixtures } from './fixtures.ts'
import { servePages } from './page-server.ts'

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const run = `axe.run(document, { runOnly: { type: 'tag', values: ${JSON.stringify(tags)} } })`
const results = z.looseObject({
  violations: z.array(z.looseObject({ id: z.string(), nodes: z.array(z.looseObject({ html: z.string() })) })),
  passes: z.array(z.unknown()),
})

const cleanUps: (() => Promise<void>)[] = []
const lifetime = { after: (cleanUp: () => Promise<void>) => void cleanUps.push(cleanUp) }
const pages = hostedFixtures('en')
let browser: TestBrowser
let server: LocalServer

before(async () => {
  browser = await launchBrowser(lifetime)
  server = await servePages(lifetime, pages)
})
after(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp()
})

for (const look of [
  { width: 375, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
] as const) {
  test(`C6: finds nothing to object to on any page: ${String(look.width)} px, ${look.colorScheme}`, async () => {
    const page = await browser.newPage(look)
    const found: string[] = []
    for (const name of Object.keys(pages)) {
      await page.goto(`${server.origin}/${name}`)
      await page.evaluate(`for (const fold of document.querySelectorAll('details')) fold.open = true`)
      await page.evaluate(axe.source)
      const { violations, passes } = results.parse(await page.evaluate(run))
      assert.ok(passes.length > 10, name)
      for (const { id, nodes } of violations)
        for (const { html } of nodes)
          found.push(`${name}: ${id}: ${html.replaceAll(/\s+/g, ' ').slice(0, 160)}`)
    }
    assert.deepEqual(found, [])
    await page.context().close()
  })
}
