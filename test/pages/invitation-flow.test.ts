// Invitations from end to end: made by a machine over the management API, followed by people in browsers without script (C§1, C§8).
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { generateAuthUrl } from '@kinde/js-utils'
import { decodeJwt } from 'jose'
import { z } from 'zod'
import { declaredId } from '../../src/directory/index.ts'
import {
  ada,
  directoryFixture,
  engines,
  m2mClient,
  redirectUri,
  userChanges,
  weaving,
} from '../harness/directory-fixture.ts'
import { startIssuer } from '../harness/issuer.ts'
import { authorizationUrl, redeemCode, tokensOf } from '../harness/signed-in-tokens.ts'
import { userAgent, type UserAgent } from '../harness/user-agent.ts'
import { callbackOf, shownText as escapedText, signIn } from '../harness/visitor.ts'

const loginUri = 'http://127.0.0.1:9/login'
const bob = {
  id: 'kp_00000000000000000000000000000bob',
  email: 'bob@example.com',
  password: 'warp and weft forever',
}
const password = 'nanoseconds in a wire'

const scopeIds = ['read', 'create', 'delete'].map((verb) =>
  declaredId('apiScope', `management ${verb}:organization_invites`),
)
const fixture = {
  m2m: { apis: [{ apiId: declaredId('api', 'management'), scopeIds }] },
  more: await userChanges(bob),
}
const [open, closed] = await Promise.all([
  startIssuer({ after }, { directory: await directoryFixture({ ...fixture, web: { loginUri } }) }),
  // Where people may not make accounts for themselves, have to prove their address, and no application says where its sign-ins begin.
  startIssuer(
    { after },
    { directory: await directoryFixture(fixture), isSignUpAllowed: false, isEmailProofRequired: true },
  ),
])
type Issuer = typeof open

const inviteSchema = z.looseObject({
  code: z.string(),
  email: z.string(),
  invite_link: z.string(),
  is_sent: z.boolean(),
  is_revoked: z.boolean(),
  accepted_on: z.string().nullable(),
})

/** What a person reads of a page. */
function shownText(html: string): string {
  return escapedText(html).replaceAll('&#39;', "'")
}

const tokens = new Map<string, Promise<string>>()

function machineToken(issuer: Issuer): Promise<string> {
  const known = tokens.get(issuer.url) ?? newMachineToken(issuer)
  tokens.set(issuer.url, known)
  return known
}

async function newMachineToken({ url }: Issuer): Promise<string> {
  const response = await fetch(`${url}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: m2mClient.id,
      client_secret: m2mClient.secret,
      audience: `${url}/api`,
    }),
  })
  return z.looseObject({ access_token: z.string() }).parse(await response.json()).access_token
}

async function api(issuer: Issuer, request: string, body?: object): Promise<unknown> {
  const [method = '', path = ''] = request.split(' ')
  const response = await fetch(`${issuer.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${await machineToken(issuer)}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  const json: unknown = await response.json()
  assert.ok(response.ok, JSON.stringify(json))
  return json
}

const invites = `/organization/${weaving.code}/invites`

async function invited(issuer: Issuer, email: string, more: object = {}) {
  const body = { email, roles: ['admin'], ...more }
  return z
    .object({ invite: inviteSchema })
    .loose()
    .parse(await api(issuer, `POST ${invites}`, body)).invite
}

/** As the SDKs do with the `invitation_code` that the link brings to the application. */
async function urlOf({ url }: Issuer, code: string, more: object = {}): Promise<string> {
  const built = await generateAuthUrl(
    url,
    'login' as never,
    {
      clientId: 'c0000000000000000000000000000001',
      redirectURL: redirectUri,
      scope: ['openid', 'profile', 'email', 'offline'] as never,
      ...more,
      invitationCode: code,
      isInvitation: true,
    } as never,
  )
  const params = built.url.searchParams
  assert.deepEqual([params.get('invitation_code'), params.get('is_invitation')], [code, 'true'])
  // The tests redeem codes by plain requests.
  for (const name of ['code_challenge', 'code_challenge_method', 'nonce']) params.delete(name)
  return built.url.href
}

async function claimsAt(issuer: Issuer, callback: URL) {
  const { accessToken, idToken } = tokensOf(await redeemCode(issuer.url, callback))
  const { org_code: organization, roles } = decodeJwt(accessToken)
  return {
    organization,
    roles: z
      .array(z.object({ key: z.string() }).loose())
      .parse(roles)
      .map(({ key }) => key),
    id: decodeJwt(idToken),
  }
}

const asBob = { email: bob.email, password: bob.password }

async function signedInAs(issuer: Issuer, person: { email: string; password: string }): Promise<UserAgent> {
  const agent = userAgent(issuer.url)
  await signIn(agent, authorizationUrl(issuer.url), person)
  return agent
}

describe('a person who is invited', () => {
  test('gets the link by mail, and it leads to the login URI of the application', async () => {
    const sent = open.mails.length
    const {
      code,
      invite_link: link,
      is_sent: isSent,
    } = await invited(open, 'mailed@example.com', { send_email: true })
    await open.settle()
    const [mail, ...others] = open.mails.slice(sent)
    assert.equal(others.length, 0)
    assert.partialDeepStrictEqual(mail, {
      kind: 'invitation',
      to: 'mailed@example.com',
      token: code,
      organization: weaving.name,
      expiresInMinutes: 7 * 24 * 60,
    })
    assert.equal(isSent, true)
    assert.equal(link, `${open.url}/team_invitation?code=${code}`)
    const { location } = await userAgent(open.url).get(link)
    assert.equal(location, `${loginUri}?invitation_code=${code}`)
    await invited(open, 'not-mailed@example.com')
    await open.settle()
    assert.equal(open.mails.length, sent + 1)
  })

  test('signs up with the invited address and no other, joins with the roles, and goes on into the organization', async () => {
    const { code } = await invited(open, 'Grace@example.com', { first_name: 'Grace', last_name: 'Hopper' })
    const agent = userAgent(open.url)
    const page = await agent.get(await urlOf(open, code, { prompt: 'create' }))
    assert.match(shownText(page.text), /Create your account You're invited to join Weaving Mill/)
    assert.match(page.text, /id="given_name"[^>]*value="Grace"/)
    assert.match(page.text, /id="email"[^>]*value="Grace@example.com"[^>]*readonly/)
    assert.doesNotMatch(page.text, /view=sign-in/)

    const typed = { given_name: 'Grace', family_name: 'Hopper', email: 'eve@example.com', password }
    const wrong = await agent.submit(page, '/sign-up', { ...typed, password: 'short' })
    assert.match(wrong.text, /id="email"[^>]*value="Grace@example.com"[^>]*readonly/)
    const { organization, roles, id } = await claimsAt(
      open,
      callbackOf(await agent.submit(page, '/sign-up', typed)),
    )
    assert.deepEqual([organization, roles, id['email']], [weaving.code, ['admin'], 'Grace@example.com'])
    assert.equal(await open.store.directory.identity('email', 'eve@example.com'), undefined)

    // The same link again, in the same browser: the SDKs begin a sign-in whenever the parameter is in the address.
    const again = await claimsAt(open, callbackOf(await agent.get(await urlOf(open, code))))
    assert.equal(again.organization, weaving.code)
  })

  test('joins an organization that lets no one in by themselves, and no other that the request names', async () => {
    await open.store.commit([
      {
        kind: 'update-organization',
        code: weaving.code,
        set: { settings: { allowedDomains: ['mill.example'] } },
      },
    ])
    const { code } = await invited(open, 'joan@example.com')
    const agent = userAgent(open.url)
    const page = await agent.get(await urlOf(open, code, { orgCode: engines.code }))
    const typed = { given_name: 'Joan', family_name: 'Clarke', email: 'joan@example.com', password }
    const { organization } = await claimsAt(open, callbackOf(await agent.submit(page, '/sign-up', typed)))
    assert.equal(organization, weaving.code)
    const { userId = '' } = (await open.store.directory.identity('email', 'joan@example.com')) ?? {}
    const joined = await open.store.directory.organizationsOf(userId)
    assert.deepEqual(
      joined.map((one) => one.code),
      [weaving.code],
    )
    await open.store.commit([{ kind: 'update-organization', code: weaving.code, set: { settings: {} } }])
  })

  test('signs up where people may not make accounts for themselves, once the address is proven', async () => {
    const { code } = await invited(closed, 'grace@example.com')
    const agent = userAgent(closed.url)
    const plain = await agent.get(authorizationUrl(closed.url))
    assert.doesNotMatch(plain.text, /view=sign-up/)
    const page = await agent.get(await urlOf(closed, code, { prompt: 'create' }))
    const sent = await agent.submit(page, '/sign-up', { password })
    assert.match(shownText(sent.text), /Check your mail/)
    await closed.settle()
    const link = await agent.get(`/finish-sign-up?token=${closed.mails.at(-1)?.token ?? ''}`)
    const done = await agent.submit(link, '/finish-sign-up')
    const { organization, roles } = await claimsAt(closed, callbackOf(done))
    assert.deepEqual([organization, roles], [weaving.code, ['admin']])
  })

  test('proves the address in another browser, and belongs to the organization all the same', async () => {
    const { code } = await invited(closed, 'elsewhere@example.com')
    const agent = userAgent(closed.url)
    await agent.submit(await agent.get(await urlOf(closed, code)), '/sign-up', { password })
    await closed.settle()
    const other = userAgent(closed.url)
    const link = await other.get(`/finish-sign-up?token=${closed.mails.at(-1)?.token ?? ''}`)
    await other.submit(link, '/finish-sign-up', { new_password: password })
    const url = await urlOf(closed, code)
    // The first browser is not signed in, so to it the invitation is used up.
    const page = await agent.get(url)
    assert.match(shownText(page.text), /This invitation can't be used/)
    const entrance = await agent.submit(page, '/without-invitation')
    const done = await agent.submit(entrance, '/sign-in', { identifier: 'elsewhere@example.com', password })
    assert.equal((await claimsAt(closed, callbackOf(done))).organization, weaving.code)
  })

  test('does not sign up by an invitation that is withdrawn before the address is proven', async () => {
    const { code } = await invited(closed, 'late@example.com')
    const agent = userAgent(closed.url)
    await agent.submit(await agent.get(await urlOf(closed, code)), '/sign-up', { password })
    await closed.settle()
    await api(closed, `DELETE ${invites}/${code}`)
    const link = await agent.get(`/finish-sign-up?token=${closed.mails.at(-1)?.token ?? ''}`)
    const refused = await agent.submit(link, '/finish-sign-up')
    assert.equal(refused.status, 400)
    assert.equal(await closed.store.directory.identity('email', 'late@example.com'), undefined)
  })

  test('accepts by signing in with the account of the address', async () => {
    const { code } = await invited(open, bob.email)
    const agent = userAgent(open.url)
    const page = await agent.get(await urlOf(open, code, { prompt: 'create' }))
    assert.match(shownText(page.text), /^Sign in You're invited to join Weaving Mill/)
    assert.match(page.text, /id="identifier"[^>]*value="bob@example.com"[^>]*readonly/)
    const done = await agent.submit(page, '/sign-in', { identifier: ada.email, password: bob.password })
    const { organization, roles, id } = await claimsAt(open, callbackOf(done))
    assert.deepEqual([organization, roles, id['sub']], [weaving.code, ['admin'], bob.id])
    const [record] = await open.store.audit.list({
      event: 'user.invitation_accepted',
      userId: bob.id,
      limit: 9,
    })
    assert.partialDeepStrictEqual(record?.details, { org_code: weaving.code })
    assert.doesNotMatch(JSON.stringify(record), new RegExp(code))
  })

  test('joins with one press when signed in, and a second press joins no second time', async () => {
    const { code } = await invited(closed, bob.email)
    const agent = await signedInAs(closed, asBob)
    const page = await agent.get(await urlOf(closed, code))
    assert.match(shownText(page.text), /^Join Weaving Mill You're signed in as bob@example.com/)
    const [first, second] = await Promise.all([agent.submit(page, '/join'), agent.submit(page, '/join')])
    assert.equal(callbackOf(first).href, callbackOf(second).href)
    assert.equal((await claimsAt(closed, callbackOf(first))).organization, weaving.code)
    const accepted = await closed.store.audit.list({
      event: 'user.invitation_accepted',
      userId: bob.id,
      limit: 9,
    })
    assert.equal(accepted.length, 1)
  })

  test('keeps the roles of a member and adds those of the invitation', async () => {
    const body = { email: 'member@example.com', roles: [] }
    const first = z
      .looseObject({ invite: inviteSchema })
      .parse(await api(open, `POST ${invites}`, body)).invite
    const second = await invited(open, 'member@example.com')
    const agent = userAgent(open.url)
    await agent.submit(await agent.get(await urlOf(open, first.code)), '/sign-up', { password })
    const page = await agent.get(await urlOf(open, second.code))
    const { roles } = await claimsAt(open, callbackOf(await agent.submit(page, '/join')))
    assert.deepEqual(roles, ['admin'])
  })

  test('learns that another account is signed in, and goes on with the right one', async () => {
    const { code } = await invited(open, 'charles@example.com')
    const agent = await signedInAs(open, ada)
    const page = await agent.get(await urlOf(open, code))
    assert.equal(page.status, 403)
    assert.match(shownText(page.text), /for another address It was sent to charles@example.com/)
    assert.match(shownText(page.text), /signed in as ada@example.com/)
    const entrance = await agent.submit(page, '/other-account')
    assert.match(shownText(entrance.text), /^Create your account/)
    const done = await agent.submit(entrance, '/sign-up', { password })
    assert.equal((await claimsAt(open, callbackOf(done))).organization, weaving.code)
  })

  test('goes back to the application from an invitation for another address', async () => {
    const { code } = await invited(open, 'nobody@example.com')
    const agent = await signedInAs(open, ada)
    const back = callbackOf(await agent.submit(await agent.get(await urlOf(open, code)), '/back'))
    assert.equal(back.searchParams.get('error'), 'access_denied')
  })
})

describe('an invitation that cannot be used', () => {
  test('shows one page, whether it is unknown, revoked, expired or used, and leads on without it', async () => {
    const revoked = await invited(open, 'revoked@example.com')
    await api(open, `DELETE ${invites}/${revoked.code}`)
    const used = await invited(open, 'used@example.com')
    const user = userAgent(open.url)
    await user.submit(await user.get(await urlOf(open, used.code)), '/sign-up', { password })
    const expired = `inv_${'e'.repeat(32)}`
    await open.store.commit([
      {
        kind: 'add-invitation',
        invitation: {
          id: 'invite_expired',
          code: expired,
          organizationCode: weaving.code,
          email: 'expired@example.com',
          normalized: 'expired@example.com',
          firstName: null,
          lastName: null,
          roleIds: [],
          isSent: false,
          createdAtMs: 0,
          expiresAtMs: 1,
          revokedAtMs: null,
          acceptedAtMs: null,
          acceptedBy: null,
        },
      },
    ])
    const texts = new Set<string>()
    for (const code of ['inv_unknown', revoked.code, used.code, expired]) {
      const link = await userAgent(open.url).get(`/team_invitation?code=${code}`)
      assert.equal(link.status, 400)
      assert.match(shownText(link.text), /This invitation can't be used/)
      const agent = userAgent(open.url)
      const page = await agent.get(await urlOf(open, code))
      assert.equal(page.status, 400)
      texts.add(shownText(page.text))
      assert.match((await agent.submit(page, '/without-invitation')).text, /<h1>Sign in<\/h1>/)
      const back = callbackOf(await agent.submit(page, '/back'))
      assert.equal(back.searchParams.get('error'), 'access_denied')
    }
    assert.equal(texts.size, 1)
  })

  test('is access_denied to an application that forbids pages, and an open one interaction_required', async () => {
    const { code } = await invited(open, ada.email)
    const agent = await signedInAs(open, ada)
    const silently = async (given: string) =>
      callbackOf(
        await agent.get(authorizationUrl(open.url, { prompt: 'none', invitation_code: given })),
      ).searchParams.get('error')
    assert.deepEqual(
      [await silently('inv_unknown'), await silently(code)],
      ['access_denied', 'interaction_required'],
    )
  })
})

test('an invitation without an application that has a login URI leads to the account page', async () => {
  const { invite_link: link } = await invited(closed, ada.email)
  const agent = userAgent(closed.url)
  const page = await agent.get(link)
  assert.match(shownText(page.text), /You're invited to join Weaving Mill/)
  const done = await agent.submit(page, '/sign-in', { password: ada.password })
  assert.match(shownText(done.text), /Weaving Mill/)
  assert.equal(new URL(done.url).pathname, '/account')
})
