// Denied and failed: nothing is issued and nothing is used up. The person gets a page with a way back, the client the
// OAuth error; the code or refresh token stays as it was (INV-8, INV-9, SBX-77, SBX-78).
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import * as client from 'openid-client'
import { ada, directoryFixture, webClient } from '../harness/directory-fixture.ts'
import { postForm, type Answer } from '../harness/form-request.ts'
import { originThatIsDown, startHttpServer } from '../harness/http-server.ts'
import { invocations } from '../harness/invocations.ts'
import { startIssuer } from '../harness/issuer.ts'
import {
  authorizationRequest,
  refreshTokenOf,
  relyingParty,
  signIn,
  textOf,
  visit,
} from '../harness/relying-party.ts'
import { userAgent, type PageShown } from '../harness/user-agent.ts'

const crm = await startHttpServer({ after }, () => ({ json: { plan: 'gold' } }))
const down = await originThatIsDown()

function workflow(body: string, failurePolicy: 'stop' | 'continue' = 'stop'): string {
  return `
    export const workflowSettings = {
      id: 'plan', trigger: 'user:tokens_generation', failurePolicy: { action: '${failurePolicy}' },
      bindings: { 'kinde.accessToken': {}, 'kinde.idToken': {}, 'kinde.auth': {}, 'kinde.fetch': {} },
    }
    export default async function (event) { ${body} }`
}

const good = workflow(`
  const { json } = await kinde.fetch('${crm.origin}/plan', { method: 'GET', responseFormat: 'json' })
  kinde.accessToken.setCustomClaim('plan', json.plan)`)

const issuer = await startIssuer(
  { after },
  {
    directory: await directoryFixture(),
    allow: [crm.host, down.host],
    limits: { wallClockMs: 6_000, runningTimeMs: 300 },
  },
)
const rp = await relyingParty(issuer)

const failures: Readonly<Record<string, readonly [source: string, code: string]>> = {
  throws: [`kinde.accessToken.setCustomClaim('plan', 'half'); throw new Error('no plan')`, 'workflow_threw'],
  'calls a CRM that is down': [
    `kinde.accessToken.setCustomClaim('plan', 'half'); await kinde.fetch('${down.origin}/plan', { method: 'GET' })`,
    'workflow_threw',
  ],
  'loops forever': [`kinde.accessToken.setCustomClaim('plan', 'half'); for (;;) {}`, 'running_time_exceeded'],
  'never settles': [
    `kinde.accessToken.setCustomClaim('plan', 'half'); await new Promise(() => {})`,
    'never_settled',
  ],
  'AT-05 sets 64 KiB of claims': [
    `kinde.accessToken.setCustomClaim('plan', 'x'.repeat(65_536))`,
    'claims_too_large',
  ],
  'sets a claim that is no JSON': [`kinde.accessToken.setCustomClaim('plan', () => 1)`, 'claims_invalid'],
}

function present(refreshToken: string): Promise<Answer> {
  return postForm(`${issuer.url}/oauth2/token`, {
    grant_type: 'refresh_token',
    client_id: webClient.id,
    client_secret: webClient.secret,
    refresh_token: refreshToken,
  })
}

async function lastInvocation() {
  const all = await invocations(issuer)
  const last = all.at(-1)
  assert.ok(last)
  return last
}

async function signInPage(params: Readonly<Record<string, string>> = {}) {
  const { url, checks } = await authorizationRequest(rp, { params })
  const agent = userAgent(issuer.url)
  const page = await agent.get(url.href)
  const next = await agent.submit(page, '/sign-in', { identifier: ada.email, password: ada.password })
  return { agent, page: next, checks }
}

function errorOf(page: PageShown & { readonly location?: string }): URLSearchParams {
  return new URL(page.location ?? 'about:blank').searchParams
}

describe('a workflow under `stop` that', () => {
  for (const [what, [source, code]] of Object.entries(failures)) {
    test(`${what} fails a refresh with 500 server_error; once it is fixed, the same refresh token works`, async () => {
      await issuer.deploy(good)
      const { tokens } = await signIn(issuer, rp)
      const token = refreshTokenOf(tokens)
      await issuer.deploy(workflow(source))
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const answer = await present(token)
        assert.deepEqual([answer.status, answer.body['error']], [500, 'server_error'])
        const { record, document } = await lastInvocation()
        assert.match(String(answer.body['error_description']), new RegExp(record.id))
        assert.deepEqual([document.error?.code, document.decision], [code, 'refuse'])
        assert.deepEqual([document.accessToken?.after, document.idToken?.after], [null, null])
      }
      assert.equal((await client.fetchUserInfo(rp, tokens.access_token, ada.id)).sub, ada.id)
      await issuer.deploy(good)
      const mended = await present(token)
      assert.equal(mended.status, 200)
      assert.equal((await client.tokenIntrospection(rp, String(mended.body['access_token'])))['plan'], 'gold')
    })
  }

  test('fails shows a page with the invocation, and leads back with server_error and the state', async () => {
    await issuer.deploy(workflow(`throw new Error('no plan')`))
    const { page, agent, checks } = await signInPage()
    assert.equal(page.status, 500)
    const { record } = await lastInvocation()
    assert.match(textOf(page), new RegExp(record.id))
    const params = errorOf(await agent.submit(page, '/back'))
    assert.deepEqual(
      [params.get('error'), params.get('state'), params.get('iss'), params.get('code')],
      ['server_error', checks.expectedState, issuer.url, null],
    )
  })

  test('fails is tried again on that page, and once it is fixed gives the tokens of the same request', async () => {
    await issuer.deploy(workflow(`throw new Error('no plan')`))
    const { page, agent, checks } = await signInPage()
    await issuer.deploy(good)
    const done = await agent.submit(page, '/retry')
    const tokens = await client.authorizationCodeGrant(rp, new URL(done.location ?? ''), checks)
    assert.equal((await client.tokenIntrospection(rp, tokens.access_token))['plan'], 'gold')
  })

  test('fails leaves who is signed in signed in', async () => {
    await issuer.deploy(good)
    const { agent } = await signIn(issuer, rp)
    await issuer.deploy(workflow(`throw new Error('no plan')`))
    const { url, checks } = await authorizationRequest(rp, { params: { prompt: 'none' } })
    const params = (await visit(url, agent)).searchParams
    assert.deepEqual([params.get('error'), params.get('state')], ['server_error', checks.expectedState])
    await issuer.deploy(good)
    assert.ok((await signIn(issuer, rp, { agent, params: { prompt: 'none' } })).tokens.access_token)
  })

  test('fails after the code was issued burns no code: its decision was made before', async () => {
    await issuer.deploy(good)
    const { url, checks } = await authorizationRequest(rp)
    const callback = await visit(url, userAgent(issuer.url))
    await issuer.deploy(workflow(`throw new Error('no plan')`))
    const tokens = await client.authorizationCodeGrant(rp, callback, checks)
    assert.equal((await client.tokenIntrospection(rp, tokens.access_token))['plan'], 'gold')
  })
})

describe('a workflow under `continue` that', () => {
  for (const [what, [source, code]] of Object.entries(failures)) {
    test(`${what} gives the default claims, without any of the failed run’s, and says so`, async () => {
      await issuer.deploy(undefined)
      const defaults = await signIn(issuer, rp)
      await issuer.deploy(workflow(source, 'continue'))
      const first = await signIn(issuer, rp)
      const { document } = await lastInvocation()
      assert.deepEqual([document.decision, document.error?.code], ['issue-defaults', code])
      assert.deepEqual(Object.keys(first.accessToken), Object.keys(defaults.accessToken))
      assert.equal(first.accessToken['plan'], undefined)
      assert.equal((await present(refreshTokenOf(first.tokens))).status, 200)
    })
  }
})

describe('a workflow that denies', () => {
  const reason = 'Your trial <b>ended</b> & "payment" is due: https://pay.example.com'
  const denying = (policy: 'stop' | 'continue') =>
    workflow(
      `kinde.auth.denyAccess(${JSON.stringify(reason)}); kinde.accessToken.setCustomClaim('late', 1)`,
      policy,
    )

  for (const policy of ['stop', 'continue'] as const) {
    test(`under ${policy}: a refresh is access_denied with the reason, and nothing is rotated`, async () => {
      await issuer.deploy(good)
      const { tokens } = await signIn(issuer, rp)
      await issuer.deploy(denying(policy))
      const answer = await present(refreshTokenOf(tokens))
      assert.deepEqual(
        [answer.status, answer.body['error'], answer.body['error_description']],
        // RFC 6749 §5.2: an error_description has no quotation mark.
        [400, 'access_denied', reason.replaceAll('"', "'")],
      )
      assert.equal((await client.fetchUserInfo(rp, tokens.access_token, ada.id)).sub, ada.id)
      assert.equal((await client.tokenIntrospection(rp, tokens.access_token)).active, true)
      await issuer.deploy(good)
      assert.equal((await present(refreshTokenOf(tokens))).status, 200)
    })
  }

  test('shows the reason on a page, escaped, and leads back with access_denied and the state (SBX-78)', async () => {
    await issuer.deploy(denying('stop'))
    const { page, agent, checks } = await signInPage()
    assert.equal(page.status, 403)
    assert.match(page.text, /Your trial &lt;b&gt;ended&lt;\/b&gt; &amp; /)
    assert.doesNotMatch(page.text, /<b>ended/)
    assert.match(textOf(page), new RegExp((await lastInvocation()).record.id))
    const params = errorOf(await agent.submit(page, '/back'))
    assert.deepEqual(
      [params.get('error'), params.get('state'), params.get('iss')],
      ['access_denied', checks.expectedState, issuer.url],
    )
  })

  test('sends access_denied to the application with prompt=none, and the session is still there', async () => {
    await issuer.deploy(good)
    const { agent, tokens } = await signIn(issuer, rp)
    await issuer.deploy(denying('stop'))
    const { url } = await authorizationRequest(rp, { params: { prompt: 'none' } })
    assert.equal((await visit(url, agent)).searchParams.get('error'), 'access_denied')
    assert.equal((await client.fetchUserInfo(rp, tokens.access_token, ada.id)).sub, ada.id)
    await issuer.deploy(good)
    assert.ok((await signIn(issuer, rp, { agent, params: { prompt: 'none' } })).tokens.access_token)
  })

  test('lets the user continue with another account', async () => {
    await issuer.deploy(denying('stop'))
    const { page, agent, checks } = await signInPage()
    const again = await agent.submit(page, '/other-account')
    await issuer.deploy(good)
    const done = await agent.submit(again, '/sign-in', { identifier: ada.email, password: ada.password })
    const tokens = await client.authorizationCodeGrant(rp, new URL(done.location ?? ''), checks)
    assert.equal(tokens.claims()?.sub, ada.id)
  })

  test('runs once, and what it did after denying is in no token', async () => {
    await issuer.deploy(denying('continue'))
    const before = (await invocations(issuer)).length
    await signInPage()
    const [invocation, ...more] = await invocations(issuer, before)
    assert.deepEqual(more, [])
    assert.deepEqual(
      [invocation?.document.outcome, invocation?.document.decision, invocation?.document.denied],
      ['denied', 'deny', { reason }],
    )
  })
})
