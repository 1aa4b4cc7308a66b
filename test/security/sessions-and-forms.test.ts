// The browser's part of a sign-in under attack: sessions that somebody else began, cookies, forms that come from elsewhere
// (BR-01 to BR-04).
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { ada, directoryFixture, userChanges, type FixtureOptions } from '../harness/directory-fixture.ts'
import { startIssuer } from '../harness/issuer.ts'
import {
  authorizationUrl,
  redeemCode,
  refreshTokens,
  signedInTokens,
  tokensOf,
} from '../harness/signed-in-tokens.ts'
import { userAgent, type UserAgent } from '../harness/user-agent.ts'
import { callbackOf, shownText, signIn } from '../harness/visitor.ts'

const mallory = {
  id: 'kp_000000000000000000000000000mallo',
  email: 'mallory@example.com',
  password: 'salt on old wounds',
}

async function opened(t: TestContext, options: FixtureOptions = {}) {
  const more = await userChanges(mallory)
  const issuer = await startIssuer(t, { directory: await directoryFixture({ ...options, more }) })
  return { issuer, agent: userAgent(issuer.url) }
}

async function accountOf(agent: UserAgent): Promise<string> {
  return shownText((await agent.get('/account')).text)
}

function sessionOf({ cookies }: UserAgent): Map<string, string> {
  return new Map([...cookies].filter(([name]) => name.startsWith('mintage_session')))
}

describe('BR-01 a session that was there before', () => {
  test('gets another id at sign-in, and the old one is dead', async (t) => {
    const { issuer, agent: attacker } = await opened(t)
    await signIn(attacker, authorizationUrl(issuer.url), mallory)
    const victim = userAgent(issuer.url)
    victim.plant(sessionOf(attacker))

    await signIn(victim, authorizationUrl(issuer.url, { prompt: 'login' }))

    assert.notEqual(victim.cookies.get('mintage_session'), attacker.cookies.get('mintage_session'))
    assert.match(await accountOf(victim), /ada@example\.com/)
    assert.equal((await attacker.get('/account')).url.endsWith('/account'), false)
  })

  test('gets another id when the same user signs in again', async (t) => {
    const { issuer, agent } = await opened(t)
    await signIn(agent, authorizationUrl(issuer.url))
    const before = sessionOf(agent)
    await signIn(agent, authorizationUrl(issuer.url, { prompt: 'login' }))
    const thief = userAgent(issuer.url)
    thief.plant(before)
    assert.equal((await thief.get('/account')).url.endsWith('/account'), false)
    assert.match(await accountOf(agent), /ada@example\.com/)
  })
})

/** The names and attributes that one answer sets. */
function cookiesIn(response: Response): { readonly name: string; readonly attributes: string }[] {
  return response.headers.getSetCookie().map((line) => {
    const [pair = '', ...attributes] = line.split('; ')
    return { name: pair.split('=', 1)[0] ?? '', attributes: attributes.join('; ').toLowerCase() }
  })
}

test('BR-02 cookies are HttpOnly, SameSite=Lax and Secure under https, bound to the host where their path allows it', async (t) => {
  const issuer = await startIssuer(t, {
    directory: await directoryFixture(),
    issuer: 'https://id.example.com',
  })
  const jar = new Map<string, string>()
  const seen: { readonly name: string; readonly attributes: string }[] = []
  const request = async (path: string, form?: URLSearchParams) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const body = form === undefined ? {} : { method: 'POST', body: form }
    const response = await fetch(`${issuer.url}${path}`, { ...body, redirect: 'manual', headers: { cookie } })
    seen.push(...cookiesIn(response))
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]*)=([^;]*)/.exec(line) ?? []
      jar.set(name, value)
    }
    return { text: await response.text(), next: new URL(response.headers.get('location') ?? '/', issuer.url) }
  }

  const entrance = await request(
    new URL(authorizationUrl(issuer.url)).pathname + new URL(authorizationUrl(issuer.url)).search,
  )
  const { pathname } = entrance.next
  const csrf = /name="csrf" value="([^"]*)"/.exec((await request(`${pathname}?lang=de`)).text)?.[1] ?? ''
  const form = new URLSearchParams({ csrf, identifier: ada.email, password: ada.password })
  const resumed = await request(`${pathname}/sign-in`, form)
  assert.equal(resumed.next.origin, 'https://id.example.com')
  await request(resumed.next.pathname)

  assert.deepEqual(
    [...new Set(seen.map(({ name }) => name.replace(/\.sig$/, '')))].toSorted((a, b) => a.localeCompare(b)),
    [
      '__Host-mintage_form',
      '__Host-mintage_session',
      'mintage_application',
      'mintage_device',
      'mintage_interaction',
      'mintage_language',
      'mintage_resume',
    ],
  )
  for (const { name, attributes } of seen) {
    assert.match(attributes, /httponly/, name)
    assert.match(attributes, /samesite=lax/, name)
    assert.match(attributes, /secure/, name)
    assert.doesNotMatch(attributes, /domain=/, name)
    if (name.startsWith('__Host-')) assert.match(attributes, /path=\/(?:;|$)/, name)
  }
})

describe('BR-03 an interaction', () => {
  test('belongs to the browser that began it: another one neither sees nor ends it', async (t) => {
    const { issuer, agent: attacker } = await opened(t)
    const theirs = await attacker.get(authorizationUrl(issuer.url))
    const victim = userAgent(issuer.url)
    const own = await victim.get(authorizationUrl(issuer.url))

    const looked = await victim.get(theirs.url)
    assert.equal(looked.status, 400)
    assert.doesNotMatch(looked.text, /<form/)
    const moved = {
      ...own,
      text: own.text.replaceAll(new URL(own.url).pathname, new URL(theirs.url).pathname),
    }
    const posted = await victim.submit(moved, '/sign-in', { identifier: ada.email, password: ada.password })
    assert.equal(posted.status, 400)
    assert.equal((await attacker.get('/account')).url.endsWith('/account'), false)
  })

  test('that another user finished does not open that account', async (t) => {
    const { issuer, agent: attacker } = await opened(t)
    const theirs = await attacker.get(authorizationUrl(issuer.url))
    const victim = userAgent(issuer.url)
    const done = await attacker.submit(theirs, '/sign-in', {
      identifier: mallory.email,
      password: mallory.password,
    })
    callbackOf(done)
    const resumed = await victim.get(`/oauth2/auth/${new URL(theirs.url).pathname.split('/').at(-1) ?? ''}`)
    assert.equal(resumed.status, 400)
    assert.equal((await victim.get('/account')).url.endsWith('/account'), false)
  })
})

interface Forgery {
  readonly name: string
  readonly headers: Readonly<Record<string, string>>
  readonly token: 'none' | 'of another browser' | 'its own'
}

const forgeries: readonly Forgery[] = [
  { name: 'without a token', headers: {}, token: 'none' },
  { name: 'with the token of another browser', headers: {}, token: 'of another browser' },
  { name: 'from another origin', headers: { origin: 'https://evil.example' }, token: 'its own' },
  { name: 'from another site', headers: { 'sec-fetch-site': 'cross-site' }, token: 'its own' },
  { name: 'from a neighbour of the domain', headers: { 'sec-fetch-site': 'same-site' }, token: 'its own' },
]

describe('BR-04 a form', () => {
  for (const { name, headers, token } of forgeries) {
    test(`${name} is refused everywhere, and changes nothing`, async (t) => {
      const { issuer, agent } = await opened(t)
      const { refreshToken } = await signedInTokens(issuer.url, agent)
      const other = userAgent(issuer.url)
      const foreign = csrfOf((await other.get('/forgotten-password')).text)
      const entrance = await agent.get(authorizationUrl(issuer.url, { prompt: 'login' }))
      const own = csrfOf(entrance.text)
      const csrf = { none: {}, 'of another browser': { csrf: foreign }, 'its own': { csrf: own } }[token]
      const interaction = new URL(entrance.url).pathname

      const forms: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
        [`${interaction}/sign-in`, { identifier: mallory.email, password: mallory.password }],
        [`${interaction}/sign-up`, { email: 'new@example.com', password: 'something quite long' }],
        [`${interaction}/other-account`, {}],
        [`${interaction}/forgotten-password`, { email: ada.email }],
        ['/forgotten-password', { email: ada.email }],
        ['/account/password', { current_password: ada.password, new_password: 'something quite long' }],
        ['/account/sign-out', {}],
      ]
      for (const [path, fields] of forms) {
        const answer = await agent.post(path, { ...csrf, ...fields }, headers)
        assert.equal(answer.status, 403, path)
      }

      await issuer.settle()
      assert.deepEqual(issuer.mails, [])
      assert.equal(await issuer.store.directory.identity('email', 'new@example.com'), undefined)
      assert.match(await accountOf(agent), /ada@example\.com/)
      tokensOf(await refreshTokens(issuer.url, refreshToken))
      const done = await agent.submit(await agent.get(entrance.url), '/sign-in', {
        identifier: ada.email,
        password: ada.password,
      })
      tokensOf(await redeemCode(issuer.url, callbackOf(done)))
    })
  }

  test('to sign out without its token ends no session', async (t) => {
    const { issuer, agent } = await opened(t)
    await signIn(agent, authorizationUrl(issuer.url))
    await agent.get('/logout')
    const answer = await agent.post('/logout/confirm', { logout: 'yes', xsrf: 'a guess' })
    assert.equal(answer.status, 400)
    assert.match(await accountOf(agent), /ada@example\.com/)
  })
})

function csrfOf(html: string): string {
  return /name="csrf" value="([^"]*)"/.exec(html)?.[1] ?? ''
}
