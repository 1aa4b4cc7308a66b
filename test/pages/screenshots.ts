// Draws every page into a folder, for looking at: `node test/pages/screenshots.ts FOLDER [PART OF A NAME]`.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { languages } from '../../src/pages/index.ts'
import { launchBrowser } from '../harness/browser.ts'
import { hostedFixtures } from './fixtures.ts'
import { servePages } from './page-server.ts'

const [folder, part = ''] = process.argv.slice(2)
if (folder === undefined) throw new Error('name the folder for the pictures')
await mkdir(folder, { recursive: true })

const cleanUps: (() => Promise<void>)[] = []
const lifetime = { after: (cleanUp: () => Promise<void>) => void cleanUps.push(cleanUp) }
try {
  const browser = await launchBrowser(lifetime)
  for (const language of languages) {
    const pages = hostedFixtures(language)
    const { origin } = await servePages(lifetime, pages)
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [375, 1280]) {
        const page = await browser.newPage({ width, height: width === 375 ? 720 : 800, colorScheme })
        for (const name of Object.keys(pages)) {
          const picture = `${name}-${language}-${colorScheme}-${width}`
          if (!picture.includes(part)) continue
          await page.goto(`${origin}/${name}`)
          await page.screenshot({ path: join(folder, `${picture}.png`), fullPage: true })
        }
        await page.close()
      }
    }
  }
} finally {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp()
}
