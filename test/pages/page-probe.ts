// What a person would trip over on a page, looked for in the rendered page: text that leaves the screen, controls without a name or too
// small for a thumb, and what the browser itself complains of.
import type { ConsoleMessage, Page } from 'playwright-core'
import { z } from 'zod'

/** Runs in the page. Text that is cut on purpose stays inside its box, so boxes are what is measured. */
const probe = `(() => {
  const visible = (element) => element.checkVisibility() && element.getClientRects().length > 0
  const name = (element) => (element.labels?.[0] ?? element).textContent.trim() || element.getAttribute('aria-label')
  const told = (element) => element.outerHTML.slice(0, 120)
  const all = [...document.querySelectorAll('body *')].filter(visible)
  const targets = all.filter((element) => element.matches('a, button, summary, input:not([type=hidden])'))
  return {
    tooWide: all.filter((element) => {
      const { left, right } = element.getBoundingClientRect()
      return left < -1 || right > innerWidth + 1
    }).map(told),
    nameless: targets.filter((element) => !name(element)).map(told),
    // A label that holds its control is what a finger meets.
    tooLow: targets
      .filter((element) => (element.closest('label') ?? element).getBoundingClientRect().height < 43.5)
      .map(told),
    targets: targets.length,
  }
})()`
const lookSchema = z.strictObject({
  tooWide: z.array(z.string()),
  nameless: z.array(z.string()),
  tooLow: z.array(z.string()),
  targets: z.number(),
})

export async function lookAt(page: Page): Promise<z.infer<typeof lookSchema>> {
  return lookSchema.parse(await page.evaluate(probe))
}

/** Complaints of the browser (a violated policy is one) and requests that leave these origins. */
export function complaintsOf(page: Page, origins: readonly string[]): string[] {
  const found: string[] = []
  page.on('console', (message) => {
    if (!isStatusOfPage(message)) found.push(message.text())
  })
  page.on('pageerror', (error) => found.push(String(error)))
  page.on('request', (request) => {
    const isKnown = origins.some((origin) => request.url().startsWith(`${origin}/`))
    if (!isKnown && !request.url().startsWith('data:')) found.push(request.url())
  })
  return found
}

/** A page that says 400 or 403 is no fault; a stylesheet that does is one. */
function isStatusOfPage(message: ConsoleMessage): boolean {
  const isStatus = message.text().startsWith('Failed to load resource: the server responded with a status')
  return isStatus && !message.location().url.includes('/assets/')
}
