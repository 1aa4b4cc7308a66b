// Every page in a real browser, over HTTP and under its own headers: on a phone and on a desk, light and dark. What a
// person would trip over is looked for in the rendered page, not in the markup.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { z } from 'zod'
import { languages, type Language } from '../../src/pages/index.ts'
import { launchBrowser, type TestBrowser } from '../harness/browser.ts'
import type { LocalServer } from '../harness/http-server.ts'
import { hostedFixtures } from './fixtures.ts'
import { complaintsOf, lookAt } from './page-probe.ts'
import { servePages } from './page-server.ts'

const markup = `"><script>document.title = 'run'</script><img src=x onerror="document.title = 'run'">'`

/** Runs in the page: what has the focus, and whether one can see that. */
const focusProbe = `(() => {
  const element = document.activeElement
  const { outlineStyle, outlineWidth } = getComputedStyle(element)
  return {
    tag: element.tagName,
    text: element.outerHTML.slice(0, 120),
    isSeen: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
  }
})()`
const focused = z.strictObject({ tag: z.string(), text: z.string(), isSeen: z.boolean() })

const cleanUps: (() => Promise<void>)[] = []
const lifetime = { after: (cleanUp: () => Promise<void>) => void cleanUps.push(cleanUp) }
const pages = { en: hostedFixtures('en'), de: hostedFixtures('de') } as const satisfies Record<
  Language,
  object
>
const servers = new Map<Language, LocalServer>()
let browser: TestBrowser

before(async () => {
  browser = await launchBrowser(lifetime)
  for (const language of languages) servers.set(language, await servePages(lifetime, pages[language]))
})
after(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp()
})

function originOf(language: Language): string {
  return servers.get(language)?.origin ?? ''
}

describe('every page', () => {
  for (const language of languages) {
    for (const width of [375, 1280]) {
      for (const colorScheme of ['light', 'dark'] as const) {
        test(`fits, names all its controls and keeps its policy: ${language}, ${width} px, ${colorScheme}`, async () => {
          const page = await browser.newPage({ width, colorScheme })
          const origin = originOf(language)
          const complaints = complaintsOf(page, [origin])
          for (const name of Object.keys(pages[language])) {
            await page.goto(`${origin}/${name}`)
            await page.evaluate(`for (const fold of document.querySelectorAll('details')) fold.open = true`)
            const { targets, ...faults } = await lookAt(page)
            assert.deepEqual(faults, { tooWide: [], nameless: [], tooLow: [] }, name)
            assert.ok(targets > 0, name)
          }
          assert.deepEqual(complaints, [])
          await page.context().close()
        })
      }
    }
  }

  test('shows where the focus is, wherever the keyboard leads', async () => {
    const page = await browser.newPage()
    for (const name of Object.keys(pages.en)) {
      await page.goto(`${originOf('en')}/${name}`)
      const { targets } = await lookAt(page)
      for (let step = 0; step < targets; step += 1) {
        await page.keyboard.press('Tab')
        const { tag, text, isSeen } = focused.parse(await page.evaluate(focusProbe))
        if (tag !== 'BODY') assert.ok(isSeen, `${name}: ${text}`)
      }
    }
    await page.context().close()
  })

  test('runs nothing that its view model holds, even if the policy were not there (BR-07)', async () => {
    const page = await browser.newPage()
    for (const [name, fixture] of Object.entries(pages.en)) {
      await page.setContent(fixture.withEveryText(markup))
      assert.notEqual(await page.title(), 'run', name)
      assert.equal(
        await page.locator('script:not([src^="/assets/"]), img[src=x], [onerror]').count(),
        0,
        name,
      )
    }
    await page.context().close()
  })

  test('looks the same without script', async () => {
    const page = await browser.newPage({ javaScriptEnabled: false })
    await page.goto(`${originOf('en')}/sign-up-faulty`)
    assert.equal(await page.getByRole('alert').count(), 1)
    assert.equal(await page.getByLabel('Email address').inputValue(), 'ada@example')
    await page.context().close()
  })

  test('puts the focus into the first faulty field', async () => {
    const page = await browser.newPage()
    await page.goto(`${originOf('en')}/sign-up-faulty`)
    // A browser gives `autofocus` its focus when it next draws, which may be after the load event.
    await page.waitForFunction('document.activeElement !== document.body')
    assert.equal(await page.evaluate('document.activeElement.id'), 'email')
    await page.context().close()
  })
})
