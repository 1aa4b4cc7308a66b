// B13: where the issuer sends a logout token. In production the rules are those of a workflow's calls: public addresses, and the private
// origins of settings.egress.allow. In development this machine, too.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test, type TestContext } from 'node:test'
import * as client from 'openid-client'
import { ada, logoutUri, redirectUri, webClient } from '../harness/directory-fixture.ts'
import { startHttpServer } from '../harness/http-server.ts'
import { authorizationRequest, relyingParty, signIn } from '../harness/relying-party.ts'
import { openTestServer } from '../harness/running-server.ts'
import { makeProject } from '../harness/temp-project.ts'
import { userAgent } from '../harness/user-agent.ts'
import { freePort } from '../harness/free-port.ts'

interface Given {
  readonly isProduction: boolean
  readonly isListed: boolean
  /** Then ends another session from the list of devices, while the application fails once. */
  readonly isEndedElsewhere?: boolean
}

/** Signs in and out again at a server whose application is on a private address; how often that was told, and what the log says. */
async function signOut(t: TestContext, { isProduction, isListed, isEndedElsewhere = false }: Given) {
  const retried = Promise.withResolvers<void>()
  const statuses = [200, 500]
  const application = await startHttpServer(t, () => {
    const status = statuses.shift()
    if (status === undefined) retried.resolve()
    return { status: status ?? 200 }
  })
  const port = await freePort()
  const issuer = `http://localhost:${String(port)}`
  const projectDir = await makeProject(t, {
    'kinde.json': '{"rootDir": "kindeSrc"}',
    'mintage.yaml': `
settings:
  egress: { allow: [${isListed ? `'${application.origin}'` : ''}] }
applications:
  web:
    type: reg
    clientId: ${webClient.id}
    clientSecret: ${webClient.secret}
    redirectUris: ['${redirectUri}']
    logoutUris: ['${logoutUri}']
    backchannelLogoutUri: ${application.origin}/logout
users:
  - { id: ${ada.id}, email: ${ada.email}, password: ${ada.password} }
`,
  })
  const { logLines } = await openTestServer(t, {
    settings: {
      projectDir,
      isDemo: false,
      isProduction,
      issuer,
      port,
      masterKey: randomBytes(32).toString('base64'),
      hasPlayground: false,
    },
  })
  const rp = await relyingParty({ url: issuer }, webClient.id, client.ClientSecretPost(webClient.secret))
  const { agent } = await signIn({ url: issuer }, rp)
  const left = await agent.get(`${issuer}/logout?redirect=${encodeURIComponent(logoutUri)}`)
  assert.equal(left.location, logoutUri)
  const { url } = await authorizationRequest(rp, { params: { prompt: 'none' } })
  const asked = await userAgent(issuer).get(url.href)
  assert.match(asked.location ?? '', /error=login_required/)
  if (isEndedElsewhere) {
    await signIn({ url: issuer }, rp)
    const { agent: other } = await signIn({ url: issuer }, rp)
    const page = await other.get(`${issuer}/account/sessions`)
    const ids = [...page.text.matchAll(/name="session_id" value="([^"]*)"/g)].map(([, id = '']) => id)
    assert.equal(ids.length, 2)
    // The browser's own session is the first of the list.
    await other.submit(page, '/account/sessions/end', { session_id: ids[1] ?? '' })
    await retried.promise
  }
  return {
    told: application.requests.map(({ method, url: { pathname } }) => `${method} ${pathname}`),
    failures: logLines.filter((line) => line.includes('backchannel_logout_failed')),
  }
}

describe('B13 back-channel logout to a private address', () => {
  test('arrives in production when settings.egress.allow lists its origin', async (t) => {
    assert.deepEqual(await signOut(t, { isProduction: true, isListed: true }), {
      told: ['POST /logout'],
      failures: [],
    })
  })

  test('is refused in production otherwise; the user is signed out, and the log says why', async (t) => {
    const { told, failures } = await signOut(t, { isProduction: true, isListed: false })
    assert.deepEqual([told, failures.length], [[], 1])
    assert.match(failures[0] ?? '', /egress_denied/)
    assert.match(failures[0] ?? '', /a loopback address/)
  })

  test('arrives at this machine in development', async (t) => {
    const given = { isProduction: false, isListed: false, isEndedElsewhere: true }
    const { told, failures } = await signOut(t, given)
    // By the browser itself, and for a session that was ended on another device: again after a failure.
    assert.deepEqual([told, failures.length], [['POST /logout', 'POST /logout', 'POST /logout'], 1])
    assert.match(failures[0] ?? '', /got: 500/)
  })
})
