// C8: an account that a stranger prepared for the owner of an address (account pre-hijacking). The person who proves the address
// chooses the password, and nothing that the stranger has reaches the account afterwards.
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { decodeJwt } from 'jose'
import { ada, directoryFixture } from '../harness/directory-fixture.ts'
import { startIssuer, type IssuerGiven, type TestIssuer } from '../harness/issuer.ts'
import { authorizationUrl, redeemCode, refreshTokens, tokensOf } from '../harness/signed-in-tokens.ts'
import { userAgent, type PageShown, type UserAgent } from '../harness/user-agent.ts'
import { callbackOf, shownText, signIn } from '../harness/visitor.ts'

const address = 'grace@example.com'
const ofStranger = 'chosen by a stranger'
const ofOwner = 'chosen by the owner'

async function opened(t: TestContext, given: Partial<IssuerGiven> = {}) {
  const issuer = await startIssuer(t, { directory: await directoryFixture(), ...given })
  return { issuer, stranger: userAgent(issuer.url), owner: userAgent(issuer.url) }
}

async function signUp({ url }: TestIssuer, agent: UserAgent, values: Readonly<Record<string, string>>) {
  const page = await agent.get(authorizationUrl(url, { prompt: 'create' }))
  return agent.submit(page, '/sign-up', {
    given_name: 'Mallory',
    family_name: 'Malice',
    email: address,
    ...values,
  })
}

async function mailedLink(issuer: TestIssuer, path: string): Promise<string> {
  await issuer.settle()
  return `${path}?token=${issuer.mails.at(-1)?.token ?? ''}`
}

async function triedPassword({ url }: TestIssuer, password: string): Promise<PageShown> {
  const agent = userAgent(url)
  return agent.submit(await agent.get(authorizationUrl(url)), '/sign-in', { identifier: address, password })
}

/** Of an account whose address is not proven, in the hands of the person who signed up. */
async function unprovenAccount(issuer: TestIssuer, stranger: UserAgent): Promise<string> {
  const callback = callbackOf(await signUp(issuer, stranger, { password: ofStranger }))
  return tokensOf(await redeemCode(issuer.url, callback)).refreshToken
}

async function assertOwned(issuer: TestIssuer, stranger: UserAgent, refreshToken: string): Promise<void> {
  assert.match(shownText((await triedPassword(issuer, ofStranger)).text), /incorrect/)
  assert.doesNotMatch(shownText((await stranger.get('/account')).text), /grace@example\.com|Mallory/)
  assert.equal((await refreshTokens(issuer.url, refreshToken)).body.error, 'invalid_grant')
  const callback = callbackOf(await triedPassword(issuer, ofOwner))
  const { idToken } = tokensOf(await redeemCode(issuer.url, callback))
  assert.equal(decodeJwt(idToken)['email_verified'], true)
}

describe('C8: a sign-up that a stranger began with the address of another person', () => {
  test('C8: takes the password of the person who proves the address, never the one of the stranger', async (t) => {
    const { issuer, stranger, owner } = await opened(t, { isEmailProofRequired: true })
    await signUp(issuer, stranger, { password: ofStranger })

    const link = await owner.get(await mailedLink(issuer, '/finish-sign-up'))
    assert.match(shownText(link.text), /choose a password for grace@example\.com/)
    const again = await owner.submit(link, '/finish-sign-up', { new_password: 'short' })
    assert.equal(again.status, 400)
    assert.match(shownText(again.text), /Choose a longer password/)
    const names = { given_name: 'Grace', family_name: 'Hopper' }
    const done = await owner.submit(again, '/finish-sign-up', { ...names, new_password: ofOwner })

    assert.match(shownText(done.text), /Your address is confirmed/)
    assert.match(shownText((await triedPassword(issuer, ofStranger)).text), /incorrect/)
    const { idToken } = tokensOf(
      await redeemCode(issuer.url, callbackOf(await triedPassword(issuer, ofOwner))),
    )
    const { email_verified: isVerified, name } = decodeJwt(idToken)
    assert.deepEqual([isVerified, name], [true, 'Grace Hopper'])
  })

  test('C8: makes no account when the owner presses a button that the page does not have', async (t) => {
    const { issuer, stranger, owner } = await opened(t, { isEmailProofRequired: true })
    const entrance = await signUp(issuer, stranger, { password: ofStranger })
    const link = await mailedLink(issuer, '/finish-sign-up')
    const page = await owner.get(link)
    const csrf = /name="csrf"\s+value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    const token = link.split('=')[1] ?? ''
    const interaction = new URL(entrance.url).pathname.replace(/\/sign-up$/, '')

    for (const path of ['/finish-sign-up', `${interaction}/finish-sign-up`]) {
      const answer = await owner.post(path, { csrf, token }, { origin: issuer.url })
      assert.match(shownText(answer.text), /choose a password/, path)
    }
    assert.equal(await issuer.store.directory.identity('email', address), undefined)
  })

  test('C8: asks for a password in the browser that lost its form cookie, and stays short in the one that has it', async (t) => {
    const { issuer, stranger: agent } = await opened(t, { isEmailProofRequired: true })
    await signUp(issuer, agent, { password: ofOwner })
    const link = await mailedLink(issuer, '/finish-sign-up')
    const elsewhere = userAgent(issuer.url)
    elsewhere.plant(new Map([...agent.cookies].filter(([name]) => !name.endsWith('mintage_form'))))
    assert.match((await elsewhere.get(link)).text, /name="new_password"/)
    const page = await agent.get(link)
    assert.doesNotMatch(page.text, /name="new_password"/)
    callbackOf(await agent.submit(page, '/finish-sign-up'))
  })

  test('C8: leaves the first link useless once the owner has signed up', async (t) => {
    const { issuer, stranger, owner } = await opened(t, { isEmailProofRequired: true })
    await signUp(issuer, stranger, { password: ofStranger })
    const first = await mailedLink(issuer, '/finish-sign-up')
    await signUp(issuer, owner, { password: ofOwner })
    callbackOf(
      await owner.submit(await owner.get(await mailedLink(issuer, '/finish-sign-up')), '/finish-sign-up'),
    )

    const late = await stranger.submit(await stranger.get(first), '/finish-sign-up')
    assert.equal(late.status, 400)
    callbackOf(await triedPassword(issuer, ofOwner))
  })
})

describe('C8: an account with an address that is not proven', () => {
  test('C8: goes to the person who opens the link of the stranger’s confirmation mail', async (t) => {
    const { issuer, stranger, owner } = await opened(t)
    const refreshToken = await unprovenAccount(issuer, stranger)
    await stranger.submit(await stranger.get('/account'), '/account/confirm-email')

    const page = await owner.get(await mailedLink(issuer, '/verify-email'))
    assert.match(shownText(page.text), /choose a password for grace@example\.com/)
    const again = await owner.submit(page, '/verify-email', { new_password: 'password123' })
    assert.match(shownText(again.text), /Many people use this password/)
    const done = await owner.submit(again, '/verify-email', { new_password: ofOwner })

    assert.match(shownText(done.text), /Your address is confirmed/)
    await assertOwned(issuer, stranger, refreshToken)
  })

  test('C8: is not confirmed by the link without a password, in a browser that is not signed in to it', async (t) => {
    const { issuer, stranger, owner } = await opened(t)
    await unprovenAccount(issuer, stranger)
    await stranger.submit(await stranger.get('/account'), '/account/confirm-email')
    await signIn(owner, authorizationUrl(issuer.url), ada)
    const link = await mailedLink(issuer, '/verify-email')
    const csrf = /name="csrf"\s+value="([^"]+)"/.exec((await owner.get(link)).text)?.[1] ?? ''

    const answer = await owner.post('/verify-email', { csrf, token: link.split('=')[1] ?? '' })

    assert.match(shownText(answer.text), /choose a password/)
    assert.equal((await issuer.store.directory.identity('email', address))?.isVerified, false)
  })

  test('C8: goes to the person who resets its password, with the sign-in that the stranger has half way', async (t) => {
    const { issuer, stranger, owner } = await opened(t)
    const refreshToken = await unprovenAccount(issuer, stranger)
    const halfWay = await signedInButNotBack(issuer)
    await owner.submit(await owner.get('/forgotten-password'), '/forgotten-password', { email: address })
    const form = await owner.get(await mailedLink(issuer, '/reset-password'))

    await owner.submit(form, '/reset-password', { new_password: ofOwner })

    const resumed = await fetch(halfWay.resume, { headers: { cookie: halfWay.cookie }, redirect: 'manual' })
    assert.doesNotMatch(resumed.headers.get('location') ?? '', /[?&]code=/)
    await assertOwned(issuer, stranger, refreshToken)
  })
})

/** The password was taken; the browser has not followed the redirect that makes a session of it. */
async function signedInButNotBack({ url }: TestIssuer) {
  const agent = userAgent(url)
  const page = await agent.get(authorizationUrl(url))
  const cookie = () => [...agent.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const csrf = /name="csrf"\s+value="([^"]+)"/.exec(page.text)?.[1] ?? ''
  const answer = await fetch(`${page.url}/sign-in`, {
    method: 'POST',
    headers: { cookie: cookie(), origin: url },
    body: new URLSearchParams({ csrf, identifier: address, password: ofStranger }),
    redirect: 'manual',
  })
  assert.equal(answer.status, 303)
  return { resume: answer.headers.get('location') ?? '', cookie: cookie() }
}
