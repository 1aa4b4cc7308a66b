// Branding as people see it: pages of a running server in a real browser, the files that they load, and the mails.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { request, type IncomingMessage } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { z } from 'zod'
import { brandingFile } from '../../src/directory/index.ts'
import type { BrandingFileKind, BrandingOwner } from '../../src/branding/index.ts'
import type { Change } from '../../src/store/index.ts'
import { launchBrowser, type TestBrowser } from '../harness/browser.ts'
import { hostileSvg, png } from '../harness/images.ts'
import { openTestServer } from '../harness/running-server.ts'

const cleanUps: (() => Promise<void>)[] = []
const lifetime = { after: (cleanUp: () => Promise<void>) => void cleanUps.push(cleanUp) }
after(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp()
})

const { server } = await openTestServer(lifetime)
const { store, issuer } = server
/** The demo's web application. */
const demoClient = 'd3300000000000000000000000000001'
const environment: BrandingOwner = { kind: 'environment' }
const application: BrandingOwner = { kind: 'application', clientId: demoClient }
const organization: BrandingOwner = { kind: 'organization', code: 'org_acme' }

function upload(of: BrandingOwner, kind: BrandingFileKind, content: Uint8Array | string): Change {
  const judged = brandingFile(kind, Buffer.from(content))
  if ('problem' in judged) throw new Error(judged.problem)
  return { kind: 'put-branding-file', of, file: judged.file }
}

/** Runs in the page. */
const probe = `(() => {
  const style = (selector) => getComputedStyle(document.querySelector(selector))
  const image = document.querySelector('.brand-logo img')
  return {
    title: document.title,
    ground: style('html').backgroundColor,
    button: style('.button-primary').backgroundColor,
    buttonText: style('.button-primary').color,
    radius: style('.button-primary').borderRadius,
    link: style('a').color,
    logo: image?.currentSrc ?? '',
    isDrawn: (image?.naturalWidth ?? 0) > 0,
    links: [...document.querySelectorAll('.foot-links a')].map(({ href }) => href),
    foot: document.querySelector('.foot').textContent,
  }
})()`
const lookSchema = z.object({
  title: z.string(),
  ground: z.string(),
  button: z.string(),
  buttonText: z.string(),
  radius: z.string(),
  link: z.string(),
  logo: z.string(),
  isDrawn: z.boolean(),
  links: z.array(z.string()),
  foot: z.string(),
})

/** The sign-in page of the playground's application. */
function signInAddress(query: Record<string, string> = {}): string {
  const url = new URL('/oauth2/auth', issuer)
  url.search = new URLSearchParams({
    client_id: demoClient,
    redirect_uri: `${issuer}/playground/callback`,
    response_type: 'code',
    scope: 'openid',
    state: 'a-state-of-the-test',
    code_challenge: createHash('sha256').update('v'.repeat(43)).digest('base64url'),
    code_challenge_method: 'S256',
    prompt: 'login',
    ...query,
  }).toString()
  return url.href
}

const unbranded = await (await fetch(`${issuer}/nowhere`, { headers: { accept: 'text/html' } })).text()

before(async () => {
  const { applications } = await store.directory.catalog()
  assert.ok(applications.some(({ clientId }) => clientId === demoClient))
  await store.commit([
    {
      kind: 'add-organization',
      organization: {
        code: 'org_acme',
        name: 'Acme',
        handle: null,
        externalId: null,
        isDefault: false,
        isAutoMembershipEnabled: false,
        settings: {},
        createdAtMs: 1,
      },
    },
    {
      kind: 'put-branding',
      of: environment,
      branding: {
        businessName: 'Environment Ltd',
        linkColor: '#7c2d92',
        backgroundColor: '#fff8e7',
        supportUrl: 'https://env.example/support',
        termsUrl: 'https://env.example/terms',
      },
      expectedVersion: 0,
    },
    {
      kind: 'put-branding',
      of: application,
      branding: { buttonColor: '#0056f1', buttonBorderRadius: 4, termsUrl: 'https://app.example/terms' },
      expectedVersion: 0,
    },
    {
      kind: 'put-branding',
      of: organization,
      branding: { buttonColor: '#ffd400', themeCode: 'dark', isSecuredByShown: false },
      expectedVersion: 0,
    },
    upload(environment, 'logo', hostileSvg),
    upload(environment, 'favicon_svg', hostileSvg),
    upload(organization, 'logo_dark', png),
  ])
})

describe('pages', () => {
  let browser: TestBrowser
  before(async () => {
    browser = await launchBrowser(lifetime)
  })

  async function lookOf(address: string, colorScheme: 'light' | 'dark') {
    const page = await browser.newPage({ width: 1280, colorScheme })
    page.setDefaultTimeout(60_000)
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    await page.goto(address)
    const found = lookSchema.parse(await page.evaluate(probe))
    await page.context().close()
    assert.deepEqual(complaints, [])
    return found
  }

  test('look as the application says and, where it says nothing, as the environment does', async () => {
    const look = await lookOf(signInAddress(), 'light')
    assert.match(look.title, /Environment Ltd$/)
    assert.equal(look.ground, 'rgb(255, 248, 231)')
    assert.equal(look.button, 'rgb(0, 86, 241)')
    assert.equal(look.buttonText, 'rgb(255, 255, 255)')
    assert.equal(look.radius, '4px')
    assert.equal(look.link, 'rgb(124, 45, 146)')
    assert.match(look.logo, /\/logo\?cache=[0-9a-f]{32}$/)
    assert.ok(look.isDrawn)
    assert.deepEqual(look.links, ['https://env.example/support', 'https://app.example/terms'])
    assert.match(look.foot, /Secured by Mintage/)
  })

  test('look as the organization of the request says before both, dark on a light device', async () => {
    const look = await lookOf(signInAddress({ org_code: 'org_acme' }), 'light')
    assert.equal(look.ground, 'rgb(10, 18, 15)')
    assert.equal(look.button, 'rgb(255, 212, 0)')
    assert.equal(look.buttonText, 'rgb(0, 0, 0)')
    assert.match(look.logo, /\/logo_dark\?org_code=org_acme&cache=/)
    assert.ok(look.isDrawn)
    assert.doesNotMatch(look.foot, /Secured by/)
  })

  test('make an inherited colour readable on a dark device', async () => {
    const { link, ground } = await lookOf(signInAddress(), 'dark')
    assert.equal(ground, 'rgb(10, 18, 15)')
    assert.notEqual(link, 'rgb(124, 45, 146)')
  })

  test('never run what an SVG holds, as an image or as a document', async () => {
    const page = await browser.newPage({})
    page.setDefaultTimeout(60_000)
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await page.goto(signInAddress())
    assert.notEqual(await page.title(), 'ran')
    await page.goto(`${issuer}/logo`)
    assert.notEqual(await page.title(), 'ran')
    assert.ok(!asked.includes('/stolen'))
    await page.context().close()
  })
})

describe('files', () => {
  const get = (path: string) => fetch(`${issuer}${path}`, { redirect: 'manual' })

  test('come with their type, run nothing, and are kept by the hash in their address', async () => {
    const plain = await get('/logo')
    assert.equal(plain.status, 200)
    assert.equal(plain.headers.get('content-type'), 'image/svg+xml')
    assert.equal(
      plain.headers.get('content-security-policy'),
      "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    )
    assert.equal(plain.headers.get('x-content-type-options'), 'nosniff')
    assert.equal(plain.headers.get('access-control-allow-origin'), null)
    assert.equal(plain.headers.get('cache-control'), 'public, max-age=300')
    assert.equal(await plain.text(), hostileSvg)
    const hash = createHash('sha256').update(hostileSvg).digest('hex')
    const current = await get(`/logo?cache=${hash.slice(0, 32)}`)
    assert.equal(current.headers.get('cache-control'), 'public, max-age=31536000, immutable')
    // Not by fetch, which asks for everything anew as soon as a caller sets this header.
    const again = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { 'if-none-match': plain.headers.get('etag') ?? '' }
      request(`${issuer}/logo`, { headers }, resolve).on('error', reject).end()
    })
    again.resume()
    assert.equal(again.statusCode, 304)
    assert.equal((await get('/logo?cache=0000')).headers.get('cache-control'), 'public, max-age=300')
  })

  test('are the organization’s, else the environment’s; nothing is 404', async () => {
    for (const query of ['org_code=org_acme', 'p_org_code=org_acme'])
      assert.equal((await get(`/logo_dark?${query}`)).headers.get('content-type'), 'image/png')
    assert.equal((await get('/logo?org_code=org_none')).headers.get('content-type'), 'image/svg+xml')
    assert.equal((await get('/favicon_svg')).headers.get('content-type'), 'image/svg+xml')
    assert.equal((await get('/favicon_fallback')).status, 404)
    assert.equal((await get('/logo?org_code=%00%0d')).status, 200)
  })

  test('of a theme take colours and numbers, and nothing else', async () => {
    const theme = await get(
      '/assets/theme.css?linkColor=%23064;}body{display:none&cardBorderRadius=7&backgroundColor=red',
    )
    assert.equal(theme.headers.get('content-type'), 'text/css; charset=utf-8')
    const css = await theme.text()
    assert.doesNotMatch(css, /display|red/)
    assert.match(css, /--kinde-designer-card-border-radius: 7px;/)
  })
})

test('pages without branding are as before', async () => {
  assert.match(unbranded, /<meta name="color-scheme" content="light dark" \/>/)
  assert.doesNotMatch(unbranded, /theme\.css|foot-links|<picture>/)
  assert.match(unbranded, /fill='%230b6a4d'/)
})
