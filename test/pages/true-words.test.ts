// What a page says is so: it names who asked, and promises nothing that the person cannot do.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { z } from 'zod'
import { declaredId } from '../../src/directory/ids.ts'
import { ada, directoryFixture, logoutUri, m2mClient } from '../harness/directory-fixture.ts'
import { startIssuer } from '../harness/issuer.ts'
import { authorizationUrl, signedInTokens } from '../harness/signed-in-tokens.ts'
import { userAgent } from '../harness/user-agent.ts'
import { callbackOf, shownText, signIn } from '../harness/visitor.ts'

async function opened(t: TestContext) {
  const management = {
    apiId: declaredId('api', 'management'),
    scopeIds: [declaredId('apiScope', 'management update:users')],
  }
  const issuer = await startIssuer(t, { directory: await directoryFixture({ m2m: { apis: [management] } }) })
  return { issuer, agent: userAgent(issuer.url) }
}

async function requestPasswordReset(issuer: string): Promise<void> {
  const granted = await fetch(`${issuer}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: m2mClient.id,
      client_secret: m2mClient.secret,
      audience: `${issuer}/api`,
    }),
  })
  const { access_token: token } = z.object({ access_token: z.string() }).parse(await granted.json())
  const changed = await fetch(`${issuer}/api/v1/user?id=${ada.id}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ is_password_reset_requested: true }),
  })
  assert.equal(changed.status, 200, await changed.text())
}

const password = { identifier: ada.email, password: ada.password }

test('C7: says that an administrator asked for another password, and not that the password was temporary', async (t) => {
  const { issuer, agent } = await opened(t)
  await requestPasswordReset(issuer.url)
  const page = await agent.submit(await agent.get(authorizationUrl(issuer.url)), '/sign-in', password)
  assert.match(shownText(page.text), /An administrator asked you to change your password/)
  assert.doesNotMatch(page.text, /temporary\./)
  const refused = { current_password: ada.password, new_password: 'short' }
  const again = await agent.submit(page, '/temporary-password', refused)
  assert.match(
    shownText(again.text),
    /An administrator asked you to change your password.*Choose a longer password/,
  )
  const chosen = { current_password: ada.password, new_password: 'another one altogether' }
  callbackOf(await agent.submit(again, '/temporary-password', chosen))
  assert.equal((await issuer.store.directory.password(ada.id))?.isTemporary, false)
})

test('C7: says that a password was temporary where it was', async (t) => {
  const { issuer, agent } = await opened(t)
  await issuer.store.commit([{ kind: 'update-password', userId: ada.id, set: { due: 'temporary' } }])
  const page = await agent.submit(await agent.get(authorizationUrl(issuer.url)), '/sign-in', password)
  assert.match(shownText(page.text), /You signed in with a temporary password/)
})

test('C7: does not promise that the name of an organization can be changed', async (t) => {
  const { issuer, agent } = await opened(t)
  const entrance = await agent.get(authorizationUrl(issuer.url, { is_create_org: 'true' }))
  const page = await agent.submit(entrance, '/sign-in', password)
  assert.match(shownText(page.text), /Name of the organization/)
  assert.doesNotMatch(page.text, /later/)
})

test('C7: names the application that asks for a sign-out, and none when the person came alone', async (t) => {
  const { issuer, agent } = await opened(t)
  const { idToken } = await signedInTokens(issuer.url, agent)
  const alone = await agent.get('/logout')
  assert.match(
    shownText(alone.text),
    /Sign out\? You are signed in as ada@example\.com\. Sign out Stay signed in/,
  )
  const query = new URLSearchParams({ id_token_hint: idToken, post_logout_redirect_uri: logoutUri })
  const asked = await agent.get(`/logout?${query.toString()}`)
  assert.match(shownText(asked.text), /Web application asks to sign you out\./)
  await signIn(agent, authorizationUrl(issuer.url, { prompt: 'login' }))
})
