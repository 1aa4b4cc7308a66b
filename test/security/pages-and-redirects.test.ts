// What pages let in and where they lead: frames, policies, markup in what strangers write, redirects, the Host header
// (BR-05 to BR-10).
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { describe, test, type TestContext } from 'node:test'
import {
  directoryFixture,
  logoutUri,
  redirectUri,
  webClient,
  type FixtureOptions,
} from '../harness/directory-fixture.ts'
import { startIssuer } from '../harness/issuer.ts'
import { authorizationUrl, signedInTokens } from '../harness/signed-in-tokens.ts'
import { userAgent, type PageShown } from '../harness/user-agent.ts'
import { shownText, signIn } from '../harness/visitor.ts'

async function opened(t: TestContext, options: FixtureOptions = {}) {
  const issuer = await startIssuer(t, { directory: await directoryFixture(options) })
  return { issuer, agent: userAgent(issuer.url) }
}

/** A page of each maker: ours in a sign-in, ours outside, the engine's, its two self-submitting forms. */
async function everyKindOfPage(t: TestContext): Promise<readonly PageShown[]> {
  const { issuer, agent } = await opened(t)
  const before = [
    await agent.get('/logout'), // of nobody: a form that submits itself
    await agent.get(authorizationUrl(issuer.url)),
    await agent.get(authorizationUrl(issuer.url, { redirect_uri: 'https://evil.example' })),
    await agent.get('/forgotten-password'),
    await agent.get('/device'),
    await agent.get('/interaction/none'),
    await agent.post('/account/sign-out', {}),
  ]
  await signIn(agent, authorizationUrl(issuer.url))
  return [
    ...before,
    await agent.get('/account'),
    await agent.get('/logout'),
    await agent.get(authorizationUrl(issuer.url, { response_mode: 'form_post' })),
  ]
}

test('BR-05 no page can be framed', async (t) => {
  for (const { url, headers } of await everyKindOfPage(t)) {
    assert.match(headers.get('content-type') ?? '', /html/, url)
    assert.equal(headers.get('x-frame-options'), 'DENY', url)
    assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/, url)
  }
})

test('BR-06 every page has a policy: nothing but its own, no base, forms to known places, at most one script, our own file or named by its hash', async (t) => {
  for (const { url, headers, text } of await everyKindOfPage(t)) {
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'/, url)
    assert.match(policy, /base-uri 'none'/, url)
    assert.match(policy, /form-action 'self'/, url)
    assert.doesNotMatch(policy, /unsafe|\*/, url)
    const scripts = [...text.matchAll(/<script\b([^>]*)>/g)].map(([, attributes = '']) => attributes)
    // Ours is a file; the engine's two forms have one that is named by its hash.
    if (scripts.includes('')) assert.match(policy, /script-src 'sha256-[\w+/=]+';/, url)
    else {
      assert.match(policy, /script-src 'self';/, url)
      assert.ok(
        scripts.length <= 1 &&
          scripts.every((one) => /^ src="\/assets\/mintage\.[0-9a-f]{16}\.js" defer$/.test(one)),
        url,
      )
    }
    assert.equal(headers.get('referrer-policy'), 'no-referrer', url)
  }
})

const markup = `"><script>alert(1)</script><img src=x onerror=alert(1)>'`

test('BR-07 markup in names, hints and parameters is shown as text', async (t) => {
  const { issuer, agent } = await opened(t, { web: { name: markup } })
  const entrance = await agent.get(
    authorizationUrl(issuer.url, { login_hint: markup, lang: markup, ui_locales: markup }),
  )
  const pages = [
    entrance,
    await agent.get(`${entrance.url}?view=${encodeURIComponent(markup)}`),
    await agent.submit(entrance, '/sign-in', { identifier: markup, password: 'x' }),
    await agent.get(`${entrance.url}?view=sign-up`),
    await agent.get(authorizationUrl(issuer.url, { redirect_uri: `https://evil.example/${markup}` })),
    await agent.get(authorizationUrl(issuer.url, { client_id: markup })),
    await agent.get(`/device?user_code=${encodeURIComponent(markup)}`),
    await agent.get(`/reset-password?token=${encodeURIComponent(markup)}`),
    await agent.get(`/logout?lang=${encodeURIComponent(markup)}`),
    await agent.get(`/forgotten-password?lang=${encodeURIComponent(markup)}&x=${encodeURIComponent(markup)}`),
  ]
  for (const { url, text } of pages) {
    assert.doesNotMatch(text, /<script>alert|<img src=x|" onerror/, url)
  }
  assert.match(shownText(entrance.text).concat(entrance.text), /&lt;script&gt;/)
})

describe('BR-08 a redirect', () => {
  for (const target of [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/%0d%0aLocation:%20https://evil.example',
    'javascript:alert(1)',
    `${logoutUri}/../evil`,
    `${logoutUri}@evil.example`,
    `${logoutUri}?next=https://evil.example`,
  ]) {
    test(`after signing out goes nowhere that is not registered: ${target}`, async (t) => {
      const { issuer, agent } = await opened(t)
      const { idToken } = await signedInTokens(issuer.url, agent)
      for (const query of [
        { redirect: target },
        { post_logout_redirect_uri: target, id_token_hint: idToken },
        { post_logout_redirect_uri: target, client_id: webClient.id },
        { post_logout_redirect_uri: target },
      ]) {
        const page = await agent.get(`/logout?${new URLSearchParams(query).toString()}`)
        assert.equal(page.location, undefined)
        if (page.status !== 200) continue
        const done = await agent.submit(page, '/logout/confirm')
        assert.equal(done.location, undefined)
        assert.match(shownText(done.text), /You are signed out/)
        await signIn(agent, authorizationUrl(issuer.url))
      }
    })
  }

  test('of one of our pages stays on our origin, whatever its query says', async (t) => {
    const { issuer, agent } = await opened(t)
    await signIn(agent, authorizationUrl(issuer.url))
    for (const name of ['next', 'return_to', 'redirect', 'redirect_uri', 'back', 'lang']) {
      const page = await agent.get(`/account?${name}=${encodeURIComponent('//evil.example')}`)
      assert.equal(page.status, 200)
      assert.doesNotMatch(page.text, /(?:href|action)="(?:\/\/|https?:\/\/evil|\/\\)/)
    }
  })
})

describe('BR-09 signing out', () => {
  const tampered = (token: string) => `${token.slice(0, -4)}${token.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`

  test('with a changed or foreign hint is refused and does not redirect', async (t) => {
    const { issuer, agent } = await opened(t)
    const { idToken } = await signedInTokens(issuer.url, agent)
    for (const hint of [tampered(idToken), 'none', idToken.split('.').slice(0, 2).join('.') + '.']) {
      const query = { id_token_hint: hint, post_logout_redirect_uri: logoutUri }
      const page = await agent.get(`/logout?${new URLSearchParams(query).toString()}`)
      assert.equal(page.status, 400, hint)
      assert.equal(page.location, undefined)
    }
    assert.equal((await agent.get('/account')).url.endsWith('/account'), true)
  })

  test('by a link without a registered address asks first', async (t) => {
    const { issuer, agent } = await opened(t)
    await signIn(agent, authorizationUrl(issuer.url))
    for (const query of [
      '',
      '?redirect=',
      '?redirect=https://evil.example',
      `?post_logout_redirect_uri=${logoutUri}`,
    ]) {
      const page = await agent.get(`/logout${query}`)
      assert.match(shownText(page.text), /Sign out\?/)
    }
    assert.equal((await agent.get('/account')).url.endsWith('/account'), true)
  })
})

test('BR-10 a foreign Host header reaches no redirect, link or form', async (t) => {
  const { issuer } = await opened(t)
  const headers = {
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    forwarded: 'host=evil.example;proto=https',
  }
  const { pathname, search } = new URL(authorizationUrl(issuer.url))
  for (const path of [
    `${pathname}${search}`,
    '/forgotten-password',
    '/device',
    '/logout',
    '/.well-known/openid-configuration',
    `${pathname}?client_id=${webClient.id}&redirect_uri=${encodeURIComponent(redirectUri)}`,
  ]) {
    const answer = await rawGet(issuer.url, path, headers)
    assert.doesNotMatch(answer, /evil\.example/, path)
  }
})

/** fetch() sends no Host header but its own. Resolves to headers and body as one text. */
function rawGet(origin: string, path: string, headers: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    const sending = request(`${origin}${path}`, { headers }, (response) => {
      let text = JSON.stringify(response.headers)
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve(text))
    })
    sending.on('error', reject).end()
  })
}
