// A real Chromium, started for one test file and ended with it. The browser comes with the dev dependencies, so that a
// machine needs nothing else; it runs as root and without a screen.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import chromium from '@sparticuz/chromium'
import { chromium as playwright, type Browser, type Page } from 'playwright-core'
import type { Lifetime } from './http-server.ts'

export interface PageOptions {
  /** In CSS pixels. */
  readonly width?: number
  readonly height?: number
  readonly colorScheme?: 'light' | 'dark'
  readonly javaScriptEnabled?: boolean
}

export interface TestBrowser {
  /** A page in a context of its own: no cookie of another test. Closed with the browser, if not before. */
  newPage(options?: PageOptions): Promise<Page>
}

/** Flags of the package that would make this another browser than people have: the rules of origins must hold. */
const unwanted: ReadonlySet<string> = new Set([
  '--disable-web-security',
  '--allow-running-insecure-content',
  '--disable-site-isolation-trials',
  '--single-process',
])

export async function launchBrowser(lifetime: Lifetime): Promise<TestBrowser> {
  const browser = await playwright.launch({
    executablePath: join(await unpackedBrowser(), 'chromium'),
    args: [
      ...chromium.args.filter((flag) => !unwanted.has(flag)),
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    headless: true,
  })
  lifetime.after(() => browser.close())
  return { newPage: (options = {}) => newPage(browser, options) }
}

/**
 * The folder that holds the browser. The package unpacks into the temporary folder and takes a file that is there for a
 * whole one, which another process may still be writing; so each unpacks for itself, and the first one's is kept.
 */
async function unpackedBrowser(): Promise<string> {
  const shared = join(tmpdir(), 'mintage-test-browser')
  if (existsSync(shared)) return shared
  const own = await mkdtemp(`${shared}-`)
  const unpack = "import('@sparticuz/chromium').then(({ default: chromium }) => chromium.executablePath())"
  await promisify(execFile)(process.execPath, ['--eval', unpack], {
    cwd: import.meta.dirname,
    env: { TMPDIR: own },
  })
  await rename(own, shared).catch(() => rm(own, { recursive: true })) // refused when another was faster
  return shared
}

async function newPage(
  browser: Browser,
  { width = 1280, height = 800, colorScheme = 'light', javaScriptEnabled = true }: PageOptions,
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    javaScriptEnabled,
    reducedMotion: 'reduce',
  })
  return context.newPage()
}
