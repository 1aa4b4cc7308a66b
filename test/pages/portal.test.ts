// The account pages as an application's user meets them (C§9): by the link of Kinde's libraries, unmodified, with a browser without script.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createKindeServerClient, GrantType, type SessionManager } from '@kinde-oss/kinde-typescript-sdk'
import { generatePortalUrl, MemoryStorage, setActiveStorage, StorageKeys } from '@kinde/js-utils'
import { z } from 'zod'
import type { Change } from '../../src/store/index.ts'
import {
  ada,
  directoryFixture,
  engines,
  logoutUri,
  redirectUri,
  userChanges,
  webClient,
} from '../harness/directory-fixture.ts'
import { startIssuer } from '../harness/issuer.ts'
import { authorizationUrl, refreshTokens } from '../harness/signed-in-tokens.ts'
import { userAgent, type UserAgent } from '../harness/user-agent.ts'
import { shownText, signIn } from '../harness/visitor.ts'

const returnUrl = 'http://127.0.0.1:9/settings?tab=account'

const role = { description: null, scopeIds: [], isDefault: false, assignmentPermissionId: null }
const roles: Change[] = [
  { ...role, id: 'role_manager', key: 'manager', name: 'Manager', systemPermissions: ['org:write:members'] },
  { ...role, id: 'role_engineer', key: 'engineer', name: 'Engineer', systemPermissions: [] },
  {
    ...role,
    id: 'role_owner',
    key: 'owner',
    name: 'Owner',
    systemPermissions: [],
    // Of the administrators alone.
    assignmentPermissionId: 'perm_2',
  },
].map((one) => ({ kind: 'put-role', role: { ...one, permissionIds: [] } }))

/** Each test has a user of its own, because some of them sign their user out or delete it. */
const people = Array.from({ length: 6 }, (_, index) => ({
  id: `kp_0000000000000000000000000000p${String(index).padStart(3, '0')}`,
  email: `person-${String(index)}@example.com`,
  password: ada.password,
}))
const joining = ({ id: userId }: { readonly id: string }): Change => ({
  kind: 'add-membership',
  membership: {
    organizationCode: engines.code,
    userId,
    roleIds: [],
    permissionIds: [],
    joinedAtMs: 1_767_225_600_000,
  },
})

const issuer = await startIssuer(
  { after },
  {
    hasCustomDomain: true,
    directory: await directoryFixture({
      web: { homepageUri: 'http://127.0.0.1:9/' },
      more: [
        ...roles,
        ...(
          await Promise.all(
            people.map(async (person) => [
              ...(await userChanges(person, { firstName: 'Person', lastName: 'Example' })),
              joining(person),
            ]),
          )
        ).flat(),
      ],
    }),
  },
)

const linkSchema = z.strictObject({ url: z.string() })

async function portalLink(accessToken: string, query: Readonly<Record<string, string>> = {}) {
  const params = new URLSearchParams({ return_url: returnUrl, ...query }).toString()
  const answer = await fetch(`${issuer.url}/account_api/v1/portal_link?${params}`, {
    headers: { authorization: `Bearer ${accessToken}` },
  })
  return { status: answer.status, json: (await answer.json()) as unknown }
}

/** In a browser of its own. */
async function signedIn(person: { readonly email: string; readonly password: string }) {
  const agent = userAgent(issuer.url, {
    'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  })
  const callback = await signIn(agent, authorizationUrl(issuer.url), person)
  const answer = await fetch(`${issuer.url}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: callback.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
      client_id: webClient.id,
      client_secret: webClient.secret,
    }),
  })
  const tokens = z.looseObject({ access_token: z.string(), refresh_token: z.string() })
  const { access_token: accessToken, refresh_token: refreshToken } = tokens.parse(await answer.json())
  return { agent, accessToken, refreshToken }
}

async function openPortal(agent: UserAgent, accessToken: string, page = 'profile') {
  const { json } = await portalLink(accessToken, { subnav: page })
  return agent.get(linkSchema.parse(json).url)
}

const pathOf = ({ url }: { readonly url: string }) => new URL(url).pathname
const [first, second, third, fourth, fifth, sixth] = people as [
  (typeof people)[0],
  (typeof people)[0],
  (typeof people)[0],
  (typeof people)[0],
  (typeof people)[0],
  (typeof people)[0],
]

describe('C§9 a portal link', () => {
  test('of @kinde/js-utils opens the profile of the signed-in user, and leads back to the application', async () => {
    const { agent, accessToken } = await signedIn(ada)
    const storage = new MemoryStorage()
    setActiveStorage(storage)
    await storage.setSessionItem(StorageKeys.accessToken, accessToken)

    const { url } = await generatePortalUrl({ returnUrl })

    assert.equal(url.origin + url.pathname, `${issuer.url}/portal_redirect`)
    const page = await agent.get(url.href)
    assert.equal(pathOf(page), '/account/profile')
    assert.match(shownText(page.text), /Your profile.*Email address ada@example\.com/)
    assert.ok(page.text.includes(`id="home" href="${returnUrl}"`))
    assert.match(page.text, /Back to <bdi>Web application<\/bdi>/)
    assert.ok((await agent.get('/account/sessions')).text.includes(`href="${returnUrl}"`))
  })

  test('of the TypeScript SDK opens the page that it names', async () => {
    const items = new Map<string, unknown>()
    const session: SessionManager = {
      getSessionItem: async (key) => items.get(key) ?? null,
      setSessionItem: async (key, value) => void items.set(key, value),
      removeSessionItem: async (key) => void items.delete(key),
      destroySession: async () => items.clear(),
    }
    const client = createKindeServerClient(GrantType.AUTHORIZATION_CODE, {
      authDomain: issuer.url,
      clientId: webClient.id,
      clientSecret: webClient.secret,
      redirectURL: redirectUri,
      logoutRedirectURL: logoutUri,
      scope: 'openid profile email offline',
    })
    const agent = userAgent(issuer.url)
    await client.handleRedirectToApp(session, await signIn(agent, await client.login(session)))

    const { url } = await client.portal(session, { returnUrl, subNav: 'organization_details' as never })

    const page = await agent.get(url.href)
    assert.equal(pathOf(page), '/account/organizations')
    assert.match(shownText(page.text), /Analytical Engines You came from here/)
  })

  test('works once; a second press of the same button still leads to the account', async () => {
    const { agent, accessToken } = await signedIn(ada)
    const { url } = linkSchema.parse((await portalLink(accessToken, { sub_nav: 'nothing_known' })).json)
    assert.equal(pathOf(await agent.get(url)), '/account/profile')
    assert.equal(pathOf(await agent.get(url)), '/account')
    const elsewhere = await userAgent(issuer.url).get(url)
    assert.equal(elsewhere.status, 400)
    assert.match(shownText(elsewhere.text), /This link no longer works/)
  })

  test('opens nothing where its user is not signed in: the user signs in there and goes on', async () => {
    const { accessToken } = await signedIn(first)
    const { url } = linkSchema.parse((await portalLink(accessToken)).json)
    const stranger = userAgent(issuer.url)
    const entrance = await stranger.get(url)
    assert.equal(entrance.status, 200)
    assert.match(entrance.text, /id="password"/)
    assert.doesNotMatch(entrance.text, /Person/)
    assert.match(entrance.text, /value="person-0@example\.com"/)
    const page = await stranger.submit(entrance, '/sign-in', {
      identifier: first.email,
      password: first.password,
    })
    assert.equal(pathOf(page), '/account/profile')
    assert.match(page.text, /value="Person"/)
  })

  test('does not show the account of one user to another who is signed in', async () => {
    const { accessToken } = await signedIn(first)
    const { agent } = await signedIn(second)
    const { url } = linkSchema.parse((await portalLink(accessToken)).json)
    const entrance = await agent.get(url)
    assert.match(entrance.text, /id="password"/)
    const cancelled = await agent.submit(entrance, '/cancel')
    assert.equal(pathOf(cancelled), '/account')
    assert.match(shownText(cancelled.text), /person-1@example\.com/)
  })

  test('leads back to an origin of the application alone', async () => {
    const { accessToken } = await signedIn(ada)
    for (const wrong of [
      'https://evil.example/',
      'http://127.0.0.1:9@evil.example/',
      'http://ada:secret@127.0.0.1:9/',
      'javascript:alert(1)',
      '//evil.example/',
      '/relative',
      'http://127.0.0.1:10/',
    ]) {
      const { status, json } = await portalLink(accessToken, { return_url: wrong })
      assert.equal(status, 400, wrong)
      assert.match(JSON.stringify(json), /INVALID_REQUEST.*return_url: /, wrong)
    }
    assert.equal((await portalLink(accessToken, { return_url: 'http://127.0.0.1:9' })).status, 200)
  })
})

describe('the account pages', () => {
  test('change the names, and refuse an invalid one', async () => {
    const { agent, accessToken } = await signedIn(second)
    const page = await openPortal(agent, accessToken)
    const again = await agent.submit(page, '/account/profile', { given_name: 'x'.repeat(101) })
    assert.equal(again.status, 400)
    assert.match(again.text, /id="given_name-problem"/)
    const saved = await agent.submit(again, '/account/profile', { given_name: ' Grace ', family_name: '' })
    assert.match(shownText(saved.text), /Your changes are saved/)
    const user = await issuer.store.directory.user(second.id)
    assert.deepEqual([user?.firstName, user?.lastName], ['Grace', null])
  })

  test('list the devices and sign one of them out, with the access that was given there', async () => {
    const [here, there] = [await signedIn(third), await signedIn(third)]
    const page = await openPortal(here.agent, here.accessToken)
    const sessions = await here.agent.get(new URL('/account/sessions', page.url).href)
    const text = shownText(sessions.text)
    assert.match(text, /Firefox on Linux This device .*Network address 127\.0\.0\.1.*Firefox on Linux/)
    const other = await here.agent.submit(sessions, '#end-1-form')
    assert.match(shownText(other.text), /That device is signed out/)
    assert.match((await there.agent.get('/account')).text, /id="password"/)
    assert.equal((await refreshTokens(issuer.url, there.refreshToken)).status, 400)
    assert.equal((await refreshTokens(issuer.url, here.refreshToken)).status, 200)
    const gone = await here.agent.submit(sessions, '#end-1-form', { csrf: csrfOf(other.text) })
    assert.match(shownText(gone.text), /was signed out already/)
  })

  test('end no session of another user', async () => {
    const [mine, theirs] = [await signedIn(third), await signedIn(fourth)]
    const ofTheirs = await theirs.agent.get('/account/sessions')
    const id = /name="session_id" value="([^"]+)"/.exec(ofTheirs.text)?.[1] ?? ''
    assert.match(id, /^session_/)
    const page = await mine.agent.get('/account/sessions')
    await mine.agent.submit(page, '#end-0-form', { session_id: id })
    assert.match(shownText((await theirs.agent.get('/account')).text), /person-3@example\.com/)
  })

  test('sign out everywhere', async () => {
    const [here, there] = [await signedIn(fifth), await signedIn(fifth)]
    const out = await here.agent.submit(await here.agent.get('/account/sessions'), '#end-all-form')
    assert.equal(pathOf(out), '/logout/success')
    for (const { agent, refreshToken } of [here, there]) {
      assert.match((await agent.get('/account')).text, /id="password"/)
      assert.equal((await refreshTokens(issuer.url, refreshToken)).status, 400)
    }
  })

  test('delete the account with everything of it, after the password once more', async () => {
    const { agent, accessToken, refreshToken } = await signedIn(sixth)
    const profile = await openPortal(agent, accessToken)
    const page = await agent.get(/id="delete-account" href="([^"]+)"/.exec(profile.text)?.[1] ?? '')
    assert.match(shownText(page.text), /You cannot undo this.*every organization.*Current password/)
    for (const [wrong, problem] of [
      ['', /Fill in this field/],
      ['not it', /This is not your current password/],
    ] as const) {
      const again = await agent.submit(page, '/account/delete', { current_password: wrong })
      assert.equal(again.status, 400)
      assert.match(shownText(again.text), problem)
    }
    const fresh = await agent.get('/account/delete')
    const done = await agent.submit(fresh, '/account/delete', { current_password: sixth.password })
    assert.match(shownText(done.text), /Your account is deleted/)
    assert.equal(await issuer.store.directory.user(sixth.id), undefined)
    assert.equal((await refreshTokens(issuer.url, refreshToken)).status, 400)
    assert.equal((await portalLink(accessToken)).status, 403)
    assert.match((await agent.get('/account')).text, /id="password"/)
    const records = await issuer.store.audit.list({ userId: sixth.id, limit: 10 })
    assert.ok(records.some(({ event }) => event === 'user.deleted_account'))
  })

  test('take no form of another site', async () => {
    const { agent } = await signedIn(fourth)
    for (const path of ['/account/profile', '/account/sessions/end-all', '/account/delete']) {
      const refused = await agent.post(path, { given_name: 'Mallory', current_password: fourth.password })
      assert.equal(refused.status, 403, path)
    }
    assert.equal((await issuer.store.directory.user(fourth.id))?.firstName, 'Person')
    assert.match(shownText((await agent.get('/account')).text), /person-3@example\.com/)
  })
})

const manager = (roleIds: readonly string[] = ['role_manager']) =>
  issuer.store.commit([
    {
      kind: 'update-membership',
      organizationCode: engines.code,
      userId: second.id,
      roles: { only: roleIds },
    },
  ])
const rolesOf = async ({ id }: { readonly id: string }) =>
  (await issuer.store.directory.membership(engines.code, id))?.roleIds
const query = new URLSearchParams({ code: engines.code }).toString()
const memberPath = ({ id }: { readonly id: string }) => `/account/member?${query}&user=${id}`

describe('the pages of an organization', () => {
  test('show a member without the permission their roles, and nothing of the others', async () => {
    const { agent, accessToken } = await signedIn(fourth)
    const organizations = await openPortal(agent, accessToken, 'organization_members')
    const page = await agent.get(/class="choice" href="([^"]+)"/.exec(organizations.text)?.[1] ?? '')
    assert.match(shownText(page.text), /Analytical Engines.*You are a member/)
    assert.doesNotMatch(page.text, /person-1|rename-organization/)
    for (const path of [memberPath(first), '/account/organization?code=org_00000000000e0002'])
      assert.equal(pathOf(await agent.get(path)), '/account/organizations', path)
    const fields = { code: engines.code, user: first.id, roles: 'role_engineer', org_name: 'Mine' }
    for (const path of ['/account/organization/rename', '/account/member/roles', '/account/member/remove'])
      await agent.post(path, { ...fields, csrf: csrfOf((await agent.get('/account/profile')).text) })
    assert.deepEqual(await rolesOf(first), [])
    assert.equal((await issuer.store.directory.organization(engines.code))?.name, engines.name)
  })

  test('let a member with org:write:members rename it, give roles and remove members', async (t) => {
    t.after(() => manager([]))
    await manager()
    const { agent } = await signedIn(second)
    const page = await agent.get(`/account/organization?${query}`)
    assert.match(shownText(page.text), /Members.*Person Example.*person-0@example\.com/)
    const again = await agent.submit(page, '/account/organization/rename', { org_name: ' ' })
    assert.equal(again.status, 400)
    const renamed = await agent.submit(again, '/account/organization/rename', { org_name: ' Steam Engines ' })
    assert.match(shownText(renamed.text), /Steam Engines.*has its new name/)

    const member = await agent.get(memberPath(first))
    assert.match(member.text, /value="role_owner"\s+disabled/)
    await agent.submit(member, '/account/member/roles', { roles: 'role_engineer' })
    assert.deepEqual(await rolesOf(first), ['role_engineer'])
    // A role that asks for a permission of the giver's is neither given nor taken away.
    await agent.submit(await agent.get(memberPath(first)), '/account/member/roles', { roles: 'role_owner' })
    assert.deepEqual(await rolesOf(first), [])

    const removed = await agent.submit(await agent.get(memberPath(first)), '/account/member/remove')
    assert.match(shownText(removed.text), /not a member any more/)
    assert.equal(await rolesOf(first), undefined)
    assert.equal(pathOf(await agent.get(memberPath(second))), '/account/organizations', 'not oneself')
    const records = await issuer.store.audit.list({ userId: first.id, limit: 5 })
    assert.deepEqual(
      records.filter(({ event }) => event === 'user.removed_member').map(({ details }) => details['by']),
      [second.id],
    )
  })

  test('let that member invite a person, by a mail of the domain that they are at, and take the invitation back', async (t) => {
    t.after(() => manager([]))
    await manager()
    const { customUrl } = issuer
    const agent = userAgent(customUrl)
    await signIn(agent, authorizationUrl(customUrl), second)
    const page = await agent.get(`/account/organization?${query}`)
    for (const [email, problem] of [
      ['', /Fill in this field/],
      ['nobody', /Enter an email address/],
      [third.email, /is a member already/],
    ] as const) {
      const again = await agent.submit(page, '/account/organization/invite', { email })
      assert.equal(again.status, 400, email)
      assert.match(shownText(again.text), problem)
    }
    const fresh = await agent.get(`/account/organization?${query}`)
    const sent = await agent.submit(fresh, '/account/organization/invite', { email: 'grace@example.com' })
    assert.match(shownText(sent.text), /invitation is on its way.*grace@example\.com Invited/)
    await issuer.settle()
    assert.deepEqual(
      issuer.mails.map(({ kind, to, context }) => [kind, to, context['customDomain']]),
      [['invitation', 'grace@example.com', customUrl]],
    )
    const withdrawn = await agent.submit(sent, '#withdraw-0-form')
    assert.match(shownText(withdrawn.text), /does not work any more/)
    assert.doesNotMatch(withdrawn.text, /grace@example\.com/)
  })
})

function csrfOf(html: string): string {
  return /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? ''
}
