// The pages of a sign-in as a browser without script meets them, over HTTP, at the issuer: every step shown, every way on and back.
import assert from 'node:assert/strict'
import { after, describe, test, type TestContext } from 'node:test'
import { decodeJwt } from 'jose'
import type { Change } from '../../src/store/index.ts'
import {
  ada,
  directoryFixture,
  engines,
  redirectUri,
  userChanges,
  weaving,
  type FixtureOptions,
  adasUsername,
} from '../harness/directory-fixture.ts'
import { startIssuer, type IssuerGiven } from '../harness/issuer.ts'
import { authorizationUrl, redeemCode, requestTokens, tokensOf } from '../harness/signed-in-tokens.ts'
import { userAgent } from '../harness/user-agent.ts'
import { callbackOf, shownText, signIn } from '../harness/visitor.ts'

const grace = {
  given_name: 'Grace',
  family_name: 'Hopper',
  email: 'grace@example.com',
  password: 'nanoseconds in a wire',
}

async function opened(t: TestContext, options: FixtureOptions = {}, given: Partial<IssuerGiven> = {}) {
  const issuer = await startIssuer(t, { directory: await directoryFixture(options), ...given })
  return { issuer, agent: userAgent(issuer.url) }
}

const usernameConnection = {
  kind: 'put-connection',
  connection: {
    id: 'conn_username',
    name: 'username',
    displayName: 'Username',
    kind: 'password',
    strategy: 'username:password',
    isEnabled: true,
  },
} as const satisfies Change

const nativeUri = 'com.example.app:/callback'

/** An application with a scheme of its own, and Ada with a username beside her address. */
async function directoryOfParameters(): Promise<Change[]> {
  const { connection } = usernameConnection
  return directoryFixture({
    web: { redirectUris: [redirectUri, nativeUri] },
    more: [
      usernameConnection,
      {
        kind: 'put-connection',
        connection: { ...connection, id: 'conn_phone', strategy: 'phone:password', isEnabled: false },
      },
      adasUsername,
    ],
  })
}

const shared = await startIssuer({ after }, { directory: await directoryOfParameters() })

describe('signing in', () => {
  test('names the application, offers the other ways, and ends at the application with state and iss', async (t) => {
    const { issuer, agent } = await opened(t)
    const page = await agent.get(authorizationUrl(issuer.url))
    assert.equal(page.status, 200)
    assert.match(page.text, /<title>Sign in · Web application<\/title>/)
    assert.match(page.text, /view=sign-up/)
    assert.match(page.text, /view=forgotten-password/)

    const done = await agent.submit(page, '/sign-in', {
      identifier: ` ${ada.email} `,
      password: ada.password,
    })

    const callback = callbackOf(done)
    assert.equal(callback.origin + callback.pathname, redirectUri)
    assert.equal(callback.searchParams.get('state'), 'state-of-the-application')
    assert.equal(callback.searchParams.get('iss'), issuer.url)
  })

  test('tells a wrong password and an unknown address in the same words, keeps what was typed, never the password', async (t) => {
    const { issuer, agent } = await opened(t)
    for (const identifier of [ada.email, 'nobody@example.com']) {
      const page = await agent.get(authorizationUrl(issuer.url))
      const again = await agent.submit(page, '/sign-in', { identifier, password: 'wrong password' })
      assert.equal(again.status, 400)
      assert.match(shownText(again.text), /The email address or the password is incorrect/)
      assert.match(again.text, new RegExp(`value="${identifier}"`))
      assert.doesNotMatch(again.text, /wrong password/)
      assert.match(again.text, /<title>Error: Sign in/)
    }
  })

  test('asks for what was left empty, at its field', async (t) => {
    const { issuer, agent } = await opened(t)
    const page = await agent.get(authorizationUrl(issuer.url))
    const again = await agent.submit(page, '/sign-in')
    assert.equal(again.status, 400)
    assert.match(again.text, /id="identifier-problem"/)
    assert.match(again.text, /id="password-problem"/)
  })

  test('replaces a temporary password before it goes on', async (t) => {
    const { issuer, agent } = await opened(t)
    await issuer.store.commit([{ kind: 'update-password', userId: ada.id, set: { due: 'temporary' } }])
    const page = await agent.get(authorizationUrl(issuer.url))
    const form = await agent.submit(page, '/sign-in', { identifier: ada.email, password: ada.password })
    assert.match(shownText(form.text), /temporary password/)

    const wrong = await agent.submit(form, '/temporary-password', {
      current_password: 'not it',
      new_password: 'another one altogether',
    })
    assert.equal(wrong.status, 400)
    const same = await agent.submit(form, '/temporary-password', {
      current_password: ada.password,
      new_password: ada.password,
    })
    assert.match(shownText(same.text), /differs from the current one/)
    const done = await agent.submit(form, '/temporary-password', {
      current_password: ada.password,
      new_password: 'another one altogether',
    })
    callbackOf(done)
    assert.equal((await issuer.store.directory.password(ada.id))?.isTemporary, false)
  })
})

describe('what an application asks for (C§1)', () => {
  const issuer = shared
  for (const [hint, shown] of [
    ['joe@example.com', 'joe@example.com'],
    ['username:joebloggs', 'joebloggs'],
    ['phone:+447700900000:gb', '+447700900000'],
    ['phone:447700900000:gb', '+447700900000'],
  ] as const) {
    test(`fills in the login_hint ${hint}`, async () => {
      const page = await userAgent(issuer.url).get(authorizationUrl(issuer.url, { login_hint: hint }))
      assert.match(page.text, new RegExp(`id="identifier"[^>]*value="${shown.replace('+', '\\+')}"`))
    })
  }

  test('takes the identifiers of the connection of connection_id, and no others', async () => {
    const agent = userAgent(issuer.url)
    const shown = (connection_id?: string) => agent.get(authorizationUrl(issuer.url, { connection_id }))
    assert.match((await shown()).text, /Email address or username/)
    for (const [connection, label, type, right, wrong] of [
      ['conn_email', 'Email address', 'email', ada.email, 'ada'],
      ['conn_username', 'Username', 'text', 'ada', ada.email],
    ] as const) {
      const page = await shown(connection)
      assert.match(page.text, new RegExp(`>${label}<[^]*id="identifier"[^>]*type="${type}"`))
      assert.equal(/view=sign-up/.test(page.text), connection === 'conn_email')
      const refused = await agent.submit(page, '/sign-in', { identifier: wrong, password: ada.password })
      assert.equal(refused.status, 400)
      assert.match(
        shownText(refused.text),
        new RegExp(`The ${label.toLowerCase()} or the password is incorrect`),
      )
      const done = await agent.submit(refused, '/sign-in', { identifier: right, password: ada.password })
      assert.ok(callbackOf(done).searchParams.get('code'))
      await issuer.store.commit([{ kind: 'sign-out-user', userId: ada.id }])
    }
  })

  test('ends at a page for a connection by which no user signs in, with a way on and one back', async () => {
    const agent = userAgent(issuer.url)
    for (const connection_id of ['conn_none', 'conn_phone']) {
      const page = await agent.get(authorizationUrl(issuer.url, { connection_id }))
      assert.equal(page.status, 400)
      assert.match(shownText(page.text), /You can&#39;t sign in this way/)
      assert.match(page.text, new RegExp(`invalid_request[^]*: ${connection_id}<`))
      assert.match((await agent.submit(page, '/any-connection')).text, /Email address or username/)
    }
    const again = await agent.get(authorizationUrl(issuer.url, { connection_id: 'conn_none' }))
    const back = callbackOf(await agent.submit(again, '/back'))
    assert.equal(back.searchParams.get('error'), 'invalid_request')
    assert.equal(back.searchParams.get('state'), 'state-of-the-application')
    const silent = await agent.get(
      authorizationUrl(issuer.url, { connection_id: 'conn_none', prompt: 'none' }),
    )
    assert.equal(callbackOf(silent).searchParams.get('error'), 'invalid_request')
  })

  for (const name of ['has_success_page', 'is_use_auth_success_page'] as const) {
    test(`ends at a page that opens the application, with ${name}`, async () => {
      const agent = userAgent(issuer.url)
      const url = authorizationUrl(issuer.url, { redirect_uri: nativeUri, [name]: 'true' })
      const credentials = { identifier: ada.email, password: ada.password }
      const done = await agent.submit(await agent.get(url), '/sign-in', credentials)
      assert.equal(done.status, 200)
      assert.equal(done.location, undefined)
      assert.match(shownText(done.text), /You&#39;re signed in Web application opens by itself/)
      const [, address = ''] = /^0;url=(.*)$/.exec(done.headers.get('refresh') ?? '') ?? []
      assert.ok(address.startsWith(`${nativeUri}?code=`))
      assert.ok(done.text.includes(`href="${address.replaceAll('&', '&amp;')}"`))
      // The page that was loaded again opens the application as well, until the code is used.
      assert.equal((await agent.get(done.url)).headers.get('refresh'), `0;url=${address}`)
      const redeem = () =>
        requestTokens(issuer.url, {
          grant_type: 'authorization_code',
          code: new URL(address).searchParams.get('code') ?? '',
          redirect_uri: nativeUri,
        })
      assert.equal((await redeem()).status, 200)
      assert.match(shownText((await agent.get(done.url)).text), /You already finished this sign-in/)

      const silent = await agent.get(`${url}&prompt=none`)
      assert.ok(callbackOf(silent).searchParams.get('code'))
    })
  }
})

describe('signing up', () => {
  test('is what prompt=create and start_page=registration open, and a link away from sign-in', async (t) => {
    const { issuer, agent } = await opened(t)
    for (const params of [{ prompt: 'create' }, { start_page: 'registration' }]) {
      const page = await agent.get(authorizationUrl(issuer.url, params))
      assert.match(page.text, /<h1>Create your account<\/h1>/)
    }
    const page = await agent.get(authorizationUrl(issuer.url))
    const signUp = await agent.get(`${page.url}?view=sign-up`)
    assert.match(signUp.text, /<h1>Create your account<\/h1>/)

    const tokens = tokensOf(
      await redeemCode(issuer.url, callbackOf(await agent.submit(signUp, '/sign-up', grace))),
    )

    const { given_name: given, family_name: family, email } = decodeJwt(tokens.idToken)
    assert.deepEqual({ given, family, email }, { given: 'Grace', family: 'Hopper', email: grace.email })
  })

  test('says at each field what is wrong with it', async (t) => {
    const { issuer, agent } = await opened(t)
    const page = await agent.get(authorizationUrl(issuer.url, { prompt: 'create' }))
    const problems: readonly (readonly [object, RegExp])[] = [
      [{ email: 'grace' }, /id="email-problem"/],
      [{ password: 'short' }, /Choose a longer password/],
      [{ password: 'password1' }, /Many people use this password/],
      [{ given_name: 'x'.repeat(200) }, /id="given_name-problem"/],
    ]
    for (const [change, expected] of problems) {
      const again = await agent.submit(page, '/sign-up', { ...grace, ...change })
      assert.equal(again.status, 400)
      assert.match(again.text, expected)
      assert.match(again.text, /value="Hopper"/)
    }
  })

  test('with proof of the address goes on in its own sign-in, by the link of the mail', async (t) => {
    const { issuer, agent } = await opened(t, {}, { isEmailProofRequired: true })
    const page = await agent.get(authorizationUrl(issuer.url, { prompt: 'create' }))
    const sent = await agent.submit(page, '/sign-up', grace)
    assert.match(shownText(sent.text), /Check your mail/)
    await issuer.settle()
    const token = issuer.mails[0]?.token ?? ''

    const link = await agent.get(`/finish-sign-up?token=${token}`)
    assert.match(shownText(link.text), /grace@example\.com/)
    await agent.get(`/finish-sign-up?token=${token}`)
    const done = await agent.submit(link, '/finish-sign-up')

    const { idToken } = tokensOf(await redeemCode(issuer.url, callbackOf(done)))
    assert.equal(decodeJwt(idToken)['email_verified'], true)
    const used = await agent.get(`/finish-sign-up?token=${token}`)
    assert.equal(used.status, 400)
  })

  test('with proof of the address does not sign in another browser that opens the link (BR-03)', async (t) => {
    const { issuer, agent } = await opened(t, {}, { isEmailProofRequired: true })
    const page = await agent.get(authorizationUrl(issuer.url, { prompt: 'create' }))
    await agent.submit(page, '/sign-up', grace)
    await issuer.settle()
    const other = userAgent(issuer.url)

    const link = await other.get(`/finish-sign-up?token=${issuer.mails[0]?.token ?? ''}`)
    const chosen = { new_password: 'chosen by the owner' }
    const done = await other.submit(link, '/finish-sign-up', chosen)

    assert.match(shownText(done.text), /Your address is confirmed/)
    assert.equal((await other.get('/account')).url.endsWith('/account'), false)
    callbackOf(
      await agent.submit(await agent.get(`${page.url}?view=sign-in`), '/sign-in', {
        identifier: grace.email,
        password: chosen.new_password,
      }),
    )
  })
})

describe('choosing an organization', () => {
  test('asks a user with several, and takes only one of theirs', async (t) => {
    const { issuer, agent } = await opened(t, { isInBoth: true })
    const page = await agent.get(authorizationUrl(issuer.url))
    const choice = await agent.submit(page, '/sign-in', { identifier: ada.email, password: ada.password })
    assert.match(shownText(choice.text), /Analytical Engines/)
    assert.match(shownText(choice.text), /Weaving Mill/)

    const again = await agent.submit(choice, '/organization', { org_code: 'org_of_somebody_else' })
    assert.equal(again.status, 400)
    const done = await agent.submit(again, '/organization', { org_code: weaving.code })

    const { accessToken } = tokensOf(await redeemCode(issuer.url, callbackOf(done)))
    assert.equal(decodeJwt(accessToken)['org_code'], weaving.code)
    assert.doesNotMatch(shownText(choice.text), /Last used/)

    const elsewhere = userAgent(issuer.url)
    const next = await elsewhere.submit(await elsewhere.get(authorizationUrl(issuer.url)), '/sign-in', {
      identifier: ada.email,
      password: ada.password,
    })
    assert.match(shownText(next.text), /Weaving Mill Last used .*Analytical Engines/)
  })

  test('of which one has no part ends at a page, with a way back and a way in with another account', async (t) => {
    const { issuer, agent } = await opened(t, { more: await userChanges(weaver) })
    await issuer.store.commit([
      {
        kind: 'add-membership',
        membership: {
          organizationCode: weaving.code,
          userId: weaver.id,
          roleIds: [],
          permissionIds: [],
          joinedAtMs: 0,
        },
      },
    ])
    const url = authorizationUrl(issuer.url, { org_code: weaving.code })
    const page = await agent.submit(await agent.get(url), '/sign-in', {
      identifier: ada.email,
      password: ada.password,
    })
    assert.equal(page.status, 403)
    assert.match(shownText(page.text), /a member of the requested organization/)

    const entrance = await agent.submit(page, '/other-account')
    const done = await agent.submit(entrance, '/sign-in', {
      identifier: weaver.email,
      password: weaver.password,
    })
    const { accessToken } = tokensOf(await redeemCode(issuer.url, callbackOf(done)))
    assert.deepEqual(
      [decodeJwt(accessToken)['sub'], decodeJwt(accessToken)['org_code']],
      [weaver.id, weaving.code],
    )
  })

  test('of which one has no part goes back as access_denied with the state', async (t) => {
    const { issuer, agent } = await opened(t)
    const url = authorizationUrl(issuer.url, { org_code: weaving.code })
    const page = await agent.submit(await agent.get(url), '/sign-in', {
      identifier: ada.email,
      password: ada.password,
    })
    const { searchParams } = callbackOf(await agent.submit(page, '/back'))
    assert.equal(searchParams.get('error'), 'access_denied')
    assert.equal(searchParams.get('state'), 'state-of-the-application')
  })

  test('creates one, and says what is wrong with its name', async (t) => {
    const { issuer, agent } = await opened(t)
    await signIn(agent, authorizationUrl(issuer.url))
    const page = await agent.get(
      authorizationUrl(issuer.url, { is_create_org: 'true', org_name: 'Looms & Co' }),
    )
    assert.match(page.text, /value="Looms &amp; Co"/)
    const again = await agent.submit(page, '/create-organization', { name: '' })
    assert.equal(again.status, 400)
    assert.match(shownText(again.text), /Fill in this field/)
    const done = await agent.submit(again, '/create-organization', { name: 'Looms & Co' })
    const { accessToken } = tokensOf(await redeemCode(issuer.url, callbackOf(done)))
    const code = String(decodeJwt(accessToken)['org_code'])
    assert.equal((await issuer.store.directory.organization(code))?.name, 'Looms & Co')
  })
})

const weaver = {
  id: 'kp_00000000000000000000000000000bob',
  email: 'bob@example.com',
  password: 'warp and weft forever',
}

const hostile = `"><script>document.title = 'run'</script><img src=x onerror="document.title = 'run'">'`

function refusing(body: string): string {
  return `
export const workflowSettings = { id: 'no', trigger: 'user:tokens_generation', bindings: { 'kinde.auth': {} } }
export default async function (event) {
${body}
}`
}

describe('a workflow that refuses', () => {
  test('is shown with its reason as text, the invocation, and the way back (BR-07)', async (t) => {
    const workflow = refusing(`  kinde.auth.denyAccess(${JSON.stringify(hostile)})`)
    const { issuer, agent } = await opened(t, {}, { workflow })
    const page = await agent.submit(await agent.get(authorizationUrl(issuer.url)), '/sign-in', {
      identifier: ada.email,
      password: ada.password,
    })
    assert.equal(page.status, 403)
    assert.doesNotMatch(page.text, /<script|<img/)
    assert.match(page.text, /&lt;script&gt;/)
    assert.match(shownText(page.text), /inv_[\w-]+/)

    const { searchParams } = callbackOf(await agent.submit(page, '/back'))
    assert.equal(searchParams.get('error'), 'access_denied')
    assert.equal(searchParams.get('state'), 'state-of-the-application')
    assert.equal(searchParams.get('error_description')?.startsWith("'>"), true)
  })

  test('lets another user in: the session ends and the same request begins anew', async (t) => {
    const workflow = refusing(`  if (event.context.user.id === '${ada.id}') kinde.auth.denyAccess('not you')`)
    const { issuer, agent } = await opened(t, { more: await userChanges(weaver) }, { workflow })
    const page = await agent.submit(await agent.get(authorizationUrl(issuer.url)), '/sign-in', {
      identifier: ada.email,
      password: ada.password,
    })
    const entrance = await agent.submit(page, '/other-account')
    const done = await agent.submit(entrance, '/sign-in', {
      identifier: weaver.email,
      password: weaver.password,
    })
    const callback = callbackOf(done)
    assert.equal(callback.searchParams.get('state'), 'state-of-the-application')
    const { idToken } = tokensOf(await redeemCode(issuer.url, callback))
    assert.equal(decodeJwt(idToken)['sub'], weaver.id)
  })

  test('by failing is shown to the developer with file and line, and can be tried again', async (t) => {
    const { issuer, agent } = await opened(t, {}, { workflow: refusing(`  throw new Error('no luck')`) })
    const page = await agent.submit(await agent.get(authorizationUrl(issuer.url)), '/sign-in', {
      identifier: ada.email,
      password: ada.password,
    })
    assert.equal(page.status, 500)
    const text = shownText(page.text)
    assert.match(text, /workflow_threw/)
    assert.match(text, /no luck/)
    assert.match(text, /tokensWorkflow\.ts:4/)
    await issuer.deploy(undefined)
    callbackOf(await agent.submit(page, '/retry'))
  })

  test('by failing goes back as server_error, without what failed', async (t) => {
    const { issuer, agent } = await opened(t, {}, { workflow: refusing(`  throw new Error('no luck')`) })
    const page = await agent.submit(await agent.get(authorizationUrl(issuer.url)), '/sign-in', {
      identifier: ada.email,
      password: ada.password,
    })
    const { searchParams } = callbackOf(await agent.submit(page, '/back'))
    assert.equal(searchParams.get('error'), 'server_error')
    assert.doesNotMatch(searchParams.get('error_description') ?? '', /no luck/)
  })
})

describe('the language', () => {
  test('is what the application asks for, then what a person chooses, from then on', async (t) => {
    const { issuer, agent } = await opened(t)
    const german = await agent.get(authorizationUrl(issuer.url, { lang: 'de' }))
    assert.match(german.text, /<html lang="de">/)
    assert.match(shownText(german.text), /Anmelden/)

    const link = /href="([^"]*)"\s+lang="en"/.exec(german.text)?.[1] ?? ''
    const english = await agent.get(link.replaceAll('&amp;', '&'))
    assert.match(english.text, /<html lang="en">/)
    const again = await agent.submit(english, '/sign-in', { identifier: 'x', password: 'y' })
    assert.match(again.text, /<html lang="en">/)
    assert.match((await agent.get(authorizationUrl(issuer.url, { lang: 'de' }))).text, /<html lang="en">/)
  })

  test('can be chosen on every page that is opened by its address, and the link leads nowhere else (BR-08)', async (t) => {
    const { issuer, agent } = await opened(t)
    await signIn(agent, authorizationUrl(issuer.url))
    const ours = ['/account', '/account/password', '/forgotten-password', '/device?user_code=ABCD-EFGH']
    for (const path of [...ours, '/logout?lang=//evil.example', '/interaction/none']) {
      const page = await agent.get(`${issuer.url}${path}`)
      const links = [...page.text.matchAll(/class="foot-language"\s+href="([^"]*)"/g)].map(
        ([, href = '']) => href,
      )
      assert.equal(links.length, 1, path)
      assert.equal(new URL(links[0] ?? '', page.url).origin, issuer.url, path)
    }
  })
})

describe('a sign-in that took too long', () => {
  test('is a page that says so and begins the same request anew', async (t) => {
    let nowMs = Date.now()
    const { issuer, agent } = await opened(t, {}, { nowMs: () => nowMs })
    const page = await agent.get(authorizationUrl(issuer.url))
    nowMs += 61 * 60_000
    const late = await agent.submit(page, '/sign-in', { identifier: ada.email, password: ada.password })
    assert.equal(late.status, 400)
    assert.match(shownText(late.text), /has expired/)
    const [, again = ''] = /id="again" href="([^"]*)"/.exec(late.text) ?? []
    const anew = await agent.get(again)
    const done = await agent.submit(anew, '/sign-in', { identifier: ada.email, password: ada.password })
    assert.equal(callbackOf(done).searchParams.get('state'), 'state-of-the-application')
  })

  test('goes back to an application that says supports_reauth, with what it had asked for (C§1)', async (t) => {
    let nowMs = Date.now()
    const { issuer, agent } = await opened(t, {}, { nowMs: () => nowMs })
    const asked = { supports_reauth: 'true', org_code: engines.code, login_hint: 'ädä@example.com' }
    const page = await agent.get(authorizationUrl(issuer.url, asked))
    nowMs += 61 * 60_000
    const { searchParams } = callbackOf(await agent.get(page.url))
    assert.equal(searchParams.get('error'), 'login_link_expired')
    assert.equal(searchParams.get('state'), 'state-of-the-application')
    const { client_id: _, ...state } = JSON.parse(atob(searchParams.get('reauth_state') ?? ''))
    assert.deepEqual(state, asked)
  })
})
